/**
 * The types of the calls, as a module has to declare them.
 *
 * @see {@link https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md}
 * @module
 */

/**
 * What each call takes, `i` for an `i32` and `l` for an `i64`; all but `proc_exit` return one `i32`. The same in preview
 * 1 and in `wasi_unstable`.
 */
const PARAMETERS: Readonly<Record<string, string>> = {
  args_get: "ii",
  args_sizes_get: "ii",
  clock_res_get: "ii",
  clock_time_get: "ili",
  environ_get: "ii",
  environ_sizes_get: "ii",
  fd_advise: "illi",
  fd_allocate: "ill",
  fd_close: "i",
  fd_datasync: "i",
  fd_fdstat_get: "ii",
  fd_fdstat_set_flags: "ii",
  fd_fdstat_set_rights: "ill",
  fd_filestat_get: "ii",
  fd_filestat_set_size: "il",
  fd_filestat_set_times: "illi",
  fd_pread: "iiili",
  fd_prestat_dir_name: "iii",
  fd_prestat_get: "ii",
  fd_pwrite: "iiili",
  fd_read: "iiii",
  fd_readdir: "iiili",
  fd_renumber: "ii",
  fd_seek: "ilii",
  fd_sync: "i",
  fd_tell: "ii",
  fd_write: "iiii",
  path_create_directory: "iii",
  path_filestat_get: "iiiii",
  path_filestat_set_times: "iiiilli",
  path_link: "iiiiiii",
  path_open: "iiiiillii",
  path_readlink: "iiiiii",
  path_remove_directory: "iii",
  path_rename: "iiiiii",
  path_symlink: "iiiii",
  path_unlink_file: "iii",
  poll_oneoff: "iiii",
  proc_exit: "i",
  proc_raise: "i",
  random_get: "ii",
  sched_yield: "",
  sock_accept: "iii",
  sock_recv: "iiiiii",
  sock_send: "iiiii",
  sock_shutdown: "ii",
};

/**
 * The type of a call.
 *
 * @param name The call
 * @returns Its type, parameters, `>` and results, in the letters of `functionImports`;
 * `undefined` for what is no call
 *
 * @example
 * ```ts
 * import { signatureOf } from "./signatures.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([signatureOf("fd_seek"), signatureOf("proc_exit")], ["ilii>i", "i>"]);
 * assertEquals(signatureOf("constructor"), undefined);
 * ```
 */
export function signatureOf(name: string): string | undefined {
  if (!Object.hasOwn(PARAMETERS, name)) return undefined;
  return PARAMETERS[name] + (name === "proc_exit" ? ">" : ">i");
}
