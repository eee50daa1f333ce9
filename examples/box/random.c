/* "random N" is answered with N bytes of the host's randomness (at most 256) in hexadecimal. */

#include <unistd.h>

#include "keyhole_box.h"

static void receive(struct box_text message) {
  unsigned char bytes[256];
  char digits[2 * sizeof bytes + 1] = "";
  uint64_t count = box_number(message);
  if (!box_begins(message, "random") || count > sizeof bytes) {
    box_say("error: expected \"random N\" with N up to %zu", sizeof bytes);
    return;
  }
  if (getentropy(bytes, (size_t)count) != 0) {
    box_say("error: no randomness");
    return;
  }
  for (uint64_t i = 0; i < count; i++) snprintf(digits + 2 * i, 3, "%02x", bytes[i]);
  box_say("%s", digits);
}

BOX_GUEST(NULL, receive)
