/*
 * Tells and passes time: "wall" and "monotonic" are answered with nanoseconds of that clock after one reading of it,
 * "sleep MILLISECONDS" with "slept" and how much the monotonic clock moved meanwhile, "resolution" with that of the
 * wall clock.
 */

#include <time.h>

#include "keyhole_box.h"

static long long nanoseconds(struct timespec time) { return time.tv_sec * 1000000000ll + time.tv_nsec; }

static long long read_clock(clockid_t clock) {
  struct timespec time;
  if (clock_gettime(clock, &time) != 0) abort();
  return nanoseconds(time);
}

static void sleep_for(uint64_t milliseconds) {
  struct timespec time = {(time_t)(milliseconds / 1000), (long)(milliseconds % 1000 * 1000000)};
  long long before = read_clock(CLOCK_MONOTONIC);
  if (nanosleep(&time, NULL) != 0) {
    box_say("error: could not sleep");
    return;
  }
  box_say("slept=%lld", read_clock(CLOCK_MONOTONIC) - before);
}

static void receive(struct box_text message) {
  struct timespec resolution;
  if (box_equals(message, "wall")) box_say("wall=%lld", read_clock(CLOCK_REALTIME));
  else if (box_equals(message, "monotonic")) box_say("monotonic=%lld", read_clock(CLOCK_MONOTONIC));
  else if (box_begins(message, "sleep")) sleep_for(box_number(message));
  else if (!box_equals(message, "resolution")) {
    box_say("error: unknown message: %.*s", (int)message.length, message.at);
  } else if (clock_getres(CLOCK_REALTIME, &resolution) == 0) box_say("resolution=%lld", nanoseconds(resolution));
}

BOX_GUEST(NULL, receive)
