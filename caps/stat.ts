/**
 * What is known of a file, directory or link without reading it.
 *
 * @module
 */

/** The kinds of things that a directory can hold. */
export type Kind =
  | "file"
  | "directory"
  | "link"
  | "character-device"
  | "block-device"
  | "pipe"
  | "socket"
  | "unknown";

/** What is known of a file, directory or link without reading it. */
export interface Stat {
  /** What it is. */
  readonly kind: Kind;
  /** A number for the file system it lies on. With {@linkcode Stat.inode} it names the object. */
  readonly device: bigint;
  /** A number that no other object on the same device has, 0 to 2^64 - 1. */
  readonly inode: bigint;
  /** How many names it has, at least 0. */
  readonly links: number;
  /** Bytes: contents of a file, length of a link's target, 0 or more for a directory. */
  readonly size: number;
  /** Last read, nanoseconds since 1970 began (UTC). */
  readonly accessed: bigint;
  /** Last change of contents, nanoseconds since 1970 began (UTC). */
  readonly modified: bigint;
  /** Last change of contents, names or attributes, nanoseconds since 1970 began (UTC). */
  readonly changed: bigint;
  /**
   * What limits know the object by, where it is not the device and number that are told: those may be made up, or stay
   * when the contents move elsewhere. Its links are the names that lead to these contents. Never told to a guest.
   */
  readonly storage?: Pick<Stat, "device" | "inode" | "links">;
}
