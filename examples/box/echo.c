/* Answers every message X with "Echo: X", and says that it is ready before the first. */

#include "keyhole_box.h"

static void begin(void) { box_say("ready"); }

static void receive(struct box_text message) { box_say("Echo: %.*s", (int)message.length, message.at); }

BOX_GUEST(begin, receive)
