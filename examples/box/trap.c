/*
 * Counts messages, and ends badly when asked: "trap", "exit N", "spin", "recurse". Each first counts and answers, so
 * that a rollback can be seen: after it, the count is what it was before.
 */

#include "keyhole_box.h"

static unsigned long long count;
static volatile uint32_t wanted_depth = 0xffffffff;

static __attribute__((noinline)) uint32_t recurse(uint32_t depth) {
  return depth == wanted_depth ? depth : recurse(depth + 1) + wanted_depth;
}

static void receive(struct box_text message) {
  box_say("count=%llu", ++count);
  if (box_equals(message, "trap")) __builtin_trap();
  if (box_begins(message, "exit")) exit((int)box_number(message));
  if (box_equals(message, "recurse")) box_say("depth=%u", recurse(0));
  if (box_equals(message, "spin")) {
    for (volatile uint32_t turns = 0;; turns++) {}
  }
}

BOX_GUEST(NULL, receive)
