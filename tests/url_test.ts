/**
 * The library and the command line, loaded from a URL into an empty folder without any configuration.
 *
 * @module
 */
import { assertEquals } from "@std/assert";

const repository = new URL("../", import.meta.url);

const TYPES: Record<string, string> = {
  ".ts": "application/typescript",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/** Serves the repository's files on this machine while something is done. */
async function served(act: (address: string, folder: string) => Promise<void>): Promise<void> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const path = new URL(new URL(request.url).pathname.slice(1), repository);
    if (!path.href.startsWith(repository.href)) return new Response(null, { status: 404 });
    const body = await Deno.readFile(path).catch(() => undefined);
    if (body === undefined) return new Response(null, { status: 404 });
    const type = TYPES[path.pathname.slice(path.pathname.lastIndexOf("."))]!;
    return new Response(body, { headers: { "content-type": type } });
  });
  const folder = await Deno.makeTempDir({ prefix: "keyhole-url-" });
  try {
    await act(`http://127.0.0.1:${server.addr.port}`, folder);
  } finally {
    await server.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
}

async function deno(
  folder: string,
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-lock", ...args],
    cwd: folder,
    // A cache of its own: what an earlier run fetched would hide a missing file.
    env: { DENO_DIR: `${folder}/.deno`, NO_COLOR: "1" },
  });
  const { code, stdout, stderr } = await command.output();
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("mod.ts is imported from a URL, from an empty folder, and runs a module", async () => {
  await served(async (address, folder) => {
    await Deno.writeTextFile(
      `${folder}/main.ts`,
      `import { run } from "${address}/mod.ts";
       const result = await run("${address}/examples/copy/hello.wasm", { stdout: "capture" });
       console.log(result.stdoutText().trim(), result.code);`,
    );
    const { code, stdout, stderr } = await deno(folder, "main.ts");
    assertEquals([code, stdout], [0, "hello world 0\n"], stderr);
  });
});

Deno.test("cli.ts runs from a URL, a module from a URL", async () => {
  await served(async (address, folder) => {
    const { code, stdout, stderr } = await deno(
      folder,
      `${address}/cli.ts`,
      `${address}/examples/copy/hello.wasm`,
    );
    assertEquals([code, stdout], [0, "hello world\n"], stderr);
  });
});
