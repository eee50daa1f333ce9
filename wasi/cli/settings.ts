/**
 * What a run is asked for: by flags, and by a policy under them.
 *
 * @module
 */
import type { FlagName } from "../../caps/cli/flags.ts";
import type { CommandLine } from "../../caps/cli/parse.ts";
import { defaultSettings, type RunSettings } from "../../caps/cli/run_settings.ts";
import type { NamedFile } from "../../caps/cli/same_file.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";

/**
 * Reads the flags of a run, and the policy that they name.
 *
 * @param line The command line
 * @param terminal The process
 * @returns What is asked for
 * @throws {CommandError} For what makes no sense
 */
export async function settingsOf(line: CommandLine, terminal: Terminal): Promise<RunSettings> {
  if (line.flags.length === 0) return defaultSettings();
  const { readSettings } = await import("../../caps/cli/settings.ts");
  const file = line.flags.find(({ name }) => name === "policy")?.value;
  const settings = readSettings(
    line.flags,
    terminal.pathStyle,
    file === undefined ? undefined : await policyOf(file, terminal),
  );
  const files = filesOf(settings, line);
  if (files.length > 0) {
    const all = [...files, ...filesBeside(settings, line, terminal)];
    (await import("../../caps/cli/same_file.ts")).refuseSameFile(all, terminal.pathStyle);
  }
  return settings;
}

async function policyOf(file: string, terminal: Terminal): Promise<Partial<RunSettings>> {
  const { readPolicyFile } = await import("../../caps/cli/policy_file.ts");
  return readPolicyFile(file, terminal.pathStyle);
}

/** The files that flags have read and written for a run itself. */
function filesOf(
  { stdin, stdout, stderr, report, trace, savePolicy }: RunSettings,
  { flags }: CommandLine,
): NamedFile[] {
  const given = (name: FlagName): string | undefined => flags.find((flag) => flag.name === name)?.value;
  const named: [flag: NamedFile["flag"], file: string | undefined][] = [
    ["policy", given("policy")],
    ["journal", given("journal")],
    ["replay", given("replay")],
    ["stdin", streamFile(stdin)],
    ["stdout", streamFile(stdout)],
    // One file for both is shared by them.
    ["stderr", stderr === stdout ? undefined : streamFile(stderr)],
    ["report", report === "-" ? undefined : report],
    ["trace", trace?.file],
    ["save-policy", savePolicy],
  ];
  return named.flatMap(([flag, file]) => file === undefined ? [] : [{ flag, file }]);
}

/** Those that are there without a flag. */
function filesBeside(
  { stdout, stderr }: RunSettings,
  { operands }: CommandLine,
  { pathStyle }: Terminal,
): NamedFile[] {
  const files: NamedFile[] = [];
  if (operands[0] !== undefined && operands[0] !== "-") files.push({ flag: "the module", file: operands[0] });
  // Windows gives what is open no names.
  if (pathStyle === "windows") return files;
  if (stdout === "inherit") files.push({ flag: "standard output", file: "/dev/fd/1" });
  if (stderr === "inherit") files.push({ flag: "standard error", file: "/dev/fd/2" });
  return files;
}

function streamFile(stream: string): string | undefined {
  return stream === "inherit" || stream === "null" ? undefined : stream;
}

/**
 * `--save-policy`: prepares for keeping what is granted, as a policy. Under lockdown no code could be loaded any more.
 *
 * @param settings What is granted
 * @param file The file that keeps it
 * @param terminal Whose rules paths follow
 * @returns What writes it, or throws a `CommandError` when it cannot be written
 */
export async function policyKeeper(
  settings: RunSettings,
  file: string,
  terminal: Terminal,
): Promise<() => void> {
  const { writePolicyFile } = await import("../../caps/cli/policy_file.ts");
  return () => writePolicyFile(settings, file, terminal.pathStyle);
}
