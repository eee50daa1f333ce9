/**
 * The parameters of every call, for traces.
 *
 * A word for each, in order: its name and how it is shown, or `>` and what is found where it points to afterwards.
 * A parameter without a name is shown as it is.
 *
 * @module
 */

/** The signatures, by the names of the calls. */
export const signatures: Readonly<Record<string, string>> = {
  args_get: "argv:pointer argv_buf:pointer",
  args_sizes_get: ">u32 >u32",
  environ_get: "environ:pointer environ_buf:pointer",
  environ_sizes_get: ">u32 >u32",
  clock_res_get: "id:clockid >u64",
  clock_time_get: "id:clockid precision:u64 >u64",
  fd_advise: "fd:i32 offset:u64 len:u64 advice:advice",
  fd_allocate: "fd:i32 offset:u64 len:u64",
  fd_close: "fd:i32",
  fd_datasync: "fd:i32",
  fd_fdstat_get: "fd:i32 >fdstat",
  fd_fdstat_set_flags: "fd:i32 flags:fdflags",
  fd_fdstat_set_rights: "fd:i32 base:rights inheriting:rights",
  fd_filestat_get: "fd:i32 stat:pointer",
  fd_filestat_set_size: "fd:i32 size:u64",
  fd_filestat_set_times: "fd:i32 atim:u64 mtim:u64 flags:fstflags",
  fd_pread: "fd:i32 :buffers offset:u64 >u32",
  fd_prestat_dir_name: "fd:i32 :buffer",
  fd_prestat_get: "fd:i32 >prestat",
  fd_pwrite: "fd:i32 :buffers offset:u64 >u32",
  fd_read: "fd:i32 :buffers >u32",
  fd_readdir: "fd:i32 :buffer cookie:u64 >u32",
  fd_renumber: "fd:i32 to:i32",
  fd_seek: "fd:i32 offset:i64 whence:whence >u64",
  fd_sync: "fd:i32",
  fd_tell: "fd:i32 >u64",
  fd_write: "fd:i32 :buffers >u32",
  path_create_directory: "fd:i32 :path",
  path_filestat_get: "fd:i32 flags:lookupflags :path stat:pointer",
  path_filestat_set_times: "fd:i32 flags:lookupflags :path atim:u64 mtim:u64 fstflags:fstflags",
  path_link: "fd:i32 flags:lookupflags :path new_fd:i32 :path",
  path_open:
    "fd:i32 dirflags:lookupflags :path oflags:oflags rights:rights inheriting:rights fdflags:fdflags >fd",
  path_readlink: "fd:i32 :path :buffer >u32",
  path_remove_directory: "fd:i32 :path",
  path_rename: "fd:i32 :path new_fd:i32 :path",
  path_symlink: ":path fd:i32 :path",
  path_unlink_file: "fd:i32 :path",
  poll_oneoff: "in:pointer out:pointer n:u32 >u32",
  proc_exit: "code:u32",
  proc_raise: "signal:i32",
  random_get: ":buffer",
  sched_yield: "",
  sock_accept: "fd:i32 flags:fdflags >fd",
  sock_recv: "fd:i32 :buffers flags:riflags >u32 >u16",
  sock_send: "fd:i32 :buffers flags:u32 >u32",
  sock_shutdown: "fd:i32 how:sdflags",
};
