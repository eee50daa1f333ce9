/*
 * A line filter for a pipe: prints the lines of stdin that contain a text, or all of them in upper case.
 *
 *   filter.wasm TEXT      lines that contain TEXT; exit 1 when there is none
 *   filter.wasm --upper   every line in upper case
 */

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Lines may hold NUL bytes, so the text is looked for by length. */
static int contains(const char *line, size_t length, const char *text, size_t text_length) {
  for (size_t at = 0; at + text_length <= length; at++) {
    if (memcmp(line + at, text, text_length) == 0) return 1;
  }
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: %s TEXT | --upper\n", argc > 0 ? argv[0] : "filter.wasm");
    return 2;
  }
  int upper = strcmp(argv[1], "--upper") == 0;
  size_t text_length = strlen(argv[1]);

  char *line = NULL;
  size_t capacity = 0;
  ssize_t length;
  int printed = 0;
  while ((length = getline(&line, &capacity, stdin)) >= 0) {
    if (upper) {
      for (ssize_t at = 0; at < length; at++) line[at] = (char)toupper((unsigned char)line[at]);
    } else {
      size_t visible = length > 0 && line[length - 1] == '\n' ? (size_t)length - 1 : (size_t)length;
      if (!contains(line, visible, argv[1], text_length)) continue;
    }
    fwrite(line, 1, (size_t)length, stdout);
    printed = 1;
  }
  free(line);

  if (ferror(stdin)) {
    perror("error reading stdin");
    return 2;
  }
  if (fflush(stdout) != 0) {
    perror("error writing stdout");
    return 2;
  }
  return upper || printed ? 0 : 1;
}
