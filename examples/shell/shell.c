/*
 * A small shell over the state of the application that runs it: one command a line on stdin, and for each a reply
 * on stdout, quoted, one a line. The end of the input ends it.
 *
 *   hello              "hello\n"
 *   add [INTEGER]      "ok"; adds 1 without an argument
 *   sum                "3"
 *   set KEY VALUE      "ok"; the value is the rest of the line
 *   get KEY            the value, or "no such key"
 *   echo [TEXT]        the text
 *   exit [CODE]        ends the session
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"

struct text {
  const char *at;
  size_t length;
};

enum { LINE_LIMIT = 16 * 1024 };

static char line[LINE_LIMIT];
static char response[HOST_LIMIT];

static struct text literal(const char *text) { return (struct text){text, strlen(text)}; }

static bool equals(struct text a, const char *b) { return a.length == strlen(b) && memcmp(a.at, b, a.length) == 0; }

/* ---- replies ---- */

/* How many bytes the character at the start takes, 0 where it is not UTF-8. */
static size_t character_length(struct text text) {
  unsigned char first = (unsigned char)text.at[0];
  size_t length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (length > text.length) return 0;
  for (size_t i = 1; i < length; i++) {
    if (((unsigned char)text.at[i] & 0xc0) != 0x80) return 0;
  }
  if (length < 3) return length;
  unsigned char second = (unsigned char)text.at[1];
  bool overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
  bool surrogate = first == 0xed && second > 0x9f, beyond = first == 0xf4 && second > 0x8f;
  return overlong || surrogate || beyond ? 0 : length;
}

static void put_control(unsigned code) {
  static const char digits[] = "0123456789abcdef";
  fputs("\\u{", stdout);
  if (code >= 16) putchar(digits[code >> 4]);
  putchar(digits[code & 15]);
  putchar('}');
}

static void put_escaped(struct text text) {
  while (text.length > 0) {
    unsigned char first = (unsigned char)text.at[0];
    size_t length = character_length(text);
    if (length == 0) {
      fputs("\xef\xbf\xbd", stdout);
      length = 1;
    } else if (first == '"' || first == '\\') {
      putchar('\\');
      putchar(first);
    } else if (first == '\n' || first == '\r' || first == '\t' || first == 0) {
      putchar('\\');
      putchar(first == '\n' ? 'n' : first == '\r' ? 'r' : first == '\t' ? 't' : '0');
    } else if (first < 0x20 || first == 0x7f) {
      put_control(first);
    } else if (first == 0xc2 && (unsigned char)text.at[1] < 0xa0) {
      put_control((unsigned char)text.at[1]);
    } else {
      fwrite(text.at, 1, length, stdout);
    }
    text.at += length;
    text.length -= length;
  }
}

/* One quoted line, sent at once: whoever asked is waiting for it. A reader that is gone ends the session. */
static void reply_with(struct text first, struct text second) {
  putchar('"');
  put_escaped(first);
  put_escaped(second);
  putchar('"');
  putchar('\n');
  if (fflush(stdout) != 0) exit(1);
}

static void reply(struct text text) { reply_with(text, literal("")); }

static void reply_number(int64_t number) {
  char digits[24];
  size_t at = sizeof digits;
  bool negative = number < 0;
  uint64_t left = negative ? 0 - (uint64_t)number : (uint64_t)number;
  do digits[--at] = (char)('0' + left % 10);
  while ((left /= 10) != 0);
  if (negative) digits[--at] = '-';
  reply((struct text){digits + at, sizeof digits - at});
}

static void reply_from_host(int32_t written) {
  if (written <= 0 || written > HOST_LIMIT) reply(literal("error: the host could not answer"));
  else reply((struct text){response, (size_t)written});
}

/* ---- commands ---- */

static struct text trim(struct text text) {
  while (text.length > 0 && strchr(" \t\r\n", text.at[0]) != NULL && text.at[0] != 0) text.at++, text.length--;
  while (text.length > 0 && strchr(" \t\r\n", text.at[text.length - 1]) != NULL && text.at[text.length - 1] != 0) {
    text.length--;
  }
  return text;
}

/* Cuts the first word off. */
static struct text next_word(struct text *rest) {
  *rest = trim(*rest);
  struct text word = {rest->at, 0};
  while (word.length < rest->length && rest->at[word.length] != ' ' && rest->at[word.length] != '\t') word.length++;
  *rest = trim((struct text){rest->at + word.length, rest->length - word.length});
  return word;
}

static bool parse_integer(struct text text, int32_t *value) {
  bool negative = text.length > 0 && text.at[0] == '-';
  size_t at = negative || (text.length > 0 && text.at[0] == '+') ? 1 : 0;
  int64_t sum = 0;
  if (at == text.length) return false;
  for (; at < text.length; at++) {
    if (text.at[at] < '0' || text.at[at] > '9') return false;
    sum = sum * 10 + (text.at[at] - '0');
    if (sum > (int64_t)INT32_MAX + 1) return false;
  }
  sum = negative ? -sum : sum;
  *value = (int32_t)sum;
  return sum <= INT32_MAX;
}

static void command_add(struct text argument) {
  int32_t count = 1;
  if (argument.length > 0 && !parse_integer(argument, &count)) {
    reply(literal("error: argument must be an integer"));
    return;
  }
  host_add(count);
  reply(literal("ok"));
}

static void command_set(struct text arguments) {
  struct text value = arguments, key = next_word(&value);
  if (value.length == 0) {
    reply(literal("error: set needs a key and a value"));
    return;
  }
  reply_from_host(host_kv_set(key.at, (uint32_t)key.length, value.at, (uint32_t)value.length, response,
                              sizeof response));
}

static void command_get(struct text key) {
  if (key.length == 0) reply(literal("error: get needs a key"));
  else reply_from_host(host_kv_get(key.at, (uint32_t)key.length, response, sizeof response));
}

static void command_exit(struct text argument) {
  int32_t code = 0;
  if (argument.length > 0 && !parse_integer(argument, &code)) reply(literal("error: argument must be an integer"));
  else exit(code);
}

#ifndef MORE_COMMANDS
#define MORE_COMMANDS(command, arguments) false
#endif

static void run_command(struct text whole) {
  struct text arguments = whole, command = next_word(&arguments);
  if (command.length == 0) return;
  if (equals(command, "hello")) reply(literal("hello\n"));
  else if (equals(command, "add")) command_add(arguments);
  else if (equals(command, "sum")) reply_number(host_sum());
  else if (equals(command, "set")) command_set(arguments);
  else if (equals(command, "get")) command_get(arguments);
  else if (equals(command, "echo")) reply(arguments);
  else if (equals(command, "exit")) command_exit(arguments);
  else if (!MORE_COMMANDS(command, arguments)) reply_with(literal("error: unknown command: "), command);
}

/* Reads one line; false at the end of the input. What does not fit is skipped and told. */
static bool read_line(struct text *read, bool *too_long) {
  size_t length = 0;
  int byte;
  *too_long = false;
  while ((byte = getchar()) != EOF && byte != '\n') {
    if (length < LINE_LIMIT) line[length++] = (char)byte;
    else *too_long = true;
  }
  *read = (struct text){line, length};
  return byte != EOF || length > 0;
}

int main(void) {
  struct text read;
  bool too_long;
  while (read_line(&read, &too_long)) {
    if (too_long) reply(literal("error: line too long"));
    else run_command(read);
  }
  return 0;
}
