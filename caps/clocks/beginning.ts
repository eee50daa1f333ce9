/**
 * When virtual time begins.
 *
 * @module
 */

/**
 * The beginning of 1980 (UTC), in nanoseconds since 1970 began: what virtual clocks and files that show no time of the
 * disk show first where nobody says. ZIP archives know no time before it, and programs take 0 for a time that is not
 * known.
 */
export const BEGINNING = 315_532_800_000_000_000n;
