/**
 * Grants of files as flags that can be pasted.
 *
 * @module
 */
import { type Mount, MountError, parseMount } from "../mount.ts";
import { shellWord } from "./messages.ts";

/**
 * The flag that makes a mount.
 *
 * @param flag Which flag
 * @param mount What it is to make
 * @returns The flag with its value, or `undefined` for names that no flag can say, such as `a::b`
 *
 * @example
 * ```ts
 * import { mountFlag } from "./mount_flag.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(mountFlag("dir", { host: "my docs", guest: "/in", readOnly: true }), "--dir 'my docs::/in:ro'");
 * assertEquals(mountFlag("dir", { host: "x:ro", guest: "x:ro", readOnly: false }), "--dir x:ro:rw");
 * ```
 */
export function mountFlag(flag: "dir" | "mapdir" | "file" | "overlay", mount: Mount): string | undefined {
  const { host, guest, readOnly } = mount;
  const sides = flag === "mapdir" ? `${guest}::${host}` : host === guest ? host : `${host}::${guest}`;
  // What is called "x:ro" takes a mode behind it, so that its name is not taken for one.
  const values = readOnly ? [`${sides}:ro`] : [sides, `${sides}:rw`];
  const value = values.find((it) => means(it, flag === "mapdir" ? "guest-first" : "host-first", mount));
  return value === undefined ? undefined : flagText(flag, value);
}

/**
 * A flag with a value, as a shell has to be given it.
 *
 * @param flag The flag without its dashes
 * @param value Its value
 * @returns The text
 *
 * @example
 * ```ts
 * import { flagText } from "./mount_flag.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([flagText("tmp", "/t"), flagText("dir", "-x")], ["--tmp /t", "--dir=-x"]);
 * ```
 */
export function flagText(flag: string, value: string): string {
  return `--${flag}${value.startsWith("-") ? "=" : " "}${shellWord(value)}`;
}

function means(value: string, order: "host-first" | "guest-first", wanted: Mount): boolean {
  try {
    const { host, guest, readOnly } = parseMount(value, order, "posix");
    return host === wanted.host && guest === wanted.guest && readOnly === wanted.readOnly;
  } catch (error) {
    if (error instanceof MountError) return false;
    throw error;
  }
}
