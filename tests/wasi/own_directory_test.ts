/** Directories of an application's own that do not keep to what they promise. */
import { assertRejects } from "@std/assert";
import { type Directory, memoryDirectory, run } from "../../mod.ts";

const calls = new URL("../guests/calls.wasm", import.meta.url);

/** A directory in which one method is another one. */
function changed(methods: Partial<Record<keyof Directory, () => unknown>>): Directory {
  return Object.assign(memoryDirectory({ f: "hello" }), methods) as Directory;
}

Deno.test("a directory that opens what is neither a file nor a directory is told so", async () => {
  for (
    const [opened, what] of [[Promise.resolve(), "Promise"], [undefined, "undefined"], [null, "null"], [
      5,
      "number",
    ], [{}, "object"]]
  ) {
    const open = (): unknown => opened;
    // A short cut gives as much as the walk does.
    for (const methods of [{ open }, { openPath: open }]) {
      if (opened === undefined && "openPath" in methods) continue;
      await assertRejects(
        () => run(calls, { args: ["open:f"], dirs: { "/": changed(methods) }, stdout: "null" }),
        TypeError,
        `Cannot use a value of type "${what}" as "f": give a File or a Directory, at once`,
      );
    }
  }
});

Deno.test("an error of a directory's own ends the guest, and is the run's", async () => {
  class NetworkError extends Error {}
  const lookup = (): never => {
    throw new NetworkError("the store cannot be reached");
  };
  await assertRejects(
    () => run(calls, { args: ["stat:f"], dirs: { "/": changed({ lookup }) }, stdout: "null" }),
    NetworkError,
    "the store cannot be reached",
  );
});
