/**
 * The journal of a box: everything that came to it from outside, in order, so that it can be lived through again.
 *
 * | bytes | what |
 * |---|---|
 * | 8 | `§journal`: a7 6a 6f 75 72 6e 61 6c |
 * | 4 | version of the format, 1 |
 * | … | records |
 *
 * A record is its kind (1 byte), the length of its contents (4 bytes), a checksum of all so far, its contents, and a
 * checksum of all so far. Checksums are CRC-32. A journal that was cut anywhere is good up to the last whole record, and
 * so is one that was made longer but not written, which a crash of the machine leaves: it ends in zeros.
 *
 * @module
 */
import type { ClockState } from "../../caps/clocks/virtual.ts";
import { crc32 } from "../../caps/crc32.ts";
import { lastSector } from "../../caps/torn.ts";
import { LittleReader } from "../snapshot/little_reader.ts";
import { LittleWriter } from "../snapshot/little_writer.ts";

/**
 * A journal that cannot be used.
 *
 * @example
 * ```ts
 * import { Box, JournalError } from "keyhole";
 * import { assertRejects } from "@std/assert";
 *
 * const module = await Deno.readFile("examples/box/echo.wasm");
 * await assertRejects(() => Box.replay(module, new TextEncoder().encode("no journal")), JournalError);
 * ```
 */
export class JournalError extends Error {
  /** The name of the class, `"JournalError"`. */
  override readonly name = "JournalError";
}

/** How the clock of a box moves: by a second at each reading, or only when it is set. */
export type BoxClock = "step" | "set";

/** What a box is when it is opened. */
export interface Opening {
  /** The SHA-256 of its module, 32 bytes. */
  readonly module: Uint8Array<ArrayBufferLike>;
  /** The seed of its randomness, 32 bytes. */
  readonly seed: Uint8Array<ArrayBufferLike>;
  /** How its clock moves. */
  readonly clock: BoxClock;
  /** What its clock shows first, in nanoseconds since 1970 began (UTC). */
  readonly start: bigint;
  /** Whether a message that it fails over is undone. */
  readonly rollBack: boolean;
}

/** One thing that came to a box. */
export type JournalEntry =
  | {
    /** A message. */
    readonly kind: "message";
    /** Its bytes. */
    readonly bytes: Uint8Array<ArrayBufferLike>;
    /** Whether the guest was stopped over it by a limit. */
    readonly stopped: boolean;
  }
  | {
    /** The clock was set. */
    readonly kind: "time";
    /** To how many nanoseconds since 1970 began (UTC). */
    readonly wall: ClockState["wall"];
  }
  | {
    /** A snapshot was restored. */
    readonly kind: "restore";
    /** The snapshot. */
    readonly snapshot: Uint8Array<ArrayBufferLike>;
  };

/** What a journal tells. */
export interface Journal {
  /** What the box was when it was opened; `undefined` when the journal was cut before it was told. */
  readonly opening: Opening | undefined;
  /** What came to it, in order. */
  readonly entries: readonly JournalEntry[];
  /** How many bytes of the journal are whole; what lies behind was cut. */
  readonly length: number;
  /** The checksum of these bytes. */
  readonly checksum: number;
}

const MAGIC = new Uint8Array([0xa7, 0x6a, 0x6f, 0x75, 0x72, 0x6e, 0x61, 0x6c]);
const VERSION = 1;
const START = MAGIC.length + 4;

const Kind = { opening: 0, message: 1, time: 2, restore: 3, stopped: 4 } as const;

/** Bytes of a record besides its contents: kind, length, checksum; and the checksum behind them. */
const HEAD = 1 + 4 + 4;
const TAIL = 4;

/** What a journal starts with. */
function preamble(): Uint8Array<ArrayBuffer> {
  const writer = new LittleWriter(START);
  writer.raw(MAGIC);
  writer.u32(VERSION);
  return writer.finish();
}

/**
 * Writes the beginning of a journal.
 *
 * @param opening What the box is
 * @returns The bytes, and their checksum
 */
export function writeOpening(opening: Opening): { bytes: Uint8Array<ArrayBuffer>; checksum: number } {
  const { module, seed, clock, start, rollBack } = opening;
  const contents = new LittleWriter(96);
  contents.raw(module);
  contents.raw(seed);
  contents.u8(clock === "step" ? 0 : 1);
  contents.u64(start);
  contents.u8(rollBack ? 1 : 0);
  const before = preamble();
  const record = writeRecord(Kind.opening, contents.finish(), crc32(before));
  const writer = new LittleWriter(before.length + record.bytes.length);
  writer.raw(before);
  writer.raw(record.bytes);
  return { bytes: writer.finish(), checksum: record.checksum };
}

/**
 * Writes one entry, or that the guest was stopped over the message before.
 *
 * @param entry The entry
 * @param checksum The checksum of the journal so far
 * @returns The bytes, and the checksum of the journal with them
 */
export function writeEntry(
  entry: JournalEntry | "stopped",
  checksum: number,
): { bytes: Uint8Array<ArrayBuffer>; checksum: number } {
  if (entry === "stopped") return writeRecord(Kind.stopped, new Uint8Array(0), checksum);
  switch (entry.kind) {
    case "message":
      return writeRecord(Kind.message, entry.bytes, checksum);
    case "time": {
      const writer = new LittleWriter(8);
      writer.u64(entry.wall);
      return writeRecord(Kind.time, writer.finish(), checksum);
    }
    case "restore":
      return writeRecord(Kind.restore, entry.snapshot, checksum);
  }
}

function writeRecord(
  kind: number,
  contents: Uint8Array<ArrayBufferLike>,
  before: number,
): { bytes: Uint8Array<ArrayBuffer>; checksum: number } {
  const writer = new LittleWriter(HEAD + contents.length + TAIL);
  writer.u8(kind);
  writer.u32(contents.length);
  // The length has a checksum of its own, so that a damaged one is not taken for a record that was cut.
  const head = new LittleWriter(HEAD);
  head.u8(kind);
  head.u32(contents.length);
  const first = crc32(head.finish(), before);
  writer.u32(first);
  writer.raw(contents);
  const checksum = crc32(contents, first);
  writer.u32(checksum);
  return { bytes: writer.finish(), checksum };
}

/**
 * Refuses what does not begin as a journal does. A crash can leave the beginning of its beginning.
 *
 * @param head The first bytes
 * @throws {JournalError} For bytes of another kind, and a later version
 */
export function mustBeJournal(head: Uint8Array<ArrayBufferLike>): void {
  if (head.subarray(0, MAGIC.length).some((byte, at) => byte !== MAGIC[at])) {
    throw new JournalError("This is not the journal of a box");
  }
  const known = preamble();
  if (head.subarray(MAGIC.length, START).some((byte, at) => byte !== known[MAGIC.length + at])) {
    throw new JournalError(
      "The journal is of another version than the one that is known: use a newer keyhole",
    );
  }
}

/**
 * Reads a journal, up to where it was cut.
 *
 * @param bytes The journal, from anywhere
 * @returns What it tells
 * @throws {JournalError} For bytes of another kind, a later version, and a record that was changed
 */
export function readJournal(bytes: Uint8Array<ArrayBufferLike>): Journal {
  mustBeJournal(bytes);
  const known = preamble();
  let opening: Opening | undefined;
  const entries: JournalEntry[] = [];
  let checksum = crc32(known);
  let at = START;
  while (bytes.length - at >= HEAD + TAIL) {
    const record = readRecord(bytes, at, checksum);
    if (record === undefined) break;
    const { kind, contents } = record;
    const first = at === START;
    if (first !== (kind === Kind.opening)) throw damaged(at, "a box is opened once, at the beginning");
    if (first) opening = readOpening(contents, at);
    else if (kind === Kind.stopped) stopLast(entries, at);
    else entries.push(readEntry(kind, contents, at));
    checksum = record.checksum;
    at = record.end;
  }
  return opening === undefined
    ? { opening, entries, length: 0, checksum: 0 }
    : { opening, entries, length: at, checksum };
}

interface JournalRecord {
  readonly kind: number;
  readonly contents: Uint8Array<ArrayBufferLike>;
  readonly checksum: number;
  readonly end: number;
}

/** The record at an offset; `undefined` when its end is missing, or was never written. */
function readRecord(
  bytes: Uint8Array<ArrayBufferLike>,
  at: number,
  before: number,
): JournalRecord | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const kind = view.getUint8(at);
  const length = view.getUint32(at + 1, true);
  const head = crc32(bytes.subarray(at, at + 5), before);
  if (head !== view.getUint32(at + 5, true)) return unwritten(bytes, at, at + HEAD);
  if (length > bytes.length - at - HEAD - TAIL) return undefined;
  const contents = bytes.subarray(at + HEAD, at + HEAD + length);
  const checksum = crc32(contents, head);
  if (checksum !== view.getUint32(at + HEAD + length, true)) {
    return unwritten(bytes, at, at + HEAD + length + TAIL);
  }
  return { kind, contents, checksum, end: at + HEAD + length + TAIL };
}

/** What it means that a checksum which ends there does not hold: if all is zero from its last sector on, it was not written. */
function unwritten(bytes: Uint8Array<ArrayBufferLike>, at: number, end: number): undefined {
  if (bytes.subarray(lastSector(at, end)).some((byte) => byte !== 0)) {
    throw damaged(at, "a checksum does not hold");
  }
}

function readOpening(contents: Uint8Array<ArrayBufferLike>, at: number): Opening {
  const reader = new LittleReader(contents, (message) => damaged(at, message));
  const module = reader.raw(32);
  const seed = reader.raw(32);
  const clock = reader.u8() === 0 ? "step" : "set";
  const start = reader.u64();
  const rollBack = reader.u8() !== 0;
  reader.end();
  return { module, seed, clock, start, rollBack };
}

function readEntry(kind: number, contents: Uint8Array<ArrayBufferLike>, at: number): JournalEntry {
  switch (kind) {
    case Kind.message:
      return { kind: "message", bytes: contents, stopped: false };
    case Kind.time: {
      const reader = new LittleReader(contents, (message) => damaged(at, message));
      const wall = reader.u64();
      reader.end();
      return { kind: "time", wall };
    }
    case Kind.restore:
      return { kind: "restore", snapshot: contents };
    default:
      throw damaged(at, `no record is of kind ${kind}`);
  }
}

function stopLast(entries: JournalEntry[], at: number): void {
  const last = entries.at(-1);
  if (last?.kind !== "message") throw damaged(at, "a guest is stopped over a message only");
  entries[entries.length - 1] = { ...last, stopped: true };
}

function damaged(at: number, how: string): JournalError {
  return new JournalError(`The journal is damaged at byte ${at}: ${how}`);
}
