/**
 * Randomness as a capability.
 *
 * @module
 */

/** A source of random bytes. */
export interface Random {
  /**
   * Fills a range of a buffer.
   *
   * @param into The buffer
   * @param start First index to fill
   * @param end Index after the last to fill
   */
  fill(into: Uint8Array<ArrayBufferLike>, start: number, end: number): void;
}
