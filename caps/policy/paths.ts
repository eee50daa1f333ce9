/**
 * Paths of this machine in a policy: relative to the file that it is in.
 *
 * @module
 */
import type { PathStyle } from "../mount.ts";

/**
 * The path that a policy means.
 *
 * @param directory The directory that the policy is in; empty for the current one
 * @param path The path as the policy says it
 * @param style Whose rules both follow
 * @returns The path for whoever runs keyhole
 *
 * @example
 * ```ts
 * import { pathInPolicy } from "./paths.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(pathInPolicy("ci", "docs", "posix"), "ci/docs");
 * assertEquals(pathInPolicy("ci", "/srv", "posix"), "/srv");
 * ```
 */
export function pathInPolicy(directory: string, path: string, style: PathStyle): string {
  if (directory === "" || isAbsolute(path, style)) return path;
  if (path === ".") return directory;
  return joined(directory, path.startsWith("./") ? path.slice(2) : path, style);
}

/**
 * The same path as a policy says it that lies in a directory: relative when it is in there, absolute elsewhere.
 *
 * @param directory The directory that the policy lies in, absolute; empty when it is not known
 * @param path The path for whoever runs keyhole
 * @param current The current directory, absolute
 * @param style Whose rules they follow
 * @returns The path for the policy
 *
 * @example
 * ```ts
 * import { pathForPolicy } from "./paths.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(pathForPolicy("/me/ci", "ci/docs", "/me", "posix"), "docs");
 * assertEquals(pathForPolicy("/me/ci", "docs", "/me", "posix"), "/me/docs");
 * ```
 */
export function pathForPolicy(directory: string, path: string, current: string, style: PathStyle): string {
  const absolute = tidy(pathInPolicy(current, path, style), style);
  if (directory === "") return absolute;
  const here = tidy(directory, style);
  if (absolute === here) return ".";
  const inside = joined(here, "", style);
  return absolute.startsWith(inside) ? absolute.slice(inside.length) : absolute;
}

/** An absolute path without what makes no difference: slashes at the end, doubled ones, and `.` components. */
function tidy(path: string, style: PathStyle): string {
  // What two backslashes begin on Windows is no path without both.
  const [root] = (style === "windows" ? /^([A-Za-z]:)?[\\/]*/ : /^\/*/).exec(path)!;
  const names = path.slice(root.length).split(style === "windows" ? /[\\/]/ : "/");
  const rest = names.filter((name) => name !== "" && name !== ".").join(separator(style));
  return (style === "windows" ? root : "/") + rest;
}

/**
 * The directory that a file is in.
 *
 * @param path The file's path
 * @param style Whose rules it follows
 * @returns The directory's path, empty for the current one
 *
 * @example
 * ```ts
 * import { directoryOf } from "./paths.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([directoryOf("ci/p.json", "posix"), directoryOf("p.json", "posix")], ["ci", ""]);
 * assertEquals(directoryOf("/p.json", "posix"), "/");
 * ```
 */
export function directoryOf(path: string, style: PathStyle): string {
  const slashes = style === "windows" ? /[\\/](?=[^\\/]*$)/ : /\/(?=[^/]*$)/;
  const at = path.search(slashes);
  if (at < 0) return "";
  return at === 0 ? path.slice(0, 1) : path.slice(0, at);
}

/** On Windows also what begins with a drive: no other directory can be put in front of it. */
function isAbsolute(path: string, style: PathStyle): boolean {
  return style === "windows" ? /^([A-Za-z]:|[\\/])/.test(path) : path.startsWith("/");
}

function joined(directory: string, path: string, style: PathStyle): string {
  const ended = style === "windows" ? /[\\/]$/ : /\/$/;
  return ended.test(directory) ? directory + path : directory + separator(style) + path;
}

function separator(style: PathStyle): string {
  return style === "windows" ? "\\" : "/";
}
