/**
 * A store whose changes are appended to a file.
 *
 * @module
 */
import { mustBeText } from "../checks.ts";
import type { Store } from "../store.ts";
import { AppendLog } from "./append_log.ts";
import { LONGEST_RECORD } from "./log_format.ts";

/** The first byte of a record: what it does. */
const Change = { set: 1, delete: 2 } as const;

/** A log is written anew when it is this large and mostly holds what was replaced later. */
const WORTH_REWRITING = 1 << 20;
const MOST_WASTE = 3;

/** Bytes of a record before the key: what it does, and the length of the key. */
const START = 5;

/** Bytes of the file that a change takes besides key and value. */
const OVERHEAD = START + 12;

/** Keys come back exactly: what marks a byte order is a part of a key like any other. */
const KEYS = new TextDecoder("utf-8", { ignoreBOM: true });

/** What was found in a file that a store was opened from. */
export interface FileStore extends Store {
  /** How many changes the file held. */
  readonly replayed: number;
  /** How many bytes of an unfinished change were cut off. */
  readonly cut: number;
}

/**
 * Opens a store that is kept in one file, all of it also in memory. Every change is on the disk before its promise
 * settles; changes at the same time share the trip. A crash at any moment loses nothing that had settled. A key and its
 * value have at most 67,108,859 bytes together; what is longer is refused with a `RangeError` and changes nothing.
 *
 * @param path The file; made, for its owner only, if there is none
 * @returns The store; nobody else can open the file until it is closed
 * @throws {TypeError} For a path that is no text
 * @throws {Error} When the file is something else, is damaged, or is used by another process; it is left as it is
 *
 * @example
 * ```ts
 * import { fileStore } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * const store = fileStore(path);
 * await store.set("colour", new TextEncoder().encode("green"));
 * await store.close();
 *
 * const again = fileStore(path);
 * assertEquals(new TextDecoder().decode(again.get("colour")), "green");
 * await again.close();
 * await Deno.remove(path);
 * ```
 */
export function fileStore(path: string): FileStore {
  mustBeText(path, "path");
  return new LogStore(path);
}

class LogStore implements FileStore {
  readonly replayed: number;
  readonly cut: number;
  readonly #values = new Map<string, Uint8Array>();
  readonly #log: AppendLog;
  /** About what the file would take if it held nothing but what is set. */
  #live = 0;

  constructor(path: string) {
    let replayed = 0;
    this.#log = AppendLog.open(path, (record) => {
      replayed++;
      this.#replay(record, path);
    });
    this.replayed = replayed;
    this.cut = this.#log.cut;
  }

  get(key: string): Uint8Array | undefined {
    return this.#values.get(key);
  }

  *keys(prefix: string = ""): Iterable<string> {
    for (const key of this.#values.keys()) if (key.startsWith(prefix)) yield key;
  }

  async set(key: string, value: Uint8Array): Promise<void> {
    const record = recordOf(Change.set, key, value);
    this.#put(key, value.slice());
    await this.#append(record);
  }

  async delete(key: string): Promise<void> {
    const record = recordOf(Change.delete, key, new Uint8Array(0));
    this.#put(key, undefined);
    await this.#append(record);
  }

  close(): Promise<void> {
    return this.#log.close();
  }

  #append(record: Uint8Array): Promise<void> {
    const { size } = this.#log;
    if (size > WORTH_REWRITING && size > this.#live * MOST_WASTE) {
      this.#log.rewrite(() => [...this.#values].map(([key, value]) => recordOf(Change.set, key, value)));
    }
    return this.#log.append(record);
  }

  #replay(record: Uint8Array, path: string): void {
    const length = record.length < START
      ? Infinity
      : new DataView(record.buffer, record.byteOffset).getUint32(1, true);
    if (length > record.length - START) throw new Error(`"${path}" is not a store of keyhole`);
    const key = KEYS.decode(record.subarray(START, START + length));
    this.#put(key, record[0] === Change.set ? record.slice(START + length) : undefined);
  }

  #put(key: string, value: Uint8Array | undefined): void {
    const before = this.#values.get(key);
    if (before !== undefined) this.#live -= before.length + key.length + OVERHEAD;
    if (value === undefined) {
      this.#values.delete(key);
      return;
    }
    this.#live += value.length + key.length + OVERHEAD;
    this.#values.set(key, value);
  }
}

function recordOf(change: number, key: string, value: Uint8Array): Uint8Array {
  if (!key.isWellFormed()) {
    throw new TypeError(`The key ${JSON.stringify(key)} is not well-formed: it has half of a surrogate pair`);
  }
  const name = new TextEncoder().encode(key);
  const length = name.length + value.length;
  if (length > LONGEST_RECORD - START) {
    throw new RangeError(
      `A key and its value of ${length} bytes have no room: ${LONGEST_RECORD - START} are the most`,
    );
  }
  const record = new Uint8Array(START + length);
  record[0] = change;
  new DataView(record.buffer).setUint32(1, name.length, true);
  record.set(name, START);
  record.set(value, START + name.length);
  return record;
}
