import { assert, assertEquals } from "@std/assert";
import { parseCommandLine } from "../../caps/cli/parse.ts";
import { permissionsFor } from "../../caps/cli/permissions.ts";
import { readSettings } from "../../caps/cli/settings.ts";
import { guestPath, inScratch, keyhole } from "./process.ts";

const CLI = guestPath("cli.ts");
const copy = guestPath("examples/copy/demo.wasm");

function permissions(kernel: boolean, ...argv: string[]): string {
  const { flags, operands } = parseCommandLine(argv);
  const policy = flags.find(({ name }) => name === "policy")?.value;
  const facts = { module: operands[0], policy, kernel, style: "posix" } as const;
  return permissionsFor(readSettings(flags, "posix"), facts).join(" ");
}

Deno.test("the permissions are those of the grants", () => {
  const cases: [boolean, string[], string][] = [
    [true, ["m.wasm"], "--allow-read=m.wasm"],
    [true, ["-"], ""],
    [true, ["https://example.com:8443/m.wasm"], "--allow-net=example.com:8443"],
    [true, ["file:///my%20dir/50%.wasm"], "'--allow-read=/my dir/50%.wasm'"],
    [true, ["--tmp", "/t", "m.wasm"], "--allow-read=m.wasm"],
    [true, ["--dir", "a", "m.wasm"], "--allow-read=m.wasm --allow-ffi"],
    [false, ["--dir", "a", "m.wasm"], "--allow-read=m.wasm,a --allow-write=a"],
    [false, ["--dir", "a:ro", "--overlay", "b", "m.wasm"], "--allow-read=m.wasm,a,b"],
    [false, ["--file", "d/f:ro", "m.wasm"], "--allow-read=m.wasm,d/f,d"],
    [true, ["--file", "f", "m.wasm"], "--allow-read=m.wasm,f --allow-ffi"],
    [true, ["--dir", "my dir", "m m.wasm"], "'--allow-read=m m.wasm' --allow-ffi"],
    [false, ["--dir", "a,b:ro", "m.wasm"], "--allow-read"],
    [true, ["--env", "A", "--env", "B=1", "--allow-env=C,D"], "--allow-env=A,C,D"],
    [true, ["--inherit-env", "--env", "A"], "--allow-env"],
    [true, ["--policy", "p.json", "m.wasm"], "--allow-read=m.wasm,p.json"],
    [true, ["--report", "r.json", "--trace=t.txt"], "--allow-read=r.json,t.txt --allow-write=r.json,t.txt"],
    [true, ["--stdin", "in", "--stdout", "o/out"], "--allow-read=in,o --allow-ffi"],
    [false, ["--stdin", "in", "--stdout", "o/out"], "--allow-read=.,o --allow-write=o"],
    [
      true,
      ["--listen", "tcp:[::1]:80", "--listen", "unix:/run/s"],
      "--allow-read=/run/s --allow-write=/run/s '--allow-net=[::1]:80,unix:/run/s'",
    ],
    [true, ["--timeout", "1s"], "--allow-ffi"],
    [false, ["--timeout", "1s"], ""],
    [true, ["--prompt"], "--allow-read --allow-write --allow-ffi"],
  ];
  for (const [kernel, argv, flags] of cases) assertEquals(permissions(kernel, ...argv), flags);
});

Deno.test("no permissions are printed for a run that is refused with all of them", async () => {
  const lockdown = "error: Lockdown cannot be had here\n" +
    "  hint: It needs Linux with Landlock, Deno with --allow-ffi, and the kernel backend\n";
  const rows: [args: string[], code: number, stderr: string][] = [
    [["http://"], 127, 'error: Module "http://" cannot be fetched: it is not a valid address\n'],
    [["file:///%ff"], 127, 'error: Module "file:///%ff" cannot be read: it is not a valid address\n'],
    [["--backend", "portable", "--lockdown", "require", "--dir", ".", "m.wasm"], 2, lockdown],
  ];
  for (const [args, code, stderr] of rows) {
    const printed = await keyhole(".", "--print-permissions", ...args);
    assertEquals(printed, { code, stdout: "", stderr }, args.join(" "));
  }
});

async function withPermissions(
  directory: string,
  flags: readonly string[],
  args: readonly string[],
): Promise<number> {
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-check", ...flags, CLI, ...args],
    cwd: directory,
    env: { NO_COLOR: "1", GREETING: "hi" },
    stdout: "null",
    stderr: "null",
  }).output();
  return code;
}

for (const backend of Deno.build.os === "linux" ? ["kernel", "portable"] : ["portable"]) {
  Deno.test(`what is printed suffices, and without any part of it the run fails (${backend})`, async () => {
    await inScratch({ "in/a.txt": "hello", "out/": "" }, async (directory) => {
      await Deno.copyFile(copy, `${directory}/copy.wasm`);
      const run = [
        ...[
          "--backend",
          backend,
          "--dir",
          "in:ro",
          "--dir",
          "out",
          "--env",
          "GREETING",
          "--report",
          "r.json",
        ],
        ...["copy.wasm", "in/a.txt", "out/b.txt"],
      ];
      const printed = await keyhole(directory, "--print-permissions", ...run);
      assertEquals([printed.code, printed.stderr], [0, ""]);
      const flags = printed.stdout.trim().split(" ");
      assertEquals(await withPermissions(directory, flags, run), 0);
      const single = flags.flatMap((flag) => {
        const [name, values] = flag.split("=");
        const all = values?.split(",") ?? [];
        const rest = flags.filter((it) => it !== flag);
        if (all.length < 2) return [rest];
        return all.map((value) => [...rest, `${name}=${all.filter((it) => it !== value).join(",")}`]);
      });
      assert(single.length > 2);
      for (const fewer of single) {
        assert(await withPermissions(directory, fewer, run) !== 0, `it runs with ${fewer.join(" ")} too`);
      }
    });
  });
}
