/**
 * keyhole in a pipeline, and guests whose streams are files.
 */
import { assertEquals } from "@std/assert";
import { copy } from "@std/fs";
import { guestPath, inScratch, keyhole, keyholeWith, startKeyhole } from "./process.ts";

const calls = guestPath("tests/guests/calls.wasm");
const filter = guestPath("examples/filter/filter.wasm");

Deno.test("a module can come from standard input", async () => {
  const stdin = await Deno.readFile(guestPath("examples/copy/demo.wasm"));
  const { code, stderr } = await keyholeWith({ stdin }, ".", "-");
  assertEquals([code, stderr], [1, "usage: - <from> <to>\n"]);
  const inspected = await keyholeWith({ stdin }, ".", "inspect", "-");
  assertEquals(inspected.stdout.split("\n")[1], "Runs as  a program (exports _start)");
  const text = await keyholeWith({ stdin: "(module)" }, ".", "wat", "-", "-o", "-");
  assertEquals(text.stdout.slice(0, 8), "\0asm\x01\0\0\0");
});

Deno.test("a guest filters what it is given", async () => {
  const { code, stdout } = await keyholeWith({ stdin: "one\ntwo\nthree\n" }, ".", filter, "o");
  assertEquals([code, stdout], [0, "one\ntwo\n"]);
  assertEquals((await keyhole(".", filter, "x")).code, 1);
});

Deno.test("every byte goes through as it is, both ways", async () => {
  const bytes = new Uint8Array(1 << 20).map((_, i) => (i * 7919) >> 3);
  const process = startKeyhole(".", [calls, "cat"], "piped");
  const [{ stdout, code }] = await Promise.all([
    process.output(),
    new Blob([bytes]).stream().pipeTo(process.stdin),
  ]);
  assertEquals(code, 0);
  assertEquals(stdout.length, bytes.length);
  assertEquals(stdout.every((byte, i) => byte === bytes[i]), true);
});

Deno.test("streams can be files, or nothing", async () => {
  await inScratch({ "in.txt": "one\ntwo\n", "out.txt": "something longer than that" }, async (directory) => {
    const files = ["--stdin", "in.txt", "--stdout", "out.txt", "--stderr=err.txt"];
    assertEquals(await keyhole(directory, ...files, filter, "t"), { code: 0, stdout: "", stderr: "" });
    assertEquals(await Deno.readTextFile(`${directory}/out.txt`), "two\n");
    assertEquals(await Deno.readTextFile(`${directory}/err.txt`), "");
    const silent = await keyhole(
      directory,
      "--stdin=in.txt",
      "--stdout=null",
      "--stderr",
      "null",
      filter,
      "t",
    );
    assertEquals(silent, { code: 0, stdout: "", stderr: "" });
    assertEquals((await keyholeWith({ stdin: "t" }, directory, "--stdin", "null", filter, "t")).code, 1);
  });
});

Deno.test("one file for both outputs gets everything in order", async () => {
  await inScratch({}, async (directory) => {
    const operations = ["print:a:1", "print:b:2", "print:c:1"];
    await keyhole(directory, "--stdout", "all.txt", "--stderr", "all.txt", calls, ...operations);
    assertEquals(await Deno.readTextFile(`${directory}/all.txt`), "abc");
  });
});

Deno.test({
  name: "a link that the user names as a stream is followed, and a device is left to the shell",
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    await inScratch({ "real/in.txt": "one\n" }, async (directory) => {
      await Deno.symlink("real/in.txt", `${directory}/in.txt`);
      assertEquals((await keyhole(directory, "--stdin", "in.txt", filter, "o")).stdout, "one\n");
      for (
        const [device, hint] of [["/dev/zero", "Let the shell open it: < /dev/zero"], [
          "/dev/null",
          "Write --stdin null",
        ]]
      ) {
        const stderr = `error: File "${device}" of --stdin is a device, pipe or socket\n  hint: ${hint}\n`;
        assertEquals((await keyhole(directory, "--stdin", device!, filter, "o")).stderr, stderr);
      }
    });
  },
});

Deno.test("a module comes from the web, and what is not there is not found", async () => {
  const module = await Deno.readFile(guestPath("examples/copy/demo.wasm"));
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, ({ url }) => {
    const there = new URL(url).pathname === "/tools/demo.wasm";
    return there ? new Response(module) : new Response("no", { status: 404 });
  });
  try {
    const address = `http://127.0.0.1:${server.addr.port}`;
    // argv[0] is the name alone; without a terminal there is no progress to be seen.
    const { code, stderr } = await keyhole(".", `${address}/tools/demo.wasm?x=1`);
    assertEquals([code, stderr], [1, "usage: demo.wasm <from> <to>\n"]);
    const missing = await keyhole(".", `${address}/nope.wasm`);
    const says = `error: Module "${address}/nope.wasm" was not found: the server answers 404\n`;
    assertEquals([missing.code, missing.stderr], [127, says]);
  } finally {
    await server.shutdown();
  }
  assertEquals((await keyhole(".", "http://127.0.0.1:1/x.wasm")).code, 127);
});

Deno.test("paths with blanks are paths like others", async () => {
  await inScratch({ "my dir/in put.txt": "hello", "out dir/": "" }, async (directory) => {
    await copy(guestPath("examples/copy/demo.wasm"), `${directory}/my dir/copy it.wasm`);
    const grants = ["--dir", "my dir::/in:ro", "--dir=out dir"];
    const ended = await keyhole(
      directory,
      ...grants,
      "my dir/copy it.wasm",
      "/in/in put.txt",
      "out dir/o p.txt",
    );
    assertEquals(ended, { code: 0, stdout: "", stderr: "" });
    assertEquals(await Deno.readTextFile(`${directory}/out dir/o p.txt`), "hello");
  });
});
