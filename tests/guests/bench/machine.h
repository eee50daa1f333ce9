/* Calls that touch no file, and plain computation. */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include "measure.h"

static void bench_clock(const struct options *options) {
  struct timespec time;
  uint64_t count = iterations_or(options, 1000000), start = now();
  for (uint64_t i = 0; i < count; i++) clock_gettime(CLOCK_MONOTONIC, &time);
  report(options, count, now() - start);
}

static void bench_random(const struct options *options) {
  unsigned char bytes[32];
  uint64_t count = iterations_or(options, 500000), start = now();
  for (uint64_t i = 0; i < count; i++) {
    if (getentropy(bytes, sizeof bytes) != 0) fail("getting", "randomness");
  }
  report(options, count, now() - start);
}

/* ---- SHA-256 of FIPS 180-4, its constants derived as the standard defines them ---- */

static uint32_t round_constants[64], initial_hash[8];

/* The first 32 bits of the fraction of the square or cube root of a prime, by bisection in integers. */
static uint32_t root_fraction(uint64_t prime, int cube) {
  uint64_t low = 0, high = 1ull << 36;
  while (high - low > 1) {
    uint64_t middle = low + (high - low) / 2;
    unsigned __int128 power = (unsigned __int128)middle * middle * (cube ? middle : 1);
    if (power > (unsigned __int128)prime << (cube ? 96 : 64)) high = middle;
    else low = middle;
  }
  return (uint32_t)low;
}

static void derive_constants(void) {
  int found = 0;
  for (uint64_t candidate = 2; found < 64; candidate++) {
    int prime = 1;
    for (uint64_t divisor = 2; divisor * divisor <= candidate; divisor++) prime &= candidate % divisor != 0;
    if (!prime) continue;
    if (found < 8) initial_hash[found] = root_fraction(candidate, 0);
    round_constants[found++] = root_fraction(candidate, 1);
  }
}

static uint32_t rotate(uint32_t word, int by) { return word >> by | word << (32 - by); }

/* A function of its own, entered often: an engine swaps slow code for fast only between two calls. */
static __attribute__((noinline)) void hash_chunk(uint32_t state[8], const unsigned char chunk[64]) {
  uint32_t w[64], s[8];
  for (int i = 0; i < 16; i++) {
    w[i] = (uint32_t)chunk[i * 4] << 24 | (uint32_t)chunk[i * 4 + 1] << 16 | (uint32_t)chunk[i * 4 + 2] << 8 |
           chunk[i * 4 + 3];
  }
  for (int i = 16; i < 64; i++) {
    uint32_t a = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3;
    uint32_t b = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10;
    w[i] = w[i - 16] + a + w[i - 7] + b;
  }
  memcpy(s, state, sizeof s);
  for (int i = 0; i < 64; i++) {
    uint32_t e = rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25);
    uint32_t choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
    uint32_t first = s[7] + e + choice + round_constants[i] + w[i];
    uint32_t a = rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22);
    uint32_t majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
    memmove(s + 1, s, 7 * sizeof s[0]);
    s[4] += first;
    s[0] = first + a + majority;
  }
  for (int i = 0; i < 8; i++) state[i] += s[i];
}

/* One iteration is one chunk of 64 bytes; the data's length is a multiple of it, so padding is a chunk of its own. */
static void bench_sha256(const struct options *options) {
  enum { CHUNKS = 1024 };
  static unsigned char bytes[CHUNKS * 64];
  unsigned char padding[64] = {0x80};
  uint32_t state[8];
  derive_constants();
  memcpy(state, initial_hash, sizeof state);
  uint64_t count = (options->size << 20) / 64, start = now();
  for (uint64_t i = 0; i < count; i++) hash_chunk(state, bytes + i % CHUNKS * 64);
  uint64_t taken = now() - start;
  for (int i = 0; i < 8; i++) padding[56 + i] = (unsigned char)(count * 512 >> (56 - 8 * i));
  hash_chunk(state, padding);
  for (int i = 0; i < 8; i++) fprintf(stderr, "%08x", (unsigned)state[i]);
  fprintf(stderr, "  %llu MiB of zeros\n", (unsigned long long)options->size);
  report(options, count, taken);
}

enum { N = 128 };
static double left[N][N], right[N][N], product[N][N];

static __attribute__((noinline)) void multiply(void) {
  for (int i = 0; i < N; i++) {
    for (int j = 0; j < N; j++) {
      double sum = 0;
      for (int k = 0; k < N; k++) sum += left[i][k] * right[k][j];
      product[i][j] = sum;
    }
  }
}

/* One iteration is one multiplication of two 128 by 128 matrices. */
static void bench_matrix(const struct options *options) {
  for (int i = 0; i < N; i++) {
    for (int j = 0; j < N; j++) left[i][j] = i + j, right[i][j] = i - j;
  }
  uint64_t count = iterations_or(options, 200), start = now();
  for (uint64_t turn = 0; turn < count; turn++) {
    multiply();
    left[0][turn % N] += product[1][1] > 0 ? 1 : 2; /* so that no turn can be left out */
  }
  report(options, count, now() - start);
}

#endif
