/**
 * What a guest reads and writes as its standard streams.
 *
 * @module
 */
import { exitCodeOf, reasonOf } from "../../caps/cli/files.ts";
import { CommandError, shellWord } from "../../caps/cli/messages.ts";
import type { RunSettings } from "../../caps/cli/run_settings.ts";
import { Open } from "../../caps/directory.ts";
import { type Fault, isFault } from "../../caps/fault.ts";
import type { File } from "../../caps/file.ts";
import { canEndProcess } from "../../caps/host/permitted.ts";
import { inheritInput, inheritOutput } from "../../caps/host/standard.ts";
import type { InputStream, OutputStream } from "../../caps/stream.ts";
import { nullInput, nullOutput } from "../../caps/streams/null.ts";

/** A guest's standard streams. */
export interface StandardStreams {
  /** Descriptor 0. */
  readonly stdin: InputStream;
  /** Descriptor 1. */
  readonly stdout: OutputStream;
  /** Descriptor 2. */
  readonly stderr: OutputStream;
}

/** A guest's standard streams, opened for a guest that has not started. */
export interface OpenedStreams {
  /** The streams. */
  readonly streams: StandardStreams;

  /**
   * Empties the files that get output. Called when nothing keeps the guest from starting any more: until then they hold
   * what they held.
   *
   * @throws {CommandError} For a file that cannot be emptied
   */
  begin(): void;
}

/**
 * Opens a guest's standard streams.
 *
 * @param settings What the flags ask for
 * @returns The streams
 * @throws {CommandError} For a file that cannot be opened
 */
export async function openStreams(settings: RunSettings): Promise<OpenedStreams> {
  const { stdin, stdout, stderr } = settings;
  // A guest that waits for a client must not keep the thread that the client is to come by, nor a thread of a guest the
  // one that answers all of them. And where nothing could end a read that blocks when time is up, no read may block.
  const threaded = settings.threads !== undefined;
  const asynchronous = settings.listen.length > 0 || threaded ||
    settings.limits.timeout !== undefined && !settings.deterministic && !canEndProcess();
  const input = await openInput(stdin, asynchronous);
  const replaced: ReplacedFile[] = [];
  const output = await openOutput("stdout", stdout, replaced, threaded);
  // One file for both gets the lines in the order written, as with 2>&1 of a shell.
  const shared = stderr === stdout && stderr !== "inherit";
  const errors = shared ? output : await openOutput("stderr", stderr, replaced, threaded);
  const streams = { stdin: input, stdout: output, stderr: errors };
  return {
    streams: settings.deterministic ? (await import("./determinism.ts")).steadyStreams(streams) : streams,
    begin(): void {
      for (const file of replaced) empty(file);
    },
  };
}

/** A file that gets output in place of what it holds. */
interface ReplacedFile {
  readonly which: "stdout" | "stderr";
  readonly path: string;
  readonly file: File;
}

function empty({ which, path, file }: ReplacedFile): void {
  try {
    file.setSize(0);
  } catch (error) {
    if (!isFault(error)) throw error;
    throw explain(which, path, error);
  }
}

async function openInput(where: string, asynchronous: boolean): Promise<InputStream> {
  if (where === "inherit") return inheritInput({ asynchronous });
  if (where === "null") return nullInput();
  const file = await openFile("stdin", where);
  return (await import("../../caps/streams/file.ts")).fileInput(file);
}

async function openOutput(
  which: "stdout" | "stderr",
  where: string,
  replaced: ReplacedFile[],
  asynchronous: boolean,
): Promise<OutputStream> {
  if (where === "inherit") return inheritOutput(which, { asynchronous });
  if (where === "null") return nullOutput();
  const file = await openFile(which, where);
  replaced.push({ which, path: where, file });
  return (await import("../../caps/streams/file.ts")).fileOutput(file);
}

async function openFile(which: keyof typeof REDIRECTIONS, path: string): Promise<File> {
  const { hostFile } = await import("../../caps/host/file.ts");
  const reading = which === "stdin";
  try {
    const { directory, name } = hostFile(path, { mayBeMissing: !reading });
    try {
      const opened = directory.open(name, reading ? Open.read : Open.write | Open.create);
      if (opened.kind === "file") return opened;
      throw new CommandError(`"${path}" became a directory`);
    } finally {
      directory.close();
    }
  } catch (error) {
    if (!isFault(error)) throw error;
    throw explain(which, path, error);
  }
}

function explain(which: keyof typeof REDIRECTIONS, path: string, fault: Fault): CommandError {
  const file = `File "${path}" of --${which}`;
  switch (fault.code) {
    case "ENOENT":
    case "ENOTDIR":
      return new CommandError(`${file} does not exist`);
    case "EISDIR":
      return new CommandError(`${file} is a directory`);
    case "ENXIO":
      return new CommandError(`${file} is a device, pipe or socket`, {
        hint: path === "/dev/null"
          ? `Write --${which} null`
          : `Let the shell open it: ${REDIRECTIONS[which]} ${shellWord(path)}`,
      });
    default:
      return new CommandError(`${file} cannot be opened: ${reasonOf(fault)}`, { code: exitCodeOf(fault) });
  }
}

const REDIRECTIONS = { stdin: "<", stdout: ">", stderr: "2>" } as const;
