/**
 * Many guests that wait for input in one process.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { Crowd } from "./crowd.ts";

Deno.test("a thousand guests wait for input at once, and each is answered in its turn", async () => {
  const crowd = await Crowd.gather(1000);
  // Not in the order in which they came: 7 and 1000 have no common factor.
  for (let turn = 0; turn < 1000; turn++) {
    const index = (turn * 7) % 1000;
    assertEquals(await crowd.ask(index, `${index}`), `${index}`);
  }
  // Whoever was answered waits again.
  assertEquals(await crowd.ask(500, "again"), "again");
  assertEquals(new Set(await crowd.dismiss()), new Set([0]));
});
