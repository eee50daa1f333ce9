/**
 * One file that several flags name: what one of them writes, the other would lose.
 *
 * @module
 */
import { isPermitted } from "../host/permitted.ts";
import type { PathStyle } from "../mount.ts";
import { directoryOf } from "../policy/paths.ts";
import type { FlagName } from "./flags.ts";
import { CommandError } from "./messages.ts";

/** A file that a flag names. */
export interface NamedFile {
  /** The flag. */
  readonly flag: FlagName;
  /** The file, as written. */
  readonly file: string;
}

/**
 * Refuses two flags that name the same file, in whatever way. What is no file, a pipe or a device, may get everything.
 *
 * @param files What the flags name; the two outputs of a program only once if they are to share a file
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
  const seen = new Map<string, FlagName>();
  for (const { flag, file } of files) {
    const identity = identityOf(file, style);
    if (identity === undefined) continue;
    const other = seen.get(identity);
    if (other === undefined) {
      seen.set(identity, flag);
      continue;
    }
    throw new CommandError(`Flags "--${other}" and "--${flag}" name one file: "${file}"`, {
      hint: other === "stdout" && flag === "stderr"
        ? "Write its name in the same way for both, and it gets the lines of both in order"
        : "Give one of them another file",
    });
  }
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
