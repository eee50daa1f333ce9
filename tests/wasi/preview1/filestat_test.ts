import { assertEquals } from "@std/assert";
import { type Directory, memoryDirectory } from "../../../mod.ts";
import { Errno } from "../../../wasi/abi/errno.ts";
import { abis, FD_READ, inputOf, Kit } from "./kit.ts";

const ATIM = 1, ATIM_NOW = 2, MTIM = 4, MTIM_NOW = 8;

function kitWith(directory: Directory, abi = abis.preview1): Kit {
  return new Kit({ preopens: [{ name: "/", directory }], abi });
}

function files(): Directory {
  return memoryDirectory({ f: "abc", "d/g": "" }, { now: () => 5_000_000_000n });
}

Deno.test("a filestat fills 64 bytes, each field in its place", () => {
  const directory = files();
  const kit = kitWith(directory);
  const { device, inode } = directory.lookup("f");
  kit.bytes.fill(0xff, 256, 336);
  kit.must("path_filestat_get", 3, 0, ...kit.text("f"), 256);
  const fields = [0, 8, 16, 24, 32, 40, 48, 56].map((at) => kit.u64(256 + at));
  assertEquals(fields, [device, inode, 4n, 1n, 3n, 5_000_000_000n, 5_000_000_000n, 5_000_000_000n]);
  assertEquals(kit.bytes[256 + 64], 0xff);
  // The same is told of the open file.
  kit.must("fd_filestat_get", kit.open("f"), 512);
  assertEquals(kit.bytes.slice(512, 512 + 64), kit.bytes.slice(256, 256 + 64));
});

Deno.test("wasi_unstable has 56 bytes, with the number of links at 20 and no more than 32 bits of it", () => {
  const directory = files();
  const kit = kitWith(directory, abis.unstable);
  const { device, inode } = directory.lookup("f");
  for (const call of ["path", "fd"]) {
    const fd = kit.open("f");
    kit.bytes.fill(0xff, 0, 80);
    if (call === "path") kit.must("path_filestat_get", 3, 0, ...kit.text("f"), 0);
    else kit.must("fd_filestat_get", fd, 0);
    assertEquals([kit.u64(0), kit.u64(8), kit.u32(16), kit.u32(20)], [device, inode, 4, 1]);
    const rest = [24, 32, 40, 48].map((at) => kit.u64(at));
    assertEquals(rest, [3n, 5_000_000_000n, 5_000_000_000n, 5_000_000_000n]);
    assertEquals(kit.bytes[56], 0xff);
  }
});

Deno.test("of a stream only its kind is told, and directories are told like files", () => {
  const kit = new Kit({ stdin: { ...inputOf("abc"), streamKind: "terminal" } });
  kit.bytes.fill(0xff, 0, 64);
  kit.must("fd_filestat_get", 0, 0);
  assertEquals([...kit.bytes.slice(0, 64)], Array.from({ length: 64 }, (_, i) => i === 16 ? 2 : 0));
  kit.must("fd_filestat_get", 3, 0);
  assertEquals(kit.bytes[16], 3);
});

Deno.test("a filestat that cannot be reported is EFAULT, and may end where the memory does", () => {
  const kit = kitWith(files());
  for (const pointer of [65536 - 63, -64, -1]) {
    assertEquals(kit.call("fd_filestat_get", 3, pointer), Errno.EFAULT);
    assertEquals(kit.call("path_filestat_get", 3, 0, ...kit.text("f"), pointer), Errno.EFAULT);
  }
  kit.must("fd_filestat_get", 3, 65536 - 64);
  const older = kitWith(files(), abis.unstable);
  older.must("fd_filestat_get", 3, 65536 - 56);
});

Deno.test("a file is cut and extended, and what is added reads as zeros", () => {
  const kit = kitWith(files());
  const fd = kit.open("f");
  kit.must("fd_filestat_set_size", fd, 2n);
  kit.must("fd_filestat_set_size", fd, 4n);
  assertEquals(kit.readFrom(fd, 10), "ab\0\0");
  assertEquals(kit.call("fd_filestat_set_size", fd, -1n), Errno.EINVAL);
  assertEquals(kit.call("fd_filestat_set_size", fd, 2n ** 53n), Errno.EFBIG);
  assertEquals(kit.call("fd_filestat_set_size", 3, 0n), Errno.EISDIR);
  assertEquals(kit.call("fd_filestat_set_size", 1, 0n), Errno.EINVAL);
});

Deno.test("times are set as given, or to what the guest's own clock says", () => {
  const directory = files();
  const kit = kitWith(directory);
  const times = (): bigint[] => {
    const { accessed, modified } = directory.lookup("f");
    return [accessed, modified];
  };
  const fd = kit.open("f");
  kit.must("fd_filestat_set_times", fd, 11n, 12n, ATIM);
  assertEquals(times(), [11n, 5_000_000_000n]);
  kit.must("fd_filestat_set_times", fd, 13n, 14n, MTIM);
  assertEquals(times(), [11n, 14n]);
  kit.must("path_filestat_set_times", 3, 0, ...kit.text("f"), 15n, 16n, ATIM | MTIM_NOW);
  assertEquals(times(), [15n, 8_000_000_000n]);
  kit.must("path_filestat_set_times", 3, 0, ...kit.text("f"), 0n, 0n, ATIM_NOW);
  assertEquals(times(), [8_000_000_000n, 8_000_000_000n]);
  kit.must("path_filestat_set_times", 3, 0, ...kit.text("f"), 0n, 0n, 0);
  assertEquals(times(), [8_000_000_000n, 8_000_000_000n]);
});

Deno.test("times that contradict each other are refused, and none is set", () => {
  const directory = files();
  const kit = kitWith(directory);
  const fd = kit.open("f");
  for (const flags of [ATIM | ATIM_NOW, MTIM | MTIM_NOW, ATIM | MTIM | MTIM_NOW, 16, -1, ATIM | 256]) {
    assertEquals(kit.call("fd_filestat_set_times", fd, 1n, 1n, flags), Errno.EINVAL);
    assertEquals(kit.call("path_filestat_set_times", 3, 0, ...kit.text("f"), 1n, 1n, flags), Errno.EINVAL);
  }
  assertEquals(directory.lookup("f").accessed, 5_000_000_000n);
  assertEquals(kit.call("fd_filestat_set_times", 1, 1n, 1n, ATIM), Errno.ENOTCAPABLE);
});

Deno.test("a directory's times are set through its descriptor", () => {
  const directory = files();
  const kit = kitWith(directory);
  kit.must("fd_filestat_set_times", kit.open("d", { rights: 0n }), 1n, 2n, ATIM | MTIM);
  assertEquals([directory.lookup("d").accessed, directory.lookup("d").modified], [1n, 2n]);
});

Deno.test("room is made for a range, and never taken away", () => {
  const kit = kitWith(files());
  const fd = kit.open("f");
  kit.must("fd_allocate", fd, 2n, 4n);
  kit.must("fd_allocate", fd, 0n, 1n);
  kit.must("fd_filestat_get", fd, 0);
  assertEquals(kit.u64(32), 6n);
  assertEquals(kit.call("fd_allocate", fd, 0n, 0n), Errno.EINVAL);
  assertEquals(kit.call("fd_allocate", fd, -1n, 1n), Errno.EINVAL);
  assertEquals(kit.call("fd_allocate", fd, 1n, -1n), Errno.EINVAL);
  assertEquals(kit.call("fd_allocate", fd, 2n ** 53n - 1n, 2n ** 53n - 1n), Errno.EFBIG);
  assertEquals(kit.call("fd_allocate", 3, 0n, 1n), Errno.EISDIR);
  assertEquals(kit.call("fd_allocate", 0, 0n, 1n), Errno.ESPIPE);
});

Deno.test("advice is checked and changes nothing", () => {
  const kit = kitWith(files());
  const fd = kit.open("f", { rights: FD_READ });
  for (const advice of [0, 1, 2, 3, 4, 5]) kit.must("fd_advise", fd, 0n, 100n, advice);
  for (const advice of [6, -1, 256]) assertEquals(kit.call("fd_advise", fd, 0n, 1n, advice), Errno.EINVAL);
  assertEquals(kit.call("fd_advise", fd, -1n, 1n, 0), Errno.EINVAL);
  assertEquals(kit.call("fd_advise", 0, 0n, 1n, 0), Errno.ESPIPE);
  kit.must("fd_filestat_get", fd, 0);
  assertEquals(kit.u64(32), 3n);
});

Deno.test("files and directories can be synchronised, streams cannot", () => {
  const kit = kitWith(files());
  for (const fd of [3, kit.open("f")]) {
    kit.must("fd_sync", fd);
    kit.must("fd_datasync", fd);
  }
  assertEquals([kit.call("fd_sync", 1), kit.call("fd_datasync", 1)], [Errno.EINVAL, Errno.EINVAL]);
});
