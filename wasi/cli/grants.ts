/**
 * From what the flags ask for to capabilities: the moment in which things of this machine are opened.
 *
 * @module
 */
import { fileMount, type MountSetting } from "../../caps/cli/mount_settings.ts";
import type { GrowthSettings, RunSettings } from "../../caps/cli/settings.ts";
import { mountKey } from "../../caps/mount.ts";
import type { Clocks } from "../../caps/clock.ts";
import type { Directory } from "../../caps/directory.ts";
import { isFault } from "../../caps/fault.ts";
import { hostFile } from "../../caps/host/file.ts";
import { type Backend, hostDirectory } from "../../caps/host/open.ts";
import { memoryDirectory } from "../../caps/memory.ts";
import type { overlay } from "../../caps/overlay.ts";
import type { Quota } from "../../caps/quota.ts";
import { readOnly } from "../../caps/read_only.ts";
import { type ChosenFile, chosenFiles } from "../../caps/single_file.ts";

/** A directory of this machine that was opened for a guest. */
export interface OpenedDirectory {
  /** The directory, as the backend gives it. */
  readonly directory: Directory;
  /** Whether what the guest gets of it can only be read. */
  readonly readOnly: boolean;
}

/** The directories that a guest finds. */
export interface Grants {
  /** What it finds, under the names it knows, in the order of the flags. */
  readonly mounts: readonly { readonly name: string; readonly directory: Directory }[];
  /** What was opened of this machine for that. */
  readonly opened: readonly OpenedDirectory[];

  /** Closes what was opened. */
  close(): void;
}

/**
 * Opens what a guest is to find.
 *
 * @param settings What the flags ask for
 * @param clocks The guest's clocks: in memory, what it writes is dated by them
 * @returns The directories
 * @throws {CommandError} For the first that cannot be opened; those before it are closed again
 */
export async function openGrants(settings: RunSettings, clocks: Clocks): Promise<Grants> {
  const opener = new Opener(settings, clocks, await quotaOf(settings.limits));
  for (const mount of settings.mounts) {
    try {
      opener.add(mount, await wrappersOf(mount));
    } catch (error) {
      opener.close();
      if (!isFault(error)) throw error;
      // Only needed when something went wrong.
      const { explainMount } = await import("./mount_errors.ts");
      throw explainMount(mount, error.code);
    }
  }
  return opener.grants();
}

/** One quota for all mounts: what a guest may add does not depend on how many it has. */
async function quotaOf({ disk, fileSize, entries }: GrowthSettings): Promise<Quota | undefined> {
  if (disk === undefined && fileSize === undefined && entries === undefined) return undefined;
  const { Quota } = await import("../../caps/quota.ts");
  return new Quota({ bytes: disk, fileSize, entries });
}

/** What a mount is wrapped in besides; loaded only for the few that need it. */
interface Wrappers {
  readonly quota: Quota | undefined;
  readonly overlay: typeof overlay | undefined;
}

async function wrappersOf({ kind, limits = {} }: MountSetting): Promise<Wrappers> {
  return {
    quota: await quotaOf(limits),
    overlay: kind === "overlay" ? (await import("../../caps/overlay.ts")).overlay : undefined,
  };
}

class Opener {
  readonly #backend: Backend | undefined;
  readonly #clocks: Clocks;
  readonly #quota: Quota | undefined;
  readonly #opened: OpenedDirectory[] = [];
  /** By the key of the name. Files of one directory are collected until all are known. */
  readonly #mounts = new Map<string, { name: string; content: Directory | Map<string, ChosenFile> }>();

  constructor({ backend }: RunSettings, clocks: Clocks, quota: Quota | undefined) {
    this.#backend = backend === "auto" ? undefined : backend;
    this.#clocks = clocks;
    this.#quota = quota;
  }

  add(mount: MountSetting, wrappers: Wrappers): void {
    if (mount.kind === "file") return this.#addFile(mount, wrappers);
    const directory = mount.kind === "memory"
      ? this.#attenuated(this.#memory(), mount, wrappers)
      : this.#keep(hostDirectory(mount.host, { backend: this.#backend }), mount, wrappers);
    this.#mounts.set(mountKey(mount.guest), { name: mount.guest, content: directory });
  }

  grants(): Grants {
    const mounts = this.#mounts.values().map(({ name, content }) => {
      return { name, directory: content instanceof Map ? chosenFiles(Object.fromEntries(content)) : content };
    });
    return { mounts: [...mounts], opened: this.#opened, close: () => this.close() };
  }

  close(): void {
    for (const { directory } of this.#opened) directory.close();
  }

  #addFile(mount: MountSetting, wrappers: Wrappers): void {
    const { directory, name } = hostFile(mount.host, { backend: this.#backend });
    const shown = fileMount(mount.guest);
    const key = mountKey(shown.directory);
    const collected = this.#mounts.get(key)?.content ?? new Map<string, ChosenFile>();
    if (!(collected instanceof Map)) throw new Error("Two mounts of one name were let through");
    collected.set(shown.name, { directory: this.#keep(directory, mount, wrappers), name });
    this.#mounts.set(key, { name: shown.directory, content: collected });
  }

  #memory(): Directory {
    return memoryDirectory({}, this.#clocks.virtual ? { now: () => this.#clocks.wall.now() } : {});
  }

  #keep(directory: Directory, mount: MountSetting, wrappers: Wrappers): Directory {
    this.#opened.push({ directory, readOnly: mount.readOnly || mount.kind === "overlay" });
    const shown = wrappers.overlay?.(directory, this.#clocks.virtual ? this.#memory() : undefined);
    return this.#attenuated(shown ?? directory, mount, wrappers);
  }

  #attenuated(directory: Directory, mount: MountSetting, wrappers: Wrappers): Directory {
    if (mount.readOnly) return readOnly(directory);
    const limited = wrappers.quota?.directory(directory) ?? directory;
    return this.#quota?.directory(limited) ?? limited;
  }
}
