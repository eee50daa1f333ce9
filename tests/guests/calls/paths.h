/* Operations on a path, each one path_* call, and three short cuts made of several. */
#ifndef CALLS_PATHS_H
#define CALLS_PATHS_H

#include "descriptors.h"

static uint32_t default_directory = 3;

struct place {
  uint32_t fd;
  struct bytes path;
};

/* Preopens are looked for in the first descriptors, past any that were closed or renumbered. */
enum { PREOPENS_END = 64 };

static int find_preopen(struct bytes name, uint32_t *fd) {
  static char found[4096];
  for (*fd = 3; *fd < PREOPENS_END; ++*fd) {
    __wasi_prestat_t prestat;
    if (call_fd_prestat_get((I)*fd, (I)&prestat) != 0) continue;
    uint32_t length = (uint32_t)prestat.u.dir.pr_name_len;
    if (length != name.length || length > sizeof found) continue;
    if (call_fd_prestat_dir_name((I)*fd, (I)found, (I)length) != 0) continue;
    if (memcmp(found, name.at, length) == 0) return 1;
  }
  return 0;
}

/* A directory: a number, a variable, or the name of a preopen. */
static uint32_t parse_directory(const char *text) {
  if (digit(*text) < 10 || *text == '$' || (*text == '-' && text[1] != 0)) return (uint32_t)parse_number(text);
  uint32_t fd;
  if (!find_preopen(parse_bytes(text), &fd)) mistake("no preopen named", text);
  return fd;
}

/* PLACE: a path below the current directory, or @DIRECTORY@path. */
static struct place place(struct operands *from, int index) {
  if (index >= from->count) mistake("a path is missing", "");
  char *text = from->text[index];
  if (*text != '@') return (struct place){default_directory, parse_bytes(text)};
  char *second = strchr(text + 1, '@');
  if (second == NULL) mistake("expected @DIRECTORY@path in", text);
  *second = 0;
  struct place found = {parse_directory(text + 1), parse_bytes(second + 1)};
  *second = '@';
  return found;
}

static void show_place(struct place place) {
  show_unsigned(place.fd);
  show_bytes(place.path);
}

#define AT(place) (I)(place).fd, (I)(place).path.at, (I)(place).path.length
#define AT_LOOKUP(place, lookup) (I)(place).fd, (I)(lookup), (I)(place).path.at, (I)(place).path.length

struct opening {
  uint32_t lookup, open_flags, descriptor_flags;
  uint64_t rights, inheriting;
};

/* FLAGS are words of any kind together; lookup=, oflags= and fdflags= give raw numbers. */
static struct opening parse_opening(struct operands *o, int index) {
  struct opening how = {1, 0, 0, 0, 0};
  if (index < o->count) {
    for (char *at = o->text[index]; *at != 0;) {
      size_t length = strcspn(at, ",");
      char copy[64];
      if (length >= sizeof copy) mistake("no such flag", at);
      memcpy(copy, at, length);
      copy[length] = 0;
      const struct word *known = find_word(open_words, copy, length);
      if (known != NULL && (known->bits & OPEN_FLAG)) how.open_flags |= (uint16_t)known->bits;
      else if (known != NULL && (known->bits & DESCRIPTOR_FLAG)) how.descriptor_flags |= (uint16_t)known->bits;
      else if (known != NULL) how.lookup = known->bits & NO_FOLLOW ? 0 : 1;
      else if (strncmp(copy, "lookup=", 7) == 0) how.lookup = (uint32_t)parse_number(copy + 7);
      else if (strncmp(copy, "oflags=", 7) == 0) how.open_flags = (uint32_t)parse_number(copy + 7);
      else if (strncmp(copy, "fdflags=", 8) == 0) how.descriptor_flags = (uint32_t)parse_number(copy + 8);
      else mistake("no such flag", copy);
      at += length;
      if (*at == ',') at++;
    }
  }
  /* Without DIRECTORY the name may still turn out to be one: a C library asks for readdir then, too. */
  const uint64_t read = parse_words(right_words, "read,readdir"), write = parse_words(right_words, "write");
  const uint64_t dir = parse_words(right_words, "dir");
  int directory = (how.open_flags & __WASI_OFLAGS_DIRECTORY) != 0;
  int changes = how.open_flags != 0 || how.descriptor_flags != 0;
  how.rights = words(o, index + 1, right_words, directory ? dir : changes ? read | write : read);
  how.inheriting = words(o, index + 2, right_words, directory ? dir | read | write : 0);
  return how;
}

static int32_t open_place(struct place place, struct opening how, uint32_t *fd) {
  *fd = 0xffffffff;
  return call_path_open((I)place.fd, (I)how.lookup, (I)place.path.at, (I)place.path.length, (I)how.open_flags,
                        (L)how.rights, (L)how.inheriting, (I)how.descriptor_flags, (I)fd);
}

static void op_open(struct operands *o) {
  struct place at = place(o, 0);
  struct opening how = parse_opening(o, 1);
  uint32_t fd;
  begin("path_open");
  show_place(at);
  if (result(open_place(at, how, &fd))) put_byte(' '), put_unsigned(fd);
  else fd = 0xffffffff;
  remember(fd);
  end();
}

#define ON_PLACE(call)                           \
  static void op_##call(struct operands *o) {    \
    struct place at = place(o, 0);               \
    begin(#call);                                \
    show_place(at);                              \
    result(call_##call(AT(at)));                 \
    end();                                       \
  }
ON_PLACE(path_create_directory)
ON_PLACE(path_remove_directory)
ON_PLACE(path_unlink_file)
#undef ON_PLACE

static void op_stat(struct operands *o) {
  struct place at = place(o, 0);
  uint64_t lookup = words(o, 1, lookup_words, 1);
  __wasi_filestat_t stat;
  begin("path_filestat_get");
  show_place(at);
  if (result(call_path_filestat_get(AT_LOOKUP(at, lookup), (I)&stat))) put_filestat(&stat);
  end();
}

static void op_times(struct operands *o) {
  struct place at = place(o, 0);
  uint64_t accessed = number(o, 1, 0), modified = number(o, 2, 0);
  uint64_t flags = words(o, 3, time_words, __WASI_FSTFLAGS_ATIM | __WASI_FSTFLAGS_MTIM);
  uint64_t lookup = words(o, 4, lookup_words, 1);
  begin("path_filestat_set_times");
  show_place(at);
  show_unsigned(accessed);
  show_unsigned(modified);
  show_unsigned(flags);
  result(call_path_filestat_set_times(AT_LOOKUP(at, lookup), (L)accessed, (L)modified, (I)flags));
  end();
}

static void op_link(struct operands *o) {
  struct place from = place(o, 0), to = place(o, 1);
  uint64_t lookup = words(o, 2, lookup_words, 0);
  begin("path_link");
  show_place(from);
  show_place(to);
  result(call_path_link(AT_LOOKUP(from, lookup), AT(to)));
  end();
}

static void op_rename(struct operands *o) {
  struct place from = place(o, 0), to = place(o, 1);
  begin("path_rename");
  show_place(from);
  show_place(to);
  result(call_path_rename(AT(from), AT(to)));
  end();
}

static void op_symlink(struct operands *o) {
  struct bytes target = bytes(o, 0);
  struct place at = place(o, 1);
  begin("path_symlink");
  show_bytes(target);
  show_place(at);
  result(call_path_symlink((I)target.at, (I)target.length, AT(at)));
  end();
}

static void op_readlink(struct operands *o) {
  struct place at = place(o, 0);
  uint32_t length = data_length(number(o, 1, 4096)), used = 0;
  begin("path_readlink");
  show_place(at);
  if (result(call_path_readlink(AT(at), (I)data, (I)length, (I)&used))) put_data(data, used <= length ? used : length);
  end();
}

/* ---- short cuts ---- */

/* The whole content of a file, or the first errno met. */
static void op_get(struct operands *o) {
  struct place at = place(o, 0);
  struct opening how = parse_opening(o, 1);
  uint32_t fd, total = 0;
  begin("get");
  show_place(at);
  int32_t code = open_place(at, how, &fd);
  while (code == 0 && total < DATA_SIZE) {
    uint32_t iovec[2] = {(uint32_t)data + total, DATA_SIZE - total}, got = 0;
    code = call_fd_read((I)fd, (I)iovec, 1, (I)&got);
    if (got == 0) break;
    total += got;
  }
  call_fd_close((I)fd);
  if (result(code)) put_data(data, total);
  end();
}

/* Creates or replaces a file: put:PLACE:TEXT:FLAGS */
static void op_put(struct operands *o) {
  struct place at = place(o, 0);
  struct bytes text = bytes(o, 1);
  struct opening how = parse_opening(o, 2);
  if (o->count < 3) how.open_flags = __WASI_OFLAGS_CREAT | __WASI_OFLAGS_TRUNC;
  if (o->count < 4) how.rights = parse_words(right_words, "write");
  uint32_t fd;
  begin("put");
  show_place(at);
  int32_t code = open_place(at, how, &fd);
  if (code == 0) code = write_all(fd, text.at, text.length);
  call_fd_close((I)fd);
  result(code);
  end();
}

enum { NAMES_SIZE = 256 * 1024, MAX_NAMES = 16 * 1024 };
static char names[NAMES_SIZE];
static struct bytes listed[MAX_NAMES];

static int before(struct bytes a, struct bytes b) {
  int order = memcmp(a.at, b.at, a.length < b.length ? a.length : b.length);
  return order != 0 ? order < 0 : a.length < b.length;
}

/* Every name of a directory, sorted, read by as many fd_readdir as it takes: list:PLACE:FLAGS */
static void op_list(struct operands *o) {
  struct place at = place(o, 0);
  struct opening how = parse_opening(o, 1);
  if (o->count < 2) how.open_flags = __WASI_OFLAGS_DIRECTORY;
  if (o->count < 3) how.rights = parse_words(right_words, "dir");
  uint32_t fd, count = 0, total = 0, used, used_names = 0, progress;
  uint64_t cookie = 0;
  begin("list");
  show_place(at);
  int32_t code = open_place(at, how, &fd);
  do {
    used = progress = 0;
    if (code == 0) code = call_fd_readdir((I)fd, (I)data, 4096, (L)cookie, (I)&used);
    for (uint32_t next = 0; code == 0 && next + sizeof(__wasi_dirent_t) <= used;) {
      __wasi_dirent_t entry;
      memcpy(&entry, data + next, sizeof entry);
      next += (uint32_t)sizeof entry;
      if (entry.d_namlen > used - next) break;
      if (count < MAX_NAMES && used_names + entry.d_namlen <= NAMES_SIZE) {
        memcpy(names + used_names, data + next, entry.d_namlen);
        struct bytes name = {names + used_names, entry.d_namlen};
        used_names += entry.d_namlen;
        uint32_t slot = count++;
        while (slot > 0 && before(name, listed[slot - 1])) listed[slot] = listed[slot - 1], slot--;
        listed[slot] = name;
      }
      total++, progress++;
      next += entry.d_namlen;
      cookie = entry.d_next;
    }
  } while (code == 0 && used == 4096 && progress > 0);
  call_fd_close((I)fd);
  if (result(code)) {
    put_byte(' ');
    put_unsigned(total);
    for (uint32_t i = 0; total <= 256 && i < count; i++) put_byte(' '), put_quoted(listed[i].at, listed[i].length);
  }
  end();
}

#endif
