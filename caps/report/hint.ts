/**
 * Which grant a refused access would have taken.
 *
 * @module
 */
import { shellWord } from "../cli/messages.ts";
import { fileMount, type MountSetting } from "../cli/mount_settings.ts";
import { MountError, mountKey, parseMount } from "../mount.ts";
import type { Denial } from "../report.ts";

/**
 * Says of a refused access which grant would have covered it.
 *
 * @param denial The refusal
 * @param mounts What was granted
 * @param readOnly Whether `--read-only` lets nothing be changed
 * @returns A sentence, with a flag that can be pasted if there is one, or `undefined` when no grant would have helped
 *
 * @example
 * ```ts
 * import { hintFor } from "./hint.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const denial = { call: "path_open", path: "/data/x", code: "ENOTCAPABLE", count: 1 } as const;
 * const hint = 'The program asked for "/data/x", which no grant covers: --dir DIR::/data';
 * assertEquals(hintFor(denial, []), hint);
 * ```
 */
export function hintFor(
  { path: told, code }: Denial,
  mounts: readonly MountSetting[],
  readOnly = false,
): string | undefined {
  // Of two paths, the first one that nothing covers is what was refused.
  const paths = told.split(" -> ");
  const path = paths.find((it) => covering(mounts, normal(it)) === undefined) ?? paths[0]!;
  if (path === "") return undefined;
  const cover = covering(mounts, normal(path));
  if (code === "EROFS") {
    return cover === undefined ? undefined : readOnlyHint(paths.at(-1)!, mounts, readOnly);
  }
  if (code !== "ENOTCAPABLE") return undefined;
  if (cover === undefined) {
    return withFlag(`The program asked for "${path}", which no grant covers`, flagFor(normal(path)));
  }
  return `The program asked for "${path}", which leads out of "${cover.guest}", the directory it was granted`;
}

function readOnlyHint(path: string, mounts: readonly MountSetting[], readOnly: boolean): string | undefined {
  const cover = covering(mounts, normal(path));
  if (cover === undefined) return undefined;
  const wanted = `The program wanted to change "${path}"`;
  if (readOnly) return `${wanted}, and --read-only lets nothing be changed`;
  const { kind, host, guest } = cover;
  if (kind === "file" && (!cover.readOnly || mountKey(guest) !== normal(path))) {
    return withFlag(`${wanted}, where only single files are granted`, flagFor(normal(path)));
  }
  if (!cover.readOnly) return `${wanted}, which is on a file system of this machine that is read-only`;
  const flag = kind === "memory"
    ? flagged("tmp", guest)
    : grantFlag(kind === "directory" ? "dir" : kind, host, guest);
  return withFlag(`${wanted}, which is granted for reading only`, flag);
}

function withFlag(sentence: string, flag: string | undefined): string {
  return flag === undefined ? sentence : `${sentence}: ${flag}`;
}

/** The grant that a path lies in, the innermost one. */
function covering(mounts: readonly MountSetting[], path: string): MountSetting | undefined {
  const length = ({ kind, guest }: MountSetting): number => {
    const key = mountKey(kind === "file" ? fileMount(guest).directory : guest);
    if (key === ".") return path.startsWith("/") || path === ".." || path.startsWith("../") ? -1 : 0;
    const inside = path === key || path.startsWith(key.endsWith("/") ? key : `${key}/`);
    return inside ? key.length : -1;
  };
  const best = mounts.toSorted((one, other) => length(other) - length(one))[0];
  if (best === undefined || length(best) < 0) return undefined;
  // Among single files of one directory it is the very one that counts.
  return mounts.find((it) =>
    it.kind === "file" && mountKey(it.guest) === path && length(it) === length(best)
  ) ?? best;
}

/** The flag for the directory in which a path ends: the program will want what is beside it, too. */
function flagFor(path: string): string | undefined {
  const { directory, name } = fileMount(path);
  if (directory === "/" && name !== "") return grantFlag("file", "FILE", path);
  return grantFlag("dir", path.startsWith("/") ? "DIR" : directory, directory);
}

/** A flag that grants something, or `undefined` for names that no flag can say, such as `a::b`. */
function grantFlag(flag: "dir" | "file" | "overlay", host: string, guest: string): string | undefined {
  const sides = host === guest ? host : `${host}::${guest}`;
  // What is called "x:ro" takes a mode behind it, so that its name is not taken for one.
  const value = [sides, `${sides}:rw`].find((it) => means(it, host, guest));
  return value === undefined ? undefined : flagged(flag, value);
}

function means(value: string, host: string, guest: string): boolean {
  try {
    const mount = parseMount(value, "host-first", "posix");
    return mount.host === host && mount.guest === guest && !mount.readOnly;
  } catch (error) {
    if (error instanceof MountError) return false;
    throw error;
  }
}

function flagged(flag: string, value: string): string {
  return `--${flag}${value.startsWith("-") ? "=" : " "}${shellWord(value)}`;
}

/** A path without `.` and, as far as names come before them, without `..`. */
function normal(path: string): string {
  const names: string[] = [];
  for (const name of path.split("/")) {
    if (name === "" || name === ".") continue;
    if (name === ".." && names.length > 0 && names.at(-1) !== "..") names.pop();
    else if (name !== ".." || !path.startsWith("/")) names.push(name);
  }
  if (path.startsWith("/")) return `/${names.join("/")}`;
  return names.length === 0 ? "." : names.join("/");
}
