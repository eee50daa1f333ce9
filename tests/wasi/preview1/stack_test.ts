/** A guest recurses to the edge of its stack and calls there: nothing is lost half-way through the call. */
import { assert, assertEquals } from "@std/assert";
import { defaultBackend, hostDirectory, memoryDirectory, overlay, Quota } from "../../../mod.ts";
import { binaryOf, CREAT, EXCL, Kit } from "./kit.ts";

/** Recurses, and makes one call at the end: at depth after depth, the stack ends at every place within the call. */
const DIVER = `(module
  (import "host" "act" (func $act (result i32)))
  (func $dive (export "dive") (param $depth i32) (result i32)
    (if (result i32) (i32.eqz (local.get $depth))
      (then (call $act))
      (else (i32.add (call $dive (i32.sub (local.get $depth) (i32.const 1))) (i32.const 0))))))`;

/** How many times a call is made at the edge, first by code that is not compiled yet, then by code that is. */
const CALLS = 1000;

/**
 * Makes a call again and again near the edge of the stack: first nearly without any, then with more and more of it.
 * Says how often it was made, and how often the stack ended in it.
 */
async function callAtTheEdge(act: () => number): Promise<{ made: number; cut: number }> {
  const module = new WebAssembly.Module(await binaryOf(DIVER));
  let call: () => number = () => 0;
  const instance = new WebAssembly.Instance(module, { host: { act: () => call() } });
  const dive = (depth: number): boolean => {
    try {
      (instance.exports.dive as (depth: number) => number)(depth);
      return true;
    } catch (error) {
      assert(error instanceof RangeError, String(error));
      return false;
    }
  };
  const search = (): number => {
    let deepest = 0;
    for (let step = 1 << 20; step >= 1; step /= 2) if (dive(deepest + step)) deepest += step;
    return deepest;
  };
  // The engine compiles the guest anew behind its back, to other sizes of frames.
  let deepest = -1;
  for (let again = search(); again !== deepest; again = search()) {
    deepest = again;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  // Over a third of the stack, and then over its last bytes.
  const coarse = Math.ceil(deepest / 3 / (CALLS / 2));
  const counts = { made: 0, cut: 0 };
  call = act;
  for (const stride of [coarse, 1]) {
    for (let i = 0; i < CALLS / 2; i++) counts[dive(deepest - i * stride) ? "made" : "cut"]++;
  }
  return counts;
}

/** How many descriptors of the process lead into a folder: other tests open others meanwhile. */
function descriptorsIn(folder: string): number {
  return [...Deno.readDirSync("/proc/self/fd")].filter(({ name }) => {
    try {
      return Deno.readLinkSync(`/proc/self/fd/${name}`).startsWith(folder);
    } catch {
      return false; // Closed since it was listed.
    }
  }).length;
}

const inScratch = (body: (path: string) => Promise<void>) => async (): Promise<void> => {
  const path = Deno.makeTempDirSync();
  try {
    await body(path);
  } finally {
    Deno.removeSync(path, { recursive: true });
  }
};

for (const backend of ["kernel", "portable"] as const) {
  Deno.test({
    name: `opening and closing at the edge of the stack leaves nothing open (${backend})`,
    ignore: Deno.build.os !== "linux",
    fn: inScratch(async (path) => {
      Deno.writeTextFileSync(`${path}/file`, "");
      const directory = hostDirectory(path, { backend });
      const limits = new Quota({ bytes: 1000 });
      const kit = new Kit({ preopens: [{ name: "/", directory: limits.directory(directory) }] });
      const name = kit.text("file");
      const before = descriptorsIn(path);
      const opened = await callAtTheEdge(() => kit.call("path_open", 3, 0, ...name, 0, 2n, 0n, 0, 0));
      for (const [fd] of kit.guest.descriptors.entries()) if (fd > 3) kit.must("fd_close", fd);
      assert(opened.made > 0 && opened.cut > 0, JSON.stringify(opened));
      assertEquals(descriptorsIn(path), before);

      const fds = Array.from({ length: CALLS }, () => kit.open("file"));
      const closed = await callAtTheEdge(() => kit.call("fd_close", fds.pop()!));
      assert(closed.made > 0 && closed.cut > 0, JSON.stringify(closed));
      kit.guest.close();
      // The directory that the guest was given is closed too.
      assertEquals(descriptorsIn(path), before - (backend === "kernel" ? 1 : 0));
      directory.close();
    }),
  });
}

Deno.test({
  name: "what is opened for a call alone is closed at the edge of the stack, too",
  ignore: defaultBackend() !== "kernel",
  fn: inScratch(async (path) => {
    Deno.mkdirSync(`${path}/a/b`, { recursive: true });
    Deno.symlinkSync("b", `${path}/a/link`);
    const directory = hostDirectory(path);
    const kit = new Kit({ preopens: [{ name: "/", directory }] });
    // Dots are left to the walk.
    const [name, link] = ["a/./b", "a/./link"].map((text) => kit.text(text));
    const calls: Readonly<Record<string, () => number>> = {
      walk: () => kit.call("path_filestat_get", 3, 0, ...name, 256),
      list: () => kit.call("fd_readdir", 3, 1024, 1024, 0n, 8),
      sync: () => kit.call("fd_sync", 3),
      read: () => kit.call("path_readlink", 3, ...link, 256, 64, 8),
      times: () => kit.call("path_filestat_set_times", 3, 0, ...name, 0n, 0n, 5),
    };
    for (const [what, call] of Object.entries(calls)) {
      assertEquals(call(), 0, what);
      const before = descriptorsIn(path);
      const counts = await callAtTheEdge(call);
      assert(counts.made > 0 && counts.cut > 0, JSON.stringify(counts));
      assertEquals(descriptorsIn(path), before, what);
    }
    kit.guest.close();
    directory.close();
  }),
});

Deno.test("what is made at the edge of the stack is charged", async () => {
  const memory = memoryDirectory();
  const limits = new Quota({ entries: 100_000 });
  const kit = new Kit({ preopens: [{ name: "/", directory: limits.directory(memory) }] });
  const names = Array.from({ length: CALLS }, (_, i) => kit.text(`${i}`));
  let next = 0;
  const counts = await callAtTheEdge(() => kit.call("path_create_directory", 3, ...names[next++]!));
  assert(counts.made > 0 && counts.cut > 0, JSON.stringify(counts));
  assertEquals(limits.entries, memory.list().length);
  next = 0;
  await callAtTheEdge(() => kit.call("path_remove_directory", 3, ...names[next++]!));
  assertEquals(limits.entries, memory.list().length);
  next = 0;
  await callAtTheEdge(() => kit.call("path_open", 3, 0, ...names[next++]!, CREAT | EXCL, 64n, 0n, 0, 0));
  assertEquals(limits.entries, memory.list().length);
});

Deno.test("what is written at the edge of the stack is charged", async () => {
  const memory = memoryDirectory();
  const limits = new Quota({ bytes: 1_000_000 });
  const kit = new Kit({ preopens: [{ name: "/", directory: limits.directory(memory) }] });
  const fd = kit.open("file", { oflags: CREAT });
  kit.buffers(16, [2048, 10]);
  const counts = await callAtTheEdge(() => kit.call("fd_write", fd, 16, 1, 8));
  assert(counts.made > 0 && counts.cut > 0, JSON.stringify(counts));
  assertEquals(limits.bytes, memory.lookup("file").size);
});

Deno.test("what an overlay copies at the edge of the stack is whole", async () => {
  const files = Array.from({ length: CALLS }, (_, i) => [`${i}`, "contents"] as const);
  const upper = memoryDirectory();
  const directory = overlay(memoryDirectory(Object.fromEntries(files)), upper);
  const kit = new Kit({ preopens: [{ name: "/", directory }] });
  kit.buffers(16, [2048, 1]);
  const fds = files.map(([name]) => kit.open(name, { rights: 64n }));
  let next = 0;
  const counts = await callAtTheEdge(() => kit.call("fd_write", fds[next++]!, 16, 1, 8));
  assert(counts.made > 0 && counts.cut > 0, JSON.stringify(counts));
  const broken = files.filter(([name]) => directory.lookup(name).size !== "contents".length);
  assertEquals(broken, []);
});
