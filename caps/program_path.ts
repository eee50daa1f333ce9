/**
 * Paths as a program writes them: slashes between names, relative ones below `.`.
 *
 * @module
 */

/**
 * The directory that a path is in.
 *
 * @param path The path
 * @returns The directory; `.` for a single relative name
 *
 * @example
 * ```ts
 * import { parentOf } from "./program_path.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(["/a/b", "/a", "a/b", "a"].map(parentOf), ["/a", "/", "a", "."]);
 * ```
 */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "." : slash === 0 ? "/" : path.slice(0, slash);
}

/**
 * Whether a path is a directory or lies in it, as the two are written: `..` counts as a name.
 *
 * @param path The path
 * @param directory The directory
 * @returns Whether it is
 *
 * @example
 * ```ts
 * import { isWithin } from "./program_path.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(["/data", "/data/x", "/database", "data"].map((path) => isWithin(path, "/data")), [true, true, false, false]);
 * assertEquals([isWithin("x", "."), isWithin("/x", "."), isWithin("/x", "/")], [true, false, true]);
 * ```
 */
export function isWithin(path: string, directory: string): boolean {
  if (path === directory) return true;
  if (directory === ".") return !path.startsWith("/");
  return path.startsWith(directory.endsWith("/") ? directory : `${directory}/`);
}
