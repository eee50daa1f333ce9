/*
 * Measures host calls from inside: one measurement a run, and one line of JSON as its result.
 *
 *   bench.wasm NAME [DIRECTORY] [n=ITERATIONS] [size=MIB] [depth=4] [names=10000] [open=0]
 *
 * It works below DIRECTORY (default /bench) and removes what it made. `ns_per` is nanoseconds per iteration; the
 * comment at each measurement says what an iteration is where it is not one call. `open` descriptors are held open
 * meanwhile. The result is on stdout; that of `stdout` is on stderr. The same source compiles natively:
 *
 *   clang -O2 bench.c -o bench && ./bench read /tmp/scratch
 *
 * (with the compiler that made the guest: gcc turns the loops of `matrix` inside out, which is another measurement). On
 * Linux the native program takes the word `lockdown` behind DIRECTORY too, and is then confined as keyhole is.
 */

#ifndef __wasi__
#define _GNU_SOURCE
#endif

#ifdef __linux__
#include "bench/lockdown.h"
#endif

#include "bench/data.h"
#include "bench/machine.h"
#include "bench/tree.h"

static const struct {
  const char *name;
  void (*run)(const struct options *);
} measurements[] = {
    {"read", bench_read},     {"write", bench_write},     {"pread", bench_pread},   {"writev", bench_writev},
    {"copy", bench_copy},     {"open", bench_open},       {"stat", bench_stat},     {"readdir", bench_readdir},
    {"walk", bench_walk},     {"rename", bench_rename},   {"clock", bench_clock},   {"random", bench_random},
    {"stdout", bench_stdout}, {"stdin", bench_stdin},     {"sha256", bench_sha256}, {"matrix", bench_matrix},
};
enum { MEASUREMENTS = sizeof measurements / sizeof measurements[0] };

static int usage(void) {
  fprintf(stderr, "usage: bench NAME [DIRECTORY] [n=N] [size=MIB] [depth=N] [names=N] [open=N]\n  NAME:");
  for (int i = 0; i < MEASUREMENTS; i++) fprintf(stderr, " %s", measurements[i].name);
  fprintf(stderr, "\n");
  return 2;
}

static int set_option(struct options *options, const char *argument) {
  static const char *const names[] = {"n=", "size=", "depth=", "names=", "open="};
  uint64_t *const values[] = {&options->iterations, &options->size, &options->depth, &options->names,
                              &options->open};
  for (int i = 0; i < 5; i++) {
    size_t length = strlen(names[i]);
    if (strncmp(argument, names[i], length) != 0) continue;
    char *end;
    *values[i] = strtoull(argument + length, &end, 10);
    return *end == 0 && end != argument + length;
  }
  options->directory = argument;
  return 1;
}

static void hold_open(const struct options *options) {
  for (uint64_t i = 0; i < options->open; i++) open_or_fail(options->directory, O_RDONLY | O_DIRECTORY);
}

int main(int argc, char **argv) {
  struct options options = {.directory = "/bench", .size = 256, .depth = 4, .names = 10000};
  if (argc < 2) return usage();
  options.name = argv[1];
  for (int i = 2; i < argc; i++) {
#ifdef __linux__
    if (strcmp(argv[i], "lockdown") == 0) {
      lock_down(options.directory);
      continue;
    }
#endif
    if (!set_option(&options, argv[i])) return usage();
  }
  for (int i = 0; i < MEASUREMENTS; i++) {
    if (strcmp(measurements[i].name, options.name) != 0) continue;
    hold_open(&options);
    measurements[i].run(&options);
    return 0;
  }
  return usage();
}
