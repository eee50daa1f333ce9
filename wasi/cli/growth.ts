/**
 * Limits on what a guest adds to its mounts.
 *
 * @module
 */
import type { GrowthSettings } from "../../caps/cli/run_settings.ts";
import type { Directory } from "../../caps/directory.ts";
import { Quota } from "../../caps/quota.ts";

/** Limits that mounts share. */
export class Growth {
  /** Apart from the others, since what an overlay copies takes room although no file of the guest's has grown. */
  readonly #room: Quota | undefined;
  readonly #others: Quota | undefined;

  /**
   * Makes limits with nothing charged yet.
   *
   * @param settings What is limited, and to how much
   */
  constructor({ disk, fileSize, entries }: GrowthSettings) {
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
