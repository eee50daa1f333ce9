import { assertEquals } from "@std/assert";
import { memoryDirectory } from "../../mod.ts";
import type { GuestOptions } from "../../wasi/guest.ts";
import { abis, inputOf, Kit } from "./preview1/kit.ts";

function traced(
  options: Partial<GuestOptions> & { abi?: typeof abis.preview1 } = {},
): { kit: Kit; lines: string[] } {
  const lines: string[] = [];
  const kit = new Kit({
    preopens: [{ name: "/", directory: memoryDirectory({ "a/b.txt": "hello" }) }],
    trace: (line) => void lines.push(line),
    ...options,
  });
  return { kit, lines };
}

Deno.test("each call is a line: parameters by name, what it answered, and what it stored", () => {
  const { kit, lines } = traced();
  kit.call("path_open", 3, 1, ...kit.text("a/b.txt"), 9, 66n, 0n, 1, 0);
  kit.call("fd_fdstat_set_flags", 4, 0);
  kit.call("fd_read", 4, ...kit.buffers(16, [2000, 3], [3000, 509]), 8);
  kit.call("fd_write", 4, ...kit.buffers(16, kit.text("hi")), 8);
  kit.call("fd_seek", 4, -1n, 2, 0);
  kit.call("fd_tell", 4, 0);
  kit.call("fd_filestat_set_times", 4, 1n, -1n, 5);
  kit.call("fd_prestat_get", 3, 0);
  kit.call("fd_readdir", 3, 8192, 100, 0n, 0);
  kit.call("path_rename", 3, ...kit.text("a"), 3, ...kit.text("b"));
  kit.call("path_symlink", ...kit.text("x"), 3, ...kit.text("y"));
  kit.call("clock_time_get", 1, 5n, 0);
  kit.call("args_sizes_get", 0, 4);
  kit.call("sock_shutdown", 1, 3);
  kit.call("fd_close", 4);
  assertEquals(lines, [
    'path_open(fd=3, dirflags=SYMLINK_FOLLOW, "a/b.txt", oflags=CREAT|TRUNC, rights=FD_READ|FD_WRITE, ' +
    "inheriting=0, fdflags=APPEND) = 0 -> fd 4",
    "fd_fdstat_set_flags(fd=4, flags=0) = 0",
    "fd_read(fd=4, 2 iovecs 512 bytes) = 0 -> 0",
    "fd_write(fd=4, 1 iovec 2 bytes) = 0 -> 2",
    "fd_seek(fd=4, offset=-1, whence=END) = 0 -> 1",
    "fd_tell(fd=4) = 0 -> 1",
    "fd_filestat_set_times(fd=4, atim=1, mtim=18446744073709551615, flags=ATIM|MTIM) = 0",
    "fd_prestat_get(fd=3) = 0 -> name of 1 bytes",
    "fd_readdir(fd=3, 100 bytes, cookie=0) = 0 -> 76",
    'path_rename(fd=3, "a", new_fd=3, "b") = 0',
    'path_symlink("x", fd=3, "y") = 0',
    "clock_time_get(id=MONOTONIC, precision=5) = 0 -> 1000000000",
    "args_sizes_get() = 0 -> 1 -> 6",
    "sock_shutdown(fd=1, how=RD|WR) = 57 ENOTSOCK",
    "fd_close(fd=4) = 0",
  ]);
});

Deno.test("whatever a guest passes, something is shown", () => {
  const { kit, lines } = traced();
  kit.call("path_open", -1, -1, -1, 5, 1 << 20, -1n, 0n, 64, -1);
  kit.call("fd_write", 1, 65530, 3, 0);
  kit.call("fd_seek", 3, 0n, 77, -8);
  kit.call("path_unlink_file", 3, ...kit.text('a\n"\u001b[31m'));
  kit.call("path_unlink_file", 3, ...kit.text("x".repeat(300)));
  kit.call("path_unlink_file", 3, ...kit.text(new Uint8Array([0xff, 0x41])));
  assertEquals(lines, [
    "path_open(fd=-1, dirflags=SYMLINK_FOLLOW|0xfffffffffffffffe, outside the memory: 0xffffffff, 5, " +
    `oflags=0x100000, rights=${allRights}|0xffffffffc0000000, inheriting=0, fdflags=0x40) = 21 EFAULT`,
    "fd_write(fd=1, outside the memory: 0xfffa, 3) = 21 EFAULT",
    "fd_seek(fd=3, offset=0, whence=77) = 31 EISDIR",
    'path_unlink_file(fd=3, "a\\n\\"\\u001b[31m") = 44 ENOENT',
    `path_unlink_file(fd=3, "${"x".repeat(200)}"... (300 bytes)) = 37 ENAMETOOLONG`,
    'path_unlink_file(fd=3, "\uFFFDA") = 25 EILSEQ',
  ]);
});

const allRights =
  "FD_DATASYNC|FD_READ|FD_SEEK|FD_FDSTAT_SET_FLAGS|FD_SYNC|FD_TELL|FD_WRITE|FD_ADVISE|FD_ALLOCATE|" +
  "PATH_CREATE_DIRECTORY|PATH_CREATE_FILE|PATH_LINK_SOURCE|PATH_LINK_TARGET|PATH_OPEN|FD_READDIR|PATH_READLINK|" +
  "PATH_RENAME_SOURCE|PATH_RENAME_TARGET|PATH_FILESTAT_GET|PATH_FILESTAT_SET_SIZE|PATH_FILESTAT_SET_TIMES|" +
  "FD_FILESTAT_GET|FD_FILESTAT_SET_SIZE|FD_FILESTAT_SET_TIMES|PATH_SYMLINK|PATH_REMOVE_DIRECTORY|" +
  "PATH_UNLINK_FILE|POLL_FD_READWRITE|SOCK_SHUTDOWN|SOCK_ACCEPT";

Deno.test("what is read is shown as it was before the call overwrote it", () => {
  const { kit, lines } = traced({ stdin: inputOf("ABCDEFGHIJKLMNOP") });
  // The list of buffers lies in the buffer that it names.
  kit.call("fd_read", 0, ...kit.buffers(16, [16, 16]), 8);
  assertEquals(lines, ["fd_read(fd=0, 1 iovec 16 bytes) = 0 -> 16"]);
});

Deno.test("a call that does not return is shown without an answer", () => {
  const { kit, lines } = traced();
  try {
    kit.call("proc_exit", 3);
  } catch {
    // The guest is left.
  }
  assertEquals(lines, ["proc_exit(code=3)"]);
});

Deno.test("only the families that were asked for are shown", () => {
  const { kit, lines } = traced({ traceFamilies: ["clock", "path"] });
  kit.call("fd_close", 9);
  kit.call("clock_res_get", 0, 0);
  kit.call("sched_yield");
  kit.call("path_filestat_get", 3, 0, ...kit.text("a"), 0);
  assertEquals(lines, [
    "clock_res_get(id=REALTIME) = 0 -> 1000",
    'path_filestat_get(fd=3, flags=0, "a", stat=0x0) = 0',
  ]);
});

Deno.test("wasi_unstable's order of whence is known", () => {
  const { kit, lines } = traced({ abi: abis.unstable, traceFamilies: ["fd"] });
  kit.call("fd_seek", 0, 0n, 0, 0);
  assertEquals(lines, ["fd_seek(fd=0, offset=0, whence=CUR) = 70 ESPIPE"]);
});
