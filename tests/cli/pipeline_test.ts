/**
 * A program among others: in pipelines, with inputs that end at once and readers that go away, with and without a
 * terminal.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { guestPath, inScratch } from "./process.ts";

const guests = {
  calls: guestPath("tests/guests/calls.wasm"),
  filter: guestPath("examples/filter/filter.wasm"),
  hello: guestPath("examples/copy/hello.wasm"),
  spin: guestPath("tests/guests/spin.wasm"),
};

/** How a line of a shell ended. */
interface Ended {
  readonly code: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly text: string;
  readonly errors: string;
}

/** Runs a line of bash, in which `keyhole` is the command line, and `$calls`, `$filter` and `$hello` are guests. */
async function shell(line: string, cwd = "/", env: Record<string, string> = {}): Promise<Ended> {
  const cli = guestPath("cli.ts");
  const command = new Deno.Command("bash", {
    args: [
      "-c",
      // script(1) starts the shell that SHELL names, and only bash knows functions that bash exports.
      `set -o pipefail; keyhole() { "$deno" run -A --no-check "${cli}" "$@"; }; export -f keyhole; export SHELL="$BASH"\n${line}`,
    ],
    cwd,
    stdin: "null",
    env: { ...guests, deno: Deno.execPath(), NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...env },
  });
  const { code, stdout, stderr } = await command.output();
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  return { code, bytes: stdout, text: text(stdout), errors: text(stderr) };
}

const ignore = Deno.build.os === "windows";

Deno.test({
  name: "yes | keyhole | head: whoever writes into a guest that has ended ends too",
  ignore,
  async fn(): Promise<void> {
    const { code, text, errors } = await shell('yes jail | keyhole "$calls" read:0:10');
    assertEquals([text, errors], ['fd_read(0, 10) = OK 10 "jail\\njail\\n"\n', ""]);
    // 141 is that of yes, which the pipe ended.
    assertEquals(code, 141);
  },
});

Deno.test({
  name: "yes | keyhole | head: a guest whose output nobody reads any more ends quietly",
  ignore,
  async fn(): Promise<void> {
    const { code, text, errors } = await shell('yes jail | keyhole "$filter" jail | head -n 3');
    assertEquals([text, errors, code], ["jail\njail\njail\n", "", 141]);
  },
});

Deno.test({
  name: "an input that ends at once, or is closed, is an empty one or none",
  ignore,
  async fn(): Promise<void> {
    const empty = await shell('keyhole "$calls" cat < /dev/null; keyhole "$calls" read:0 < /dev/null');
    assertEquals([empty.code, empty.text, empty.errors], [0, 'fd_read(0, 4096) = OK 0 ""\n', ""]);
    const closed = await shell('keyhole "$calls" print:hello <&-');
    assertEquals([closed.code, closed.text, closed.errors], [0, "hello", ""]);
  },
});

Deno.test({
  name: "an output that is closed or full is the guest's to notice",
  ignore: Deno.build.os !== "linux",
  async fn(): Promise<void> {
    const { code, text, errors } = await shell('keyhole "$calls" out:2 write:1:hello > /dev/full');
    assertEquals([code, text, errors], [0, "", 'fd_write(1, "hello") = ENOSPC\n']);
  },
});

Deno.test({
  name: "a time limit holds although nobody reads that it was reached",
  ignore: Deno.build.os !== "linux",
  async fn(): Promise<void> {
    const line = `( head -c 65536 /dev/zero >&2; keyhole --timeout 300ms "$spin"; echo $? ) \
      2> >(exec sleep 20 > /dev/null 2>&1)`;
    const begun = performance.now();
    const { text } = await shell(line);
    assertEquals(text, "124\n");
    // Nobody but sleep would have ended it otherwise.
    assert(performance.now() - begun < 20_000);
  },
});

Deno.test({
  name: "a megabyte of every byte passes through three guests as it is",
  ignore,
  fn: () =>
    inScratch({}, async (directory) => {
      const bytes = new Uint8Array(1 << 20);
      for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 31) ^ (i >> 8);
      await Deno.writeFile(`${directory}/bytes`, bytes);
      const line = 'keyhole "$calls" cat < bytes | keyhole "$calls" cat | keyhole "$calls" cat';
      const { code, bytes: passed, errors } = await shell(line, directory);
      assertEquals([code, errors], [0, ""]);
      assertEquals(passed.length, bytes.length);
      assert(passed.every((byte, i) => byte === bytes[i]));
    }),
});

Deno.test({
  name: "the exit code of a guest is the pipeline's",
  ignore,
  async fn(): Promise<void> {
    const { code } = await shell('printf "a\\n" | keyhole "$filter" jail > /dev/null');
    assertEquals(code, 1);
    const { text } = await shell('keyhole "$filter" jail < /dev/null || echo none');
    assertEquals(text, "none\n");
  },
});

/** Runs a line on a terminal of its own and shows what stood there. */
function onTerminal(line: string, env: Record<string, string> = {}): Promise<Ended> {
  return shell(`script --quiet --return --command '${line.replaceAll("'", "'\\''")}' /dev/null`, "/", env);
}

const hasScript = Deno.build.os === "linux" &&
  new Deno.Command("sh", { args: ["-c", "command -v script"], stdout: "null" }).outputSync().success;
if (!hasScript) console.log("Terminals are not tested: there is no script(1)");

Deno.test({
  name: "a guest sees whether it is on a terminal",
  ignore: !hasScript,
  async fn(): Promise<void> {
    const { text } = await onTerminal('keyhole "$calls" fdstat:0 fdstat:1');
    const types = [...text.matchAll(/type=(\w+)/g)].map((match) => match[1]);
    assertEquals(types, ["character", "character"], text);
    const piped = await shell('keyhole "$calls" fdstat:0 fdstat:1 | cat');
    assert(!piped.text.includes("type=character"), piped.text);
  },
});

Deno.test({
  name: "errors are coloured on a terminal, and not with NO_COLOR",
  ignore: !hasScript,
  async fn(): Promise<void> {
    const plain = await onTerminal("keyhole --nonsense");
    assert(plain.text.startsWith('error: Unknown flag "--nonsense"'), plain.text);
    const coloured = await onTerminal("unset NO_COLOR; keyhole --nonsense");
    assert(coloured.text.startsWith("\x1b["), coloured.text);
    assertEquals((await shell("unset NO_COLOR; keyhole --nonsense")).errors.includes("\x1b"), false);
  },
});
