/**
 * From what a box is asked to be to what its lives are made of.
 *
 * @module
 */
import { sameBytes } from "../../caps/bytes.ts";
import { seededRandom } from "../../caps/seeded_random.ts";
import { type Codec, stringCodec } from "./codec.ts";
import { JournalError, type Opening } from "./journal.ts";
import type { Making } from "./lives.ts";
import type { BoxModule } from "./module.ts";
import { BOX_SEED, type BoxOptions } from "./options.ts";

const MILLISECOND = 1_000_000n;
/** The last millisecond whose nanoseconds have room in 64 bits. */
const LATEST = Math.floor(2 ** 64 / 1e6);

/**
 * What the lives of a box are made of.
 *
 * @param module The module
 * @param options What the box gets
 * @param before How its journal begins, if it has one that does: that counts more than the options
 * @returns All of it
 * @throws {JournalError} For a journal of another module
 * @throws {RangeError} For a time that no clock can show
 */
export function makingOf<Message>(
  module: BoxModule,
  options: BoxOptions<Message>,
  before: Opening | undefined,
): Making<Message> {
  if (before !== undefined && !sameBytes(before.module, module.hash)) {
    throw new JournalError("The journal was written by a box of another module");
  }
  const opening = before ?? {
    module: module.hash,
    seed: seededRandom(options.seed ?? BOX_SEED).state.seed,
    clock: options.clock ?? "set",
    start: nanoseconds(options.time ?? 0),
    rollBack: options.rollBack ?? false,
  };
  // Without a codec the messages are texts, as the signatures of open and replay say.
  const codec = options.codec ?? stringCodec as unknown as Codec<Message>;
  return { module, opening, options, codec };
}

/**
 * A time as clocks have it.
 *
 * @param milliseconds Since 1970 began (UTC), a whole number from 0 to 18,446,744,073,709
 * @returns The same in nanoseconds
 * @throws {RangeError} For a time that no clock can show
 */
export function nanoseconds(milliseconds: number): bigint {
  if (!Number.isInteger(milliseconds) || milliseconds < 0 || milliseconds > LATEST) {
    throw new RangeError(`Cannot set a clock to ${milliseconds} ms: give a whole number from 0 to ${LATEST}`);
  }
  return BigInt(milliseconds) * MILLISECOND;
}
