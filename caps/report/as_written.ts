/**
 * Whether a path was absolute before a guest's library took it apart.
 *
 * @module
 */
import { isWithin } from "../program_path.ts";

/**
 * How a program most likely wrote a path. Many libraries drop the slash in front before they ask the host, so that
 * `/data/x` and `data/x` look alike. What the program was called with tells which it was; without that, what there is
 * on this machine, and if there is nothing, a path of several names is more often absolute.
 *
 * @param path The path as the host was asked for it; two with an arrow between for two
 * @param args What the program was called with
 * @param isThere Tells whether there is something at a path of this machine; nothing unless given
 * @returns The path, with a slash in front if it most likely had one
 *
 * @example
 * ```ts
 * import { asWritten } from "./as_written.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(asWritten("data/x", ["tool", "/data/x"]), "/data/x");
 * assertEquals(asWritten("data/x", ["tool", "--in=./data"]), "data/x");
 * assertEquals(asWritten("data/x", ["tool"], (path) => path === "data"), "data/x");
 * assertEquals(asWritten("etc/hosts", ["tool"]), "/etc/hosts");
 * assertEquals(asWritten("a::b/c", ["tool", "a::b/c"]), "a::b/c");
 * ```
 */
export function asWritten(
  path: string,
  args: readonly string[],
  isThere: (path: string) => boolean = () => false,
): string {
  return path.split(" -> ").map((it) => {
    if (it === "" || it.startsWith("/") || /^\.\.?(\/|$)/.test(it)) return it;
    const isAbsolute = mentioned(it, args) ?? found(it, isThere) ?? it.includes("/");
    return isAbsolute ? `/${it}` : it;
  }).join(" -> ");
}

/** Whether the argument that has most in common with a path is absolute; `undefined` when none has anything. */
function mentioned(path: string, args: readonly string[]): boolean | undefined {
  // What separates words elsewhere may as well be part of a name.
  const words = args.flatMap((arg) => [arg, arg.slice(arg.indexOf("=") + 1), ...arg.split(/[=:,\s]/)]);
  const common = words.map((word) => {
    const names = word.split("/").filter((name) => name !== "" && name !== ".").join("/");
    const related = names !== "" && (isWithin(path, names) || isWithin(names, path));
    return { length: related ? Math.min(names.length, path.length) : 0, isAbsolute: word.startsWith("/") };
  });
  const best = common.reduce((one, other) => other.length > one.length ? other : one, {
    length: 0,
    isAbsolute: false,
  });
  return best.length === 0 ? undefined : best.isAbsolute;
}

/** Whether a path is there as an absolute one and not as a relative one, or else the directory it is in, and so on. */
function found(path: string, isThere: (path: string) => boolean): boolean | undefined {
  for (let it = path; it !== ""; it = it.slice(0, Math.max(0, it.lastIndexOf("/")))) {
    if (isThere(it)) return false;
    if (isThere(`/${it}`)) return true;
  }
  return undefined;
}
