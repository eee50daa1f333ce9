/** What becomes of the streams of a run that never starts. */
import { assertEquals, assertRejects } from "@std/assert";
import { Command, type CommandOptions, Fault, run, type RunOptions, type Source } from "../../mod.ts";
import { inTime } from "./in_time.ts";

const hello = new URL("../../examples/copy/hello.wasm", import.meta.url);
const damaged = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 99]);

type Shared = Pick<RunOptions & CommandOptions, "args" | "dirs" | "invoke" | "limits">;

const cases: Record<string, [Source, Shared]> = {
  "a damaged module": [damaged, {}],
  "a missing file": [new URL("./no_such.wasm", import.meta.url), {}],
  "a URL that is none": ["https://", {}],
  "a missing directory": [hello, { dirs: { "/": new URL("./no_such_directory", import.meta.url) } }],
  "an argument with a NUL": [hello, { args: ["\0"] }],
  "an unknown export": [hello, { invoke: { name: "no_such_export", args: [] } }],
  "a limit of no descriptors": [hello, { limits: { openFiles: NaN } }],
};

for (const [name, [source, options]] of Object.entries(cases)) {
  Deno.test(`the pipes of a command end that cannot start: ${name}`, async () => {
    const pipes = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
    const child = new Command(source, { ...options, ...pipes }).spawn();
    assertEquals(await inTime(new Response(child.stdout).text()), "");
    assertEquals(await inTime(new Response(child.stderr).text()), "");
    const writer = child.stdin.getWriter();
    await inTime(assertRejects(async () => {
      for (let i = 0; i < 3; i++) await writer.write(new Uint8Array(10));
    }, Fault));
    await inTime(assertRejects(() => child.status));
  });

  Deno.test(`the streams of a run end that cannot start: ${name}`, async () => {
    const cancelled = Promise.withResolvers<void>();
    const stdin = new ReadableStream<Uint8Array>({ cancel: () => cancelled.resolve() });
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    await inTime(assertRejects(() => run(source, { ...options, stdin, stdout: writable, stderr: "null" })));
    assertEquals(await inTime(new Response(readable).text()), "");
    await inTime(cancelled.promise);
  });
}

Deno.test("the streams of a run end when one of them cannot be had", async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const stderr = new WritableStream<Uint8Array>();
  stderr.getWriter();
  await inTime(assertRejects(() => run(hello, { stdout: writable, stderr }), TypeError));
  assertEquals(await inTime(new Response(readable).text()), "");
});

Deno.test("the pipes of a command end when another of its streams cannot be had", async () => {
  const taken = new WritableStream<Uint8Array>();
  taken.getWriter();
  const child = new Command(hello, { stdin: "piped", stdout: taken, stderr: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  await inTime(assertRejects(() => writer.write(new Uint8Array(10)), TypeError));
  await inTime(assertRejects(() => new Response(child.stderr).text()));
  await inTime(assertRejects(() => child.status, TypeError));
});
