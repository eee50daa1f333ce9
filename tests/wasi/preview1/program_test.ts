/** What a program is given when it starts, and how it ends: arguments, variables, clocks, randomness, exits. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Fault, memoryDirectory } from "../../../mod.ts";
import { Errno } from "../../../wasi/abi/errno.ts";
import { isOffered } from "../../../wasi/preview1/mod.ts";
import { isUnwinding } from "../../../wasi/unwind.ts";
import { inputOf, Kit, testClocks } from "./kit.ts";

Deno.test("arguments and variables arrive as they were given", () => {
  const kit = new Kit({ args: ["prog", "", "--dir=/", "ä"], env: { A: "1", EMPTY: "", B: "x=y" } });
  kit.must("args_sizes_get", 0, 4);
  assertEquals([kit.u32(0), kit.u32(4)], [4, 17]);
  kit.must("args_get", 16, 64);
  assertEquals(kit.read(64, 17), "prog\0\0--dir=/\0ä\0");
  assertEquals([16, 20, 24, 28].map((at) => kit.u32(at)), [64, 69, 70, 78]);
  kit.must("environ_sizes_get", 0, 4);
  assertEquals([kit.u32(0), kit.u32(4)], [3, 4 + 7 + 6]);
  kit.must("environ_get", 16, 64);
  assertEquals(kit.read(64, 17), "A=1\0EMPTY=\0B=x=y\0");
});

Deno.test("without arguments and variables, the guest finds none of its host's", () => {
  const kit = new Kit({ args: [], env: {} });
  for (const name of ["args_sizes_get", "environ_sizes_get"]) {
    kit.bytes.fill(0xff, 0, 8);
    kit.must(name, 0, 4);
    assertEquals([kit.u32(0), kit.u32(4)], [0, 0]);
  }
});

Deno.test("names of variables that would turn into others are refused", () => {
  for (const [name, value] of [["A=B", "c"], ["", "c"], ["A\0", "c"], ["A", "b\0"]] as const) {
    assertThrows(() => new Kit({ env: { [name]: value } }), TypeError);
  }
  assertThrows(() => new Kit({ args: ["a\0"] }), TypeError);
});

Deno.test("clocks tell what they were granted, and no others exist", () => {
  const kit = new Kit({ clocks: testClocks() });
  kit.must("clock_time_get", 0, 0n, 0);
  assertEquals(kit.u64(0), 8_000_000_000n);
  kit.must("clock_time_get", 1, -1n, 65528);
  assertEquals(kit.u64(65528), 1_000_000_000n);
  kit.must("clock_res_get", 0, 0);
  assertEquals(kit.u64(0), 1000n);
  for (
    const [id, errno] of [[2, Errno.ENOTSUP], [3, Errno.ENOTSUP], [4, Errno.EINVAL], [
      -1,
      Errno.EINVAL,
    ]] as const
  ) {
    assertEquals([kit.call("clock_time_get", id, 0n, 0), kit.call("clock_res_get", id, 0)], [errno, errno]);
  }
  assertEquals(kit.call("clock_time_get", 0, 0n, 65529), Errno.EFAULT);
});

Deno.test("random bytes fill exactly their buffer, or none at all", () => {
  const filled: [number, number][] = [];
  const kit = new Kit({ random: { fill: (_, start, end) => void filled.push([start, end]) } });
  for (const [pointer, length] of [[0, -1], [0, 65537], [-1, 2], [65536, 1], [-4, 8]] as const) {
    assertEquals(kit.call("random_get", pointer, length), Errno.EFAULT);
  }
  assertEquals(filled, []);
  kit.must("random_get", 65536, 0);
  kit.memory.grow(2);
  kit.must("random_get", 10, 150000);
  assertEquals(filled, [[10, 65546], [65546, 131082], [131082, 150010]]);
});

Deno.test("making random bytes ends at the deadline", () => {
  const kit = new Kit();
  kit.memory.grow(100);
  kit.guest.deadline = performance.now() - 1;
  assertThrows(() => kit.call("random_get", 0, 5_000_000), WebAssembly.RuntimeError);
  assertEquals(kit.guest.timedOut, true);
});

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error("Nothing was thrown");
}

Deno.test("an exit ends the guest with its whole code, and nothing runs afterwards", () => {
  for (
    const [code, expected] of [[0, 0], [1, 1], [256, 256], [-1, 0xffff_ffff], [
      -2147483648,
      0x8000_0000,
    ]] as const
  ) {
    const kit = new Kit();
    assert(isUnwinding(thrownBy(() => kit.call("proc_exit", code))));
    assertEquals([kit.guest.exitCode, kit.guest.ended, kit.guest.failure], [expected, true, undefined]);
    for (const name of ["proc_exit", "sched_yield", "fd_close"]) {
      assert(isUnwinding(thrownBy(() => kit.call(name, 1))));
    }
    assertEquals([kit.guest.exitCode, kit.guest.descriptors.count], [expected, 4]);
  }
});

Deno.test("after the end every call of the table unwinds, however many parameters it takes", () => {
  const kit = new Kit({ stdin: inputOf("left alone") });
  kit.guest.end();
  for (const name of Object.keys(kit.table)) {
    assert(isUnwinding(thrownBy(() => kit.call(name, 0, 0, 0, 0, 0, 0, 0, 0, 0))), name);
  }
  assertEquals([kit.guest.descriptors.count, kit.guest.exitCode], [4, undefined]);
});

Deno.test("a signal never reaches the host: fatal ones end the guest, others do nothing", () => {
  for (const signal of [1, 2, 6, 9, 11, 15, 30]) {
    const kit = new Kit();
    assert(isUnwinding(thrownBy(() => kit.call("proc_raise", signal))));
    assertEquals(kit.guest.exitCode, 128 + signal);
  }
  const kit = new Kit();
  for (const signal of [0, 16, 17, 22, 27]) kit.must("proc_raise", signal);
  for (const signal of [18, 19, 20, 21]) assertEquals(kit.call("proc_raise", signal), Errno.ENOTSUP);
  for (const signal of [-1, 31, 256, 0x7fff_ffff]) assertEquals(kit.call("proc_raise", signal), Errno.EINVAL);
  assertEquals(kit.guest.ended, false);
});

Deno.test("yielding returns at once when nobody could run meanwhile", () => {
  new Kit().must("sched_yield");
});

Deno.test("the tables have no prototype, and offer nothing but calls", () => {
  const { table } = new Kit();
  assertEquals(Object.getPrototypeOf(table), null);
  assertEquals(Object.keys(table).length, 46);
  for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty", "then"]) {
    assertEquals([table[name], isOffered("wasi_snapshot_preview1", name)], [undefined, false]);
  }
  assertEquals([isOffered("wasi_unstable", "sock_accept"), isOffered("env", "fd_read")], [false, false]);
});

Deno.test("a guest that is closed has nothing open", () => {
  const kit = new Kit();
  kit.guest.close();
  assertEquals([kit.guest.descriptors.count, kit.guest.ended], [0, true]);
});

Deno.test("when a directory cannot be opened once more, those before it are closed again", () => {
  const closed: string[] = [];
  const own = memoryDirectory();
  own.close = () => void closed.push("own");
  const [first, second] = [memoryDirectory(), memoryDirectory()];
  first.again = () => own;
  second.again = () => {
    throw Fault.of("EMFILE");
  };
  const preopens = [{ name: "a", directory: first }, { name: "b", directory: second }];
  assertThrows(() => new Kit({ preopens }), "EMFILE");
  assertEquals(closed, ["own"]);
});

Deno.test("more grants than the limit of open files allows still fit, and nothing else", () => {
  const kit = new Kit({ maxOpenFiles: 1 });
  assertEquals(kit.call("path_open", 3, 0, ...kit.text("."), 0, 0n, 0n, 0, 0), Errno.EMFILE);
});
