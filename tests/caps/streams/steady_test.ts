import { assertEquals } from "@std/assert";
import { bytesInput, captureOutput, type InputStream, steadyInput, steadyOutput } from "../../../mod.ts";

/** An input that gives one byte at a time, as a terminal or a slow pipe might. */
function dribbling(bytes: Uint8Array<ArrayBuffer>): InputStream {
  const whole = bytesInput(bytes);
  return {
    streamKind: "terminal",
    asynchronous: false,
    ready: () => whole.ready(),
    wait: () => {},
    read: (into, start) => whole.read(into, start, start + 1),
    close: () => whole.close(),
  };
}

Deno.test("an input gives as much as it is asked for, however it arrives", () => {
  const input = steadyInput(dribbling(new Uint8Array([1, 2, 3, 4, 5])));
  const into = new Uint8Array(8);
  const counts = [input.read(into, 0, 3), input.read(into, 3, 8), input.read(into, 0, 8)];
  assertEquals([counts, [...into]], [[3, 2, 0], [1, 2, 3, 4, 5, 0, 0, 0]]);
  assertEquals([input.streamKind, input.ready()], ["pipe", 1]);
});

Deno.test("an output takes all that it is given", () => {
  const kept = captureOutput();
  const short = {
    ...kept,
    streamKind: "terminal" as const,
    write: (from: Uint8Array, start: number): number => kept.write(from, start, start + 1),
  };
  const output = steadyOutput(short);
  assertEquals(output.write(new TextEncoder().encode("hello"), 1, 5), 4);
  assertEquals([kept.text(), output.streamKind], ["ello", "pipe"]);
});
