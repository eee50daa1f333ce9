/**
 * How many threads there can be.
 *
 * @module
 */

/** How many threads a program can be allowed at once: each takes some 7 MiB. */
export const MOST_THREADS = 1024;
