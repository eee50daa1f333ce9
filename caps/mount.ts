/**
 * `HOST::GUEST:ro`: a mount as text.
 *
 * @module
 */

/** Which side a mount's text names first: `--dir` the host's, `--mapdir` the guest's. */
export type MountOrder = "host-first" | "guest-first";

/** Whose rules a host path follows: on Windows `C:` begins a path, elsewhere it is a name like any other. */
export type PathStyle = "posix" | "windows";

/** A mount, as its text says it. */
export interface Mount {
  /** The path on this machine. */
  readonly host: string;
  /** The name that the guest knows it by. */
  readonly guest: string;
  /** Whether the guest may only read. */
  readonly readOnly: boolean;
}

/**
 * What {@linkcode parseMount} throws: a mount's text that cannot mean one mount.
 *
 * @example
 * ```ts
 * import { MountError, parseMount } from "./mount.ts";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => parseMount("data::", "host-first", "posix"), MountError, "no name for the guest");
 * ```
 */
export class MountError extends Error {
  /** The name of the class, `"MountError"`. */
  override readonly name = "MountError";
}

/**
 * Reads the text of a mount: two sides with `::` between, the guest's optional when the host's comes first, and
 * `:ro` (or `:rw`, which is what holds without it) behind.
 *
 * @param text What the user wrote
 * @param order Which side comes first
 * @param style Whose rules the host path follows
 * @returns The mount; the guest's name is the host path as written unless given
 * @throws {MountError} For an empty side, a missing one, or more than one `::`
 *
 * @example
 * ```ts
 * import { parseMount } from "./mount.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseMount("data::/in:ro", "host-first", "posix"), { host: "data", guest: "/in", readOnly: true });
 * assertEquals(parseMount(".", "host-first", "posix"), { host: ".", guest: ".", readOnly: false });
 * assertEquals(parseMount("/x::C:\\x", "guest-first", "windows"), { host: "C:\\x", guest: "/x", readOnly: false });
 * ```
 */
export function parseMount(text: string, order: MountOrder, style: PathStyle): Mount {
  const { sides, readOnly } = withoutMode(text, style);
  const [first, second] = split(text, sides, order === "host-first" ? style : "posix");
  if (second === undefined && order === "guest-first") {
    throw new MountError(`Mount "${text}" names no directory of this machine`);
  }
  const host = order === "host-first" ? first : second!;
  const guest = order === "host-first" ? second ?? asGuestName(first, style) : first;
  if (host === "") throw new MountError(`Mount "${text}" names no directory of this machine`);
  if (guest === "") throw new MountError(`Mount "${text}" has no name for the guest`);
  return { host, guest, readOnly };
}

/**
 * A guest's name of a mount, in the one form that tells whether two mounts have the same.
 *
 * @param guest The name as written
 * @returns The name without what makes no difference: slashes at the end, doubled ones, and `.` components
 *
 * @example
 * ```ts
 * import { mountKey } from "./mount.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(mountKey("/data//in/"), "/data/in");
 * assertEquals(mountKey("./"), mountKey("."));
 * ```
 */
export function mountKey(guest: string): string {
  const names = guest.split("/").filter((name) => name !== "" && name !== ".").join("/");
  if (guest.startsWith("/")) return "/" + names;
  return names === "" ? "." : names;
}

/** Guests know only one kind of slash. */
function asGuestName(host: string, style: PathStyle): string {
  return style === "windows" ? host.replaceAll("\\", "/") : host;
}

function withoutMode(text: string, style: PathStyle): { sides: string; readOnly: boolean } {
  const mode = text.endsWith(":ro") ? "ro" : text.endsWith(":rw") ? "rw" : undefined;
  if (mode === undefined) return { sides: text, readOnly: false };
  const sides = text.slice(0, -mode.length - 1);
  // "C:ro" on Windows is the directory "ro" on a drive, as "C:data" is.
  if (style === "windows" && /(^|::)[A-Za-z]$/.test(sides)) return { sides: text, readOnly: false };
  return { sides, readOnly: mode === "ro" };
}

function split(text: string, sides: string, style: PathStyle): [string, string?] {
  // The colon of a leading drive is no part of the separator: "C:::/x" is the drive's own directory as "/x".
  const drive = style === "windows" && /^[A-Za-z]:(?!:(?!:))/.test(sides) ? 2 : 0;
  const at = sides.indexOf("::", drive);
  if (at < 0) return [sides];
  const second = sides.slice(at + 2);
  if (second.includes("::")) {
    throw new MountError(
      `Mount "${text}" has more than one "::", so it is not clear where the host path ends`,
    );
  }
  return [sides.slice(0, at), second];
}
