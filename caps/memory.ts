/**
 * Directories that live in memory.
 *
 * @module
 */
import { checkAmounts, wholeOrInfinite } from "./amounts.ts";
import { type Directory, Open } from "./directory.ts";
import { openFile } from "./entries.ts";
import { Fault, isFault } from "./fault.ts";
import { MemoryDirectory } from "./memory/directory.ts";
import { Tree } from "./memory/tree.ts";
import { mustBeRecord, shownValue } from "./record.ts";

/** Settings of {@linkcode memoryDirectory}. */
export interface MemoryOptions {
  /** Tells the time in nanoseconds since 1970 began; the system's clock in milliseconds unless given. */
  readonly now?: () => bigint;
  /**
   * Bytes of memory that files, names and links may take, a whole number from 0 on or `Infinity`; 1 GiB unless given.
   * Then the directory is as full as a disk (`ENOSPC`). {@linkcode quota} limits what a guest sees more exactly: by
   * file sizes.
   */
  readonly capacity?: number;
}

/** Enough for work, and less than a machine has. */
const CAPACITY = 2 ** 30;

const RULES = { capacity: wholeOrInfinite("bytes") } as const;

/**
 * A directory in memory: hard and symbolic links, times, sparse files, files that live on while they are open, and
 * errors as Linux gives them. It is gone when nothing refers to it any more.
 *
 * @param contents What is in it at first: paths with their contents (text becomes UTF-8). Directories on the way are
 * made; a path that ends in `/` makes an empty directory
 * @param options A clock and a capacity
 * @returns The directory
 * @throws {Fault} `EINVAL` for a path that is absolute or has an empty, `.` or `..` part; `ENOTDIR` and `EISDIR` for
 * a path that another one contradicts; `ENAMETOOLONG`, `ENOSPC`
 * @throws {TypeError} For contents that are no text or bytes, a capacity that is no number, settings that there are not
 * @throws {RangeError} For a capacity that is no whole number from 0 on
 *
 * @example
 * ```ts
 * import { memoryDirectory } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const directory = memoryDirectory({ "notes/today.txt": "hello", "empty/": "" });
 * assertEquals(directory.list().map((entry) => entry.name), ["notes", "empty"]);
 * assertEquals(directory.directory("notes").lookup("today.txt").size, 5);
 * ```
 */
export function memoryDirectory(
  contents: Record<string, string | Uint8Array<ArrayBufferLike>> = {},
  options: MemoryOptions = {},
): Directory {
  mustBeRecord(
    contents,
    "contents",
    'an object of texts and bytes by path, such as { "notes/a.txt": "hello" }',
  );
  mustBeRecord(options, "options", "an object such as { capacity: 65536 }");
  const { now = clock(), ...limits } = options;
  checkAmounts(limits, RULES);
  const root = new MemoryDirectory(new Tree(now, limits.capacity ?? CAPACITY));
  for (const [path, content] of Object.entries(contents)) place(root, path, content);
  return root;
}

/** Reading the system's clock makes a new number only when it has moved, so a write makes no garbage. */
function clock(): () => bigint {
  let last = -1;
  let nanoseconds = 0n;
  return () => {
    const milliseconds = Date.now();
    if (milliseconds !== last) {
      last = milliseconds;
      nanoseconds = BigInt(milliseconds) * 1_000_000n;
    }
    return nanoseconds;
  };
}

function place(root: Directory, path: string, content: string | Uint8Array<ArrayBufferLike>): void {
  const names = path.split("/");
  const last = names.pop()!;
  for (const name of last === "" && names.length > 0 ? names : [...names, last]) {
    if (name === "" || name === "." || name === "..") {
      throw new Fault(
        "EINVAL",
        `Cannot place "${path}" in a directory: use names with single slashes between`,
      );
    }
  }
  let directory = root;
  for (const name of names) {
    directory = enter(directory, name);
  }
  if (last === "") return;
  const bytes = bytesOf(path, content);
  const file = openFile(directory, last, Open.write | Open.create | Open.truncate);
  const written = file.write(bytes, 0, bytes.length, 0);
  file.close();
  if (written < bytes.length) throw Fault.of("ENOSPC");
}

function bytesOf(path: string, content: unknown): Uint8Array<ArrayBufferLike> {
  if (content instanceof Uint8Array) return content;
  if (typeof content === "string") return new TextEncoder().encode(content);
  const settings = "settings are given behind the contents";
  throw new TypeError(`Cannot place ${shownValue(content)} as "${path}": give a text or bytes; ${settings}`);
}

/** Steps into a directory, which is made if nothing has the name. */
function enter(directory: Directory, name: string): Directory {
  try {
    return directory.directory(name);
  } catch (error) {
    if (!isFault(error, "ENOENT")) throw error;
    directory.makeDirectory(name);
    return directory.directory(name);
  }
}
