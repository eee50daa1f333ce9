/**
 * What a guest reads and writes as its standard streams.
 *
 * @module
 */
import { CommandError, shellWord } from "../../caps/cli/messages.ts";
import type { RunSettings } from "../../caps/cli/settings.ts";
import { Open } from "../../caps/directory.ts";
import { type FaultCode, isFault } from "../../caps/fault.ts";
import type { File } from "../../caps/file.ts";
import { hostFile } from "../../caps/host/file.ts";
import { inheritInput, inheritOutput } from "../../caps/host/standard.ts";
import type { InputStream, OutputStream } from "../../caps/stream.ts";
import { fileInput, fileOutput } from "../../caps/streams/file.ts";
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

/**
 * Opens a guest's standard streams.
 *
 * @param settings What the flags ask for
 * @returns The streams
 * @throws {CommandError} For a file that cannot be opened
 */
export function openStreams({ stdin, stdout, stderr }: RunSettings): StandardStreams {
  const input = stdin === "inherit"
    ? inheritInput()
    : stdin === "null"
    ? nullInput()
    : fileInput(openFile("stdin", stdin));
  const output = openOutput("stdout", stdout);
  // One file for both gets the lines in the order written, as with 2>&1 of a shell.
  const shared = stderr === stdout && stderr !== "inherit";
  return { stdin: input, stdout: output, stderr: shared ? output : openOutput("stderr", stderr) };
}

function openOutput(which: "stdout" | "stderr", where: string): OutputStream {
  if (where === "inherit") return inheritOutput(which);
  return where === "null" ? nullOutput() : fileOutput(openFile(which, where));
}

function openFile(which: "stdin" | "stdout" | "stderr", path: string): File {
  const reading = which === "stdin";
  try {
    const { directory, name } = hostFile(path, { mayBeMissing: !reading });
    try {
      const opened = directory.open(name, reading ? Open.read : Open.write | Open.create | Open.truncate);
      if (opened.kind === "file") return opened;
      throw new CommandError(`"${path}" became a directory`);
    } finally {
      directory.close();
    }
  } catch (error) {
    if (!isFault(error)) throw error;
    throw explain(which, path, error.code);
  }
}

function explain(which: keyof typeof REDIRECTIONS, path: string, code: FaultCode): CommandError {
  const file = `File "${path}" of --${which}`;
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return new CommandError(`${file} does not exist`);
    case "EISDIR":
      return new CommandError(`${file} is a directory`);
    case "ENXIO":
      return new CommandError(`${file} is a device, pipe or socket`, {
        hint: `Let the shell open it: ${REDIRECTIONS[which]} ${shellWord(path)}`,
      });
    case "EACCES":
    case "EPERM":
      return new CommandError(`${file} cannot be opened: permission denied`);
    default:
      return new CommandError(`${file} cannot be opened (${code})`);
  }
}

const REDIRECTIONS = { stdin: "<", stdout: ">", stderr: "2>" } as const;
