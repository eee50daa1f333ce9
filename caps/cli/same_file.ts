/**
 * One file that a run has for several things: what one of them writes, the other would lose.
 *
 * @module
 */
import { isPermitted } from "../host/permitted.ts";
import type { PathStyle } from "../mount.ts";
import { directoryOf } from "../policy/paths.ts";
import type { FlagName } from "./flags.ts";
import { CommandError } from "./messages.ts";

/** A file that a flag names, or that is there without one. */
export interface NamedFile {
  /** The flag, or what else the file is: `the module`. */
  readonly flag: FlagName | typeof OTHERS[number];
  /** The file, as written. */
  readonly file: string;
}

/** What files are that no flag names. */
const OTHERS = ["the module", "standard output", "standard error"] as const;

const READ: ReadonlySet<NamedFile["flag"]> = new Set(["stdin", "policy", "replay", "the module"]);

/**
 * Refuses two flags that name the same file, in whatever way. What is no file, a pipe or a device, may get everything.
 *
 * @param files What there is; the two outputs of a program only once if they are to share a file
 * @param style Whose rules paths follow
 * @throws {CommandError} For the first two that are the same
 *
 * @example
 * ```ts
 * import { refuseSameFile } from "./same_file.ts";
 * import { assertThrows } from "@std/assert";
 *
 * const files = [{ flag: "stdout", file: "x" }, { flag: "report", file: "./x" }] as const;
 * assertThrows(() => refuseSameFile(files, "posix"), Error, 'Flags "--stdout" and "--report" name one file: "./x"');
 * ```
 */
export function refuseSameFile(files: readonly NamedFile[], style: PathStyle): void {
  const seen = new Map<string, NamedFile>();
  for (const named of files) {
    const identity = identityOf(named.file, style);
    if (identity === undefined) continue;
    const other = seen.get(identity);
    if (other === undefined) seen.set(identity, named);
    else if (!agree(other, named)) throw oneFile(other, named);
  }
}

/** Whether nothing is lost: what is only read, and what the user's shell has opened, is nobody's business here. */
function agree({ flag: one }: NamedFile, { flag: other }: NamedFile): boolean {
  return (READ.has(one) && READ.has(other)) || (isOther(one) && isOther(other));
}

function isOther(flag: NamedFile["flag"]): boolean {
  return OTHERS.some((other) => other === flag);
}

function oneFile(one: NamedFile, other: NamedFile): CommandError {
  if (isOther(one.flag) || isOther(other.flag)) {
    const [named, what] = isOther(one.flag) ? [other, one] : [one, other];
    const message = `Flag "--${named.flag}" names a file that is ${what.flag}, too: "${named.file}"`;
    return new CommandError(message, { hint: "Give it another file" });
  }
  const message = `Flags "--${one.flag}" and "--${other.flag}" name one file: "${other.file}"`;
  return new CommandError(message, {
    hint: one.flag === "stdout" && other.flag === "stderr"
      ? "Write its name in the same way for both, and it gets the lines of both in order"
      : "Give one of them another file",
  });
}

/** What only this file has; `undefined` for what is none. Where Deno may not look, the name as written has to do. */
function identityOf(path: string, style: PathStyle): string | undefined {
  const found = lookAt(path);
  if (found !== undefined) return found.isFile ? numbersOf(found, path) : undefined;
  const directory = directoryOf(path, style);
  const around = lookAt(directory || ".");
  const name = directory === "" ? path : path.slice(directory.length).replace(/^[\\/]+/, "");
  return around === undefined ? path : `${numbersOf(around, directory || ".")}/${name}`;
}

function lookAt(path: string): Deno.FileInfo | undefined {
  try {
    return isPermitted({ name: "read", path }) ? Deno.statSync(path) : undefined;
  } catch {
    return undefined; // It is not there, or whoever opens it will say what is wrong with it.
  }
}

/** On Windows a file may have no number to be known by. */
function numbersOf({ dev, ino }: Deno.FileInfo, path: string): string {
  return ino === null ? Deno.realPathSync(path) : `${dev}:${ino}`;
}
