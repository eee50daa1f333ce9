import { assertEquals } from "@std/assert";
import { flood } from "./flood.ts";
import { inRepository } from "../../repository.ts";

const program = inRepository("tests/caps/host/standard_program.ts");
const linux = Deno.build.os === "linux";
const ffi = linux ? ["--allow-ffi"] : [];

function start(part: string, flags: string[], stdin: "piped" | "null" = "piped"): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", ...flags, program, part],
    stdin,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Runs a part through a shell, which opens its streams; tells what it said on standard error. */
function shell(part: string, flags: string[], redirections: string): string {
  const { stderr } = new Deno.Command("bash", {
    args: [
      "-c",
      `"$0" run --no-prompt ${flags.join(" ")} "$1" "$2" ${redirections}`,
      Deno.execPath(),
      program,
      part,
    ],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).outputSync();
  return new TextDecoder().decode(stderr).trim();
}

for (const [how, flags] of [["with FFI", ffi], ["without FFI", []]] as const) {
  for (const part of ["copy", "copy asynchronously"]) {
    Deno.test(`${part}: every byte passes once, ${how}`, async () => {
      const child = start(part, [...flags]);
      const bytes = flood();
      const writer = child.stdin.getWriter();
      const written = writer.write(bytes).then(() => writer.close());
      const { stdout, stderr, code } = await child.output();
      await written;
      assertEquals([new TextDecoder().decode(stderr), code], ["", 0]);
      assertEquals(stdout, bytes);
    });
  }
}

for (const part of ["copy non-blocking", "copy non-blocking asynchronously"]) {
  Deno.test({
    name: `${part}: a descriptor that says "not now" is waited for`,
    ignore: !linux,
    fn: async () => {
      const child = start(part, ffi);
      const writer = child.stdin.getWriter();
      for (const word of ["one ", "two ", "three"]) {
        await new Promise((resolve) => setTimeout(resolve, 30));
        await writer.write(new TextEncoder().encode(word));
      }
      await writer.close();
      const { stdout, stderr } = await child.output();
      assertEquals(new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr), "one two three");
    },
  });
}

Deno.test({
  name: "a connection that its other side has closed is over once all of it was read",
  ignore: !linux,
  fn: async () => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const child = new Deno.Command("bash", {
      args: [
        "-c",
        `exec "$0" run --no-prompt --allow-ffi "$1" "readiness of an end" < /dev/tcp/127.0.0.1/${listener.addr.port}`,
        Deno.execPath(),
        program,
      ],
      stdin: "null",
      stderr: "piped",
    }).spawn();
    const connection = await listener.accept();
    await connection.write(new TextEncoder().encode("ab"));
    connection.close();
    listener.close();
    const { stderr } = await child.output();
    assertEquals(new TextDecoder().decode(stderr), "1\n1\n0\n");
  },
});

Deno.test({
  name: "a process ends whose guest was aborted while it read, though its input does not",
  ignore: !linux,
  fn: async () => {
    const child = start("abort", ["-A"]);
    const hang = setTimeout(() => child.kill(), 20_000);
    const { code, signal } = await child.status;
    clearTimeout(hang);
    assertEquals([code, signal], [0, null]);
    assertEquals(await new Response(child.stderr).text(), "aborted\n");
    await child.stdin.close();
    await child.stdout.cancel();
  },
});

Deno.test({
  name: "what comes after a guest was aborted is not lost on it",
  ignore: !linux,
  fn: async () => {
    const child = start("abort, then copy", ["-A"]);
    const errors = child.stderr.getReader();
    assertEquals(new TextDecoder().decode((await errors.read()).value), "aborted\n");
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode("hello"));
    await writer.close();
    assertEquals(await new Response(child.stdout).text(), "hello");
    await child.status;
    await errors.cancel();
  },
});

/** Reads everything, so slowly that the pipe is full again and again. */
async function slowly(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) {
    pieces.push(piece);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  return await new Blob(pieces as Uint8Array<ArrayBuffer>[]).bytes();
}

for (const part of ["flood descriptor", "flood deno"]) {
  Deno.test({
    name: `${part}: a full pipe that does not block loses and doubles nothing`,
    ignore: !linux,
    fn: async () => {
      const child = start(part, ffi, "null");
      const expected = flood();
      // Long enough for the pipe to be full before the first byte is read.
      await new Promise((resolve) => setTimeout(resolve, 200));
      const stderr = new Response(child.stderr).text();
      const stdout = await slowly(child.stdout);
      assertEquals([await stderr, (await child.status).code, stdout.length], ["", 0, expected.length]);
      assertEquals(stdout, expected);
    },
  });
}

for (const [how, flags] of [["with FFI", ffi], ["without FFI", []]] as const) {
  const answers: [part: string, redirections: string, said: string][] = [
    ["read", "</", "EISDIR"],
    ["read", "0>/dev/null", "EBADF"],
    ["read", "<&-", "0"],
    ["read", "</dev/null", "0"],
    ["read asynchronously", "</", "EISDIR"],
    ["read asynchronously", "</dev/null", "0"],
    ["write", ">/dev/null", "1"],
    ["write", ">/dev/full", "ENOSPC"],
    ["write until broken", "| true", "EPIPE"],
  ];
  for (const [part, redirections, said] of answers) {
    Deno.test({
      name: `${part} ${redirections} ends in ${said}, ${how}`,
      ignore: !linux,
      fn: () => assertEquals(shell(part, [...flags], redirections), said),
    });
  }
}

Deno.test({
  name: "an input tells when it is ready, and waits no longer than asked, with FFI",
  ignore: !linux,
  fn: async () => {
    const child = start("readiness", ffi);
    const stdout = child.stdout.getReader();
    // The child writes a byte once it has seen that nothing is there.
    await stdout.read();
    const writer = child.stdin.getWriter();
    await writer.write(new Uint8Array(1));
    const stderr = await new Response(child.stderr).text();
    await writer.close();
    await stdout.cancel();
    await child.status;
    assertEquals(stderr.trim().split("\n"), ["pipe,", "undefined", "1"]);
  },
});

Deno.test({
  name: "an input at its end is ready with nothing, with FFI",
  ignore: !linux,
  fn: () => assertEquals(shell("readiness", ffi, "< <(true)").split("\n").at(-1), "0"),
});

Deno.test({
  name: "kinds of streams are told, with FFI",
  ignore: !linux,
  fn: () => {
    assertEquals(shell("kinds", ffi, `</dev/null >"$(mktemp -u)"`), "null,file");
    assertEquals(shell("kinds", ffi, "</etc/hostname | cat"), "file,pipe");
    assertEquals(shell("kinds", [], "</etc/hostname | cat"), "pipe,pipe");
  },
});

Deno.test({
  name: "a time limit holds although nobody reads what a program writes",
  ignore: !linux,
  fn: async () => {
    // No `-A`: without the permission to end the process there is no watchdog, and a library has none anyhow.
    const child = start("run until time is up", ["--allow-ffi", "--allow-env", "--allow-read"], "null");
    const guard = setTimeout(() => child.kill("SIGKILL"), 20_000);
    const said = await new Response(child.stderr).text();
    clearTimeout(guard);
    await child.stdout.cancel();
    assertEquals([said.trim(), (await child.status).code], ["timeout", 0]);
  },
});
