/* What every measurement shares: its options, the clock, the one line of result, and loud failure. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct options {
  const char *name;
  const char *directory;
  uint64_t iterations; /* 0: the measurement's own default */
  uint64_t size;       /* MiB, of the copy, the hash and the pipe */
  uint64_t depth;      /* directories above the file of `stat` and `open` */
  uint64_t names;      /* entries of the directory of `readdir` */
  uint64_t open;       /* descriptors held open meanwhile */
};

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_nsec;
}

static _Noreturn void fail(const char *doing, const char *what) {
  fprintf(stderr, "bench: %s %s: %s\n", doing, what, strerror(errno));
  exit(1);
}

static void report_to(FILE *to, const struct options *options, uint64_t iterations, uint64_t nanoseconds) {
  uint64_t hundredths = iterations == 0 ? 0 : nanoseconds * 100 / iterations;
  fprintf(to, "{\"name\":\"%s\",\"iterations\":%llu,\"ns_per\":%llu.%02llu}\n", options->name,
          (unsigned long long)iterations, (unsigned long long)(hundredths / 100),
          (unsigned long long)(hundredths % 100));
}

static void report(const struct options *options, uint64_t iterations, uint64_t nanoseconds) {
  report_to(stdout, options, iterations, nanoseconds);
}

static uint64_t iterations_or(const struct options *options, uint64_t otherwise) {
  return options->iterations != 0 ? options->iterations : otherwise;
}

/* The same numbers on every machine and run. */
static uint64_t random_state = 0x9e3779b97f4a7c15ull;

static uint64_t next_random(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return random_state;
}

/* DIRECTORY/bench-NAME, in one of a few buffers so that several live at once. */
static const char *path_to(const struct options *options, const char *name) {
  static char buffers[4][4096];
  static int turn;
  char *buffer = buffers[turn++ % 4];
  snprintf(buffer, sizeof buffers[0], "%s/bench-%s", options->directory, name);
  return buffer;
}

static int open_or_fail(const char *path, int flags) {
  int fd = open(path, flags, 0644);
  if (fd < 0) fail("opening", path);
  return fd;
}

static void unlink_or_fail(const char *path) {
  if (unlink(path) != 0) fail("unlinking", path);
}

static void make_directory(const char *path) {
  if (mkdir(path, 0755) != 0 && errno != EEXIST) fail("making", path);
}

#endif
