import { assertEquals } from "@std/assert";
import { memoryDirectory, Open, readOnly } from "../../../mod.ts";
import { Errno } from "../../../wasi/abi/errno.ts";
import { DIRECTORY_RIGHTS, FILE_RIGHTS, INHERITED_RIGHTS, Rights } from "../../../wasi/abi/rights.ts";
import { CREAT, FD_READ, FD_WRITE, inputOf, Kit, TRUNC } from "./kit.ts";

function fdstat(kit: Kit, fd: number): [filetype: number, flags: number, base: bigint, inheriting: bigint] {
  kit.bytes.fill(0xff, 0, 24);
  kit.must("fd_fdstat_get", fd, 0);
  return [kit.bytes[0]!, kit.view.getUint16(2, true), kit.u64(8), kit.u64(16)];
}

Deno.test("what a descriptor is and may do fills 24 bytes", () => {
  const kit = new Kit({ preopens: [{ name: "/", directory: memoryDirectory({ f: "" }) }] });
  assertEquals(fdstat(kit, 3), [3, 0, BigInt(DIRECTORY_RIGHTS), BigInt(INHERITED_RIGHTS)]);
  const fd = kit.open("f", { fdflags: 5 });
  assertEquals(fdstat(kit, fd), [4, 5, BigInt(FILE_RIGHTS), BigInt(INHERITED_RIGHTS)]);
  assertEquals([kit.bytes[1], kit.bytes[4], kit.bytes[7]], [0, 0, 0]);
});

Deno.test("streams tell what they are connected to, and only a terminal looks like one", () => {
  const seekable = BigInt(Rights.FD_SEEK | Rights.FD_TELL);
  for (
    const [streamKind, filetype] of [["terminal", 2], ["pipe", 0], ["file", 4], ["socket", 6], [
      "null",
      0,
    ]] as const
  ) {
    const kit = new Kit({ stdin: { ...inputOf(""), streamKind } });
    const [type, , base] = fdstat(kit, 0);
    assertEquals([type, base & seekable], [filetype, 0n]);
  }
});

Deno.test("rights tell how a file was opened", () => {
  const kit = new Kit({ preopens: [{ name: "/", directory: memoryDirectory({ f: "" }) }] });
  const both = FD_READ | FD_WRITE;
  for (const rights of [0n, FD_READ, FD_WRITE, both]) {
    assertEquals(fdstat(kit, kit.open("f", { rights }))[2] & both, rights);
  }
});

Deno.test("who does not ask to write opens for reading, whatever else is asked", () => {
  const memory = memoryDirectory({ "f": "abc", "d/": "" });
  const kit = new Kit({
    preopens: [{ name: "/", directory: readOnly(memory) }, { name: "/rw", directory: memory }],
  });
  const { FD_READ, FD_SEEK, FD_ALLOCATE, FD_FILESTAT_SET_SIZE } = Rights;
  // Go asks for the size of what it reads, too.
  const rights = BigInt(FD_READ | FD_SEEK | FD_ALLOCATE | FD_FILESTAT_SET_SIZE);
  for (const parent of [3, 4]) {
    const fd = kit.open("f", { fd: parent, rights });
    assertEquals(kit.readFrom(fd, 3), "abc");
    assertEquals(fdstat(kit, fd)[2] & BigInt(FD_ALLOCATE | FD_FILESTAT_SET_SIZE), 0n);
    assertEquals(kit.call("fd_filestat_set_size", fd, 0n), Errno.ENOTCAPABLE);
    assertEquals(kit.call("fd_allocate", fd, 0n, 100n), Errno.ENOTCAPABLE);
    assertEquals(fdstat(kit, kit.open("d", { fd: parent, rights }))[0], 3);
  }
  assertEquals(memory.lookup("f").size, 3);
});

Deno.test("who asks to write can change the size, whatever else is asked", () => {
  const memory = memoryDirectory({ "f": "abc" });
  const kit = new Kit({ preopens: [{ name: "/", directory: memory }] });
  const fd = kit.open("f", { rights: BigInt(Rights.FD_WRITE) });
  kit.must("fd_filestat_set_size", fd, 1n);
  kit.must("fd_allocate", fd, 0n, 100n);
  assertEquals(memory.lookup("f").size, 100);
});

Deno.test("rights can be taken away for good, and are missed then", () => {
  const kit = new Kit({ preopens: [{ name: "/", directory: memoryDirectory({ f: "abc" }) }] });
  const fd = kit.open("f");
  const [, , base, inheriting] = fdstat(kit, fd);
  kit.must("fd_fdstat_set_rights", fd, base & ~FD_READ, inheriting & ~FD_READ);
  assertEquals(fdstat(kit, fd).slice(2), [base & ~FD_READ, inheriting & ~FD_READ]);
  assertEquals(kit.call("fd_read", fd, ...kit.buffers(16, [2000, 1]), 8), Errno.ENOTCAPABLE);
  for (
    const [more, handed] of [[base, 0n], [0n, inheriting], [1n << 40n, 0n], [-1n, -1n], [
      0n,
      1n << 63n,
    ]] as const
  ) {
    assertEquals(kit.call("fd_fdstat_set_rights", fd, more, handed), Errno.ENOTCAPABLE);
  }
  assertEquals(fdstat(kit, fd).slice(2), [base & ~FD_READ, inheriting & ~FD_READ]);
});

Deno.test("what a directory does not hand on, nothing below it has", () => {
  const kit = new Kit({ preopens: [{ name: "/", directory: memoryDirectory({ "d/f": "abc" }) }] });
  const kept = BigInt(DIRECTORY_RIGHTS),
    handed = BigInt(INHERITED_RIGHTS) & ~FD_WRITE & ~BigInt(Rights.PATH_UNLINK_FILE);
  kit.must("fd_fdstat_set_rights", 3, kept, handed);
  const directory = kit.open("d", { rights: 0n });
  assertEquals(fdstat(kit, directory)[2] & BigInt(Rights.PATH_UNLINK_FILE), 0n);
  assertEquals(kit.call("path_unlink_file", directory, ...kit.text("f")), Errno.ENOTCAPABLE);
  // Asked for and not handed on is not an error: the file is opened with what there is.
  const file = kit.open("f", { fd: directory });
  assertEquals(fdstat(kit, file)[2] & FD_WRITE, 0n);
  assertEquals(kit.call("fd_write", file, ...kit.buffers(16, [2000, 1]), 8), Errno.ENOTCAPABLE);
  assertEquals(kit.readFrom(file, 9), "abc");
});

Deno.test("a file is not even opened for what its directory does not hand on", () => {
  const directory = memoryDirectory({ f: "abc" });
  const hows: number[] = [];
  const own = directory.again();
  const open = own.open.bind(own);
  own.open = (name, how) => (hows.push(how), open(name, how));
  directory.again = () => own;
  const kit = new Kit({ preopens: [{ name: "/", directory }] });
  kit.open("f");
  const writing = Rights.FD_WRITE | Rights.FD_ALLOCATE | Rights.FD_FILESTAT_SET_SIZE;
  kit.must("fd_fdstat_set_rights", 3, BigInt(DIRECTORY_RIGHTS), BigInt(INHERITED_RIGHTS & ~writing));
  kit.open("f");
  assertEquals(hows, [Open.read | Open.write, Open.read]);
});

Deno.test("each call by path takes its own right", () => {
  const calls: [keyof typeof Rights, (kit: Kit) => number][] = [
    ["PATH_OPEN", (kit) => kit.call("path_open", 3, 0, ...kit.text("f"), 0, 0n, 0n, 0, 0)],
    ["PATH_CREATE_FILE", (kit) => kit.call("path_open", 3, 0, ...kit.text("new"), CREAT, 0n, 0n, 0, 0)],
    ["PATH_FILESTAT_SET_SIZE", (kit) => kit.call("path_open", 3, 0, ...kit.text("f"), TRUNC, 0n, 0n, 0, 0)],
    ["PATH_CREATE_DIRECTORY", (kit) => kit.call("path_create_directory", 3, ...kit.text("new"))],
    ["PATH_FILESTAT_GET", (kit) => kit.call("path_filestat_get", 3, 0, ...kit.text("f"), 0)],
    [
      "PATH_FILESTAT_SET_TIMES",
      (kit) => kit.call("path_filestat_set_times", 3, 0, ...kit.text("f"), 0n, 0n, 5),
    ],
    ["PATH_LINK_SOURCE", (kit) => kit.call("path_link", 3, 0, ...kit.text("f"), 3, ...kit.text("new"))],
    ["PATH_LINK_TARGET", (kit) => kit.call("path_link", 3, 0, ...kit.text("f"), 3, ...kit.text("new"))],
    ["PATH_READLINK", (kit) => kit.call("path_readlink", 3, ...kit.text("f"), 0, 8, 16)],
    ["PATH_REMOVE_DIRECTORY", (kit) => kit.call("path_remove_directory", 3, ...kit.text("d"))],
    ["PATH_RENAME_SOURCE", (kit) => kit.call("path_rename", 3, ...kit.text("f"), 3, ...kit.text("new"))],
    ["PATH_RENAME_TARGET", (kit) => kit.call("path_rename", 3, ...kit.text("f"), 3, ...kit.text("new"))],
    ["PATH_SYMLINK", (kit) => kit.call("path_symlink", ...kit.text("f"), 3, ...kit.text("new"))],
    ["PATH_UNLINK_FILE", (kit) => kit.call("path_unlink_file", 3, ...kit.text("f"))],
    ["FD_READDIR", (kit) => kit.call("fd_readdir", 3, 0, 64, 0n, 64)],
    ["FD_FILESTAT_GET", (kit) => kit.call("fd_filestat_get", 3, 0)],
    ["FD_FILESTAT_SET_TIMES", (kit) => kit.call("fd_filestat_set_times", 3, 0n, 0n, 5)],
    ["FD_FDSTAT_SET_FLAGS", (kit) => kit.call("fd_fdstat_set_flags", 3, 0)],
    ["FD_SYNC", (kit) => kit.call("fd_sync", 3)],
    ["FD_DATASYNC", (kit) => kit.call("fd_datasync", 3)],
  ];
  for (const [name, call] of calls) {
    const directory = memoryDirectory({ "f": "abc", "d/": "" });
    const kit = new Kit({ preopens: [{ name: "/", directory }] });
    kit.must("fd_fdstat_set_rights", 3, BigInt(DIRECTORY_RIGHTS & ~Rights[name]), BigInt(INHERITED_RIGHTS));
    assertEquals(call(kit), Errno.ENOTCAPABLE, name);
    assertEquals(directory.list().map((entry) => entry.name), ["f", "d"]);
    assertEquals(directory.lookup("f").size, 3);
  }
});

Deno.test("flags that mean nothing are refused, and nothing is opened with them", () => {
  const kit = new Kit({ preopens: [{ name: "/", directory: memoryDirectory({ f: "" }) }] });
  for (const flags of [32, -1, 65536 + 1, -2147483648]) {
    assertEquals(kit.call("fd_fdstat_set_flags", 3, flags), Errno.EINVAL);
    assertEquals(kit.call("path_open", 3, 0, ...kit.text("f"), 0, 0n, 0n, flags, 0), Errno.EINVAL);
    assertEquals(kit.call("path_open", 3, flags & ~1, ...kit.text("f"), 0, 0n, 0n, 0, 0), Errno.EINVAL);
    assertEquals(kit.call("path_open", 3, 0, ...kit.text("f"), flags & ~15 | 16, 0n, 0n, 0, 0), Errno.EINVAL);
  }
  assertEquals(kit.guest.descriptors.count, 4);
});

Deno.test("what cannot be reported is EFAULT at each end of the memory", () => {
  const kit = new Kit();
  for (const pointer of [65536 - 23, -24, -1]) {
    assertEquals(kit.call("fd_fdstat_get", 3, pointer), Errno.EFAULT);
  }
  kit.must("fd_fdstat_get", 3, 65536 - 24);
});
