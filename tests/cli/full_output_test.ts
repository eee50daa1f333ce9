/** Where there is no room for what keyhole has to say. */
import { assertEquals } from "@std/assert";
import { type Ended, guestPath, inScratch, keyholeInShell } from "./process.ts";

const calls = guestPath("tests/guests/calls.wasm");
const ignore = Deno.build.os !== "linux"; // Nothing else has /dev/full.

Deno.test({
  name: "what cannot be told changes nothing",
  ignore,
  async fn(): Promise<void> {
    await inScratch({ "w/": "" }, async (directory) => {
      const rows: [args: string[], code: number][] = [
        [["nope.wasm"], 127],
        [["--bogus"], 2],
        [["--timeout", "200ms", guestPath("tests/guests/spin.wasm")], 124],
        [[guestPath("tests/guests/trap.wasm")], 134],
        [["--explain", calls, "open:q", "exit:7"], 7],
        [["--trace", "--dir", "w", calls, "open:q", "exit:7"], 7],
        [["--verbose", "--dir", "w", calls, "exit:7"], 7],
      ];
      for (const [args, code] of rows) {
        assertEquals(
          (await keyholeInShell('"$@" 2>/dev/full', directory, ...args)).code,
          code,
          args.join(" "),
        );
      }
    });
  },
});

Deno.test({
  name: "a full output is one error, and no success",
  ignore,
  async fn(): Promise<void> {
    await inScratch({ "add.wat": ADD }, async (directory) => {
      const rows = [
        ["--help"],
        ["--print-policy", "--dir", ".", calls],
        ["--invoke", "add", "add.wat", "1", "2"],
        ["--report", "-", calls, "exit:0"],
        ["wat", "add.wat", "-o", "-"],
      ];
      const told = "error: Standard output cannot be written: no space left on device\n";
      for (const args of rows) {
        const { code, stderr } = await keyholeInShell('"$@" >/dev/full', directory, ...args);
        assertEquals([code, stderr], [125, told], args.join(" "));
      }
      const failed = await keyholeInShell('"$@" >/dev/full', directory, "--report", "-", calls, "exit:7");
      assertEquals([failed.code, failed.stderr], [7, told]);
    });
  },
});

/** Files may have half a mebibyte: what is written beyond that fails as on a full disk, with another reason. */
const LITTLE_ROOM = `trap "" XFSZ; ulimit -f 1024; "$@"`;
const FULL = "cannot be written: file too large";
const BIG = `(module (memory 64) (data (i32.const 0) "${"x".repeat(2 ** 20)}"))`;

function names(directory: string): string[] {
  return Array.from(Deno.readDirSync(directory), ({ name }) => name).sort();
}

Deno.test({
  name: "a file that does not fit on the disk leaves the old one as it was, and nothing beside it",
  ignore,
  async fn(): Promise<void> {
    await inScratch({ "big.wat": BIG, "out/old.wasm": "good" }, async (directory) => {
      for (const name of ["old.wasm", "new.wasm"]) {
        const ended = await keyholeInShell(LITTLE_ROOM, directory, "wat", "big.wat", "-o", `out/${name}`);
        const told = `error: File "out/${name}" ${FULL}\n`;
        assertEquals([ended.code, ended.stdout, ended.stderr], [125, "", told]);
        assertEquals(names(`${directory}/out`), ["old.wasm"]);
      }
      assertEquals(Deno.readTextFileSync(`${directory}/out/old.wasm`), "good");
    });
  },
});

Deno.test({
  name: "a program goes on when its trace does not fit on the disk, and that is told at its end",
  ignore,
  async fn(): Promise<void> {
    await inScratch({ "w/": "" }, async (directory) => {
      const long = `open:${"x".repeat(200)}`;
      for (const [end, code] of [[0, 125], [7, 7]]) {
        const ended = await keyholeInShell(
          LITTLE_ROOM,
          directory,
          ...["--trace=t.txt", "--dir", "w", "--stdout", "null", calls],
          ...[`repeat:4000:${long}`, "put:end.txt:reached", `exit:${end}`],
        );
        assertEquals([ended.code, ended.stderr], [code, `error: File "t.txt" ${FULL}\n`]);
        assertEquals(Deno.readTextFileSync(`${directory}/w/end.txt`), "reached");
        Deno.removeSync(`${directory}/w/end.txt`);
      }
    });
  },
});

const ADD = `(module (memory (export "memory") 1)
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))`;

Deno.test({
  name:
    "a journal and a snapshot for which there is no room are told in words, and are no mistake of the user's",
  ignore,
  async fn(): Promise<void> {
    await inScratch({ "snapshot.txt": "!!snapshot s.bin\n" }, async (directory) => {
      const noRoom = (script: string, ...args: string[]): Promise<Ended> =>
        keyholeInShell(`trap "" XFSZ; ulimit -f 0; ${script}`, directory, ...args);
      const echo = guestPath("examples/box/echo.wasm");
      const journal = await noRoom('"$@"', "box", "--journal", "j", echo);
      assertEquals([journal.code, journal.stderr], [
        125,
        "error: The journal cannot be written: file too large\n",
      ]);
      const snapshot = await noRoom('"$@" <snapshot.txt', "box", echo);
      assertEquals(snapshot.stderr, 'error: File "s.bin" cannot be used: file too large\n');
      const state = await noRoom('"$@"', "serve", "--listen", "unix:s", "--state", "st", echo);
      assertEquals([state.code, state.stderr], [
        125,
        'error: Cannot keep state in "st": file too large\n',
      ]);
    });
  },
});

Deno.test({
  name: "what leads in a circle, or is none of what is looked for, is told in words",
  ignore,
  async fn(): Promise<void> {
    await inScratch({}, async (directory) => {
      Deno.symlinkSync("circle", `${directory}/circle`);
      const why = "its symbolic links lead in a circle";
      const rows: [args: string[], told: string][] = [
        [["--stdout", "circle", calls], `File "circle" of --stdout cannot be opened: ${why}`],
        [["--dir", "circle", calls], `Directory "circle" cannot be opened: ${why}`],
        [
          ["box", "--replay", "circle", guestPath("examples/box/echo.wasm")],
          `File "circle" cannot be used: ${why}`,
        ],
      ];
      for (const [args, told] of rows) {
        const { code, stderr } = await keyholeInShell('"$@"', directory, ...args);
        assertEquals([code, stderr], [2, `error: ${told}\n`]);
      }
      const journal = ["box", "--journal", "pipe", guestPath("examples/box/echo.wasm")];
      const { code, stderr } = await keyholeInShell('mkfifo pipe; "$@"', directory, ...journal);
      assertEquals([code, stderr], [2, 'error: File "pipe" is not a regular file\n']);
    });
  },
});
