/**
 * `keyhole box MODULE`: each line of standard input is a message, each message of the guest a line of output.
 *
 * @module
 */
import { exitCodeOf, reasonOf } from "../../caps/cli/files.ts";
import type { FlagName } from "../../caps/cli/flags.ts";
import { CommandError, formatError } from "../../caps/cli/messages.ts";
import type { CommandLine } from "../../caps/cli/parse.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";
import { isFault } from "../../caps/fault.ts";
import { inheritInput } from "../../caps/host/standard.ts";
import { printable } from "../../caps/printable.ts";
import { Box } from "../box.ts";
import { MessageError } from "../box/codec.ts";
import { BoxError } from "../box/error.ts";
import { JournalError, mustBeJournal } from "../box/journal.ts";
import { type BoxModule, loadBoxModule } from "../box/module.ts";
import type { BoxOptions } from "../box/options.ts";
import { ExitCode } from "../outcome.ts";
import { SnapshotError } from "../snapshot/error.ts";
import { BoxCommands } from "./box_commands.ts";
import { openJournal, readFile } from "./box_files.ts";
import { openGrants } from "./grants.ts";
import { linesOf } from "./lines.ts";
import { loadModule } from "./module_source.ts";
import { settingsOf } from "./settings.ts";
import { openStreams } from "./streams.ts";
import { clocksOf } from "./time_and_chance.ts";
import { collectVariables } from "./variables.ts";

/**
 * Lets a guest live on the lines of standard input.
 *
 * @param line The command line: the module, and what its guest may touch
 * @param terminal The process
 * @returns The exit code: 0, or that of what the guest failed over if it was not restored since
 * @throws {CommandError} For whatever is wrong before the first line
 * @throws {UnusableModuleError} For a module that is no guest for a box
 */
export async function box(line: CommandLine, terminal: Terminal): Promise<number> {
  const given = (name: FlagName): string | undefined => line.flags.find((flag) => flag.name === name)?.value;
  const replayed = replayOf(given);
  const settings = await settingsOf(line, terminal);
  const bytes = await loadModule(line.operands[0]!, terminal, settings.quiet);
  const grants = await openGrants(settings, await clocksOf(settings));
  const journal = given("journal") === undefined ? undefined : openJournal(given("journal")!);
  const { streams, begin } = await openStreams({ ...settings, stdin: "null" });
  const { timeout, memory, fuel } = settings.limits;
  const options: BoxOptions<string> & { codec?: undefined } = {
    onMessage: (message) => terminal.say(`==> [${message}]\n`),
    env: collectVariables(settings.variables, terminal),
    dirs: grants.mounts,
    stdout: streams.stdout,
    stderr: streams.stderr,
    seed: settings.seed,
    rollBack: given("roll-back") !== undefined,
    journal,
    time: given("freeze-time") === undefined ? Date.now() : 0,
  };
  try {
    const module = await loadBoxModule(bytes, { timeout, memory, fuel });
    begin();
    if (replayed !== undefined) return await replay(module, replayed, options, terminal);
    const opened = await Box.open(module, options);
    return await live(
      opened,
      new BoxCommands(opened, terminal, {
        frozen: given("freeze-time") !== undefined,
        form: given("raw") === undefined ? "keyhole" : "raw",
      }),
      terminal,
    );
  } catch (error) {
    throw explained(error);
  } finally {
    journal?.close();
    grants.close();
  }
}

async function live(box: Box, commands: BoxCommands, terminal: Terminal): Promise<number> {
  let failure: BoxError | undefined;
  for (const text of inputLines()) {
    try {
      await commands.obey(text);
    } catch (error) {
      if (error instanceof BoxError && error.reason !== "poisoned") failure = error;
      terminal.complain(formatError(toldOf(error), terminal.colour));
    }
  }
  await box.close();
  return box.poisoned ? codeOf(failure) : 0;
}

function* inputLines(): Generator<string, void> {
  try {
    yield* linesOf(inheritInput());
  } catch (error) {
    if (!isFault(error)) throw error;
    throw new CommandError(`Standard input cannot be read: ${reasonOf(error)}`, { code: exitCodeOf(error) });
  }
}

/** A journal to be replayed, and how far. */
interface Replayed {
  readonly file: string;
  readonly entries: number | undefined;
}

/** What is to be replayed. Looked at before anything is opened: opening a journal makes its file. */
function replayOf(given: (name: FlagName) => string | undefined): Replayed | undefined {
  const file = given("replay");
  const entries = given("entries");
  if (entries !== undefined && !/^\d{1,15}$/.test(entries)) {
    throw new CommandError(`"${entries}" is not a number of entries`, { hint: "Write --entries 3" });
  }
  if (file === undefined && entries !== undefined) {
    throw new CommandError('Flag "--entries" needs "--replay"', {
      hint: `Write --replay JOURNAL --entries ${entries}`,
    });
  }
  if (file !== undefined && given("journal") !== undefined) {
    throw new CommandError('Flags "--journal" and "--replay" cannot be combined', {
      hint: "A replay writes nothing: leave out --journal",
    });
  }
  return file === undefined
    ? undefined
    : { file, entries: entries === undefined ? undefined : Number(entries) };
}

async function replay(
  module: BoxModule,
  { file, entries }: Replayed,
  options: BoxOptions<string> & { codec?: undefined },
  terminal: Terminal,
): Promise<number> {
  const replayed = await Box.replay(module, readFile(file, mustBeJournal), {
    ...options,
    journal: undefined,
    entries,
  });
  terminal.say(replayed.poisoned ? "State poisoned\n" : `State ${await replayed.hash()}\n`);
  return 0;
}

/** What goes wrong over one line, and not over the next. */
function toldOf(error: unknown): { message: string; hint?: string } {
  if (error instanceof BoxError && error.reason === "poisoned") {
    return { message: "The guest has failed", hint: "Write !!restore FILE, or use --roll-back next time" };
  }
  const known = error instanceof BoxError || error instanceof SnapshotError ||
    error instanceof MessageError ||
    error instanceof CommandError;
  if (known) return { message: printable(error.message) };
  throw error;
}

/** What goes wrong before the first line, and for good. */
function explained(error: unknown): unknown {
  if (error instanceof JournalError && isFault(error.cause)) {
    const { message, cause } = error;
    return new CommandError(message.replace(cause.code, reasonOf(cause)), { code: exitCodeOf(cause) });
  }
  if (error instanceof JournalError) return new CommandError(error.message);
  if (error instanceof BoxError) return new CommandError(error.message, { code: codeOf(error) });
  if (isFault(error)) {
    const message = `What is granted cannot be opened once more: ${reasonOf(error)}`;
    return new CommandError(message, { code: exitCodeOf(error) });
  }
  return error;
}

function codeOf(error: BoxError | undefined): number {
  if (error?.reason === "timeout") return ExitCode.timeout;
  return error?.reason === "limit" ? ExitCode.limit : ExitCode.trap;
}
