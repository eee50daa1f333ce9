/**
 * Snapshots as files: whose they are, whether they are whole, and the state in a few bytes.
 *
 * | bytes | what |
 * |---|---|
 * | 8 | `§keyhole`: a7 6b 65 79 68 6f 6c 65 |
 * | 4 | version of the format, 1 |
 * | 32 | SHA-256 of the module |
 * | 8 | length of the state |
 * | … | the state in its canonical form, compressed (DEFLATE) |
 * | 32 | SHA-256 of everything before |
 *
 * All numbers have their lowest byte first.
 *
 * @module
 */
import { joined, sameBytes } from "../../caps/bytes.ts";
import { sha256 } from "../sha256.ts";
import { compress, decompress } from "./compression.ts";
import { SnapshotError } from "./error.ts";
import { decodeState, encodeState, type GuestState } from "./guest_state.ts";
import { LittleReader } from "./little_reader.ts";
import { LittleWriter } from "./little_writer.ts";

/** What a snapshot starts with. The first byte is no text, and no length of a memory starts with it either. */
const MAGIC = new Uint8Array([0xa7, 0x6b, 0x65, 0x79, 0x68, 0x6f, 0x6c, 0x65]);

/** The version of the format that is written, and the only one that is read. */
export const SNAPSHOT_VERSION = 1;

const HEADER = 8 + 4 + 32 + 8;
const CHECKSUM = 32;

/**
 * Whether bytes start as a snapshot does.
 *
 * @param bytes Any bytes
 * @returns `true` if they do
 */
export function isSnapshot(bytes: Uint8Array<ArrayBufferLike>): boolean {
  return sameBytes(bytes.subarray(0, MAGIC.length), MAGIC);
}

/**
 * Refuses what does not begin as a snapshot does.
 *
 * @param head The first bytes, 8 or more unless there are no more
 * @throws {SnapshotError} `"not-a-snapshot"`
 */
export function mustBeSnapshot(head: Uint8Array<ArrayBufferLike>): void {
  if (!isSnapshot(head)) throw new SnapshotError("not-a-snapshot", "This is not a snapshot of keyhole");
}

/**
 * Writes a state as a snapshot.
 *
 * @param state The state
 * @returns The bytes of the snapshot
 */
export async function packSnapshot(state: GuestState): Promise<Uint8Array<ArrayBuffer>> {
  const encoded = encodeState(state);
  const header = new LittleWriter(HEADER);
  header.raw(MAGIC);
  header.u32(SNAPSHOT_VERSION);
  header.raw(state.module);
  header.u64(BigInt(encoded.length));
  const contents = joined([header.finish(), await compress(encoded)]);
  return joined([contents, await sha256(contents)]);
}

/**
 * Reads a snapshot, from bytes that nobody vouches for.
 *
 * @param bytes The bytes
 * @param module The SHA-256 of the module that it has to be of
 * @param most How many bytes the state may have
 * @returns The state; whether it fits the module is still to be checked
 * @throws {SnapshotError} For anything else than a whole snapshot of this version and of that module
 */
export async function unpackSnapshot(
  bytes: Uint8Array<ArrayBufferLike>,
  module: Uint8Array<ArrayBufferLike>,
  most: number,
): Promise<GuestState> {
  mustBeSnapshot(bytes);
  const damaged = (how: string): SnapshotError => {
    return new SnapshotError("damaged", `The snapshot is damaged: ${how}`);
  };
  const reader = new LittleReader(bytes, () => damaged("it was cut"));
  reader.raw(MAGIC.length);
  const version = reader.u32();
  if (version > SNAPSHOT_VERSION) {
    throw new SnapshotError(
      "newer",
      `The snapshot has version ${version} of the format, and only ${SNAPSHOT_VERSION} is known: use a newer keyhole`,
    );
  }
  if (version === 0) throw damaged("there is no version 0");
  const owner = reader.raw(32);
  const length = reader.longCount(0);
  const contents = bytes.length - CHECKSUM;
  if (contents < HEADER) throw damaged("it was cut");
  if (!sameBytes(await sha256(bytes.subarray(0, contents)), bytes.subarray(contents))) {
    throw damaged("its checksum does not hold");
  }
  if (!sameBytes(owner, module)) {
    throw new SnapshotError(
      "other-module",
      `The snapshot was taken of another module (SHA-256 ${shortHash(owner)}…, this one has ${
        shortHash(module)
      }…)`,
    );
  }
  if (length > most) {
    throw new SnapshotError("too-large", `The snapshot holds ${length} bytes, more than the guest may have`);
  }
  const encoded = await decompress(bytes.subarray(HEADER, contents), length);
  if (encoded === undefined) throw damaged("its state cannot be decompressed");
  return decodeState(encoded, module);
}

function shortHash(hash: Uint8Array<ArrayBufferLike>): string {
  return new Uint8Array(hash).toHex().slice(0, 12);
}
