/**
 * What the flags about files ask for.
 *
 * @module
 */
import { type Mount, MountError, mountKey, type MountOrder, parseMount, type PathStyle } from "../mount.ts";
import { parentOf } from "../program_path.ts";
import type { FlagName } from "./flags.ts";
import { CommandError, shellWord } from "./messages.ts";
import { flagText, mountFlag } from "./mount_flag.ts";
import type { GrowthSettings } from "./run_settings.ts";

/** One grant of files. */
export interface MountSetting {
  /**
   * What is granted: a directory or a file of this machine, a directory whose changes stay in memory, or one that is in
   * memory altogether.
   */
  readonly kind: "directory" | "file" | "overlay" | "memory";
  /** The path on this machine; empty for memory. */
  readonly host: string;
  /** The guest's name for it. */
  readonly guest: string;
  /** Whether the guest may only read. */
  readonly readOnly: boolean;
  /** What may be added to it, besides the limits for all mounts. */
  readonly limits?: GrowthSettings;
  /** The flag that asked for it, for messages. */
  readonly flag: FlagName;
}

/**
 * Reads a mount whose flag names two sides.
 *
 * @param flag The flag
 * @param value Its value
 * @param style Whose rules host paths follow
 * @returns The mount
 * @throws {CommandError} For a value that can mean no mount
 *
 * @example
 * ```ts
 * import { readMount } from "./mount_settings.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(readMount("mapdir", "/in::docs", "posix").host, "docs");
 * ```
 */
export function readMount(
  flag: "dir" | "mapdir" | "file" | "overlay",
  value: string,
  style: PathStyle,
): MountSetting {
  const order: MountOrder = flag === "mapdir" ? "guest-first" : "host-first";
  try {
    const mount = parseMount(value, order, style);
    if (flag === "overlay") return { kind: "overlay", ...mount, flag };
    if (flag !== "file") return { kind: "directory", ...mount, flag };
    const { name } = fileMount(mount.guest);
    if (!isNoName(name)) return { kind: "file", ...mount, flag };
    throw new CommandError(`"${mount.guest}" cannot be the name of a file`, { hint: nameOrDirectory(mount) });
  } catch (error) {
    if (!(error instanceof MountError)) throw error;
    const form = order === "host-first" ? "HOST::GUEST" : "GUEST::HOST";
    throw new CommandError(error.message, {
      hint: `Write --${flag} ${form}, with :ro behind it for reading only`,
    });
  }
}

/**
 * Adds what Deno's own flags grant: several directories in one value. Writing includes what `--allow-read` said of the
 * same directory.
 *
 * @param mounts The mounts so far; those of the value are added
 * @param flag The flag
 * @param value Its value
 * @throws {CommandError} For an empty name
 *
 * @example
 * ```ts
 * import { addAllowed, type MountSetting } from "./mount_settings.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const mounts: MountSetting[] = [];
 * addAllowed(mounts, "allow-read", "a,b");
 * addAllowed(mounts, "allow-write", "b");
 * assertEquals(mounts.map((mount) => mount.readOnly), [true, false]);
 * ```
 */
export function addAllowed(mounts: MountSetting[], flag: "allow-read" | "allow-write", value: string): void {
  for (const host of value.split(",")) {
    if (host === "") {
      throw new CommandError(`Flag "--${flag}" needs a directory`, { hint: `Write --${flag}=.` });
    }
    const before = mounts.findIndex((mount) => mount.flag.startsWith("allow-") && mount.host === host);
    const readOnly = flag === "allow-read" && (before < 0 || mounts[before]!.readOnly);
    const mount: MountSetting = { kind: "directory", host, guest: host, readOnly, flag };
    if (before < 0) mounts.push(mount);
    else mounts[before] = mount;
  }
}

/**
 * How a granted file is mounted: under its name in a directory of its own.
 *
 * @param guest The guest's path of the file
 * @returns The guest's name of the directory, and the file's name in it; empty when the path names none
 *
 * @example
 * ```ts
 * import { fileMount } from "./mount_settings.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(fileMount("/etc/app/config.json"), { directory: "/etc/app", name: "config.json" });
 * assertEquals(fileMount("notes.txt"), { directory: ".", name: "notes.txt" });
 * ```
 */
export function fileMount(guest: string): { directory: string; name: string } {
  return { directory: parentOf(guest), name: guest.slice(guest.lastIndexOf("/") + 1) };
}

/**
 * The name of the directory that a program finds by a mount: of a file, that of the one it is in.
 *
 * @param mount The mount
 * @returns The name in the one form that tells whether two have the same, as `mountKey` gives it
 *
 * @example
 * ```ts
 * import { directoryNameOf, readMount } from "./mount_settings.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(directoryNameOf(readMount("dir", "docs::/in/", "posix")), "/in");
 * assertEquals(directoryNameOf(readMount("file", "a.txt::/in/a.txt", "posix")), "/in");
 * ```
 */
export function directoryNameOf({ kind, guest }: Pick<MountSetting, "kind" | "guest">): string {
  return mountKey(kind === "file" ? parentOf(guest) : guest);
}

/**
 * Makes sure that no two mounts have the same name: the guest would find only one of them. Files of one directory are
 * shown together, so they may have that in common.
 *
 * @param mounts All mounts
 * @throws {CommandError} For the first two of one name
 *
 * @example
 * ```ts
 * import { readMount, refuseSameNames } from "./mount_settings.ts";
 * import { assertThrows } from "@std/assert";
 *
 * const mounts = ["a::/x", "b::/x/"].map((value) => readMount("dir", value, "posix"));
 * assertThrows(() => refuseSameNames(mounts), Error, 'Two mounts would be "/x" for the program');
 * ```
 */
export function refuseSameNames(mounts: readonly MountSetting[]): void {
  const directories = new Map<string, MountSetting>();
  const files = new Map<string, MountSetting>();
  for (const mount of mounts) {
    if (mount.kind === "file") claim(files, mountKey(mount.guest), mount);
    const key = directoryNameOf(mount);
    if (mount.kind !== "file" || directories.get(key)?.kind !== "file") claim(directories, key, mount);
  }
}

/**
 * The mounts that are left when others of the same names are put beside them.
 *
 * @param mounts The mounts
 * @param others The others
 * @returns Those that go on
 *
 * @example
 * ```ts
 * import { readMount, withoutReplaced } from "./mount_settings.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const [one, other] = ["a::/x", "b::/x/"].map((value) => readMount("dir", value, "posix"));
 * assertEquals(withoutReplaced([one!], [other!]), []);
 * ```
 */
export function withoutReplaced(
  mounts: readonly MountSetting[],
  others: readonly MountSetting[],
): MountSetting[] {
  const names = new Set(others.map(({ guest }) => mountKey(guest)));
  return mounts.filter(({ guest }) => !names.has(mountKey(guest)));
}

/** Whether it is a file or a directory on this machine is not looked at: what is right for either is said. */
function nameOrDirectory(mount: Mount): string | undefined {
  const { host, guest } = mount;
  const directory = mountFlag("dir", mount);
  const name = host.slice(host.lastIndexOf("/") + 1);
  const file = guest.endsWith("/") && !isNoName(name)
    ? mountFlag("file", { ...mount, guest: guest + name })
    : undefined;
  if (file === undefined || directory === undefined) {
    return directory && `For a directory, write ${directory}`;
  }
  return `For a file, write ${file}; for a directory, ${directory}`;
}

function isNoName(name: string): boolean {
  return name === "" || name === "." || name === "..";
}

function claim(claimed: Map<string, MountSetting>, key: string, mount: MountSetting): void {
  const other = claimed.get(key);
  if (other !== undefined) {
    throw new CommandError(
      `Two mounts would be "${key}" for the program: ${written(other)} and ${written(mount)}`,
      { hint: `Give one of them another name: ${renamed(mount)}` },
    );
  }
  claimed.set(key, mount);
}

function written(mount: MountSetting): string {
  const { flag, host, guest } = mount;
  if (flag === "tmp") return flagText(flag, guest);
  if (flag === "allow-read" || flag === "allow-write") return `--${flag}=${shellWord(host)}`;
  return mountFlag(flag === "mapdir" ? flag : flagFor(mount), mount) ?? flagText(flag, host);
}

function renamed(mount: MountSetting): string {
  if (mount.kind === "memory") return "--tmp /other";
  const guest = mount.kind === "file" ? `/other/${fileMount(mount.guest).name}` : "/other";
  return mountFlag(flagFor(mount), { ...mount, guest }) ?? flagText(flagFor(mount), `HOST::${guest}`);
}

function flagFor({ kind }: MountSetting): "dir" | "file" | "overlay" {
  return kind === "file" || kind === "overlay" ? kind : "dir";
}
