/**
 * From what the flags ask for to capabilities: the moment in which things of this machine are opened.
 *
 * @module
 */
import { fileMount, type MountSetting } from "../../caps/cli/mount_settings.ts";
import type { GrowthSettings, RunSettings } from "../../caps/cli/run_settings.ts";
import { mountKey } from "../../caps/mount.ts";
import type { Clocks } from "../../caps/clock.ts";
import type { Directory } from "../../caps/directory.ts";
import { isFault } from "../../caps/fault.ts";
import { CommandError, shellWord } from "../../caps/cli/messages.ts";
import { type Backend, defaultBackend, hostDirectory } from "../../caps/host/open.ts";
import { mayWrite } from "../../caps/host/permitted.ts";
import { readOnly } from "../../caps/read_only.ts";
import type { ChosenFile } from "../../caps/single_file.ts";
import type { Growth } from "./growth.ts";

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
  /** What limits the growth of all of them together, if anything does. */
  readonly growth?: Growth | undefined;
  /** All that limits growth: that, and what limits single mounts. */
  readonly growths: readonly Growth[];

  /** Closes what was opened. */
  close(): void;
}

/**
 * Opens what a guest is to find. What only few runs need (memory, files, limits) is loaded only by those.
 *
 * @param settings What the flags ask for
 * @param clocks The guest's clocks: in memory, what it writes is dated by them
 * @returns The directories
 * @throws {CommandError} For the first that cannot be opened; those before it are closed again
 */
export async function openGrants(settings: RunSettings, clocks: Clocks): Promise<Grants> {
  const opener = new Opener(settings, clocks, await growthOf(settings.limits));
  for (const mount of settings.mounts) {
    try {
      await opener.add(mount);
    } catch (error) {
      opener.close();
      if (!isFault(error)) throw error;
      const { explainMount } = await import("./mount_errors.ts");
      throw explainMount(mount, error);
    }
  }
  const grants = await opener.grants();
  if (!settings.deterministic) return grants;
  return (await import("./determinism.ts")).steadyGrants(grants);
}

/** One for all mounts: what a guest may add does not depend on how many it has. */
async function growthOf(
  { disk, fileSize, entries }: GrowthSettings,
  mount?: string,
): Promise<Growth | undefined> {
  if (disk === undefined && fileSize === undefined && entries === undefined) return undefined;
  return new (await import("./growth.ts")).Growth({ disk, fileSize, entries }, mount);
}

class Opener {
  readonly #backend: Backend | undefined;
  readonly #clocks: Clocks;
  readonly #growth: Growth | undefined;
  readonly #growths: Growth[] = [];
  readonly #opened: OpenedDirectory[] = [];
  /** By the key of the name. Files of one directory are collected until all are known. */
  readonly #mounts = new Map<string, { name: string; content: Directory | Map<string, ChosenFile> }>();

  constructor({ backend }: RunSettings, clocks: Clocks, growth: Growth | undefined) {
    this.#backend = backend === "auto" ? undefined : backend;
    this.#clocks = clocks;
    this.#growth = growth;
    if (growth !== undefined) this.#growths.push(growth);
  }

  async add(mount: MountSetting): Promise<void> {
    if (mount.kind === "file") return await this.#addFile(mount);
    const directory = mount.kind === "overlay"
      ? await this.#overlay(mount)
      : await this.#attenuated(await this.#directory(mount), mount);
    this.#mounts.set(mountKey(mount.guest), { name: mount.guest, content: directory });
  }

  async grants(): Promise<Grants> {
    const mounts: Grants["mounts"][number][] = [];
    for (const { name, content } of this.#mounts.values()) {
      mounts.push({ name, directory: content instanceof Map ? await showing(content) : content });
    }
    const [growth, growths] = [this.#growth, this.#growths];
    return { mounts, opened: this.#opened, growth, growths, close: () => this.close() };
  }

  close(): void {
    for (const { directory } of this.#opened) directory.close();
  }

  async #addFile(mount: MountSetting): Promise<void> {
    const { hostFile } = await import("../../caps/host/file.ts");
    const { directory, name } = hostFile(mount.host, { backend: this.#backend });
    const shown = fileMount(mount.guest);
    const key = mountKey(shown.directory);
    const collected = this.#mounts.get(key)?.content ?? new Map<string, ChosenFile>();
    if (!(collected instanceof Map)) throw new Error("Two mounts of one name were let through");
    const attenuated = await this.#attenuated(this.#keep(directory, mount.readOnly), mount);
    collected.set(shown.name, { directory: attenuated, name });
    this.#mounts.set(key, { name: shown.directory, content: collected });
  }

  async #directory({ kind, host, readOnly: untouched }: MountSetting): Promise<Directory> {
    if (kind === "memory") return await this.#memory();
    if (!untouched && (this.#backend ?? defaultBackend()) === "portable" && !mayWrite(host)) {
      throw mustBeReadOnly(host);
    }
    return this.#keep(hostDirectory(host, { backend: this.#backend }), untouched);
  }

  /** Its copies take room in memory, so that is what is limited, and not how much longer its files get. */
  async #overlay({ host, guest, readOnly: untouched, limits }: MountSetting): Promise<Directory> {
    const lower = this.#keep(hostDirectory(host, { backend: this.#backend }), true);
    if (untouched) return readOnly(lower);
    const { emptyLike, overlay } = await import("../../caps/overlay.ts");
    const upper = this.#clocks.virtual ? await this.#memory() : emptyLike(lower);
    const growths = [await this.#growthOf(limits, guest), this.#growth].filter((growth) =>
      growth !== undefined
    );
    const limited = growths.reduce((directory, growth) => growth.limitRoom(directory), upper);
    return growths.reduce((directory, growth) => growth.limitFiles(directory), overlay(lower, limited));
  }

  async #memory(): Promise<Directory> {
    const { memoryDirectory } = await import("../../caps/memory.ts");
    return memoryDirectory({}, this.#clocks.virtual ? { now: () => this.#clocks.wall.now() } : {});
  }

  #keep(directory: Directory, readOnly: boolean): Directory {
    this.#opened.push({ directory, readOnly });
    return directory;
  }

  async #attenuated(
    directory: Directory,
    { guest, readOnly: untouched, limits }: MountSetting,
  ): Promise<Directory> {
    if (untouched) return readOnly(directory);
    const limited = (await this.#growthOf(limits, guest))?.limit(directory) ?? directory;
    return this.#growth?.limit(limited) ?? limited;
  }

  /** What limits one mount, if anything does. */
  async #growthOf(limits: GrowthSettings = {}, mount: string): Promise<Growth | undefined> {
    const growth = await growthOf(limits, mount);
    if (growth !== undefined) this.#growths.push(growth);
    return growth;
  }
}

/** Nothing that a program asks for is to make Deno ask its user, so this is said before. */
function mustBeReadOnly(host: string): CommandError {
  return new CommandError(`Deno was not given the permission to write in "${host}"`, {
    hint: `Start keyhole with deno run --allow-write=${
      shellWord(host)
    }, or let the program only read: --dir ${shellWord(`${host}:ro`)}`,
  });
}

async function showing(files: ReadonlyMap<string, ChosenFile>): Promise<Directory> {
  const { chosenFiles } = await import("../../caps/single_file.ts");
  return chosenFiles(Object.fromEntries(files));
}
