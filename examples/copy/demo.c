/* The copy program of the WASI tutorial: it asks for files by name and learns what it was granted. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 64 * 1024 };

static char buffer[CHUNK];

static int write_all(int to, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t written = write(to, bytes, length);
    if (written < 0) return -1;
    bytes += written;
    length -= (size_t)written;
  }
  return 0;
}

static int fail(const char *doing, const char *path) {
  fprintf(stderr, "error %s %s: %s\n", doing, path, strerror(errno));
  return 1;
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: %s <from> <to>\n", argc > 0 ? argv[0] : "demo.wasm");
    return 1;
  }

  int from = open(argv[1], O_RDONLY);
  if (from < 0) return fail("opening input", argv[1]);

  int to = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC, 0660);
  if (to < 0) return fail("opening output", argv[2]);

  ssize_t count;
  while ((count = read(from, buffer, sizeof buffer)) > 0) {
    if (write_all(to, buffer, (size_t)count) < 0) return fail("writing", argv[2]);
  }
  if (count < 0) return fail("reading", argv[1]);

  /* A quota may only speak up when the last bytes are settled. */
  if (close(to) < 0) return fail("closing", argv[2]);
  close(from);
  return 0;
}
