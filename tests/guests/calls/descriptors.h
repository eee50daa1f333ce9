/* Operations on an open descriptor, each one fd_* call. */
#ifndef CALLS_DESCRIPTORS_H
#define CALLS_DESCRIPTORS_H

#include <wasi/api.h>

#include "text.h"

enum { DATA_SIZE = 256 * 1024, MAX_IOVECS = 8192 };

static _Alignas(16) char data[DATA_SIZE];
static uint32_t iovecs[MAX_IOVECS * 2];

static uint32_t data_length(uint64_t length) {
  if (length > DATA_SIZE) mistake("longer than the workbench's own buffer; use raw:", "");
  return (uint32_t)length;
}

static void remember(uint32_t fd) {
  if (numbered_count < VARIABLES) numbered[numbered_count++] = fd;
}

/* A call that takes one descriptor and answers an errno only. */
#define SIMPLE(call)                            \
  static void op_##call(struct operands *o) {   \
    uint32_t fd = (uint32_t)number(o, 0, 0);    \
    begin(#call);                               \
    show_unsigned(fd);                          \
    result(call_##call((I)fd));                 \
    end();                                      \
  }
SIMPLE(fd_close)
SIMPLE(fd_sync)
SIMPLE(fd_datasync)
#undef SIMPLE

static void read_into(struct operands *o, const char *name, int first_length, int positional) {
  uint32_t fd = (uint32_t)number(o, 0, 0), count = 0, total = 0, got = 0;
  uint64_t offset = positional ? number(o, 1, 0) : 0;
  begin(name);
  show_unsigned(fd);
  if (positional) show_number((int64_t)offset);
  for (int i = first_length; i < o->count || count == 0; i++, count++) {
    uint32_t length = data_length(number(o, i, 4096));
    show_unsigned(length);
    iovecs[count * 2] = (uint32_t)data + total;
    iovecs[count * 2 + 1] = length;
    total = data_length((uint64_t)total + length);
  }
  int32_t code = positional ? call_fd_pread((I)fd, (I)iovecs, (I)count, (L)offset, (I)&got)
                            : call_fd_read((I)fd, (I)iovecs, (I)count, (I)&got);
  if (result(code)) put_data(data, got <= total ? got : total);
  end();
}

static void op_read(struct operands *o) { read_into(o, "fd_read", 1, 0); }
static void op_pread(struct operands *o) { read_into(o, "fd_pread", 2, 1); }

static void write_from(struct operands *o, const char *name, int first_text, int positional) {
  uint32_t fd = (uint32_t)number(o, 0, 1), count = 0, wrote = 0;
  uint64_t offset = positional ? number(o, 1, 0) : 0;
  begin(name);
  show_unsigned(fd);
  if (positional) show_number((int64_t)offset);
  for (int i = first_text; i < o->count; i++, count++) {
    struct bytes text = bytes(o, i);
    if (text.length <= 64) show_bytes(text);
    else show_unsigned(text.length);
    iovecs[count * 2] = (uint32_t)text.at;
    iovecs[count * 2 + 1] = text.length;
  }
  int32_t code = positional ? call_fd_pwrite((I)fd, (I)iovecs, (I)count, (L)offset, (I)&wrote)
                            : call_fd_write((I)fd, (I)iovecs, (I)count, (I)&wrote);
  if (result(code)) put_byte(' '), put_unsigned(wrote);
  end();
}

static void op_write(struct operands *o) { write_from(o, "fd_write", 1, 0); }
static void op_pwrite(struct operands *o) { write_from(o, "fd_pwrite", 2, 1); }

/* COUNT iovecs over the same bytes: many:FD:COUNT:TEXT */
static void op_many(struct operands *o) {
  uint32_t fd = (uint32_t)number(o, 0, 1), count = (uint32_t)number(o, 1, 1), wrote = 0;
  struct bytes text = bytes(o, 2);
  if (count > MAX_IOVECS) mistake("too many iovecs", o->text[1]);
  for (uint32_t i = 0; i < count; i++) iovecs[i * 2] = (uint32_t)text.at, iovecs[i * 2 + 1] = text.length;
  begin("fd_write");
  show_unsigned(fd);
  show_unsigned(count);
  show_bytes(text);
  if (result(call_fd_write((I)fd, (I)iovecs, (I)count, (I)&wrote))) put_byte(' '), put_unsigned(wrote);
  end();
}

/* Writes BYTES of a pattern, CHUNK at a time, until one fails: fill:FD:BYTES:CHUNK */
static void op_fill(struct operands *o) {
  uint32_t fd = (uint32_t)number(o, 0, 1), chunk = data_length(number(o, 2, 64 * 1024));
  uint64_t wanted = number(o, 1, 0), done = 0;
  int32_t code = 0;
  for (uint32_t i = 0; i < chunk; i++) data[i] = (char)('a' + i % 26);
  while (code == 0 && done < wanted) {
    uint64_t left = wanted - done;
    uint32_t iovec[2] = {(uint32_t)data, left < chunk ? (uint32_t)left : chunk}, wrote = 0;
    code = call_fd_write((I)fd, (I)iovec, 1, (I)&wrote);
    done += code == 0 ? wrote : 0;
  }
  begin("fill");
  show_unsigned(fd);
  show_unsigned(wanted);
  result(code);
  put_field("written", done);
  end();
}

/* Reads to the end: how many bytes, their hash, and how it ended: drain:FD:CHUNK */
static void op_drain(struct operands *o) {
  uint32_t fd = (uint32_t)number(o, 0, 0), chunk = data_length(number(o, 1, 64 * 1024));
  uint64_t total = 0, hash = 0xcbf29ce484222325ull;
  int32_t code;
  for (;;) {
    uint32_t iovec[2] = {(uint32_t)data, chunk}, got = 0;
    code = call_fd_read((I)fd, (I)iovec, 1, (I)&got);
    if (code != 0 || got == 0) break;
    for (uint32_t i = 0; i < got; i++) hash = (hash ^ (unsigned char)data[i]) * 0x100000001b3ull;
    total += got;
  }
  begin("drain");
  show_unsigned(fd);
  result(code);
  put_field("bytes", total);
  put(" fnv=");
  put_hex(hash, 16);
  end();
}

static void op_seek(struct operands *o) {
  uint32_t fd = (uint32_t)number(o, 0, 0);
  int64_t offset = (int64_t)number(o, 1, 0);
  uint64_t whence = words(o, 2, whence_words, 0), position = 0;
  begin("fd_seek");
  show_unsigned(fd);
  show_number(offset);
  show_unsigned(whence);
  if (result(call_fd_seek((I)fd, offset, (I)whence, (I)&position))) put_byte(' '), put_unsigned(position);
  end();
}

static void op_tell(struct operands *o) {
  uint32_t fd = (uint32_t)number(o, 0, 0);
  uint64_t position = 0;
  begin("fd_tell");
  show_unsigned(fd);
  if (result(call_fd_tell((I)fd, (I)&position))) put_byte(' '), put_unsigned(position);
  end();
}

static void op_fdstat(struct operands *o) {
  uint32_t fd = (uint32_t)number(o, 0, 0);
  __wasi_fdstat_t stat;
  begin("fd_fdstat_get");
  show_unsigned(fd);
  if (result(call_fd_fdstat_get((I)fd, (I)&stat))) {
    put(" type=");
    put_type(stat.fs_filetype);
    put_field("flags", stat.fs_flags);
    put(" rights=0x");
    put_hex(stat.fs_rights_base, 16);
    put(" inheriting=0x");
    put_hex(stat.fs_rights_inheriting, 16);
  }
  end();
}

static void op_set_flags(struct operands *o) {
  uint32_t fd = (uint32_t)number(o, 0, 0);
  uint64_t flags = words(o, 1, descriptor_words, 0);
  begin("fd_fdstat_set_flags");
  show_unsigned(fd);
  show_unsigned(flags);
  result(call_fd_fdstat_set_flags((I)fd, (I)flags));
  end();
}

static void op_set_rights(struct operands *o) {
  uint32_t fd = (uint32_t)number(o, 0, 0);
  uint64_t rights = words(o, 1, right_words, 0), inheriting = words(o, 2, right_words, 0);
  begin("fd_fdstat_set_rights");
  show_unsigned(fd);
  show_unsigned(rights);
  show_unsigned(inheriting);
  result(call_fd_fdstat_set_rights((I)fd, (L)rights, (L)inheriting));
  end();
}

static void put_filestat(const __wasi_filestat_t *stat) {
  put(" type=");
  put_type(stat->filetype);
  put_field("size", stat->size);
  put_field("nlink", stat->nlink);
  put_field("dev", stat->dev);
  put_field("ino", stat->ino);
  put_field("atim", stat->atim);
  put_field("mtim", stat->mtim);
  put_field("ctim", stat->ctim);
}

static void op_fstat(struct operands *o) {
  uint32_t fd = (uint32_t)number(o, 0, 0);
  __wasi_filestat_t stat;
  begin("fd_filestat_get");
  show_unsigned(fd);
  if (result(call_fd_filestat_get((I)fd, (I)&stat))) put_filestat(&stat);
  end();
}

static void op_set_size(struct operands *o) {
  uint32_t fd = (uint32_t)number(o, 0, 0);
  uint64_t size = number(o, 1, 0);
  begin("fd_filestat_set_size");
  show_unsigned(fd);
  show_unsigned(size);
  result(call_fd_filestat_set_size((I)fd, (L)size));
  end();
}

static void op_ftimes(struct operands *o) {
  uint32_t fd = (uint32_t)number(o, 0, 0);
  uint64_t accessed = number(o, 1, 0), modified = number(o, 2, 0);
  uint64_t flags = words(o, 3, time_words, __WASI_FSTFLAGS_ATIM | __WASI_FSTFLAGS_MTIM);
  begin("fd_filestat_set_times");
  show_unsigned(fd);
  show_unsigned(accessed);
  show_unsigned(modified);
  show_unsigned(flags);
  result(call_fd_filestat_set_times((I)fd, (L)accessed, (L)modified, (I)flags));
  end();
}

static void op_allocate(struct operands *o) {
  uint32_t fd = (uint32_t)number(o, 0, 0);
  uint64_t offset = number(o, 1, 0), length = number(o, 2, 0);
  begin("fd_allocate");
  show_unsigned(fd);
  show_unsigned(offset);
  show_unsigned(length);
  result(call_fd_allocate((I)fd, (L)offset, (L)length));
  end();
}

static void op_advise(struct operands *o) {
  uint32_t fd = (uint32_t)number(o, 0, 0);
  uint64_t offset = number(o, 1, 0), length = number(o, 2, 0), advice = number(o, 3, 0);
  begin("fd_advise");
  show_unsigned(fd);
  show_unsigned(offset);
  show_unsigned(length);
  show_unsigned(advice);
  result(call_fd_advise((I)fd, (L)offset, (L)length, (I)advice));
  end();
}

static void op_renumber(struct operands *o) {
  uint32_t from = (uint32_t)number(o, 0, 0), to = (uint32_t)number(o, 1, 0);
  begin("fd_renumber");
  show_unsigned(from);
  show_unsigned(to);
  result(call_fd_renumber((I)from, (I)to));
  end();
}

static void op_prestat(struct operands *o) {
  uint32_t fd = (uint32_t)number(o, 0, 3);
  __wasi_prestat_t prestat;
  begin("fd_prestat_get");
  show_unsigned(fd);
  if (result(call_fd_prestat_get((I)fd, (I)&prestat))) {
    put_field("tag", prestat.tag);
    put_field("length", prestat.u.dir.pr_name_len);
  }
  end();
}

static void op_prestat_name(struct operands *o) {
  uint32_t fd = (uint32_t)number(o, 0, 3), length = data_length(number(o, 1, 4096));
  memset(data, 0, length);
  begin("fd_prestat_dir_name");
  show_unsigned(fd);
  show_unsigned(length);
  if (result(call_fd_prestat_dir_name((I)fd, (I)data, (I)length))) {
    uint32_t shown = length;
    while (shown > 0 && data[shown - 1] == 0) shown--;
    put_byte(' ');
    put_quoted(data, shown);
  }
  end();
}

/* One raw fd_readdir: each entry as `next ino type "name"`; `cut` marks one that the buffer truncated. */
static void op_readdir(struct operands *o) {
  uint32_t fd = (uint32_t)number(o, 0, 3), length = data_length(number(o, 1, 4096)), used = 0;
  uint64_t cookie = number(o, 2, 0);
  begin("fd_readdir");
  show_unsigned(fd);
  show_unsigned(length);
  show_unsigned(cookie);
  if (result(call_fd_readdir((I)fd, (I)data, (I)length, (L)cookie, (I)&used))) {
    if (used > length) used = length;
    put_byte(' ');
    put_unsigned(used);
    for (uint32_t at = 0; at < used;) {
      __wasi_dirent_t entry;
      if (used - at < sizeof entry) {
        put("; cut");
        break;
      }
      memcpy(&entry, data + at, sizeof entry);
      at += (uint32_t)sizeof entry;
      uint32_t whole = entry.d_namlen <= used - at;
      uint32_t shown = whole ? entry.d_namlen : used - at;
      put("; ");
      put_unsigned(entry.d_next);
      put_byte(' ');
      put_unsigned(entry.d_ino);
      put_byte(' ');
      put_type(entry.d_type);
      put_byte(' ');
      put_quoted(data + at, shown);
      if (!whole) put(" cut");
      at += shown;
    }
  }
  end();
}

#endif
