import { assertEquals } from "@std/assert";

Deno.test({
  name: "a file that may grow no longer is an error, and not the end of the process",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const folder = Deno.makeTempDirSync();
    const library = new URL("../../../caps/host/file_size_signal.ts", import.meta.url);
    const script = `const { surviveFileSizeLimit } = await import("${library}");
      if (Deno.args[0] === "survive") surviveFileSizeLimit();
      const file = Deno.openSync("${folder}/file", { write: true, create: true });
      try {
        for (;;) file.writeSync(new Uint8Array(1 << 20));
      } catch (error) {
        console.log(error.message);
      }`;
    Deno.writeTextFileSync(`${folder}/script.js`, script);
    const ended = async (...args: string[]): Promise<[string, boolean]> => {
      const run = [Deno.execPath(), "run", "-A", "--no-config", `${folder}/script.js`, ...args];
      // Deno's own files, which it writes before any of this, are shorter.
      const limited = new Deno.Command("sh", {
        args: ["-c", 'ulimit -f 65536; "$@"', "sh", ...run],
        stderr: "null",
      });
      const { stdout, success } = await limited.output();
      return [new TextDecoder().decode(stdout).trim(), success];
    };
    try {
      assertEquals(await ended("survive"), ["File too large (os error 27)", true]);
      assertEquals(await ended(), ["", false]);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});
