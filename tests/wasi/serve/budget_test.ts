import { assert, assertEquals } from "@std/assert";
import { Budget, Rate } from "../../../wasi/serve/budget.ts";

Deno.test("a budget tells exactly when it is used up, and takes back what was not used", () => {
  const budget = new Budget(10);
  assertEquals([budget.use(10), budget.left], [true, 0]);
  assertEquals([budget.use(1), budget.left, budget.used], [false, 0, 11]);
  assertEquals([budget.use(-5), budget.left], [true, 4]);
  assert(new Budget().use(Number.MAX_SAFE_INTEGER));
});

Deno.test("a rate lets a second's worth through at once, and then as many as there is time for", () => {
  const rate = new Rate(10, 0);
  for (let i = 0; i < 10; i++) rate.count();
  assertEquals(rate.delay(0), 0);
  rate.count();
  assertEquals(rate.delay(0), 100);
  assertEquals(rate.delay(60), 40);
  assertEquals(rate.delay(100), 0);
  // Rest saves up for no more than a second.
  assertEquals(rate.delay(1_000_000), 0);
  for (let i = 0; i < 20; i++) rate.count();
  assertEquals(rate.delay(1_000_000), 1000);
  assertEquals(new Rate().delay(), 0);
});
