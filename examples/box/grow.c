/*
 * Grows its memory: "hold BYTES" allocates and fills so much and keeps it, "check" reads all of it again and answers
 * with the total and a checksum, "release" gives it back (the memory stays grown), "pages" is the memory's size.
 */

#include "keyhole_box.h"

struct held {
  struct held *next;
  uint64_t size;
  unsigned char bytes[];
};

static struct held *all;
static uint32_t held_count;

static void hold(uint64_t size) {
  struct held *one = size > 0xffffff00u ? NULL : malloc(sizeof *one + (size_t)size);
  if (one == NULL) {
    box_say("error: no memory for %llu bytes", (unsigned long long)size);
    return;
  }
  held_count++;
  one->next = all;
  one->size = size;
  for (uint64_t i = 0; i < size; i++) one->bytes[i] = (unsigned char)(i * 31 + held_count);
  all = one;
  box_say("held=%u", held_count);
}

static void check(void) {
  uint64_t total = 0, sum = 0xcbf29ce484222325ull;
  for (const struct held *one = all; one != NULL; one = one->next) {
    total += one->size;
    for (uint64_t i = 0; i < one->size; i++) sum = (sum ^ one->bytes[i]) * 0x100000001b3ull;
  }
  box_say("total=%llu sum=%016llx", (unsigned long long)total, (unsigned long long)sum);
}

static void release(void) {
  while (all != NULL) {
    struct held *next = all->next;
    free(all);
    all = next;
  }
  held_count = 0;
  box_say("released");
}

static void receive(struct box_text message) {
  if (box_begins(message, "hold")) hold(box_number(message));
  else if (box_equals(message, "check")) check();
  else if (box_equals(message, "release")) release();
  else if (box_equals(message, "pages")) box_say("pages=%zu", __builtin_wasm_memory_size(0));
  else box_say("error: unknown message: %.*s", (int)message.length, message.at);
}

BOX_GUEST(NULL, receive)
