/**
 * `keyhole wat FILE -o FILE`.
 *
 * @module
 */
import { CommandError, shellWord } from "../../caps/cli/messages.ts";
import { writeFile } from "../../caps/cli/output_file.ts";
import type { CommandLine } from "../../caps/cli/parse.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";
import { kindOfBytes } from "../binary/kind.ts";
import { parseText } from "../text.ts";
import { UnusableModuleError } from "../unusable.ts";
import { loadModule } from "./module_source.ts";

/**
 * Translates a module from the text format to the binary format.
 *
 * @param line The command line: the text, and where the module goes
 * @param terminal Where it goes with `-o -`
 * @returns The exit code
 * @throws {CommandError} Without `-o`, for a file that cannot be read or written
 * @throws {UnusableModuleError} For a text that is no module
 */
export async function wat(line: CommandLine, terminal: Terminal): Promise<number> {
  const from = line.operands[0]!;
  const to = line.flags.find((flag) => flag.name === "output")?.value;
  if (to === undefined) {
    const name = from === "-" ? "module.wasm" : from.replace(/(\.wat|\.wast|\.wasm)?$/, ".wasm");
    const hint = `keyhole wat ${shellWord(from)} -o ${shellWord(name)}`;
    throw new CommandError("No file given for the binary module", { hint });
  }
  const text = await loadModule(from, terminal, false);
  if (kindOfBytes(text) === "module") throw new UnusableModuleError("It is a binary module already");
  const bytes = await parseText(text);
  if (to === "-") terminal.say(bytes);
  else writeFile(to, bytes);
  return 0;
}
