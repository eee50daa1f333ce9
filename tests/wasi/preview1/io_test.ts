import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  deterministic,
  type Directory,
  Fault,
  type File,
  memoryDirectory,
  type OutputStream,
  overlay,
  quota,
} from "../../../mod.ts";
import { Errno } from "../../../wasi/abi/errno.ts";
import { CREAT, FD_READ, FD_WRITE, inputOf, Kit, READ_WRITE, TRUNC } from "./kit.ts";

const APPEND = 1, DSYNC = 2, NONBLOCK = 4, SYNC = 16;

function kitWith(contents: Record<string, string>): Kit {
  return new Kit({ preopens: [{ name: "/", directory: memoryDirectory(contents) }] });
}

/** The file behind a descriptor, to look at what is called of it. */
function fileOf(kit: Kit, fd: number): File {
  return kit.guest.descriptors.get(fd).file!;
}

Deno.test("a read that cannot be reported takes nothing", () => {
  const kit = new Kit({ stdin: inputOf("hello") });
  const list = kit.buffers(16, [2048, 5]);
  for (const result of [65533, 65536, -1, -4]) {
    assertEquals(kit.call("fd_read", 0, ...list, result), Errno.EFAULT);
  }
  // One bad buffer behind a good one: nothing is taken for the good one either.
  assertEquals(kit.call("fd_read", 0, ...kit.buffers(16, [2048, 2], [65535, 2]), 0), Errno.EFAULT);
  assertEquals(kit.readFrom(0, 10), "hello");
});

Deno.test("a write that cannot be reported writes nothing", () => {
  const kit = kitWith({});
  const fd = kit.open("f", { oflags: CREAT });
  for (const target of [1, fd]) {
    assertEquals(kit.call("fd_write", target, ...kit.buffers(16, [2048, 5]), 65533), Errno.EFAULT);
    assertEquals(kit.call("fd_write", target, ...kit.buffers(16, [2048, 2], [-1, 2]), 0), Errno.EFAULT);
    assertEquals(kit.call("fd_write", target, ...kit.buffers(16, [2048, 2], [-1, 2]), 0), Errno.EFAULT);
  }
  assertEquals(kit.call("fd_pwrite", fd, ...kit.buffers(16, [2048, 5]), 0n, 65533), Errno.EFAULT);
  assertEquals([kit.output.length, fileOf(kit, fd).stat().size], [0, 0]);
});

Deno.test("reads may fill the memory to its last byte", () => {
  const kit = kitWith({ f: "abcd" });
  kit.must("fd_read", kit.open("f"), ...kit.buffers(16, [65532, 4]), 8);
  assertEquals([kit.u32(8), kit.read(65532, 4)], [4, "abcd"]);
});

Deno.test("memory that grew in between is read and written where it is now", () => {
  const kit = kitWith({ f: "abcdef" });
  const fd = kit.open("f");
  assertEquals(kit.readFrom(fd, 3), "abc");
  kit.memory.grow(1);
  kit.must("fd_read", fd, ...kit.buffers(16, [131069, 3]), 8);
  assertEquals(kit.read(131069, 3), "def");
});

Deno.test("a file is read from its position on, over several buffers, up to its end", () => {
  const kit = kitWith({ f: "abcdefgh" });
  const fd = kit.open("f");
  kit.must("fd_read", fd, ...kit.buffers(16, [2000, 3], [3000, 0], [4000, 2]), 8);
  assertEquals([kit.u32(8), kit.read(2000, 4), kit.read(4000, 3)], [5, "abc\0", "de\0"]);
  kit.must("fd_read", fd, ...kit.buffers(16, [2000, 2], [4000, 9]), 8);
  assertEquals([kit.u32(8), kit.read(2000, 3), kit.read(4000, 3)], [3, "fgc", "he\0"]);
  assertEquals(kit.readFrom(fd, 10), "");
});

Deno.test("several small buffers are read and written by one call of the host", () => {
  const kit = kitWith({ f: "abcdef" });
  const fd = kit.open("f");
  const file = fileOf(kit, fd);
  const calls: string[] = [];
  const { read, write } = file;
  file.read = (...range) => (calls.push("read"), read.apply(file, range));
  file.write = (...range) => (calls.push("write"), write.apply(file, range));
  kit.must("fd_read", fd, ...kit.buffers(16, [2000, 3], [4000, 3]), 8);
  kit.must("fd_write", fd, ...kit.buffers(16, [4000, 3], [2000, 3]), 8);
  assertEquals(calls, ["read", "write"]);
  kit.must("fd_pread", fd, ...kit.buffers(16, [5000, 12]), 0n, 8);
  assertEquals(kit.read(5000, 12), "abcdefdefabc");
});

Deno.test("too many bytes for one piece are moved buffer by buffer, up to the first short one", () => {
  const kit = kitWith({ f: "x".repeat(70000) });
  kit.memory.grow(3);
  const fd = kit.open("f");
  kit.must("fd_read", fd, ...kit.buffers(16, [65536, 65536], [131072, 65536], [0, 8]), 8);
  assertEquals([kit.u32(8), kit.read(131072 + 4463, 2)], [70000, "x\0"]);
});

Deno.test("a fault behind bytes that were moved is told by the next call", () => {
  const kit = kitWith({ f: "" });
  kit.memory.grow(2);
  const fd = kit.open("f");
  const file = fileOf(kit, fd);
  let calls = 0;
  file.write = (_, start, end) => {
    if (++calls > 1) throw Fault.of("ENOSPC");
    return end - start;
  };
  const list = kit.buffers(16, [65536, 65536], [0, 8]);
  kit.must("fd_write", fd, ...list, 8);
  assertEquals(kit.u32(8), 65536);
  assertEquals(kit.call("fd_write", fd, ...list, 8), Errno.ENOSPC);
});

Deno.test("reading and writing at a place leave the position alone", () => {
  const kit = kitWith({ f: "abcdef" });
  const fd = kit.open("f");
  assertEquals(kit.readFrom(fd, 2), "ab");
  kit.must("fd_pwrite", fd, ...kit.buffers(16, kit.text("XY")), 4n, 8);
  kit.must("fd_pread", fd, ...kit.buffers(16, [2000, 10]), 3n, 8);
  assertEquals(kit.read(2000, kit.u32(8)), "dXY");
  assertEquals(kit.readFrom(fd, 10), "cdXY");
});

Deno.test("places that no file has are refused, before the file is asked", () => {
  const kit = kitWith({ f: "abc" });
  const fd = kit.open("f");
  const asked = (): never => {
    throw new Error("asked");
  };
  Object.assign(fileOf(kit, fd), { read: asked, write: asked });
  const list = kit.buffers(16, [2000, 2]);
  assertEquals(kit.call("fd_pread", fd, ...list, -1n, 8), Errno.EINVAL);
  assertEquals(kit.call("fd_pwrite", fd, ...list, -1n, 8), Errno.EINVAL);
  assertEquals(kit.call("fd_pwrite", fd, ...list, 2n ** 53n, 8), Errno.EFBIG);
  assertEquals(kit.call("fd_pwrite", fd, ...list, 2n ** 53n - 1n, 8), Errno.EFBIG);
  assertEquals(kit.call("fd_pread", fd, ...list, 2n ** 53n - 1n, 8), Errno.EOVERFLOW);
  assertEquals(fileOf(kit, fd).stat().size, 3);
});

Deno.test("a file that is appended to grows at its end, wherever the position is", () => {
  const kit = kitWith({ f: "abc" });
  const fd = kit.open("f", { fdflags: APPEND });
  const other = kit.open("f");
  kit.write(fd, "d");
  kit.must("fd_seek", fd, 0n, 0, 0);
  kit.must("fd_seek", other, 0n, 2, 0);
  kit.write(other, "e");
  kit.write(fd, "f");
  kit.must("fd_tell", fd, 0);
  assertEquals(kit.u64(0), 6n);
  kit.must("fd_pread", fd, ...kit.buffers(16, [2000, 10]), 0n, 8);
  assertEquals(kit.read(2000, 6), "abcdef");
  // Without the flag, writes are where the position is.
  kit.must("fd_fdstat_set_flags", fd, 0);
  kit.must("fd_seek", fd, 0n, 0, 0);
  kit.write(fd, "A");
  assertEquals(kit.readFrom(fd, 10), "bcdef");
});

Deno.test("the position behind an append is where that ended, whoever appends next", () => {
  for (
    const wrap of [
      (it: Directory) => it,
      overlay,
      deterministic,
      (it: Directory) => quota(it, { bytes: 1000 }),
    ]
  ) {
    const kit = new Kit({ preopens: [{ name: "/", directory: wrap(memoryDirectory({ f: "abc" })) }] });
    const [fd, other] = [kit.open("f", { fdflags: APPEND }), kit.open("f", { fdflags: APPEND })];
    kit.write(fd, "d");
    kit.write(other, "other");
    kit.must("fd_tell", fd, 0);
    assertEquals(kit.u64(0), 4n);
    kit.write(fd, "!");
    kit.write(other, "more");
    assertEquals(kit.readFrom(fd, 10), "more");
  }
});

Deno.test("the position behind an append does not follow what is written elsewhere", () => {
  const kit = kitWith({ f: "abc" });
  const fd = kit.open("f", { fdflags: APPEND });
  kit.write(fd, "d");
  kit.must("fd_pwrite", fd, ...kit.buffers(16, kit.text("xyz")), 6n, 8);
  kit.must("fd_tell", fd, 0);
  assertEquals(kit.u64(0), 4n);
  kit.write(fd, "!");
  kit.must("fd_filestat_set_size", fd, 2n);
  kit.must("fd_tell", fd, 0);
  assertEquals(kit.u64(0), 10n);
});

Deno.test("synchronous files are synchronised after each write", () => {
  const kit = kitWith({ f: "" });
  for (
    const [flags, expected] of [[SYNC, [false]], [DSYNC, [true]], [SYNC | DSYNC, [false]], [0, []]] as const
  ) {
    const fd = kit.open("f", { fdflags: flags });
    const synced: boolean[] = [];
    fileOf(kit, fd).sync = (dataOnly) => void synced.push(dataOnly);
    kit.write(fd, "x");
    assertEquals(synced, [...expected]);
  }
});

Deno.test("a file does only what it was opened for", () => {
  const kit = kitWith({ f: "abc" });
  const list = kit.buffers(16, [2000, 2]);
  const reader = kit.open("f", { rights: FD_READ });
  assertEquals(kit.call("fd_write", reader, ...list, 8), Errno.ENOTCAPABLE);
  assertEquals(kit.call("fd_pwrite", reader, ...list, 0n, 8), Errno.ENOTCAPABLE);
  assertEquals(kit.call("fd_filestat_set_size", reader, 0n), Errno.ENOTCAPABLE);
  assertEquals(kit.call("fd_allocate", reader, 0n, 9n), Errno.ENOTCAPABLE);
  const writer = kit.open("f", { rights: FD_WRITE });
  assertEquals(kit.call("fd_read", writer, ...list, 8), Errno.ENOTCAPABLE);
  assertEquals(kit.call("fd_pread", writer, ...list, 0n, 8), Errno.ENOTCAPABLE);
  assertEquals(kit.readFrom(reader, 9), "abc");
});

Deno.test("reading and writing at a place take the right to seek, too", () => {
  const kit = kitWith({ f: "abc" });
  const fd = kit.open("f");
  kit.must("fd_fdstat_set_rights", fd, READ_WRITE, 0n);
  const list = kit.buffers(16, [2000, 2]);
  assertEquals(kit.call("fd_pread", fd, ...list, 0n, 8), Errno.ENOTCAPABLE);
  assertEquals(kit.call("fd_pwrite", fd, ...list, 0n, 8), Errno.ENOTCAPABLE);
  assertEquals(kit.readFrom(fd, 9), "abc");
});

Deno.test("directories are EISDIR and streams have no places", () => {
  const kit = kitWith({});
  const list = kit.buffers(16, [2000, 2]);
  assertEquals(kit.call("fd_read", 3, ...list, 8), Errno.EISDIR);
  assertEquals(kit.call("fd_write", 3, ...list, 8), Errno.EISDIR);
  assertEquals(kit.call("fd_pread", 3, ...list, 0n, 8), Errno.EISDIR);
  assertEquals(kit.call("fd_pwrite", 3, ...list, 0n, 8), Errno.EISDIR);
  assertEquals(kit.call("fd_pread", 0, ...list, 0n, 8), Errno.ESPIPE);
  assertEquals(kit.call("fd_pwrite", 1, ...list, 0n, 8), Errno.ESPIPE);
  assertEquals(kit.call("fd_write", 0, ...list, 8), Errno.ENOTCAPABLE);
  assertEquals(kit.call("fd_read", 1, ...list, 8), Errno.ENOTCAPABLE);
});

Deno.test("a stream is read once a call, so that nobody waits for more than there is", () => {
  const kit = new Kit({ stdin: inputOf("abcdef") });
  kit.must("fd_read", 0, ...kit.buffers(16, [2000, 2], [3000, 2]), 8);
  assertEquals([kit.u32(8), kit.read(2000, 2), kit.read(3000, 2)], [4, "ab", "cd"]);
  assertEquals([kit.readFrom(0, 10), kit.readFrom(0, 10)], ["ef", ""]);
});

Deno.test("what is written to a stream in several buffers arrives in one piece", () => {
  const pieces: number[] = [];
  const kit = new Kit({
    stdout: {
      streamKind: "pipe",
      asynchronous: false,
      ready: () => 1,
      wait: () => {},
      close: () => {},
      write: (_, start, end) => {
        pieces.push(end - start);
        return end - start;
      },
    },
  });
  kit.must("fd_write", 1, ...kit.buffers(16, [2000, 2], [3000, 0], [3000, 5]), 8);
  assertEquals([pieces, kit.u32(8)], [[7], 7]);
});

Deno.test("nothing is read and nothing written when there are no bytes, and nobody is asked", () => {
  const refusing = (): never => {
    throw new Error("asked");
  };
  const stream = { ...inputOf(""), streamKind: "pipe" as const, asynchronous: true, ready: refusing };
  const kit = new Kit({ stdin: { ...stream, read: refusing }, stdout: { ...stream, write: refusing } });
  for (const ranges of [[], [[65536, 0], [0, 0]]] as [number, number][][]) {
    const list = kit.buffers(16, ...ranges);
    kit.must("fd_read", 0, ...list, 8);
    kit.must("fd_write", 1, ...list, 8);
    assertEquals(kit.u32(8), 0);
  }
});

Deno.test("a stream that must not wait says EAGAIN instead", () => {
  const kit = new Kit({ stdin: { ...inputOf(""), ready: () => undefined } });
  kit.must("fd_fdstat_set_flags", 0, NONBLOCK);
  assertEquals(kit.call("fd_read", 0, ...kit.buffers(16, [2000, 2]), 8), Errno.EAGAIN);
});

/** A pipe that nobody reads: a write of more than it has room for would never return. */
function stalledPipe(room: number): OutputStream & { written: number } {
  return {
    streamKind: "pipe",
    asynchronous: false,
    written: 0,
    ready(): number | undefined {
      return this.written + 4096 <= room ? 4096 : undefined;
    },
    wait: (milliseconds) => assert(Number.isFinite(milliseconds), "Waits without end"),
    close: () => {},
    write(_from, start, end): number {
      this.written += end - start;
      assert(this.written <= room, "Waits without end");
      return end - start;
    },
  };
}

Deno.test("a large write to a full pipe ends at the deadline, and what fits is written before", () => {
  for (const lengths of [[20_000], [4000, 16_000], [3, 5000]]) {
    const stdout = stalledPipe(10_000);
    const kit = new Kit({ stdout });
    const list = kit.buffers(16, ...lengths.map((length): [number, number] => [2048, length]));
    kit.guest.deadline = performance.now() + 20;
    if (lengths[1] === 5000) {
      kit.must("fd_write", 1, ...list, 8);
      assertEquals([kit.u32(8), stdout.written], [5003, 5003]);
    } else {
      assertThrows(() => kit.call("fd_write", 1, ...list, 8), WebAssembly.RuntimeError);
      assertEquals([stdout.written, kit.guest.timedOut], [8192, true]);
    }
  }
});

Deno.test("a large write that may not wait is a short one", () => {
  const stdout = stalledPipe(10_000);
  const kit = new Kit({ stdout });
  kit.must("fd_fdstat_set_flags", 1, NONBLOCK);
  kit.must("fd_write", 1, ...kit.buffers(16, [2048, 20_000]), 8);
  assertEquals([kit.u32(8), stdout.written], [8192, 8192]);
});

Deno.test("a blocking read ends at the deadline, and the guest with it", () => {
  const waits: number[] = [];
  const kit = new Kit({
    stdin: { ...inputOf(""), ready: () => undefined, wait: (milliseconds) => void waits.push(milliseconds) },
  });
  kit.guest.deadline = performance.now() - 1;
  let thrown: unknown;
  try {
    kit.call("fd_read", 0, ...kit.buffers(16, [2000, 2]), 8);
  } catch (error) {
    thrown = error;
  }
  assertEquals(thrown instanceof WebAssembly.RuntimeError, true);
  assertEquals([kit.guest.timedOut, waits], [true, [0]]);
});

Deno.test("opening with TRUNC drops the contents, and takes no right to write", () => {
  const kit = kitWith({ f: "abc" });
  const fd = kit.open("f", { oflags: TRUNC, rights: 0n });
  assertEquals(fileOf(kit, fd).stat().size, 0);
});
