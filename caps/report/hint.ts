/**
 * Which grant a refused access would have taken.
 *
 * @module
 */
import { flagText, mountFlag } from "../cli/mount_flag.ts";
import { directoryNameOf, fileMount, type MountSetting } from "../cli/mount_settings.ts";
import { mountKey } from "../mount.ts";
import { isWithin } from "../program_path.ts";
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
  { call, path: told, code }: Denial,
  mounts: readonly MountSetting[],
  readOnly = false,
): string | undefined {
  if (call === "path_symlink" && code === "ENOTCAPABLE") return linkHint(told);
  // Of two paths, the first one that nothing covers is what was refused, or else the first one that leads out.
  const paths = told.split(" -> ");
  const path = paths.find((it) => covering(mounts, it) === undefined) ??
    paths.find((it) => depthIn(covering(mounts, it)!, normal(it)) < 0) ?? paths[0]!;
  if (path === "") return undefined;
  const cover = covering(mounts, path);
  if (code === "EROFS") {
    return cover === undefined ? undefined : readOnlyHint(paths.at(-1)!, mounts, readOnly);
  }
  if (code !== "ENOTCAPABLE") return undefined;
  if (cover === undefined) {
    return withFlag(`The program asked for "${path}", which no grant covers`, flagFor(path));
  }
  const { kind, guest } = cover;
  const [granted, what] = kind === "file"
    ? [fileMount(guest).directory, "where only single files are granted"]
    : [guest, "the directory it was granted"];
  return `The program asked for "${path}", which leads out of "${granted}", ${what}`;
}

/** What a link says begins where the link lies, so no grant covers it or does not; from the root no link may begin. */
function linkHint(target: string): string | undefined {
  if (!target.startsWith("/")) return undefined;
  return `The program wanted to make a link to "${target}", and a link has to say the way from where it lies`;
}

function readOnlyHint(path: string, mounts: readonly MountSetting[], readOnly: boolean): string | undefined {
  const cover = covering(mounts, path);
  if (cover === undefined) return undefined;
  const wanted = `The program wanted to change "${path}"`;
  if (readOnly) return `${wanted}, and --read-only lets nothing be changed`;
  const { kind, host, guest } = cover;
  if (kind === "file" && (!cover.readOnly || mountKey(guest) !== normal(path))) {
    return withFlag(`${wanted}, where only single files are granted`, flagFor(path));
  }
  if (!cover.readOnly) return `${wanted}, which is on a file system of this machine that is read-only`;
  const flag = kind === "memory"
    ? flagText("tmp", guest)
    : mountFlag(kind === "directory" ? "dir" : kind, { host, guest, readOnly: false });
  return withFlag(`${wanted}, which is granted for reading only`, flag);
}

function withFlag(sentence: string, flag: string | undefined): string {
  return flag === undefined ? sentence : `${sentence}: ${flag}`;
}

/**
 * The grant that a path begins in, the innermost one. A program's library looks for it by how the path is written, so
 * what comes after a name and ".." makes no difference: the path may lead out, but it has begun there.
 */
function covering(mounts: readonly MountSetting[], written: string): MountSetting | undefined {
  const path = beginning(written);
  const best = mounts.toSorted((one, other) => depthIn(other, path) - depthIn(one, path))[0];
  if (best === undefined || depthIn(best, path) < 0) return undefined;
  // Among single files of one directory it is the very one that counts.
  return mounts.find((it) =>
    it.kind === "file" && mountKey(it.guest) === normal(written) && depthIn(it, path) === depthIn(best, path)
  ) ?? best;
}

/** How much of a path leads to a mount; less than 0 when it does not. */
function depthIn(mount: MountSetting, path: string): number {
  const key = directoryNameOf(mount);
  if (key === ".") return isWithin(path, key) && !isWithin(path, "..") ? 0 : -1;
  return isWithin(path, key) ? key.length : -1;
}

/** The flag for the directory in which a path ends, since the program will want what is beside it, too. */
function flagFor(path: string): string | undefined {
  const { directory, name } = fileMount(normal(path));
  const isStraight = beginning(path) === normal(path);
  if (isStraight && directory === "/" && name !== "") {
    return mountFlag("file", { host: "FILE", guest: normal(path), readOnly: false });
  }
  // What goes back and forth has to begin in what it never leaves.
  const guest = !isStraight ? stem(path) : name === ".." ? normal(path) : directory;
  if (guest === undefined) return undefined;
  return mountFlag("dir", { host: guest.startsWith("/") ? "DIR" : guest, guest, readOnly: false });
}

/** A path up to the first ".." that takes a name back, without ".": what decides which grant it begins in. */
function beginning(path: string): string {
  const names = namesOf(path);
  const turn = names.findIndex((name, at) => name === ".." && at > 0 && names[at - 1] !== "..");
  return joined(path, turn < 0 ? names : names.slice(0, turn));
}

/** The innermost directory that a path begins in and never leaves, if there is one. */
function stem(path: string): string | undefined {
  const names = namesOf(path);
  const ups = names.findIndex((name) => name !== "..");
  if (ups < 0 || ups > 0 && path.startsWith("/")) return undefined;
  let depth = ups;
  let least = Infinity;
  for (const name of names.slice(ups)) {
    depth += name === ".." ? -1 : 1;
    if (name === "..") least = Math.min(least, depth);
  }
  return least < ups ? undefined : joined(path, names.slice(0, least));
}

/** A path without `.` and, as far as names come before them, without `..`. */
function normal(path: string): string {
  const names: string[] = [];
  for (const name of namesOf(path)) {
    if (name === ".." && names.length > 0 && names.at(-1) !== "..") names.pop();
    else if (name !== ".." || !path.startsWith("/")) names.push(name);
  }
  return joined(path, names);
}

function namesOf(path: string): string[] {
  return path.split("/").filter((name) => name !== "" && name !== ".");
}

function joined(path: string, names: readonly string[]): string {
  if (path.startsWith("/")) return `/${names.join("/")}`;
  return names.length === 0 ? "." : names.join("/");
}
