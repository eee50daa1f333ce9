/**
 * `--listen`: sockets that a guest accepts connections from, and nothing else of the network.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { guestPath, inScratch, keyhole, startKeyhole } from "./process.ts";

const calls = guestPath("tests/guests/calls.wasm");
const posix = Deno.build.os !== "windows";

/** The lines of a stream, as they come. */
function linesOf(stream: ReadableStream<Uint8Array>): AsyncIterator<string> {
  async function* lines(): AsyncGenerator<string> {
    let rest = "";
    for await (
      const text of stream.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
    ) {
      const pieces = (rest + text).split("\n");
      rest = pieces.pop()!;
      yield* pieces;
    }
    if (rest !== "") yield rest;
  }
  return lines();
}

async function textOf(connection: Deno.Conn): Promise<string> {
  return await new Response(connection.readable).text();
}

function connectTo(line: string): Promise<Deno.TcpConn> {
  const port = /^keyhole: listening on tcp:127\.0\.0\.1:(\d+)$/.exec(line)?.[1];
  assert(port !== undefined, line);
  return Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
}

const ONE_CLIENT = ["accept:3", "recv:$1:4", "recv:$1:100", "send:$1:hello back", "shutdown:$1:2"];

Deno.test("a guest accepts, receives, sends and shuts down", async () => {
  const child = startKeyhole("/", ["--listen", "127.0.0.1:0", calls, ...ONE_CLIENT, "exit:5"]);
  const errors = linesOf(child.stderr);
  const client = await connectTo((await errors.next()).value);
  await client.write(new TextEncoder().encode("ping pong"));
  assertEquals(await textOf(client), "hello back");
  assertEquals(
    await new Response(child.stdout).text(),
    [
      "sock_accept(3, 0) = OK 4",
      'sock_recv(4, 4, 0) = OK 4 "ping" flags=0',
      'sock_recv(4, 100, 0) = OK 5 " pong" flags=0',
      'sock_send(4, "hello back", 0) = OK 10',
      "sock_shutdown(4, 2) = OK",
      "",
    ].join("\n"),
  );
  assertEquals([(await child.status).code, (await errors.next()).done], [5, true]);
});

Deno.test("sockets come after the directories, in the order of the flags", async () => {
  const flags = ["--listen", "127.0.0.1:0", "--tmp", "/a", "--listen=127.0.0.1:0", "--tmp", "/b", "--quiet"];
  const { stdout } = await keyhole(
    "/",
    ...flags,
    calls,
    "preopens",
    "prestat:5",
    "prestat:7",
    "fdstat:5",
    "fdstat:6",
    "setflags:5:NONBLOCK",
    "accept:5",
  );
  const lines = stdout.split("\n");
  assertEquals(lines[0], 'preopens() = OK 3="/a" 4="/b"');
  assertEquals(lines.slice(1, 3), ["fd_prestat_get(5) = EBADF", "fd_prestat_get(7) = EBADF"]);
  for (const line of lines.slice(3, 5)) assertMatch(line, /OK type=stream/);
  assertEquals(lines[6], "sock_accept(5, 0) = EAGAIN");
});

Deno.test("a whole answer leaves although the guest has ended and a read of its input is pending", async () => {
  const size = 3_000_000;
  const child = startKeyhole(
    "/",
    ["--listen=127.0.0.1:0", calls, "accept:3", "poll:read/0:clock/MONOTONIC/1000000", `flood:${size}:$1`],
    "piped",
  );
  const client = await connectTo((await linesOf(child.stderr).next()).value);
  assertEquals((await textOf(client)).length, size);
  // Its input is still open: the process must not wait for it.
  assertEquals((await child.status).code, 0);
  await child.stdin.close();
  await child.stdout.cancel();
});

Deno.test("an input that is inherited is read while clients are waited for", async () => {
  const child = startKeyhole(
    "/",
    ["--listen=127.0.0.1:0", "--quiet", calls, "read:0:5", "read:0:5"],
    "piped",
  );
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode("hello"));
  const lines = linesOf(child.stdout);
  assertEquals((await lines.next()).value, 'fd_read(0, 5) = OK 5 "hello"');
  await writer.close();
  assertEquals((await lines.next()).value, 'fd_read(0, 5) = OK 0 ""');
  assertEquals((await child.status).code, 0);
  await child.stderr.cancel();
});

Deno.test("a port in use is an error before the guest starts", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address = `127.0.0.1:${taken.addr.port}`;
  assertEquals(await keyhole("/", "--listen", address, calls, "print:started"), {
    code: 2,
    stdout: "",
    stderr: `error: Cannot listen on "${address}": the address is in use\n`,
  });
});

Deno.test("an address that nothing can listen on is an error in one line", async () => {
  const directory = `/tmp/${"d".repeat(120)}`;
  const rows: [address: string, reason: string][] = [
    ["*:0", "this machine has no such address"],
    ["é:0", "this machine has no such address"],
    ["keyhole-test.invalid:0", "this machine has no such address"],
    ["192.0.2.1:0", "this machine has no such address"],
  ];
  if (Deno.build.os !== "windows") rows.push([`unix:${directory}/s`, "its path is too long"]);
  for (const [address, reason] of rows) {
    const stderr = `error: Cannot listen on "${address}": ${reason}\n`;
    assertEquals(await keyhole("/", "--listen", address, calls), { code: 2, stdout: "", stderr });
  }
});

Deno.test("what is no address says what is one, and nothing else of the network can be granted", async () => {
  const errors: [flags: string, message: string][] = [
    [
      "--listen=8080",
      'error: "8080" is not an address\n' +
      "  hint: Say on which interface: 127.0.0.1:8080 for this machine alone, 0.0.0.0:8080 for everybody\n",
    ],
    [
      "--listen=127.0.0.1:0 --deterministic",
      "error: A run that listens is never the same again\n  hint: Leave out --listen or --deterministic\n",
    ],
    [
      "--listen=localhost",
      'error: "localhost" is not an address\n  hint: Write HOST:PORT, tcp:HOST:PORT or unix:PATH\n',
    ],
    [
      "--allow-net",
      "error: The network cannot be granted\n  hint: A program can have listening sockets and nothing else of the " +
      "network: write --listen 127.0.0.1:8080\n",
    ],
    [
      "--allow-net=example.com",
      'error: The network at "example.com" cannot be granted\n  hint: A program can have listening sockets and ' +
      "nothing else of the network: write --listen 127.0.0.1:8080\n",
    ],
  ];
  for (const [flags, stderr] of errors) {
    assertEquals(await keyhole("/", ...flags.split(" "), calls), { code: 2, stdout: "", stderr });
  }
});

Deno.test("Deno's word for it does the same", async () => {
  const child = startKeyhole("/", ["--allow-net=127.0.0.1:0", calls, ...ONE_CLIENT]);
  const client = await connectTo((await linesOf(child.stderr).next()).value);
  await client.write(new TextEncoder().encode("ping pong"));
  assertEquals(await textOf(client), "hello back");
  assertEquals((await child.status).code, 0);
  await child.stdout.cancel();
});

/** Waits until a socket file is there, and connects to it. */
async function connectToFile(path: string): Promise<Deno.UnixConn> {
  for (;;) {
    try {
      return await Deno.connect({ transport: "unix", path });
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

Deno.test({
  name: "a socket file is its owner's alone, and goes with the guest, under lockdown too",
  ignore: !posix,
  fn: () =>
    inScratch({ "data/": "" }, async (directory) => {
      for (const grants of [[], ["--dir", "data"]]) {
        const path = `${directory}/s`;
        const fd = 3 + grants.length / 2;
        const operations = [`accept:${fd}`, "recv:$1:4", "send:$1:hello"];
        const child = startKeyhole(directory, [...grants, "--listen=unix:s", calls, ...operations]);
        const client = await connectToFile(path);
        assertEquals(Deno.statSync(path).mode! & 0o777, 0o600);
        await client.write(new TextEncoder().encode("ping"));
        assertEquals(await textOf(client), "hello");
        const { code, stderr } = await child.output();
        assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
        assertEquals([...Deno.readDirSync(directory)].map(({ name }) => name), ["data"]);
      }
    }),
});

Deno.test({
  name: "a socket file goes with an interrupt, and one that was left behind is taken over",
  ignore: !posix,
  fn: () =>
    inScratch({}, async (directory) => {
      const path = `${directory}/s`;
      const start = (): Deno.ChildProcess =>
        startKeyhole(directory, ["--listen=unix:s", calls, "accept:3", "recv:$1:4"]);
      for (const [signal, stays] of [["SIGKILL", true], ["SIGTERM", false], ["SIGINT", false]] as const) {
        const child = start();
        using _client = await connectToFile(path);
        await linesOf(child.stdout).next();
        child.kill(signal);
        assertEquals((await child.status).signal, signal);
        await child.stderr.cancel();
        assertEquals([...Deno.readDirSync(directory)].length, stays ? 1 : 0, signal);
      }
    }),
});

Deno.test({
  name: "a socket file on which somebody listens stays theirs, and a file that is none is not touched",
  ignore: !posix,
  fn: () =>
    inScratch({ "f": "text" }, async (directory) => {
      using _theirs = Deno.listen({ transport: "unix", path: `${directory}/s` });
      for (const name of ["s", "f"]) {
        const { code, stderr } = await keyhole(directory, "--listen", `unix:${name}`, calls, "print:started");
        assertEquals([code, stderr], [2, `error: Cannot listen on "unix:${name}": the address is in use\n`]);
      }
      const { stderr } = await keyhole(directory, "--listen=unix:no/s", calls);
      assertEquals(stderr, 'error: Cannot listen on "unix:no/s": its directory does not exist\n');
      assertEquals(Deno.readTextFileSync(`${directory}/f`), "text");
      assert(Deno.lstatSync(`${directory}/s`).isSocket);
    }),
});
