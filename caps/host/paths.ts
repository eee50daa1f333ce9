/**
 * Paths of this machine taken apart. Pure: the platform is a parameter.
 *
 * @module
 */
import type { Platform } from "./errors.ts";

/**
 * Takes the last name off a path.
 *
 * @param path The path
 * @param platform Whose rules hold: Windows knows two kinds of slashes, and drives whose current directory it is
 * @returns The directory, which can be opened, and the name in it; the name is empty behind a slash
 *
 * @example
 * ```ts
 * import { splitPath } from "./paths.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(splitPath("/etc/hosts", "linux"), ["/etc/", "hosts"]);
 * assertEquals(splitPath("C:\\tools/a.txt", "windows"), ["C:\\tools/", "a.txt"]);
 * assertEquals(splitPath("C:a.txt", "windows"), ["C:.", "a.txt"]);
 * assertEquals(splitPath("C:a.txt", "linux"), [".", "C:a.txt"]);
 * ```
 */
export function splitPath(path: string, platform: Platform): [parent: string, name: string] {
  const windows = platform === "windows";
  const slash = Math.max(path.lastIndexOf("/"), windows ? path.lastIndexOf("\\") : -1);
  if (slash >= 0) return [path.slice(0, slash + 1), path.slice(slash + 1)];
  // Without a slash, "C:a.txt" is in the current directory of that drive.
  if (windows && /^[a-z]:/i.test(path)) return [`${path.slice(0, 2)}.`, path.slice(2)];
  return [".", path];
}

/**
 * The path that a `file:` URL stands for.
 *
 * @param url The URL
 * @param platform Whose rules hold
 * @returns The path
 * @throws {TypeError} For another kind of URL, and for one of another machine where there are no such paths
 *
 * @example
 * ```ts
 * import { pathOfUrl } from "./paths.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(pathOfUrl(new URL("file:///my%20data"), "linux"), "/my data");
 * assertEquals(pathOfUrl(new URL("file:///C:/my%20data"), "windows"), "C:\\my data");
 * assertEquals(pathOfUrl(new URL("file://server/share"), "windows"), "\\\\server\\share");
 * assertThrows(() => pathOfUrl(new URL("file://server/share"), "linux"), TypeError);
 * ```
 */
export function pathOfUrl(url: URL, platform: Platform): string {
  const foreign = url.hostname !== "" && platform !== "windows";
  if (url.protocol !== "file:" || foreign) {
    throw new TypeError(`Cannot open "${url}" as a directory: give a file: URL of this machine`);
  }
  // A percent sign that begins no code is one; Deno reads such URLs in the same way.
  const path = decodeURIComponent(url.pathname.replace(/%(?![\da-f]{2})/gi, "%25"));
  if (platform !== "windows") return path;
  const backslashed = path.replaceAll("/", "\\");
  if (url.hostname !== "") return `\\\\${url.hostname}${backslashed}`;
  return backslashed.replace(/^\\(?=[a-z]:)/i, "");
}
