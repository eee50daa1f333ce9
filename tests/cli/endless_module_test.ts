/** Modules that are longer than any that can be compiled, and those that never end. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Command, run, UnusableModuleError } from "../../mod.ts";
import { inScratch, keyhole, keyholeInShell } from "./process.ts";

const WHY = "it is longer than 1 GiB, and the engine compiles nothing longer";
const onLinux = Deno.build.os === "linux";

function endless(): ReadableStream<Uint8Array<ArrayBuffer>> {
  const piece = new Uint8Array(1 << 22);
  return new ReadableStream({ pull: (controller) => controller.enqueue(piece) });
}

Deno.test("a file is not read that is longer than any module", async () => {
  await inScratch({ "long.wasm": "\0asm" }, async (directory) => {
    const path = `${directory}/long.wasm`;
    // A hole, which takes no room. Reading it would take more memory than most machines have.
    await Deno.truncate(path, 2 ** 40);
    assertEquals(await keyhole(directory, "long.wasm"), {
      code: 126,
      stdout: "",
      stderr: `error: Module "long.wasm" cannot be used: ${WHY}\n`,
    });
    await assertRejects(() => run(path), UnusableModuleError, WHY);
    assertThrows(() => new Command(path).outputSync(), UnusableModuleError, WHY);
  });
});

Deno.test({
  name: "a device and a standard input without an end are read no further than any module goes",
  ignore: !onLinux,
  async fn(): Promise<void> {
    for (const [name, script] of [["/dev/zero", '"$@"'], ["-", '"$@" < /dev/zero']] as const) {
      const { code, stderr } = await keyholeInShell(script, ".", name);
      assertEquals([code, stderr], [126, `error: Module "${name}" cannot be used: ${WHY}\n`]);
    }
  },
});

Deno.test("an answer of the web without an end is read no further than any module goes", async () => {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response(endless()),
  );
  try {
    const address = `http://127.0.0.1:${server.addr.port}/tool.wasm`;
    const { code, stderr } = await keyhole(".", address);
    assertEquals([code, stderr], [126, `error: Module "${address}" cannot be used: ${WHY}\n`]);
    let cancelled = false;
    const body = endless();
    const answer = new Response(
      body.pipeThrough(new TransformStream({ cancel: () => void (cancelled = true) })),
    );
    await assertRejects(() => run(answer), UnusableModuleError, WHY);
    assert(cancelled, "the rest is still asked for");
  } finally {
    await server.shutdown();
  }
});
