/**
 * A table of files and directories, by what they are and not by what they are called.
 *
 * @module
 */

/** What names an object: a part of a `Stat`. */
export interface Identity {
  /** The number of its file system. */
  readonly device: bigint;
  /** Its number there. */
  readonly inode: bigint;
}

/**
 * @param one Device and inode
 * @param other Device and inode
 * @returns Whether they name one object
 */
export function sameObject(one: Identity, other: Identity): boolean {
  return one.inode === other.inode && one.device === other.device;
}

/** A map from device and inode to something. */
export class ByObject<T> {
  readonly #devices = new Map<bigint, Map<bigint, T>>();

  /**
   * @param key Device and inode
   * @returns What is known of the object, or `undefined`
   */
  get({ device, inode }: Identity): T | undefined {
    return this.#devices.get(device)?.get(inode);
  }

  /**
   * @param key Device and inode
   * @param value What is to be known of the object
   */
  set({ device, inode }: Identity, value: T): void {
    let inodes = this.#devices.get(device);
    if (inodes === undefined) this.#devices.set(device, inodes = new Map());
    inodes.set(inode, value);
  }

  /**
   * @param key Device and inode of the object to forget
   */
  delete({ device, inode }: Identity): void {
    const inodes = this.#devices.get(device);
    if (inodes?.delete(inode) && inodes.size === 0) this.#devices.delete(device);
  }
}
