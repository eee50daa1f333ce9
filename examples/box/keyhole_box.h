/*
 * How to write a box guest in C: include this header, define what happens to a message, name it once.
 *
 *   #include "keyhole_box.h"
 *
 *   static void receive(struct box_text message) {
 *     box_say("Echo: %.*s", (int)message.length, message.at);
 *   }
 *
 *   BOX_GUEST(NULL, receive)
 *
 *   clang --target=wasm32-wasi --sysroot=/usr -O2 -mexec-model=reactor guest.c -o guest.wasm
 *
 * A message is text: its length as a little-endian 64-bit number, then so many bytes of UTF-8. Everything that the
 * guest knows lives in its own memory, so a snapshot of the box keeps all of it; no file or descriptor is there.
 */
#ifndef KEYHOLE_BOX_H
#define KEYHOLE_BOX_H

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes and how many; not terminated. What a guest receives is valid only until it returns. */
struct box_text {
  const char *at;
  size_t length;
};

__attribute__((import_module("env"), import_name("wasmbox_callback"))) void
box_callback(const void *message, uint32_t length);

/* Sends bytes in whatever encoding guest and host agreed on. */
static inline void box_send_bytes(const void *bytes, size_t length) { box_callback(bytes, (uint32_t)length); }

/* Sends a text message. */
static inline void box_send_text(struct box_text text) {
  uint64_t length = text.length;
  char *message = malloc(sizeof length + text.length);
  if (message == NULL) abort();
  memcpy(message, &length, sizeof length);
  memcpy(message + sizeof length, text.at, text.length);
  box_send_bytes(message, sizeof length + text.length);
  free(message);
}

/* Sends a text message as printf would print it. */
__attribute__((format(printf, 1, 2))) static inline void box_say(const char *format, ...) {
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  int length = vsnprintf(NULL, 0, format, arguments);
  char *text = length < 0 ? NULL : malloc((size_t)length + 1);
  if (text == NULL) abort();
  vsnprintf(text, (size_t)length + 1, format, again);
  box_send_text((struct box_text){text, (size_t)length});
  free(text);
  va_end(again);
  va_end(arguments);
}

/* Whether a message is exactly this text. */
static inline int box_equals(struct box_text message, const char *text) {
  return message.length == strlen(text) && memcmp(message.at, text, message.length) == 0;
}

/* The decimal number behind a message's first word, as in "hold 4096"; 0 where there is none. */
static inline uint64_t box_number(struct box_text message) {
  uint64_t number = 0;
  size_t at = 0;
  while (at < message.length && message.at[at] != ' ') at++;
  for (at++; at < message.length && message.at[at] >= '0' && message.at[at] <= '9'; at++) {
    number = number * 10 + (uint64_t)(message.at[at] - '0');
  }
  return number;
}

/* Whether a message's first word is this one. */
static inline int box_begins(struct box_text message, const char *word) {
  size_t length = strlen(word);
  return message.length >= length && memcmp(message.at, word, length) == 0 &&
         (message.length == length || message.at[length] == ' ');
}

/* Takes the text out of a message as it arrived and hands it on; what is no text is answered, not guessed at. */
static inline void box_deliver(const char *message, uint32_t length, void (*receive)(struct box_text)) {
  uint64_t announced;
  if (length >= sizeof announced) memcpy(&announced, message, sizeof announced);
  if (length < sizeof announced || announced != length - sizeof announced) {
    box_say("error: not a text message");
    return;
  }
  receive((struct box_text){message + sizeof announced, (size_t)announced});
}

static inline void box_begin(void (*initialize)(void)) {
  if (initialize != NULL) initialize();
}

/*
 * The exports that a box looks for. `initialize` is a `void (*)(void)` or NULL, and may send messages already;
 * `receive` is a `void (*)(struct box_text)`, called once a message.
 */
#define BOX_GUEST(initialize, receive)                                                                     \
  __attribute__((export_name("wasmbox_initialize"))) void wasmbox_initialize(void) {                       \
    box_begin(initialize);                                                                                 \
  }                                                                                                        \
  __attribute__((export_name("wasmbox_malloc"))) void *wasmbox_malloc(uint32_t size) { return malloc(size); } \
  __attribute__((export_name("wasmbox_free"))) void wasmbox_free(void *at, uint32_t size) {                \
    (void)size;                                                                                            \
    free(at);                                                                                              \
  }                                                                                                        \
  __attribute__((export_name("wasmbox_send"))) void wasmbox_send(const char *message, uint32_t length) {   \
    box_deliver(message, length, receive);                                                                 \
  }

#endif
