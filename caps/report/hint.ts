/**
 * Which grant a refused access would have taken.
 *
 * @module
 */
import { shellWord } from "../cli/messages.ts";
import { fileMount, type MountSetting } from "../cli/mount_settings.ts";
import { mountKey } from "../mount.ts";
import type { Denial } from "../report.ts";

/**
 * Says of a refused access which grant would have covered it.
 *
 * @param denial The refusal
 * @param mounts What was granted
 * @returns A sentence with a flag that can be pasted, or `undefined` when no grant would have helped
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
export function hintFor({ path: told, code }: Denial, mounts: readonly MountSetting[]): string | undefined {
  // Of two paths, the first one that nothing covers is what was refused.
  const paths = told.split(" -> ");
  const path = paths.find((it) => covering(mounts, normal(it)) === undefined) ?? paths[0]!;
  if (path === "") return undefined;
  const cover = covering(mounts, normal(path));
  if (code === "EROFS") return cover === undefined ? undefined : readOnlyHint(paths.at(-1)!, mounts);
  if (code !== "ENOTCAPABLE") return undefined;
  if (cover === undefined) {
    return `The program asked for "${path}", which no grant covers: ${flagFor(normal(path))}`;
  }
  return `The program asked for "${path}", which leads out of "${cover.guest}", the directory it was granted`;
}

function readOnlyHint(path: string, mounts: readonly MountSetting[]): string | undefined {
  const cover = covering(mounts, normal(path));
  if (cover === undefined) return undefined;
  const { kind, host, guest } = cover;
  if (kind === "file" && mountKey(guest) !== normal(path)) {
    return `The program wanted to change "${path}", where only single files are granted: ${
      flagFor(normal(path))
    }`;
  }
  const flag = `--${kind === "file" ? "file" : kind === "overlay" ? "overlay" : "dir"}`;
  return `The program wanted to change "${path}", which is granted for reading only: ${flag} ${
    shellWord(`${host}::${guest}`)
  }`;
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
function flagFor(path: string): string {
  const { directory, name } = fileMount(path);
  if (directory === "/") return name === "" ? "--dir DIR::/" : `--file ${shellWord(`FILE::${path}`)}`;
  return path.startsWith("/") ? `--dir ${shellWord(`DIR::${directory}`)}` : `--dir ${shellWord(directory)}`;
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
