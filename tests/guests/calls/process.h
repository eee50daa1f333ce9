/* Operations that are neither about a descriptor nor a path: clocks, polls, sockets, memory, ways to end. */
#ifndef CALLS_PROCESS_H
#define CALLS_PROCESS_H

#include "paths.h"

static uint32_t list_strings(const char *name, int32_t sizes, int32_t code, uint32_t count, uint32_t size,
                             int32_t (*get)(int32_t, int32_t)) {
  static uint32_t pointers[16 * 1024];
  begin(name);
  if (sizes == 0 && (count > sizeof pointers / 4 || size > DATA_SIZE)) mistake("too many strings for", name);
  if (sizes == 0) code = get((I)pointers, (I)data);
  if (result(code)) {
    put_byte(' ');
    put_unsigned(count);
    for (uint32_t i = 0; i < count; i++) {
      const char *text = (const char *)pointers[i];
      put_byte(' ');
      put_quoted(text, (uint32_t)strlen(text));
    }
  }
  end();
  return count;
}

static void op_args(struct operands *o) {
  (void)o;
  uint32_t count = 0, size = 0;
  int32_t code = call_args_sizes_get((I)&count, (I)&size);
  list_strings("args_get", code, code, count, size, call_args_get);
}

static void op_environ(struct operands *o) {
  (void)o;
  uint32_t count = 0, size = 0;
  int32_t code = call_environ_sizes_get((I)&count, (I)&size);
  list_strings("environ_get", code, code, count, size, call_environ_get);
}

static void op_preopens(struct operands *o) {
  (void)o;
  begin("preopens");
  result(0);
  for (uint32_t fd = 3; fd < PREOPENS_END; fd++) {
    __wasi_prestat_t prestat;
    if (call_fd_prestat_get((I)fd, (I)&prestat) != 0) continue;
    uint32_t length = (uint32_t)prestat.u.dir.pr_name_len;
    if (length > DATA_SIZE || call_fd_prestat_dir_name((I)fd, (I)data, (I)length) != 0) length = 0;
    put_byte(' ');
    put_unsigned(fd);
    put_byte('=');
    put_quoted(data, length);
  }
  end();
}

static void op_dir(struct operands *o) { default_directory = parse_directory(o->text[0]); }

static void op_out(struct operands *o) { output_fd = (uint32_t)number(o, 0, 1); }

static void op_print(struct operands *o) {
  struct bytes text = bytes(o, 0);
  last_errno = write_all((uint32_t)number(o, 1, output_fd), text.at, text.length);
}

static void op_clock(struct operands *o) {
  uint64_t id = words(o, 0, clock_words, 0), precision = number(o, 1, 1), time = 0;
  begin("clock_time_get");
  show_unsigned(id);
  if (result(call_clock_time_get((I)id, (L)precision, (I)&time))) put_byte(' '), put_unsigned(time);
  end();
}

static void op_resolution(struct operands *o) {
  uint64_t id = words(o, 0, clock_words, 0), resolution = 0;
  begin("clock_res_get");
  show_unsigned(id);
  if (result(call_clock_res_get((I)id, (I)&resolution))) put_byte(' '), put_unsigned(resolution);
  end();
}

static void op_random(struct operands *o) {
  uint32_t length = data_length(number(o, 0, 16));
  begin("random_get");
  show_unsigned(length);
  if (result(call_random_get((I)data, (I)length))) {
    put_byte(' ');
    for (uint32_t i = 0; i < length && i < 1024; i++) put_hex((unsigned char)data[i], 2);
  }
  end();
}

static void op_yield(struct operands *o) {
  (void)o;
  begin("sched_yield");
  result(call_sched_yield());
  end();
}

static void op_raise(struct operands *o) {
  uint64_t signal = number(o, 0, 0);
  begin("proc_raise");
  show_unsigned(signal);
  result(call_proc_raise((I)signal));
  end();
}

enum { MAX_SUBSCRIPTIONS = PARTS };

static void run_poll(__wasi_subscription_t *subscriptions, uint32_t count) {
  static __wasi_event_t events[MAX_SUBSCRIPTIONS];
  uint32_t happened = 0;
  begin("poll_oneoff");
  show_unsigned(count);
  if (result(call_poll_oneoff((I)subscriptions, (I)events, (I)count, (I)&happened))) {
    put_byte(' ');
    put_unsigned(happened);
    for (uint32_t i = 0; i < happened && i < count; i++) {
      const __wasi_event_t *event = &events[i];
      const char *name = name_of_errno(event->error);
      put("; #");
      put_unsigned(event->userdata);
      put_byte(' ');
      put(event->type == 0 ? "clock" : event->type == 1 ? "read" : event->type == 2 ? "write" : "other");
      put_byte(' ');
      put(name != NULL ? name : "errno?");
      if (event->type == 0) continue;
      put_field("nbytes", event->fd_readwrite.nbytes);
      put_field("flags", event->fd_readwrite.flags);
    }
  }
  end();
}

static char *next_part(char **at) {
  char *part = *at;
  if (part == NULL) return NULL;
  char *slash = strchr(part, '/');
  *at = slash == NULL ? NULL : slash + 1;
  if (slash != NULL) *slash = 0;
  return part;
}

/* poll:SUBSCRIPTION:... each read/FD, write/FD, clock/ID/NANOSECONDS/FLAGS/PRECISION or tag/N; userdata is its number. */
static void op_poll(struct operands *o) {
  static __wasi_subscription_t subscriptions[MAX_SUBSCRIPTIONS];
  memset(subscriptions, 0, sizeof subscriptions);
  for (int i = 0; i < o->count; i++) {
    char copy[256];
    if (strlen(o->text[i]) >= sizeof copy) mistake("no such subscription", o->text[i]);
    strcpy(copy, o->text[i]);
    char *at = copy, *kind = next_part(&at), *first = next_part(&at);
    __wasi_subscription_t *one = &subscriptions[i];
    one->userdata = (uint64_t)i + 1;
    if (first == NULL) mistake("no such subscription", o->text[i]);
    if (strcmp(kind, "read") == 0 || strcmp(kind, "write") == 0) {
      one->u.tag = *kind == 'r' ? __WASI_EVENTTYPE_FD_READ : __WASI_EVENTTYPE_FD_WRITE;
      one->u.u.fd_read.file_descriptor = (__wasi_fd_t)parse_number(first);
    } else if (strcmp(kind, "clock") == 0) {
      char *timeout = next_part(&at), *flags = next_part(&at), *precision = next_part(&at);
      one->u.tag = __WASI_EVENTTYPE_CLOCK;
      one->u.u.clock.id = (__wasi_clockid_t)parse_words(clock_words, first);
      one->u.u.clock.timeout = timeout == NULL ? 0 : parse_number(timeout);
      one->u.u.clock.flags = flags == NULL ? 0 : (__wasi_subclockflags_t)parse_words(poll_flag_words, flags);
      one->u.u.clock.precision = precision == NULL ? 0 : parse_number(precision);
    } else if (strcmp(kind, "tag") == 0) {
      one->u.tag = (__wasi_eventtype_t)parse_number(first);
    } else {
      mistake("no such subscription", o->text[i]);
    }
  }
  run_poll(subscriptions, (uint32_t)o->count);
}

static void op_sleep(struct operands *o) {
  __wasi_subscription_t one = {.userdata = 1};
  one.u.tag = __WASI_EVENTTYPE_CLOCK;
  one.u.u.clock.id = __WASI_CLOCKID_MONOTONIC;
  one.u.u.clock.timeout = number(o, 0, 0);
  run_poll(&one, 1);
}

static void op_accept(struct operands *o) {
  uint32_t fd = (uint32_t)number(o, 0, 3), accepted = 0xffffffff;
  uint64_t flags = words(o, 1, descriptor_words, 0);
  begin("sock_accept");
  show_unsigned(fd);
  show_unsigned(flags);
  if (result(call_sock_accept((I)fd, (I)flags, (I)&accepted))) put_byte(' '), put_unsigned(accepted);
  else accepted = 0xffffffff;
  remember(accepted);
  end();
}

static void op_recv(struct operands *o) {
  uint32_t fd = (uint32_t)number(o, 0, 0), length = data_length(number(o, 1, 4096)), got = 0;
  uint64_t flags = number(o, 2, 0);
  uint16_t answer = 0;
  uint32_t iovec[2] = {(uint32_t)data, length};
  begin("sock_recv");
  show_unsigned(fd);
  show_unsigned(length);
  show_unsigned(flags);
  if (result(call_sock_recv((I)fd, (I)iovec, 1, (I)flags, (I)&got, (I)&answer))) {
    put_data(data, got <= length ? got : length);
    put_field("flags", answer);
  }
  end();
}

static void op_send(struct operands *o) {
  uint32_t fd = (uint32_t)number(o, 0, 0), wrote = 0;
  struct bytes text = bytes(o, 1);
  uint64_t flags = number(o, 2, 0);
  uint32_t iovec[2] = {(uint32_t)text.at, text.length};
  begin("sock_send");
  show_unsigned(fd);
  show_bytes(text);
  show_unsigned(flags);
  if (result(call_sock_send((I)fd, (I)iovec, 1, (I)flags, (I)&wrote))) put_byte(' '), put_unsigned(wrote);
  end();
}

static void op_shutdown(struct operands *o) {
  uint32_t fd = (uint32_t)number(o, 0, 0);
  uint64_t how = number(o, 1, 3);
  begin("sock_shutdown");
  show_unsigned(fd);
  show_unsigned(how);
  result(call_sock_shutdown((I)fd, (I)how));
  end();
}

/* ---- hostile calls: any function, any numbers, any bytes anywhere in memory ---- */

/* A raw operand is a NUMBER, or 'TEXT for the address of these bytes. */
static uint64_t raw_operand(struct operands *o, int index) {
  char *text = o->text[index];
  if (*text == '\'') return (uint32_t)parse_bytes(text + 1).at;
  return number(o, index, 0);
}

static void op_raw(struct operands *o) {
  uint64_t values[PARTS];
  const struct raw_call *call = NULL;
  for (size_t i = 0; i < sizeof raw_calls / sizeof raw_calls[0]; i++) {
    if (strcmp(raw_calls[i].name, o->text[0]) == 0) call = &raw_calls[i];
  }
  if (call == NULL) mistake("no such function", o->text[0]);
  if ((size_t)o->count - 1 != strlen(call->letters)) mistake("wrong number of arguments for", call->name);
  begin(call->name);
  for (int i = 1; i < o->count; i++) {
    values[i - 1] = raw_operand(o, i);
    if (call->letters[i - 1] == 'i') values[i - 1] = (uint32_t)values[i - 1];
    show_unsigned(values[i - 1]);
  }
  result(call->invoke(values));
  end();
}

static char *in_memory(uint64_t address, uint64_t length) {
  uint64_t size = (uint64_t)__builtin_wasm_memory_size(0) << 16;
  if (address > size || length > size - address) mistake("outside the guest's own memory", "");
  return (char *)(uint32_t)address;
}

/* poke:ADDRESS:NUMBER:... stores 32-bit numbers; text:ADDRESS:TEXT stores bytes. */
static void op_poke(struct operands *o) {
  uint64_t address = number(o, 0, 0);
  for (int i = 1; i < o->count; i++, address += 4) {
    uint32_t value = (uint32_t)raw_operand(o, i);
    memcpy(in_memory(address, 4), &value, 4);
  }
}

static void op_text(struct operands *o) {
  uint64_t address = number(o, 0, 0);
  struct bytes text = bytes(o, 1);
  memcpy(in_memory(address, text.length), text.at, text.length);
}

static void op_peek(struct operands *o) {
  uint64_t address = number(o, 0, 0), length = number(o, 1, 4);
  begin("peek");
  show_unsigned(address);
  result(0);
  put_data(in_memory(address, length), (uint32_t)length);
  end();
}

static void op_load(struct operands *o) {
  uint64_t address = number(o, 0, 0), width = number(o, 1, 4), value = 0;
  if (width > 8) mistake("at most 8 bytes", o->text[1]);
  memcpy(&value, in_memory(address, width), width);
  begin("load");
  show_unsigned(address);
  result(0);
  put_byte(' ');
  put_unsigned(value);
  remember((uint32_t)value);
  end();
}

/* ---- the process itself ---- */

static void op_grow(struct operands *o) {
  uint64_t pages = number(o, 0, 1);
  begin("memory.grow");
  show_unsigned(pages);
  int32_t before = (int32_t)__builtin_wasm_memory_grow(0, (uint32_t)pages);
  result(0);
  put_byte(' ');
  put_signed(before);
  end();
}

static void op_flood(struct operands *o) {
  uint64_t wanted = number(o, 0, 0), done = 0;
  uint32_t fd = (uint32_t)number(o, 1, 1);
  for (uint32_t i = 0; i < DATA_SIZE; i++) data[i] = i % 64 == 63 ? '\n' : 'x';
  while (wanted == 0 || done < wanted) {
    uint64_t left = wanted == 0 ? DATA_SIZE : wanted - done;
    uint32_t length = left < 64 * 1024 ? (uint32_t)left : 64 * 1024;
    last_errno = write_all(fd, data, length);
    if (last_errno != 0) break;
    done += length;
  }
}

/* stdin to stdout, raw; an errno ends it and is told on stderr. */
static void op_cat(struct operands *o) {
  (void)o;
  for (;;) {
    uint32_t iovec[2] = {(uint32_t)data, DATA_SIZE}, got = 0;
    last_errno = call_fd_read(0, (I)iovec, 1, (I)&got);
    if (last_errno == 0 && got == 0) return;
    if (last_errno == 0) last_errno = write_all(1, data, got);
    if (last_errno != 0) mistake("cat ended with", name_of_errno(last_errno) ? name_of_errno(last_errno) : "?");
  }
}

static _Noreturn void op_exit(struct operands *o) { call_proc_exit((I)number(o, 0, 0)); }

static _Noreturn void op_trap(struct operands *o) {
  (void)o;
  __builtin_trap();
}

static void op_spin(struct operands *o) {
  (void)o;
  for (volatile uint32_t turns = 0;; turns++) {}
}

static volatile uint32_t wanted_depth = 0xffffffff;

static __attribute__((noinline)) uint32_t recurse(uint32_t depth) {
  return depth == wanted_depth ? depth : recurse(depth + 1) + wanted_depth;
}

static void op_recurse(struct operands *o) {
  (void)o;
  wanted_depth = recurse(0);
}

#endif
