/**
 * `--prompt`: the user is asked about what no grant covers.
 *
 * @module
 */
import { writePolicyFile } from "../../caps/cli/policy_file.ts";
import { kindOfPath, mustNotBeLink } from "../../caps/cli/files.ts";
import { CommandError, formatHint } from "../../caps/cli/messages.ts";
import { type MountSetting, withoutReplaced } from "../../caps/cli/mount_settings.ts";
import { makePrompt, type Prompt, terminalLines } from "../../caps/cli/prompt.ts";
import type { RunSettings } from "../../caps/cli/run_settings.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";
import type { Directory } from "../../caps/directory.ts";
import type { Policy, PolicyMount } from "../../caps/policy.ts";
import { settingsOfPolicy } from "../../caps/policy/settings.ts";
import { printable } from "../../caps/printable.ts";
import { isWithin, parentOf } from "../../caps/program_path.ts";
import { Answers } from "../../caps/prompt/answers.ts";
import { Beginnings } from "../../caps/prompt/beginnings.ts";
import { askingDirectory } from "../../caps/prompt/directory.ts";
import { asWritten } from "../../caps/report/as_written.ts";
import { grantText } from "../../caps/report/lines.ts";
import type { Preopen } from "../guest.ts";
import { toBinary } from "../program.ts";
import { requestedGrants } from "../requested_grants.ts";
import type { Growth } from "./growth.ts";
import { rootsBeside } from "./roots.ts";

/**
 * Prepares for asking, and asks at once for what the module itself asks for.
 *
 * @param settings What was granted by flags
 * @param source The module
 * @param program Its name, as the user knows it
 * @param terminal The terminal
 * @returns Who asks
 * @throws {CommandError} Where there is no terminal, beside `--explain`, and when lockdown is required: nothing could be
 * opened later
 */
export async function startPrompting(
  settings: RunSettings,
  source: Uint8Array<ArrayBuffer>,
  program: string,
  terminal: Terminal,
): Promise<Prompting> {
  if (settings.lockdown === "require") {
    throw new CommandError('Flags "--prompt" and "--lockdown=require" cannot be combined', {
      hint: "Under lockdown nothing can be opened any more when the program has started",
    });
  }
  if (settings.explain) {
    throw new CommandError('Flags "--prompt" and "--explain" cannot be combined', {
      hint: "With --prompt you are asked about all that --explain would tell",
    });
  }
  const readLine = terminalLines();
  if (readLine === undefined) {
    throw new CommandError('Flag "--prompt" needs a terminal', {
      hint: "To see what the program asks for, write --explain",
    });
  }
  const prompt = makePrompt(program, terminal, readLine);
  const requested = requestedGrants(await toBinary(source));
  const given: RunSettings = { ...settings, lockdown: "off" };
  if (requested === undefined) return new Prompting(given, prompt, terminal);
  if ("problem" in requested) {
    const note = `What ${program} asks for by itself cannot be read: ${requested.problem}`;
    terminal.complain(formatHint(note, terminal.colour));
    return new Prompting(given, prompt, terminal);
  }
  return new Prompting(withRequested(given, requested.policy, program, prompt, terminal), prompt, terminal);
}

/** Asks for each thing that a module wishes and that nobody has granted yet. */
function withRequested(
  settings: RunSettings,
  { mounts = [], env = {} }: Policy,
  program: string,
  prompt: Prompt,
  terminal: Terminal,
): RunSettings {
  const whether = (what: string): boolean =>
    prompt.askWhether(`keyhole: ${printable(program)} wants ${what}. Grant it for this run?`);
  const granted: PolicyMount[] = [];
  for (const mount of mounts) {
    const [own] = settingsOfPolicy({ mounts: [mount] }, "", terminal.pathStyle).mounts!;
    if (withoutReplaced([own!], settings.mounts).length > 0 && whether(mountText(mount))) granted.push(mount);
  }
  const named = new Set(settings.variables.flatMap((it) => "name" in it ? [it.name] : it.passOn ?? []));
  const variables = Object.entries(env).filter(([name, value]) =>
    !named.has(name) && whether(typeof value === "string" ? `to set ${name}` : `your variable ${name}`)
  );
  const more = settingsOfPolicy(
    { mounts: granted, env: Object.fromEntries(variables) },
    "",
    terminal.pathStyle,
  );
  return {
    ...settings,
    mounts: [...settings.mounts, ...more.mounts!],
    variables: [...settings.variables, ...more.variables!],
  };
}

function mountText(mount: PolicyMount): string {
  const [name, what, access] = grantText(mount);
  const verb = access === "ro" ? "to read" : "to read and change";
  return `${verb} "${printable(what)}" as "${printable(name)}"`;
}

/** Who asks the user during one run. */
export class Prompting {
  /** What is granted without asking. */
  readonly settings: RunSettings;
  readonly #prompt: Prompt;
  readonly #terminal: Terminal;
  readonly #answers = new Answers();
  readonly #beginnings = new Beginnings(kindOfPath);

  /**
   * @param settings What is granted without asking
   * @param prompt What asks
   * @param terminal Where the user is
   */
  constructor(settings: RunSettings, prompt: Prompt, terminal: Terminal) {
    this.settings = settings;
    this.#prompt = prompt;
    this.#terminal = terminal;
  }

  /** To be called before each call of the guest: what was granted for one call is gone with the next. */
  readonly beforeCall = (): void => this.#answers.forgetOnce();

  /**
   * The directories in which everything lies that no grant covers. Where one of them is granted, there is none.
   *
   * @param args What the program is called with
   * @param growth What limits the growth of everything
   * @returns Mounts that ask
   */
  mounts(args: readonly string[], growth: Growth | undefined): Preopen[] {
    const roots = rootsBeside(this.settings.mounts, "asked about", this.#terminal);
    const gate = {
      answers: this.#answers,
      spelled: (path: string) => asWritten(path, args, (it) => kindOfPath(it) !== undefined),
      ask: (path: string, access: "read" | "change") => {
        this.#beginnings.note(path);
        this.#answers.add(path, access, this.#prompt.askAccess(path, access, parentOf(path)));
      },
      changeName: (path: string) => this.#beginnings.changeName(path),
      limited: (directory: Directory) => growth?.limit(directory) ?? directory,
    };
    return roots.map((name) => ({ name, directory: askingDirectory(name, gate) }));
  }

  /**
   * Keeps what was granted as a policy, where the user wants it.
   *
   * @throws {CommandError} When it cannot be written
   */
  finish(): void {
    const answered = this.#answered();
    const { savePolicy, mounts } = this.settings;
    const file = savePolicy ??
      (answered.length === 0 ? "" : this.#prompt.askLine(
        "keyhole: Keep what you granted as a policy? The name of a file, or nothing for no",
      ));
    if (file === "") return;
    const kept = answered.filter((mount) => !answered.some((it) => it !== mount && isIn(mount.guest, it)));
    for (const { guest, readOnly } of answered.filter((mount) => !kept.includes(mount))) {
      const lost = !readOnly && kept.some((it) => it.readOnly && isIn(guest, it));
      if (!lost) continue;
      const note = `"${guest}" is kept for reading only, like the directory it is in`;
      this.#terminal.complain(formatHint(note, this.#terminal.colour));
    }
    const all: RunSettings = { ...this.settings, lockdown: "auto", mounts: [...mounts, ...kept] };
    mustNotBeLink(file);
    writePolicyFile(all, file, this.#terminal.pathStyle);
  }

  /** What was granted, as far as it can be before a run; says what takes more than that. */
  #answered(): MountSetting[] {
    const mounts = new Map<string, MountSetting>();
    for (const { path, access } of this.#answers.permissions) {
      const { path: granted, kind } = this.#beginnings.grantFor(path, access) ?? {};
      if (granted === undefined || kind === undefined) continue;
      const readOnly = access === "read" && (mounts.get(granted)?.readOnly ?? true);
      const flag = kind === "file" ? "file" : "dir";
      if (granted !== path && !mounts.has(granted)) {
        const note =
          `"${path}" was not there, or its name was changed: to keep that takes all of "${granted}"`;
        this.#terminal.complain(formatHint(note, this.#terminal.colour));
      }
      mounts.set(granted, { kind, host: granted, guest: granted, readOnly, flag });
    }
    return [...mounts.values()];
  }
}

/** Whether a path lies in a directory that is granted: there cannot be a mount of its own for it beside that. */
function isIn(path: string, { kind, guest }: MountSetting): boolean {
  return kind === "directory" && isWithin(path, guest);
}
