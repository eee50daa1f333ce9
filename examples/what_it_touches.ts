/**
 * Watch what a program touches: which files it read and wrote, and what it asked for in vain.
 *
 * The command line does the same with `--report`, and makes of the report the smallest policy that suffices.
 *
 *     deno run -A examples/what_it_touches.ts
 *
 * @module
 */
import { memoryDirectory, run } from "../mod.ts";

const tool = new URL("copy/demo.wasm", import.meta.url);
const files = memoryDirectory({ "a.txt": "hello", "secret.txt": "never looked at" });

for (const args of [["/data/a.txt", "/data/b.txt"], ["/data/../etc/passwd", "/data/c.txt"]]) {
  const { report } = await run(tool, { args, dirs: { "/data": files }, stderr: "null", report: true });
  console.log(`demo.wasm ${args.join(" ")}`);
  for (const mount of report.used!.mounts) {
    for (const { path, bytesRead, bytesWritten } of mount.touched.filter(({ path }) => path !== "")) {
      console.log(`  ${mount.name}/${path}: ${bytesRead} bytes read, ${bytesWritten} written`);
    }
  }
  for (const { path, code } of report.denied) console.log(`  refused: ${path} (${code})`);
}
