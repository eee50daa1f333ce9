/*
 * The shell of examples/shell with commands that a server must survive:
 *
 *   spin, recurse, trap    a loop, a recursion, a trap
 *   flood                  writes lines for ever
 *   bomb                   grows its memory until it may not, and replies with the pages it got
 *   half                   writes half a line and waits for ever in poll
 *   calls N                asks the host for the sum N times
 *   get-raw KEY LENGTH RESPONSE LENGTH, set-raw KEY LENGTH VALUE LENGTH RESPONSE LENGTH
 *                          the host calls with exactly these unsigned 32-bit numbers, and what they returned;
 *                          `page` as an argument-less command replies with an address of 4096 bytes to use
 *   poke ADDRESS TEXT, peek ADDRESS LENGTH
 *   stderr TEXT            a line on stderr
 */

#include <stdbool.h>
#include <stddef.h>

struct text;
static bool more_commands(struct text command, struct text arguments);
#define MORE_COMMANDS(command, arguments) more_commands(command, arguments)

#include "../../examples/shell/shell.c"

#include <time.h>

static char page[4096];
static volatile uint32_t wanted_depth = 0xffffffff;

static __attribute__((noinline)) uint32_t recurse(uint32_t depth) {
  return depth == wanted_depth ? depth : recurse(depth + 1) + wanted_depth;
}

static uint32_t next_number(struct text *rest) {
  struct text word = next_word(rest);
  uint32_t value = 0;
  for (size_t i = 0; i < word.length; i++) value = value * 10 + (uint32_t)(word.at[i] - '0');
  return value;
}

static void call_get(struct text rest) {
  uint32_t key = next_number(&rest), key_length = next_number(&rest);
  uint32_t into = next_number(&rest), into_length = next_number(&rest);
  reply_number(host_kv_get((const char *)key, key_length, (char *)into, into_length));
}

static void call_set(struct text rest) {
  uint32_t key = next_number(&rest), key_length = next_number(&rest);
  uint32_t value = next_number(&rest), value_length = next_number(&rest);
  uint32_t into = next_number(&rest), into_length = next_number(&rest);
  reply_number(host_kv_set((const char *)key, key_length, (const char *)value, value_length, (char *)into,
                           into_length));
}

static bool more_commands(struct text command, struct text arguments) {
  if (equals(command, "spin")) {
    for (volatile uint32_t turns = 0;; turns++) {}
  } else if (equals(command, "recurse")) {
    reply_number(recurse(0));
  } else if (equals(command, "trap")) {
    __builtin_trap();
  } else if (equals(command, "flood")) {
    for (;;) reply(literal("all work and no play makes a dull session"));
  } else if (equals(command, "bomb")) {
    while (__builtin_wasm_memory_grow(0, 16) != (size_t)-1) {}
    reply_number((int64_t)__builtin_wasm_memory_size(0));
  } else if (equals(command, "half")) {
    struct timespec hour = {3600, 0};
    fputs("\"half", stdout);
    fflush(stdout);
    for (;;) nanosleep(&hour, NULL);
  } else if (equals(command, "calls")) {
    int64_t last = 0;
    for (uint32_t left = next_number(&arguments); left > 0; left--) last = host_sum();
    reply_number(last);
  } else if (equals(command, "get-raw")) {
    call_get(arguments);
  } else if (equals(command, "set-raw")) {
    call_set(arguments);
  } else if (equals(command, "page")) {
    reply_number((uint32_t)page);
  } else if (equals(command, "poke")) {
    char *at = (char *)next_number(&arguments);
    memcpy(at, arguments.at, arguments.length);
    reply(literal("ok"));
  } else if (equals(command, "peek")) {
    const char *at = (const char *)next_number(&arguments);
    reply((struct text){at, next_number(&arguments)});
  } else if (equals(command, "stderr")) {
    fwrite(arguments.at, 1, arguments.length, stderr);
    fputc('\n', stderr);
    reply(literal("ok"));
  } else {
    return false;
  }
  return true;
}
