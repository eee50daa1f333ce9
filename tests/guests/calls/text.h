/* Reading the little language's operands, and printing one line for each operation. */
#ifndef CALLS_TEXT_H
#define CALLS_TEXT_H

#include "imports.h"
#include "names.h"

enum { LINE_SIZE = 64 * 1024, TEXT_SIZE = 256 * 1024, SCRATCH_SIZE = 64 * 1024, VARIABLES = 4096, NAMED = 64, PARTS = 64 };

struct bytes {
  char *at;
  uint32_t length;
};

struct operands {
  char *text[PARTS];
  int count;
};

/* ---- output: straight to fd_write, so that no library buffer hides or reorders anything ---- */

static char line[LINE_SIZE];
static uint32_t line_length;
static int line_silent;
static uint32_t output_fd = 1;
static int32_t last_errno;

static int32_t write_all(uint32_t fd, const char *at, uint32_t length) {
  while (length > 0) {
    uint32_t iovec[2] = {(uint32_t)at, length}, written = 0;
    int32_t code = call_fd_write((I)fd, (I)iovec, 1, (I)&written);
    if (code != 0) return code;
    at += written;
    length -= written;
  }
  return 0;
}

static void flush_line(void) {
  if (!line_silent) write_all(output_fd, line, line_length);
  line_length = 0;
}

static void put_byte(char byte) {
  if (line_silent) return;
  if (line_length == LINE_SIZE) flush_line();
  line[line_length++] = byte;
}

static void put(const char *text) {
  while (*text != 0) put_byte(*text++);
}

static void put_unsigned(uint64_t value) {
  char digits[20];
  int count = 0;
  do digits[count++] = (char)('0' + value % 10);
  while ((value /= 10) != 0);
  while (count > 0) put_byte(digits[--count]);
}

static void put_signed(int64_t value) {
  if (value < 0) put_byte('-');
  put_unsigned(value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

static void put_hex(uint64_t value, int digits) {
  while (digits-- > 0) put_byte("0123456789abcdef"[value >> (4 * digits) & 15]);
}

static void put_quoted(const char *at, uint32_t length) {
  put_byte('"');
  for (uint32_t i = 0; i < length; i++) {
    unsigned char byte = (unsigned char)at[i];
    if (byte == '"' || byte == '\\') put_byte('\\'), put_byte((char)byte);
    else if (byte == '\n') put("\\n");
    else if (byte < 0x20 || byte > 0x7e) put("\\x"), put_hex(byte, 2);
    else put_byte((char)byte);
  }
  put_byte('"');
}

static void put_hash(const char *at, uint32_t length, uint64_t hash) {
  for (uint32_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)at[i]) * 0x100000001b3ull;
  put(" fnv=");
  put_hex(hash, 16);
}

/* Data as ` LENGTH "text"`, or with a hash in place of the text where that would be a wall. */
static void put_data(const char *at, uint32_t length) {
  put_byte(' ');
  put_unsigned(length);
  if (length > 1024) {
    put_hash(at, length, 0xcbf29ce484222325ull);
  } else {
    put_byte(' ');
    put_quoted(at, length);
  }
}

static void put_field(const char *name, uint64_t value) {
  put_byte(' ');
  put(name);
  put_byte('=');
  put_unsigned(value);
}

static void put_type(uint8_t type) {
  if (type < FILE_TYPE_COUNT) put(file_types[type]);
  else put("type"), put_unsigned(type);
}

/* ---- one line: name(argument, argument) = RESULT fields ---- */

static int arguments_shown;

static void begin(const char *name) {
  put(name);
  put_byte('(');
  arguments_shown = 0;
}

static void comma(void) {
  if (arguments_shown++ > 0) put(", ");
}

static void show_number(int64_t value) {
  comma();
  put_signed(value);
}

static void show_unsigned(uint64_t value) {
  comma();
  put_unsigned(value);
}

static void show_bytes(struct bytes bytes) {
  comma();
  put_quoted(bytes.at, bytes.length);
}

static int result(int32_t code) {
  const char *name = name_of_errno(code);
  put(") = ");
  if (name != NULL) put(name);
  else put("errno "), put_signed(code);
  last_errno = code;
  return code == 0;
}

static void end(void) {
  put_byte('\n');
  flush_line();
}

/* A mistake in a test's own operations: never to be taken for an answer of the runner. */
static _Noreturn void mistake(const char *what, const char *text) {
  line_silent = 0;
  line_length = 0;
  output_fd = 2;
  put("calls: ");
  put(what);
  put_byte(' ');
  put_quoted(text, (uint32_t)strlen(text));
  end();
  call_proc_exit(99);
}

/* ---- operands ---- */

static uint32_t numbered[VARIABLES];
static int numbered_count;
static struct {
  char name[16];
  uint64_t value;
} named[NAMED];
static int named_count;
static uint64_t repeat_index;

static _Alignas(16) char scratch[SCRATCH_SIZE];

static uint64_t *variable(const char *name, size_t length, int create) {
  for (int i = 0; i < named_count; i++) {
    if (strlen(named[i].name) == length && memcmp(named[i].name, name, length) == 0) return &named[i].value;
  }
  if (!create || named_count == NAMED || length >= sizeof named[0].name) return NULL;
  memcpy(named[named_count].name, name, length);
  return &named[named_count++].value;
}

static int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 99;
}

static int is_letter(char c) { return (c >= 'a' && c <= 'z') || c == '_'; }

static const char *read_digits(const char *at, uint64_t *value, const char *whole) {
  int base = 10;
  if (at[0] == '0' && at[1] == 'x') base = 16, at += 2;
  if (digit(*at) >= base) mistake("expected a number in", whole);
  for (*value = 0; digit(*at) < base; at++) *value = *value * (uint64_t)base + (uint64_t)digit(*at);
  return at;
}

static const char *read_term(const char *at, uint64_t *value, const char *whole) {
  if (strncmp(at, "mem", 3) == 0) return *value = (uint32_t)scratch, at + 3;
  if (strncmp(at, "end", 3) == 0) return *value = (uint64_t)__builtin_wasm_memory_size(0) << 16, at + 3;
  if (at[0] == '%' && at[1] == 'i') return *value = repeat_index, at + 2;
  if (*at != '$') return read_digits(at, value, whole);
  at++;
  if (digit(*at) < 10) {
    uint64_t index;
    at = read_digits(at, &index, whole);
    if (index == 0 || index > (uint64_t)numbered_count) mistake("no such result in", whole);
    *value = numbered[index - 1];
    return at;
  }
  const char *name = at;
  while (is_letter(*at) || digit(*at) < 10) at++;
  uint64_t *found = variable(name, (size_t)(at - name), 0);
  if (found == NULL) mistake("no such variable in", whole);
  *value = *found;
  return at;
}

/* NUMBER: terms joined by + and -, in 64 bits: 5, -1, 0xffffffff, $2, $name, mem+16, end-4, %i */
static uint64_t parse_number(const char *text) {
  const char *at = text;
  uint64_t sum = 0;
  do {
    int minus = *at == '-';
    if (*at == '-' || (*at == '+' && at != text)) at++;
    uint64_t term;
    at = read_term(at, &term, text);
    sum = minus ? sum - term : sum + term;
  } while (*at == '+' || *at == '-');
  if (*at != 0) mistake("expected a number in", text);
  return sum;
}

static uint64_t number(struct operands *from, int index, uint64_t otherwise) {
  if (index >= from->count || *from->text[index] == 0) return otherwise;
  return parse_number(from->text[index]);
}

/* TEXT: raw bytes; \xHH, \n, \\ are escapes, and %i is the turn of a `repeat` or `upto`. */
static char expanded[TEXT_SIZE];
static uint32_t expanded_used; /* emptied before each operation */

static struct bytes parse_bytes(const char *text) {
  struct bytes out = {expanded + expanded_used, 0};
  for (const char *at = text; *at != 0; at++) {
    if (expanded_used + out.length + 32 > sizeof expanded) mistake("text too long", "");
    if (at[0] == '\\' && at[1] == 'x' && digit(at[2]) < 16 && digit(at[3]) < 16) {
      out.at[out.length++] = (char)(digit(at[2]) << 4 | digit(at[3]));
      at += 3;
    } else if (at[0] == '\\' && at[1] == 'n') {
      out.at[out.length++] = '\n';
      at++;
    } else if (at[0] == '\\' && at[1] == '\\') {
      out.at[out.length++] = '\\';
      at++;
    } else if (at[0] == '%' && at[1] == 'i') {
      char digits[20];
      int count = 0;
      uint64_t value = repeat_index;
      do digits[count++] = (char)('0' + value % 10);
      while ((value /= 10) != 0);
      while (count > 0) out.at[out.length++] = digits[--count];
      at++;
    } else {
      out.at[out.length++] = *at;
    }
  }
  expanded_used += out.length;
  return out;
}

static struct bytes bytes(struct operands *from, int index) {
  static char nothing[1];
  if (index >= from->count) return (struct bytes){nothing, 0};
  return parse_bytes(from->text[index]);
}

/* WORDS: names and numbers joined by commas, or-ed together. */
static uint64_t parse_words(const struct word *words, const char *text) {
  uint64_t bits = 0;
  for (const char *at = text; *at != 0;) {
    size_t length = strcspn(at, ",");
    const struct word *known = find_word(words, at, length);
    if (known != NULL) {
      bits |= known->bits;
    } else {
      char copy[64];
      if (length >= sizeof copy) mistake("no such word", text);
      memcpy(copy, at, length);
      copy[length] = 0;
      if (digit(*copy) > 9 && *copy != '$' && *copy != '-') mistake("no such word", copy);
      bits |= parse_number(copy);
    }
    at += length;
    if (*at == ',') at++;
  }
  return bits;
}

static uint64_t words(struct operands *from, int index, const struct word *known, uint64_t otherwise) {
  if (index >= from->count || *from->text[index] == 0) return otherwise;
  return parse_words(known, from->text[index]);
}

#endif
