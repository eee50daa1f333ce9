/** Modules that the web does not give. */
import { assert, assertEquals } from "@std/assert";
import { keyhole } from "./process.ts";

Deno.test("why a module cannot be fetched is told", async () => {
  const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = free.addr;
  free.close();
  const address = `http://127.0.0.1:${port}/tool.wasm`;
  const { code, stderr } = await keyhole(".", address);
  assertEquals(code, 127);
  assert(/^error: Module "[^"]+" cannot be fetched: .*refused.*\n$/i.test(stderr), stderr);
  assert(!/fetch failed|os error|sending request/.test(stderr), stderr);
  const unknown = await keyhole(".", "http://nobody.invalid/tool.wasm");
  assertEquals(unknown.code, 127);
  assert(/cannot be fetched: dns error: .+\n$/.test(unknown.stderr), unknown.stderr);
  assertEquals(
    (await keyhole(".", "http://")).stderr,
    [
      'error: Module "http://" cannot be fetched: it is not a valid address\n',
    ].join(""),
  );
});

Deno.test("an answer other than the module is told", async () => {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response(null, { status: 404 }),
  );
  const address = `http://127.0.0.1:${server.addr.port}/tool.wasm`;
  const { code, stderr } = await keyhole(".", address);
  await server.shutdown();
  assertEquals([code, stderr], [127, `error: Module "${address}" was not found: the server answers 404\n`]);
});
