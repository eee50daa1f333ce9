/** Every call, with everything that a guest could pass to harm its host: the answer is a number, and nothing happens. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Fault, memoryDirectory } from "../../../mod.ts";
import { Errno } from "../../../wasi/abi/errno.ts";
import { GuestMemory } from "../../../wasi/abi/memory.ts";
import { signatures } from "../../../wasi/trace_signatures.ts";
import { preview1, unstable } from "../../../wasi/preview1/mod.ts";
import { contentsOf, inputOf, Kit, TestConnection } from "./kit.ts";

type Values = (number | bigint)[];

/** Whether each value of a call is a descriptor, a pointer, a length or count, or 64 bits wide. */
const words: Record<string, string> = {
  pointer: "p",
  path: "pl",
  buffer: "pl",
  buffers: "pl",
  u64: "w",
  i64: "w",
  rights: "w",
};

/** The shape of each call that returns, such as `fd_read`: `fplp`. */
const shapes = Object.entries(signatures)
  .filter(([name]) => !name.startsWith("proc_"))
  .map(([name, signature]): [string, string] => [
    name,
    signature.split(" ").filter((word) => word !== "").map((word) => {
      if (word.startsWith(">")) return "p";
      const [label, kind] = word.split(":") as [string, string];
      if (kind === "i32" && /fd$|^to$/.test(label)) return "f";
      if (name === "poll_oneoff" && label === "n") return "l";
      return words[kind] ?? "n";
    }).join(""),
  ]);

/** Values for a shape: small and sensible ones, but for those that are given. */
function valuesOf(shape: string, given: Partial<Record<string, number | bigint>>): Values {
  const sensible: Record<string, number | bigint> = { f: 3, p: 1024, l: 8, n: 0, w: 0n };
  return [...shape].map((letter) => given[letter] ?? sensible[letter]!);
}

const pointers = [-1, -2, -8, -16, 0x7fff_ffff, -2147483648, 65536, 65535];
const lengths = [-1, -2147483648, 0x7fff_ffff, 65537, 0x2000_0000, 0x1555_5556];
const descriptors = [-1, -2147483648, 0x7fff_ffff, 4, 999, 65536];
const wides = [-1n, -(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n, 1n << 40n];
const smalls = [-1, 0x7fff_ffff, -2147483648, 255, 65536];

function hostileKit(): { kit: Kit; unharmed: () => void } {
  const directory = memoryDirectory({ "a": "contents", "d/b": "more" });
  const kit = new Kit({ preopens: [{ name: "/", directory }], env: { A: "b" } });
  const before = contentsOf(directory);
  return {
    kit,
    unharmed: () => {
      assertEquals(contentsOf(directory), before);
      assertEquals([kit.guest.failure, kit.guest.ended], [undefined, false]);
    },
  };
}

Deno.test("every call of the table is known to these tests", () => {
  assertEquals(
    Object.keys(new Kit().table).sort(),
    [...shapes.map(([name]) => name), "proc_exit", "proc_raise"].sort(),
  );
});

Deno.test("without a memory, every call that needs one answers EFAULT", () => {
  for (const abi of [preview1, unstable]) {
    const kit = new Kit({ abi });
    (kit.guest as { memory: GuestMemory }).memory = new GuestMemory();
    for (const [name, shape] of shapes) {
      if (!shape.includes("p") || !(name in kit.table)) continue;
      const errno = kit.call(name, ...valuesOf(shape, {}));
      // Descriptor 3 is a directory: what is wrong with that may be told first.
      const first: number[] = [Errno.EFAULT, Errno.EISDIR, Errno.ENOTSOCK];
      assert(first.includes(errno), `${name} answered ${errno}`);
    }
    assertEquals(kit.guest.failure, undefined);
  }
});

Deno.test("pointers outside the memory are EFAULT at the latest, and nothing happens before", () => {
  const { kit, unharmed } = hostileKit();
  for (const [name, shape] of shapes) {
    // A length of 65536 reaches behind the end from every pointer but 0.
    for (const p of pointers) {
      if (!shape.includes("p")) continue;
      const errno = kit.call(name, ...valuesOf(shape, { p, l: shape === "pl" ? 65536 : 2 }));
      assert(errno !== Errno.SUCCESS, `${name} with pointer ${p} succeeded`);
    }
  }
  unharmed();
});

Deno.test("lengths and counts beyond the memory are refused at once", () => {
  const { kit, unharmed } = hostileKit();
  for (const [name, shape] of shapes) {
    if (!shape.includes("l")) continue;
    for (const l of lengths) {
      for (const p of [0, 1024, 65535]) {
        const errno = kit.call(name, ...valuesOf(shape, { l, p }));
        assert(errno !== Errno.SUCCESS, `${name} with length ${l} succeeded`);
      }
    }
  }
  unharmed();
});

Deno.test("descriptors that are not open are EBADF, whatever their number", () => {
  const { kit, unharmed } = hostileKit();
  kit.bytes.fill(0x61, 1024, 1100);
  for (const [name, shape] of shapes) {
    if (!shape.includes("f")) continue;
    for (const f of descriptors) {
      const errno = kit.call(name, ...valuesOf(shape, { f }));
      assertEquals(errno, Errno.EBADF, `${name}(${f})`);
    }
  }
  unharmed();
});

Deno.test("odd flags, offsets, sizes, times and rights are answered with a number", () => {
  const { kit } = hostileKit();
  const file = kit.open("a");
  for (const fd of [0, 1, 3, file]) {
    for (const [name, shape] of shapes) {
      if (name === "fd_close" || name === "fd_renumber" || name === "poll_oneoff") continue;
      for (const w of wides) {
        for (const n of smalls) {
          assertEquals(typeof kit.call(name, ...valuesOf(shape, { f: fd, w, n, l: 1 })), "number", name);
        }
      }
    }
  }
  assertEquals([kit.guest.failure, kit.guest.ended], [undefined, false]);
});

Deno.test("sockets are no less careful", () => {
  const connection = new TestConnection();
  connection.arrive("hello");
  const listener = {
    ...inputOf("x"),
    kind: "listener",
    streamKind: "socket",
    accept: () => connection,
  } as const;
  const kit = new Kit({ preopens: [{ name: "tcp", listener }] });
  for (const p of pointers) assert(kit.call("sock_accept", 3, 0, p) === Errno.EFAULT);
  assertEquals(kit.guest.descriptors.count, 4);
  kit.must("sock_accept", 3, 0, 0);
  kit.buffers(1024, [2048, 8]);
  for (const p of pointers) {
    assertEquals(kit.call("sock_recv", 4, 1024, 1, 0, p, 0), Errno.EFAULT);
    assertEquals(kit.call("sock_recv", 4, 1024, 1, 0, 0, p), Errno.EFAULT);
    assertEquals(kit.call("sock_recv", 4, p, 1, 0, 0, 8), Errno.EFAULT);
    assertEquals(kit.call("sock_send", 4, 1024, 1, 0, p), Errno.EFAULT);
  }
  assertEquals([connection.ready(), connection.sent.length], [5, 0]);
});

Deno.test("a capability that throws nothing has failed all the same", () => {
  for (const nothing of [undefined, null]) {
    const kit = new Kit({
      random: {
        fill: () => {
          throw nothing;
        },
      },
    });
    assertThrows(() => kit.call("random_get", 0, 1), WebAssembly.RuntimeError);
    assertEquals((kit.guest.failure as Error).message.includes(`"random_get" failed`), true);
  }
});

Deno.test("what is thrown besides faults is kept as a failure and never becomes an errno", () => {
  const directory = memoryDirectory();
  const kit = new Kit({
    preopens: [{ name: "/", directory }],
    random: {
      fill: () => {
        throw new TypeError("a bug");
      },
    },
  });
  let thrown: unknown;
  try {
    kit.call("random_get", 0, 1);
  } catch (error) {
    thrown = error;
  }
  assert(thrown instanceof WebAssembly.RuntimeError);
  assert(kit.guest.failure instanceof TypeError);
  // And the guest does not get to make another call.
  assertEquals(kit.guest.ended, true);
  let again: unknown;
  try {
    kit.call("sched_yield");
  } catch (error) {
    again = error;
  }
  assert(again instanceof WebAssembly.RuntimeError);
});

Deno.test("a guest that has used up the stack gets no errno for it, and is not taken for a bug", () => {
  const exhausted = new RangeError("Maximum call stack size exceeded");
  const kit = new Kit({
    random: {
      fill: () => {
        throw exhausted;
      },
    },
  });
  let thrown: unknown;
  try {
    kit.call("random_get", 0, 1);
  } catch (error) {
    thrown = error;
  }
  assertEquals([thrown, kit.guest.failure, kit.guest.ended], [exhausted, undefined, false]);
});

Deno.test("a fault that has no number becomes EIO and a line in the trace", () => {
  const lines: string[] = [];
  const directory = memoryDirectory();
  const again = directory.again.bind(directory);
  directory.again = () => {
    const own = again();
    own.lookup = () => {
      throw Object.assign(Object.create(Fault.prototype), { code: "EODD" });
    };
    return own;
  };
  const kit = new Kit({ preopens: [{ name: "/", directory }], trace: (line) => void lines.push(line) });
  assertEquals(kit.call("path_filestat_get", 3, 0, ...kit.text("x"), 0), Errno.EIO);
  assertEquals(lines[0], 'path_filestat_get: no error number for "EODD", so EIO');
});
