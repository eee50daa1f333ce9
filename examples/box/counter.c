/* Counts: "up" and "down" are answered with "value=N". */

#include "keyhole_box.h"

static long long value;

static void receive(struct box_text message) {
  if (box_equals(message, "up")) value++;
  else if (box_equals(message, "down")) value--;
  else {
    box_say("error: unknown message: %.*s", (int)message.length, message.at);
    return;
  }
  box_say("value=%lld", value);
}

BOX_GUEST(NULL, receive)
