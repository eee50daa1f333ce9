/**
 * Names and link targets on their way to the host and back. Pure: the platform is a parameter.
 *
 * @module
 */
import { Fault } from "../../fault.ts";
import { checkName } from "../../name.ts";
import type { Platform } from "../errors.ts";

/** What no name on Windows may hold: separators, streams (`:`), wildcards, control characters. */
// deno-lint-ignore no-control-regex -- the control characters are what is looked for
const notOnWindows = /[\x01-\x1f\\:*?"<>|]/;

/** Names that mean a device in every directory of Windows, also with spaces or an ending behind them. */
const windowsDevice =
  /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3]) *(?:[.].*)?$/i;

/**
 * Joins a directory of the host and one name. The walk sends nothing but single names; this is the second lock.
 *
 * @param directory An absolute path of the host
 * @param name A single name
 * @param platform Whose rules hold
 * @returns The path of the entry
 * @throws {Fault} As {@linkcode checkName}; on Windows `EINVAL` for `a\b`, `c:x`, `file:stream`, wildcards, device
 * names such as `NUL.txt`, and a dot or space at the end, which Windows would drop
 *
 * @example
 * ```ts
 * import { joinName } from "./names.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(joinName("/srv", "notes.txt", "linux"), "/srv/notes.txt");
 * assertEquals(joinName("C:\\srv", "notes.txt", "windows"), "C:\\srv\\notes.txt");
 * assertThrows(() => joinName("C:\\srv", "..\\secret", "windows"), Error, "EINVAL");
 * ```
 */
export function joinName(directory: string, name: string, platform: Platform): string {
  checkName(name);
  const separator = platform === "windows" ? "\\" : "/";
  if (platform === "windows") {
    if (notOnWindows.test(name) || windowsDevice.test(name) || /[. ]$/.test(name)) throw Fault.of("EINVAL");
  }
  return directory.endsWith(separator) ? directory + name : directory + separator + name;
}

/**
 * What a link of the host says, in a guest's words.
 *
 * @param target The target as the host tells it
 * @param platform Whose rules hold
 * @returns The target with slashes; one that is absolute on Windows begins with a slash, as everywhere
 *
 * @example
 * ```ts
 * import { targetFromHost } from "./names.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(targetFromHost("..\\shared\\data", "windows"), "../shared/data");
 * assertEquals(targetFromHost("C:\\Users", "windows"), "/C:/Users");
 * ```
 */
export function targetFromHost(target: string, platform: Platform): string {
  if (platform !== "windows") return target;
  const slashed = target.replaceAll("\\", "/");
  // "C:x" is relative to whatever the current directory of drive C is: nothing a guest may follow.
  return /^[a-z]:/i.test(slashed) ? "/" + slashed : slashed;
}

/**
 * What a guest's link will say on the host.
 *
 * @param target The target as the guest gave it
 * @param platform Whose rules hold
 * @returns The target with the host's separators
 * @throws {Fault} `EILSEQ` for a NUL or a lone surrogate, `EINVAL` for what would mean something else there: on
 * Windows `\` and `:`
 *
 * @example
 * ```ts
 * import { targetToHost } from "./names.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(targetToHost("../shared/data", "windows"), "..\\shared\\data");
 * ```
 */
export function targetToHost(target: string, platform: Platform): string {
  if (target.includes("\0") || !target.isWellFormed()) throw Fault.of("EILSEQ");
  if (platform !== "windows") return target;
  if (/[\\:]/.test(target)) throw Fault.of("EINVAL");
  return target.replaceAll("/", "\\");
}
