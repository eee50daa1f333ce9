/** The hint about a limit that a program ran into without being ended for it. */
import { assert, assertEquals } from "@std/assert";
import { guestPath, inScratch, keyhole, keyholeInShell } from "./process.ts";

const calls = guestPath("tests/guests/calls.wasm");
const copy = guestPath("examples/copy/demo.wasm");

const files = { "big": "x".repeat(5000), "d/": "" };

function hintsIn(stderr: string): string[] {
  return stderr.split("\n").filter((line) => line.startsWith("hint: "));
}

Deno.test("a limit that a program ran into is named with its value, once", async () => {
  const cases: [flags: string[], limit: string][] = [
    [["--dir", ".", "--max-disk", "4999"], "--max-disk 4999"],
    [["--dir", ".", "--max-file-size=4KiB", "--max-disk", "1M"], "--max-file-size 4K"],
    [["--dir", ".", "--max-entries", "0"], "--max-entries 0"],
    [["--dir", ".", "--max-open-files", "5"], "--max-open-files 5"],
    [["--overlay", ".::.", "--max-disk", "2K"], "--max-disk 2K"],
    [["--dir", ".", "--max-disk", "1", "--report", "r.json"], "--max-disk 1"],
    [["--dir", ".", "--max-disk", "1", "--lockdown", "off", "--backend", "portable"], "--max-disk 1"],
  ];
  for (const [flags, limit] of cases) {
    await inScratch(files, async (directory) => {
      const { code, stderr } = await keyhole(directory, ...flags, copy, "big", "d/copy");
      assertEquals(code, 1, stderr);
      assertEquals(hintsIn(stderr), [`hint: The limit ${limit} was reached`], stderr);
      assert(stderr.endsWith(" was reached\n"), stderr);
    });
  }
});

Deno.test("a limit that a policy sets for one mount is told with the mount", async () => {
  const policy = JSON.stringify({
    mounts: [{ dir: "." }, { dir: "d", as: "/out", access: "rw", limits: { disk: "3K" } }],
    limits: { disk: "1M", fileSize: 4096 },
  });
  await inScratch({ ...files, "small": "x".repeat(4000), "p.json": policy }, async (directory) => {
    for (
      const [file, limit] of [["small", '--max-disk 3K that the policy sets for "/out"'], [
        "big",
        "--max-file-size 4K",
      ]]
    ) {
      const { code, stderr } = await keyhole(directory, "--policy", "p.json", copy, file!, "/out/copy");
      assertEquals([code, hintsIn(stderr)], [1, [`hint: The limit ${limit} was reached`]], stderr);
    }
  });
});

Deno.test("a limit comes before what was refused, and is told without any mount too", async () => {
  await inScratch(files, async (directory) => {
    const run = ["--dir", ".", "--max-disk", "3", calls, "put:d/f:hello", "open:../x", "exit:7"];
    const { code, stderr } = await keyhole(directory, ...run);
    assertEquals([code, stderr], [7, "hint: The limit --max-disk 3 was reached\n"]);
    const listening = ["--listen", "127.0.0.1:0", "--quiet", "--max-open-files", "4", calls];
    const quiet = await keyhole(directory, ...listening, "accept:3:0", "exit:7");
    assertEquals([quiet.code, quiet.stderr], [7, ""]);
    const loud = await keyhole(
      directory,
      ...listening.filter((it) => it !== "--quiet"),
      "accept:3:0",
      "exit:7",
    );
    assertEquals([loud.code, hintsIn(loud.stderr)], [7, ["hint: The limit --max-open-files 4 was reached"]]);
    const many = ["--dir", ".", calls, "repeat:4100:open:big", "exit:7"];
    assertEquals(
      (await keyhole(directory, ...many)).stderr,
      "hint: The limit --max-open-files 4096 was reached\n",
    );
  });
});

Deno.test("who ends well, who wants it quiet and who was ended by another limit hears nothing of it", async () => {
  await inScratch(files, async (directory) => {
    const limited = ["--dir", ".", "--max-disk", "3"];
    const well = await keyhole(directory, ...limited, calls, "put:d/f:hello");
    assertEquals([well.code, well.stderr], [0, ""]);
    const quiet = await keyhole(directory, "--quiet", ...limited, calls, "put:d/f:hello", "exit:7");
    assertEquals([quiet.code, quiet.stderr], [7, ""]);
    const kept = await keyhole(directory, ...limited, calls, "put:d/f:abc", "exit:7");
    assertEquals([kept.code, kept.stderr], [7, ""]);
    const timeout = await keyhole(
      directory,
      ...limited,
      "--timeout",
      "300ms",
      calls,
      "put:d/f:hello",
      "spin",
    );
    assertEquals([timeout.code, timeout.stderr], [124, "error: Time limit reached\n"]);
  });
});

Deno.test({
  name: "what this machine has no room for is no limit of keyhole's",
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    await inScratch({ ...files, "huge": "x".repeat(1 << 20) }, async (directory) => {
      const script = `trap "" XFSZ; ulimit -f 512; "$@"`;
      const run = ["--dir", ".", "--max-disk", "1G", "--max-file-size", "1G", copy, "huge", "d/copy"];
      const { code, stderr } = await keyholeInShell(script, directory, ...run);
      assertEquals([code, hintsIn(stderr)], [1, []], stderr);
    });
  },
});

Deno.test("--verbose lists the limits that hold", async () => {
  const policy = JSON.stringify({ mounts: [{ tmp: "/t", limits: { entries: 3 } }] });
  await inScratch({ "p.json": policy }, async (directory) => {
    const flags = [
      "--verbose",
      "--policy",
      "p.json",
      "--max-disk",
      "64M",
      "--timeout",
      "90s",
      "--max-open-files",
      "8",
    ];
    const { stderr } = await keyhole(directory, ...flags, calls, "exit:0");
    const lines = stderr.split("\n");
    assert(
      lines.includes('keyhole: "/t" is an empty directory in memory, with --max-entries 3 of its own'),
      stderr,
    );
    assert(lines.includes("keyhole: limits --max-disk 64M, --max-open-files 8, --timeout 90s"), stderr);
    const none = await keyhole(directory, "--verbose", calls, "exit:0");
    assert(none.stderr.includes("keyhole: no limits\n"), none.stderr);
  });
});
