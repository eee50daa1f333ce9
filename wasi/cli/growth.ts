/**
 * Limits on what a guest adds to its mounts.
 *
 * @module
 */
import { limitFlag } from "../../caps/cli/limit_flags.ts";
import type { GrowthSettings } from "../../caps/cli/run_settings.ts";
import type { Directory } from "../../caps/directory.ts";
import { Quota } from "../../caps/quota.ts";

/** Limits that mounts share. */
export class Growth {
  /** Apart from the others, since what an overlay copies takes room although no file of the guest's has grown. */
  readonly #room: Quota | undefined;
  readonly #others: Quota | undefined;
  readonly #settings: GrowthSettings;
  readonly #mount: string | undefined;

  /**
   * Makes limits with nothing charged yet.
   *
   * @param settings What is limited, and to how much
   * @param mount The guest's name of the mount that they are for, unless they are for all
   */
  constructor(settings: GrowthSettings, mount?: string) {
    const { disk, fileSize, entries } = this.#settings = settings;
    this.#mount = mount;
    this.#room = disk === undefined ? undefined : new Quota({ bytes: disk });
    this.#others = fileSize === undefined && entries === undefined
      ? undefined
      : new Quota({ fileSize, entries });
  }

  /** Bytes charged so far. */
  get bytes(): number {
    return this.#room?.bytes ?? 0;
  }

  /** Names charged so far. */
  get entries(): number {
    return this.#others?.entries ?? 0;
  }

  /** The limit for which something was refused, as a user has to write it, if there is one. */
  get reached(): string | undefined {
    const refused = this.#others?.refused ?? this.#room?.refused;
    if (refused === undefined) return undefined;
    const limit = refused === "bytes" ? "disk" : refused;
    const text = limitFlag(limit, this.#settings[limit]!);
    return this.#mount === undefined ? text : `${text} that the policy sets for "${this.#mount}"`;
  }

  /**
   * Limits how much room a directory takes.
   *
   * @param directory The directory; closed with the one returned
   * @returns The same directory, limited
   */
  limitRoom(directory: Directory): Directory {
    return this.#room?.directory(directory) ?? directory;
  }

  /**
   * Limits how large files of a directory get, and how many there are.
   *
   * @param directory The directory; closed with the one returned
   * @returns The same directory, limited
   */
  limitFiles(directory: Directory): Directory {
    return this.#others?.directory(directory) ?? directory;
  }

  /**
   * Limits all of it.
   *
   * @param directory The directory; closed with the one returned
   * @returns The same directory, limited
   */
  limit(directory: Directory): Directory {
    return this.limitFiles(this.limitRoom(directory));
  }
}
