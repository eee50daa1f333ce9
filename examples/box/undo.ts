/**
 * A counter with undo and branches, by snapshots: `deno run -A examples/box/undo.ts`.
 *
 * @module
 */
import { Box, loadBoxModule } from "../../mod.ts";

const module = await loadBoxModule(await Deno.readFile(new URL("counter.wasm", import.meta.url)));
const box = await Box.open(module, { onMessage: (message) => console.log(`main:  ${message}`) });

const history: Uint8Array[] = [];

/** Sends a message that can be undone. */
async function send(message: string): Promise<void> {
  history.push(await box.snapshot());
  await box.send(message);
}

await send("up");
await send("up");
await send("down");
console.log("undo the last two");
history.pop();
await box.restore(history.pop()!);
await send("up");

// Two copies go on from here, each its own way.
const branch = await box.fork({ onMessage: (message) => console.log(`other: ${message}`) });
await branch.send("down");
await box.send("up");
console.log(`the same state: ${await branch.hash() === await box.hash()}`);
