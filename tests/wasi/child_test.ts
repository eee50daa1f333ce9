/** Programs that were spawned, and what a user of `Deno.ChildProcess` expects of them. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Command, type CommandOptions, UnusableModuleError } from "../../mod.ts";

const guest = (name: string): URL => new URL(`../guests/${name}.wasm`, import.meta.url);
const filter = new URL("../../examples/filter/filter.wasm", import.meta.url);
const text = (source: string): Uint8Array => new TextEncoder().encode(source);

/** A guest that waits for input for ever. */
const waiting: CommandOptions = { args: ["x"], stdin: "piped", stdout: "piped", stderr: "null" };

Deno.test("a spawned command is talked to through pipes", async () => {
  const child = new Command(filter, { args: ["--upper"], stdin: "piped", stdout: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(text("hello\n"));
  await writer.close();
  assertEquals(await new Response(child.stdout).text(), "HELLO\n");
  const { code, reason } = await child.status;
  assertEquals([reason, code], ["exit", 0]);
});

Deno.test("a spawned command is killed", async () => {
  const child = new Command(filter, { args: ["x"], stdin: "piped", stdout: "null" }).spawn();
  child.kill();
  assertEquals((await child.status).reason, "aborted");
});

Deno.test("what a spawned command writes is collected, more than a pipe holds", async () => {
  const operations = ["flood:300000", "print:oops:2", "exit:3"];
  const options: CommandOptions = { args: operations, stdout: "piped", stderr: "piped" };
  const result = await new Command(guest("calls"), options).spawn().output();
  assertEquals([result.code, result.success, result.signal], [3, false, null]);
  assert(result.stdout.length >= 300_000, `${result.stdout.length} bytes`);
  assertEquals(result.stderrText(), "oops");
  assertEquals(result.report.exit.code, 3);
});

Deno.test("what is captured in another way, or not at all, is no pipe's", async () => {
  const options: CommandOptions = { args: ["print:a:1", "print:b:2"], stdout: "capture", stderr: "null" };
  const result = await new Command(guest("calls"), options).spawn().output();
  assert(result.stdoutText().startsWith("a"), result.stdoutText());
  assertEquals(result.stderr.length, 0);
});

Deno.test("a pipe that somebody reads already is not collected", async () => {
  for (const name of ["stdout", "stderr"] as const) {
    const command = new Command(guest("calls"), { args: ["exit:0"], stdout: "piped", stderr: "piped" });
    const child = command.spawn();
    child[name].getReader();
    await assertRejects(() => child.output(), TypeError, `"${name}" is locked`);
    await child[Symbol.asyncDispose]();
  }
  const child = new Command(guest("calls"), { args: ["exit:0"], stdout: "piped", stderr: "null" }).spawn();
  await child.output();
  await assertRejects(() => child.output(), TypeError, '"stdout" is locked');
});

Deno.test("collecting the output of what is no module tells what is wrong with it", async () => {
  const child = new Command(text("#!/bin/sh"), { stdout: "piped", stderr: "piped" }).spawn();
  await assertRejects(() => child.output(), UnusableModuleError);
});

Deno.test("a signal ends a command, and its result tells which", async () => {
  for (
    const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGKILL", 137], ["SIGHUP", 129]] as const
  ) {
    const child = new Command(filter, waiting).spawn();
    child.kill(signal);
    const result = await child.output();
    assertEquals([result.reason, result.signal, result.code, result.success], [
      "aborted",
      signal,
      code,
      false,
    ]);
    assertEquals(result.report.exit.code, code);
  }
});

Deno.test("the signal is SIGTERM unless named, and the first one counts", async () => {
  const child = new Command(filter, waiting).spawn();
  child.kill();
  child.kill("SIGKILL");
  const { signal, code } = await child.status;
  assertEquals([signal, code], ["SIGTERM", 143]);
  child.kill();
});

Deno.test("an abort signal is no signal of a process", async () => {
  const controller = new AbortController();
  const child = new Command(filter, { ...waiting, signal: controller.signal }).spawn();
  controller.abort();
  const { signal, code, reason } = await child.status;
  assertEquals([signal, code, reason], [null, 130, "aborted"]);
});

Deno.test("what ended by itself was ended by no signal, sent too late", async () => {
  const child = new Command(guest("calls"), { args: ["exit:7"], stdout: "null" }).spawn();
  await child.status;
  child.kill();
  const { signal, code } = await child.status;
  assertEquals([signal, code], [null, 7]);
});

Deno.test("a signal that ends nothing is refused, and the command goes on", async () => {
  await using child = new Command(filter, { ...waiting, args: ["--upper"] }).spawn();
  for (const name of ["SIGCONT", "toString", ""]) {
    // As a caller without types may do it.
    assertThrows(() => Reflect.apply(child.kill, child, [name]), TypeError, `Cannot send "${name}"`);
  }
  const writer = child.stdin.getWriter();
  await writer.write(text("on\n"));
  await writer.close();
  assertEquals((await child.output()).stdoutText(), "ON\n");
});

Deno.test("a command that goes out of use is ended, and waited for", async () => {
  let status;
  {
    await using child = new Command(filter, waiting).spawn();
    status = child.status;
  }
  const ended = await Promise.race([status, Promise.resolve("still running")]);
  assertEquals(typeof ended === "string" ? ended : ended.signal, "SIGTERM");
});

Deno.test("a command that wrote what nobody read can go out of use", async () => {
  await using child = new Command(guest("calls"), { args: ["flood:300000"], stdout: "piped" }).spawn();
  await child.stdout.getReader().read();
});

Deno.test("going out of use tells nothing of what was no module", async () => {
  const child = new Command(text("#!/bin/sh"), { stdout: "null" }).spawn();
  await child[Symbol.asyncDispose]();
  await assertRejects(() => child.status, UnusableModuleError);
});

Deno.test("what keeps a process is no matter of commands", async () => {
  const child = new Command(guest("calls"), { args: ["exit:7"], stdout: "null" }).spawn();
  child.unref();
  child.ref();
  assertEquals((await child.status).code, 7);
});
