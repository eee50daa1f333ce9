/* Moving bytes: small and large reads and writes, pipes, lines. */
#ifndef BENCH_DATA_H
#define BENCH_DATA_H

#include <sys/uio.h>

#include "measure.h"

enum { SMALL = 64, BLOCK = 64 * 1024, FILE_SIZE = 4 * 1024 * 1024, VECTORS = 16 };

static char block[BLOCK];

static void fill_file(const char *path, uint64_t size) {
  int fd = open_or_fail(path, O_WRONLY | O_CREAT | O_TRUNC);
  for (size_t i = 0; i < sizeof block; i++) block[i] = (char)next_random();
  for (uint64_t done = 0; done < size; done += BLOCK) {
    if (write(fd, block, BLOCK) != BLOCK) fail("writing", path);
  }
  close(fd);
}

static void bench_read(const struct options *options) {
  const char *path = path_to(options, "read");
  uint64_t count = iterations_or(options, 500000);
  fill_file(path, FILE_SIZE);
  int fd = open_or_fail(path, O_RDONLY);
  uint64_t start = now();
  for (uint64_t i = 0; i < count; i++) {
    ssize_t got = read(fd, block, SMALL);
    if (got == 0) {
      lseek(fd, 0, SEEK_SET);
      got = read(fd, block, SMALL);
    }
    if (got != SMALL) fail("reading", path);
  }
  report(options, count, now() - start);
  close(fd);
  unlink_or_fail(path);
}

static void bench_write(const struct options *options) {
  const char *path = path_to(options, "write");
  uint64_t count = iterations_or(options, 500000);
  int fd = open_or_fail(path, O_WRONLY | O_CREAT | O_TRUNC);
  uint64_t start = now();
  for (uint64_t i = 0; i < count; i++) {
    if (i % (FILE_SIZE / SMALL) == 0) lseek(fd, 0, SEEK_SET);
    if (write(fd, block, SMALL) != SMALL) fail("writing", path);
  }
  report(options, count, now() - start);
  close(fd);
  unlink_or_fail(path);
}

static void bench_pread(const struct options *options) {
  const char *path = path_to(options, "pread");
  uint64_t count = iterations_or(options, 500000);
  fill_file(path, FILE_SIZE);
  int fd = open_or_fail(path, O_RDONLY);
  uint64_t start = now();
  for (uint64_t i = 0; i < count; i++) {
    if (pread(fd, block, SMALL, (off_t)(next_random() % (FILE_SIZE - SMALL))) != SMALL) fail("reading", path);
  }
  report(options, count, now() - start);
  close(fd);
  unlink_or_fail(path);
}

static void bench_writev(const struct options *options) {
  const char *path = path_to(options, "writev");
  uint64_t count = iterations_or(options, 200000);
  struct iovec vectors[VECTORS];
  for (int i = 0; i < VECTORS; i++) vectors[i] = (struct iovec){block + i * SMALL, SMALL};
  int fd = open_or_fail(path, O_WRONLY | O_CREAT | O_TRUNC);
  uint64_t start = now();
  for (uint64_t i = 0; i < count; i++) {
    if (i % (FILE_SIZE / SMALL / VECTORS) == 0) lseek(fd, 0, SEEK_SET);
    if (writev(fd, vectors, VECTORS) != VECTORS * SMALL) fail("writing", path);
  }
  report(options, count, now() - start);
  close(fd);
  unlink_or_fail(path);
}

/* One iteration is one block of 64 KiB, read and written. */
static void bench_copy(const struct options *options) {
  const char *from = path_to(options, "copy-from"), *to = path_to(options, "copy-to");
  fill_file(from, options->size << 20);
  int input = open_or_fail(from, O_RDONLY), output = open_or_fail(to, O_WRONLY | O_CREAT | O_TRUNC);
  uint64_t count = 0, start = now();
  for (;;) {
    ssize_t got = read(input, block, BLOCK);
    if (got < 0) fail("reading", from);
    if (got == 0) break;
    if (write(output, block, (size_t)got) != got) fail("writing", to);
    count++;
  }
  report(options, count, now() - start);
  close(input);
  close(output);
  unlink_or_fail(from);
  unlink_or_fail(to);
}

/* One write a line; the result goes to stderr, because stdout is what is measured. */
static void bench_stdout(const struct options *options) {
  static const char line[] = "the quick brown fox jumps over the lazy dog, again and again\n";
  uint64_t count = iterations_or(options, 200000), start = now();
  for (uint64_t i = 0; i < count; i++) {
    if (write(1, line, sizeof line - 1) != sizeof line - 1) fail("writing", "stdout");
  }
  report_to(stderr, options, count, now() - start);
}

/* One iteration is one byte of stdin, read in blocks of 64 KiB to its end. */
static void bench_stdin(const struct options *options) {
  uint64_t total = 0, start = 0;
  ssize_t got;
  while ((got = read(0, block, BLOCK)) > 0) {
    /* The clock starts when the pipe does, so that waiting for its writer to start is not counted. */
    if (start == 0) start = now();
    total += (uint64_t)got;
  }
  if (got < 0) fail("reading", "stdin");
  report(options, total, start == 0 ? 0 : now() - start);
}

#endif
