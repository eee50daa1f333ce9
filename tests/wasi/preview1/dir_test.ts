import { assert, assertEquals } from "@std/assert";
import { type Directory, memoryDirectory } from "../../../mod.ts";
import { Errno } from "../../../wasi/abi/errno.ts";
import { inputOf, Kit } from "./kit.ts";

function kitWith(directory: Directory): Kit {
  return new Kit({ preopens: [{ name: "/", directory }] });
}

interface Listed {
  next: bigint;
  inode: bigint;
  type: number;
  name: string;
}

/** One call, its entries taken apart; `used` is what it said it wrote. */
function readdir(kit: Kit, fd: number, length: number, cookie: bigint): { used: number; entries: Listed[] } {
  kit.must("fd_readdir", fd, 8192, length, cookie, 0);
  const used = kit.u32(0);
  const entries: Listed[] = [];
  for (let at = 8192; at + 24 <= 8192 + used;) {
    const nameLength = kit.u32(at + 16);
    if (at + 24 + nameLength > 8192 + used) break;
    entries.push({
      next: kit.u64(at),
      inode: kit.u64(at + 8),
      type: kit.view.getUint8(at + 20),
      name: kit.read(at + 24, nameLength),
    });
    at += 24 + nameLength;
  }
  return { used, entries };
}

Deno.test("a listing begins with dot and dot-dot, and tells inode numbers and kinds", () => {
  const directory = memoryDirectory({ "file": "", "sub/x": "" });
  const kit = kitWith(directory);
  const { entries } = readdir(kit, 3, 4096, 0n);
  const own = directory.stat().inode;
  assertEquals(entries, [
    { next: 1n, inode: own, type: 3, name: "." },
    { next: 2n, inode: own, type: 3, name: ".." },
    { next: 3n, inode: directory.lookup("file").inode, type: 4, name: "file" },
    { next: 4n, inode: directory.lookup("sub").inode, type: 3, name: "sub" },
  ]);
});

Deno.test("a directory does not tell what is above it", () => {
  const directory = memoryDirectory({ "sub/x": "" });
  const kit = kitWith(directory);
  const { entries } = readdir(kit, kit.open("sub", { rights: 0n }), 4096, 0n);
  assertEquals(entries[1], { next: 2n, inode: directory.lookup("sub").inode, type: 3, name: ".." });
});

Deno.test("a buffer that is too small cuts the last entry, and the cookie finds it again", () => {
  const names = Array.from({ length: 50 }, (_, i) => `entry-${i}`);
  const kit = kitWith(memoryDirectory(Object.fromEntries(names.map((name) => [name, ""]))));
  for (const length of [64, 100, 1000]) {
    const seen: string[] = [];
    for (let cookie = 0n;;) {
      const { used, entries } = readdir(kit, 3, length, cookie);
      seen.push(...entries.map(({ name }) => name));
      if (used < length) break;
      assertEquals(used, length);
      cookie = entries.at(-1)!.next;
    }
    assertEquals(seen, [".", "..", ...names]);
  }
  for (const length of [0, 1, 23, 24]) assertEquals(readdir(kit, 3, length, 0n).used, length);
});

Deno.test("a listing holds until it begins again", () => {
  const directory = memoryDirectory({ a: "", b: "", c: "" });
  const kit = kitWith(directory);
  readdir(kit, 3, 51, 0n);
  directory.removeFile("a");
  directory.removeFile("b");
  assertEquals(readdir(kit, 3, 4096, 2n).entries.map(({ name }) => name), ["a", "b", "c"]);
  assertEquals(readdir(kit, 3, 4096, 0n).entries.map(({ name }) => name), [".", "..", "c"]);
});

Deno.test("a cookie without a listing takes one", () => {
  const kit = kitWith(memoryDirectory({ a: "" }));
  assertEquals(readdir(kit, 3, 4096, 2n).entries.map(({ name }) => name), ["a"]);
});

Deno.test("cookies that no entry has end the listing or are refused", () => {
  const kit = kitWith(memoryDirectory({ a: "" }));
  readdir(kit, 3, 4096, 0n);
  for (const cookie of [3n, 4n, 2n ** 32n, 2n ** 53n - 1n]) assertEquals(readdir(kit, 3, 64, cookie).used, 0);
  for (const cookie of [-1n, -(2n ** 63n), 2n ** 53n]) {
    assertEquals(kit.call("fd_readdir", 3, 8192, 64, cookie, 0), Errno.EINVAL);
  }
});

Deno.test("a listing that cannot be stored is not taken", () => {
  const directory = memoryDirectory({ a: "" });
  const own = directory.again();
  own.list = () => {
    throw new Error("listed");
  };
  directory.again = () => own;
  const kit = kitWith(directory);
  for (
    const [pointer, length, result] of [[65530, 64, 0], [-1, 64, 0], [0, -1, 0], [0, 64, 65533]] as const
  ) {
    assertEquals(kit.call("fd_readdir", 3, pointer, length, 0n, result), Errno.EFAULT);
  }
});

Deno.test("only directories are listed", () => {
  const kit = kitWith(memoryDirectory({ f: "" }));
  assertEquals(kit.call("fd_readdir", kit.open("f"), 0, 64, 0n, 64), Errno.ENOTDIR);
  assertEquals(kit.call("fd_readdir", 0, 0, 64, 0n, 64), Errno.ENOTDIR);
});

Deno.test("granted directories tell their names, as the guest names them", () => {
  const kit = new Kit({
    preopens: [{ name: "/", directory: memoryDirectory() }, { name: "dätä", directory: memoryDirectory() }],
  });
  kit.bytes.fill(0xff, 0, 16);
  kit.must("fd_prestat_get", 4, 0);
  assertEquals([kit.u32(0), kit.u32(4), kit.u32(8)], [0, 6, 0xffff_ffff]);
  kit.must("fd_prestat_dir_name", 4, 100, 6);
  assertEquals(kit.read(100, 7), "dätä\0");
  kit.must("fd_prestat_dir_name", 4, 200, 100);
  assertEquals(kit.read(200, 6), "dätä");
  for (const length of [0, 5]) {
    assertEquals(kit.call("fd_prestat_dir_name", 4, 100, length), Errno.ENAMETOOLONG);
  }
  assertEquals(kit.call("fd_prestat_dir_name", 4, 65533, 6), Errno.EFAULT);
  assertEquals(kit.call("fd_prestat_dir_name", 4, 65530, 7), Errno.EFAULT);
  assertEquals(kit.call("fd_prestat_get", 4, 65530), Errno.EFAULT);
});

Deno.test("whatever else is open was not granted by name", () => {
  const listener = { ...inputOf(""), kind: "listener", accept: (): never => assert(false) as never } as const;
  const kit = new Kit({
    preopens: [{ name: "/", directory: memoryDirectory({ "d/": "" }) }, { name: "tcp", listener }],
  });
  for (const fd of [0, 1, 2, 4, 5, kit.open("d", { rights: 0n }), kit.open(".", { rights: 0n })]) {
    assertEquals(kit.call("fd_prestat_get", fd, 0), Errno.EBADF);
    assertEquals(kit.call("fd_prestat_dir_name", fd, 0, 64), Errno.EBADF);
  }
});

Deno.test("a granted directory can be closed, and moved over, like anything else", () => {
  const kit = kitWith(memoryDirectory({ "d/inside": "" }));
  const fd = kit.open("d", { rights: 0n });
  kit.must("fd_renumber", fd, 3);
  assertEquals(kit.call("fd_prestat_get", 3, 0), Errno.EBADF);
  assertEquals(readdir(kit, 3, 4096, 0n).entries.map(({ name }) => name), [".", "..", "inside"]);
  kit.must("fd_close", 3);
  assertEquals(kit.call("path_open", 3, 0, ...kit.text("inside"), 0, 0n, 0n, 0, 0), Errno.EBADF);
  for (const name of [0, 1, 2]) kit.must("fd_close", name);
  assertEquals(kit.call("fd_write", 1, 0, 0, 0), Errno.EBADF);
});

Deno.test("the caller's own directory stays open when the guest closes its own", () => {
  const closed: string[] = [];
  const [given, own] = [memoryDirectory(), memoryDirectory()];
  given.again = () => own;
  given.close = () => void closed.push("given");
  own.close = () => void closed.push("own");
  const kit = kitWith(given);
  kit.must("fd_close", 3);
  kit.guest.close();
  assertEquals(closed, ["own"]);
});

Deno.test("listings of many directories at once take a bounded amount of memory, and all can be gone on with", () => {
  const names = Array.from({ length: 4000 }, (_, i) => `${i}`.padStart(250, "x"));
  const kit = kitWith(memoryDirectory(Object.fromEntries(names.map((name) => [`d/${name}`, ""]))));
  const fds = Array.from({ length: 100 }, () => kit.open("d", { rights: 0n }));
  for (const fd of fds) readdir(kit, fd, 64, 0n);
  const held = fds.map((fd) => kit.guest.descriptors.get(fd).listing?.size ?? 0);
  assert(held.at(-1)! > 1_000_000);
  assert(held.reduce((sum, size) => sum + size) <= 1 << 26, "more than 64 MiB");
  for (const fd of fds) assertEquals(readdir(kit, fd, 4096, 2001n).entries[0]!.name, names[1999]);
});
