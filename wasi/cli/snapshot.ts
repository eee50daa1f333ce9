/**
 * `keyhole snapshot MODULE -o FILE`: a module that has its initialization behind it.
 *
 * @module
 */
import type { FlagName } from "../../caps/cli/flags.ts";
import { CommandError, shellWord } from "../../caps/cli/messages.ts";
import { writeFile } from "../../caps/cli/output_file.ts";
import type { CommandLine } from "../../caps/cli/parse.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";
import { kindOfBytes } from "../binary/kind.ts";
import { SnapshotError } from "../snapshot/error.ts";
import { preinitializeWith } from "../snapshot/preinitialize.ts";
import { parseText } from "../text.ts";
import { UnusableModuleError } from "../unusable.ts";
import { openGrants } from "./grants.ts";
import { loadModule, programName } from "./module_source.ts";
import { settingsOf } from "./settings.ts";
import { openStreams } from "./streams.ts";
import { clocksOf, randomOf } from "./time_and_chance.ts";
import { collectVariables } from "./variables.ts";

/**
 * Initializes a module and writes a module that begins where that one ended.
 *
 * @param line The command line: the module, what its initialization may touch, and where the new module goes
 * @param terminal The process
 * @returns The exit code
 * @throws {CommandError} Without `-o`, and for what cannot be opened or written
 * @throws {UnusableModuleError} For a module that cannot be initialized or saved
 */
export async function snapshot(line: CommandLine, terminal: Terminal): Promise<number> {
  const given = (name: FlagName): string | undefined => line.flags.find((flag) => flag.name === name)?.value;
  const from = line.operands[0]!;
  const to = given("output");
  if (to === undefined) {
    const name = from === "-" ? "ready.wasm" : from.replace(/(\.wat|\.wasm)?$/, ".ready.wasm");
    const hint = `keyhole snapshot ${shellWord(from)} -o ${shellWord(name)}`;
    throw new CommandError("No file given for the new module", { hint });
  }
  const settings = await settingsOf(line, terminal);
  const source = await loadModule(from, terminal, settings.quiet);
  const { timeout, memory } = settings.limits;
  const clocks = await clocksOf(settings);
  const grants = await openGrants(settings, clocks);
  try {
    const bytes = kindOfBytes(source) === "text" ? await parseText(source) : source;
    const guest = {
      args: [settings.argv0 ?? programName(from, terminal.pathStyle)],
      env: collectVariables(settings.variables, terminal),
      preopens: grants.mounts,
      ...(await openStreams(settings)).streams,
      clocks,
      random: await randomOf(settings),
      limits: { timeout, memory },
    };
    const module = preinitializeWith(bytes, guest, given("init"));
    if (to === "-") terminal.say(module);
    else writeFile(to, module);
    return 0;
  } catch (error) {
    if (error instanceof SnapshotError) throw new UnusableModuleError(error.message);
    throw error;
  } finally {
    grants.close();
  }
}
