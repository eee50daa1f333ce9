/**
 * What `--trace` asks for.
 *
 * @module
 */
import { CommandError, shellWord } from "./messages.ts";
import { listed } from "../listed.ts";
import { nearest } from "../nearest.ts";

/** Which calls are shown, and where. */
export interface TraceSetting {
  /** The families of calls, or `undefined` for all. */
  readonly families: readonly TraceFamily[] | undefined;
  /** The file that gets the lines, or `undefined` for stderr. */
  readonly file: string | undefined;
}

/** All families of calls: what their names begin with. */
export const TRACE_FAMILIES = [
  "args",
  "environ",
  "clock",
  "fd",
  "path",
  "poll",
  "proc",
  "random",
  "sched",
  "sock",
] as const;

/** A family of calls. */
export type TraceFamily = typeof TRACE_FAMILIES[number];

/**
 * Reads one `--trace`: `fd,path` narrows, `calls.txt` redirects, the flag given twice does both.
 *
 * @param before What an earlier one asked for
 * @param value The value, empty for none
 * @returns What all of them ask for
 * @throws {CommandError} For what is neither a family nor looks like a file: it is a slip more often than a file; and for
 * families and a file in one
 *
 * @example
 * ```ts
 * import { readTrace } from "./trace_setting.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(readTrace(undefined, "fd,path"), { families: ["fd", "path"], file: undefined });
 * assertEquals(readTrace(undefined, "./calls"), { families: undefined, file: "./calls" });
 * ```
 */
export function readTrace(before: TraceSetting | undefined, value: string): TraceSetting {
  const { families, file } = before ?? { families: undefined, file: undefined };
  if (value === "") return { families, file };
  const words = value.split(",");
  const known = words.filter(isFamily);
  const others = words.filter((word) => !isFamily(word));
  if (others.length === 0) return { families: [...families ?? [], ...known], file };
  if (known.length === 0 && isPath(value)) return { families, file: value };
  const strange = others.find((word) => !isPath(word));
  if (strange === undefined) {
    throw new CommandError('Flag "--trace" takes families of calls or a file, not both at once', {
      hint: `Write --trace=${known.join(",")} --trace=${shellWord(others.join(","))}`,
    });
  }
  const meant = nearest(strange, TRACE_FAMILIES);
  throw new CommandError(`Flag "--trace" knows no family of calls "${strange}"`, {
    hint: meant === undefined
      ? `It takes ${listed(TRACE_FAMILIES)}, or a file such as ./${strange}`
      : `Did you mean --trace=${meant}? For a file, write --trace=./${strange}`,
  });
}

/** A file is known by what no family has in its name. */
function isPath(word: string): boolean {
  return /[./\\]/.test(word);
}

function isFamily(word: string): word is TraceFamily {
  return (TRACE_FAMILIES as readonly string[]).includes(word);
}
