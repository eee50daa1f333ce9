/*
 * Every function of preview 1, imported by its exact name and called with plain numbers.
 *
 * <wasi/api.h> declares them with C strings and typed pointers; a workbench for hostile arguments needs
 * lengths and addresses of its own choosing.
 */
#ifndef CALLS_IMPORTS_H
#define CALLS_IMPORTS_H

#include <stdint.h>

/* X(name, letters): one letter a parameter, i for i32 and l for i64. All of them return an errno. */
#define EVERY_CALL(X)                    \
  X(args_get, ii)                        \
  X(args_sizes_get, ii)                  \
  X(environ_get, ii)                     \
  X(environ_sizes_get, ii)               \
  X(clock_res_get, ii)                   \
  X(clock_time_get, ili)                 \
  X(fd_advise, illi)                     \
  X(fd_allocate, ill)                    \
  X(fd_close, i)                         \
  X(fd_datasync, i)                      \
  X(fd_fdstat_get, ii)                   \
  X(fd_fdstat_set_flags, ii)             \
  X(fd_fdstat_set_rights, ill)           \
  X(fd_filestat_get, ii)                 \
  X(fd_filestat_set_size, il)            \
  X(fd_filestat_set_times, illi)         \
  X(fd_pread, iiili)                     \
  X(fd_prestat_get, ii)                  \
  X(fd_prestat_dir_name, iii)            \
  X(fd_pwrite, iiili)                    \
  X(fd_read, iiii)                       \
  X(fd_readdir, iiili)                   \
  X(fd_renumber, ii)                     \
  X(fd_seek, ilii)                       \
  X(fd_sync, i)                          \
  X(fd_tell, ii)                         \
  X(fd_write, iiii)                      \
  X(path_create_directory, iii)          \
  X(path_filestat_get, iiiii)            \
  X(path_filestat_set_times, iiiilli)    \
  X(path_link, iiiiiii)                  \
  X(path_open, iiiiillii)                \
  X(path_readlink, iiiiii)               \
  X(path_remove_directory, iii)          \
  X(path_rename, iiiiii)                 \
  X(path_symlink, iiiii)                 \
  X(path_unlink_file, iii)               \
  X(poll_oneoff, iiii)                   \
  X(proc_raise, i)                       \
  X(random_get, ii)                      \
  X(sched_yield, )                       \
  X(sock_accept, iii)                    \
  X(sock_recv, iiiiii)                   \
  X(sock_send, iiiii)                    \
  X(sock_shutdown, ii)

#define I int32_t
#define L int64_t
#define TYPES_ void
#define TYPES_i I
#define TYPES_ii I, I
#define TYPES_iii I, I, I
#define TYPES_iiii I, I, I, I
#define TYPES_iiiii I, I, I, I, I
#define TYPES_iiiiii I, I, I, I, I, I
#define TYPES_iiiiiii I, I, I, I, I, I, I
#define TYPES_il I, L
#define TYPES_ili I, L, I
#define TYPES_ill I, L, L
#define TYPES_illi I, L, L, I
#define TYPES_ilii I, L, I, I
#define TYPES_iiili I, I, I, L, I
#define TYPES_iiiilli I, I, I, I, L, L, I
#define TYPES_iiiiillii I, I, I, I, I, L, L, I, I

#define DECLARE(name, letters)                                                                \
  __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) int32_t call_##name( \
      TYPES_##letters);
EVERY_CALL(DECLARE)
#undef DECLARE

__attribute__((import_module("wasi_snapshot_preview1"), import_name("proc_exit"), noreturn)) void
call_proc_exit(int32_t code);

/* The same calls from an array of numbers, for `raw:`. */
#define V(at) ((I)v[at])
#define W(at) ((L)v[at])
#define VALUES_
#define VALUES_i V(0)
#define VALUES_ii V(0), V(1)
#define VALUES_iii V(0), V(1), V(2)
#define VALUES_iiii V(0), V(1), V(2), V(3)
#define VALUES_iiiii V(0), V(1), V(2), V(3), V(4)
#define VALUES_iiiiii V(0), V(1), V(2), V(3), V(4), V(5)
#define VALUES_iiiiiii V(0), V(1), V(2), V(3), V(4), V(5), V(6)
#define VALUES_il V(0), W(1)
#define VALUES_ili V(0), W(1), V(2)
#define VALUES_ill V(0), W(1), W(2)
#define VALUES_illi V(0), W(1), W(2), V(3)
#define VALUES_ilii V(0), W(1), V(2), V(3)
#define VALUES_iiili V(0), V(1), V(2), W(3), V(4)
#define VALUES_iiiilli V(0), V(1), V(2), V(3), W(4), W(5), V(6)
#define VALUES_iiiiillii V(0), V(1), V(2), V(3), V(4), W(5), W(6), V(7), V(8)

struct raw_call {
  const char *name;
  const char *letters;
  int32_t (*invoke)(const uint64_t *v);
};

#define INVOKER(name, letters) \
  static int32_t invoke_##name(const uint64_t *v) { (void)v; return call_##name(VALUES_##letters); }
EVERY_CALL(INVOKER)
#undef INVOKER

#define ROW(name, letters) {#name, #letters, invoke_##name},
static const struct raw_call raw_calls[] = {EVERY_CALL(ROW)};
#undef ROW

#endif
