/** Streams of an application's own that do not keep to what they promise. */
import { assert, assertEquals } from "@std/assert";
import { type InputStream, run } from "../../mod.ts";
import { inTime } from "./in_time.ts";

const filter = new URL("../../examples/filter/filter.wasm", import.meta.url);

/** A stream on which nothing ever comes, and which waits in its own way. */
function silent(wait: () => void | Promise<void>): InputStream {
  return {
    streamKind: "pipe",
    asynchronous: true,
    ready: () => undefined,
    wait,
    read: () => 0,
    close: () => {},
  };
}

const waits: Readonly<Record<string, () => void | Promise<void>>> = {
  "settles at once": () => Promise.resolve(),
  "is rejected at once": () => Promise.reject(new Error("no network")),
  "is no promise": () => {},
};

for (const [how, wait] of Object.entries(waits)) {
  Deno.test(`signals and others have their turn while a stream is not ready whose wait ${how}`, async () => {
    const abort = new AbortController();
    let turns = 0;
    const others = setInterval(() => {
      if (++turns === 3) abort.abort();
    }, 1);
    try {
      const { signal } = abort;
      const running = run(filter, { args: ["x"], stdin: silent(wait), stdout: "null", signal });
      assertEquals((await inTime(running)).reason, "aborted");
      assert(turns >= 3);
    } finally {
      clearInterval(others);
    }
  });
}
