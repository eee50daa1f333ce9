/**
 * A process that keeps exchanging two names in one step, as fast as it can, until its input ends.
 *
 *   deno run -A swapper.ts FIRST SECOND
 *
 * Prints how often it did. `RENAME_EXCHANGE` leaves no moment in which either name is missing.
 *
 * @module
 */
const RENAMEAT2 = Deno.build.arch === "aarch64" ? 276n : 316n;
const AT_FDCWD = -100;
const RENAME_EXCHANGE = 2;

const { symbols: { syscall } } = Deno.dlopen("libc.so.6", {
  syscall: { parameters: ["i64", "i32", "buffer", "i32", "buffer", "u32"], result: "i32" },
});
const [first, second] = Deno.args.map((path) => new TextEncoder().encode(path + "\0"));

let over = false;
Deno.stdin.read(new Uint8Array(1)).then(() => over = true);
let swaps = 0;
while (!over) {
  for (let i = 0; i < 1000; i++) {
    if (syscall(RENAMEAT2, AT_FDCWD, first, AT_FDCWD, second, RENAME_EXCHANGE) === 0) swaps++;
  }
  await new Promise((resolve) => setTimeout(resolve, 0));
}
console.log(swaps);
