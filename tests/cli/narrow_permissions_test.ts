/**
 * keyhole with few of Deno's permissions: what can work does, what cannot is told, and nobody is asked.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { type Ended, guestPath, inScratch, keyhole } from "./process.ts";

const cli = guestPath("cli.ts");
const isWindows = Deno.build.os === "windows";

const hasScript = Deno.build.os === "linux" &&
  new Deno.Command("sh", { args: ["-c", "command -v script"], stdout: "null" }).outputSync().success;
if (!hasScript) console.log("That Deno asks nobody is not tested: there is no script(1)");

/** Runs keyhole with these permissions and no others. On a terminal of its own, where Deno would ask, if there is one. */
async function withPermissions(cwd: string, permissions: string[], ...args: string[]): Promise<Ended> {
  const words = [Deno.execPath(), "run", "--no-check", "--quiet", ...permissions, cli, ...args];
  const quoted = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  const command = hasScript
    ? new Deno.Command("script", {
      args: ["--quiet", "--return", "--command", quoted, "/dev/null"],
      cwd,
      stdin: "null",
      env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
      // What asks would wait for the answer.
      signal: AbortSignal.timeout(60_000),
    })
    : new Deno.Command(words[0]!, { args: words.slice(1), cwd, stdin: "null", env: { NO_COLOR: "1" } });
  const { code, stdout, stderr } = await command.output();
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes).replaceAll("\r\n", "\n");
  const ended = { code, stdout: text(stdout), stderr: text(stderr) };
  assert(!/Deno requests|Allow\?|Granted/.test(ended.stdout), ended.stdout);
  return ended;
}

const files = { "data/a.txt": "hello", "other/b.txt": "b" };

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  await inScratch(files, async (folder) => {
    await Deno.copyFile(guestPath("tests/guests/calls.wasm"), `${folder}/data/calls.wasm`);
    await test(folder);
  });
}

/** What a run shows: on a terminal both outputs are one. */
const shown = ({ code, stdout, stderr }: Ended): [number, string] => [code, stdout + stderr];

const READ = "--allow-read=data";

Deno.test("with the permission to read one folder, programs run and read it", () =>
  inFolder(async (folder) => {
    const run = (...args: string[]): Promise<Ended> => withPermissions(folder, [READ], ...args);
    assertEquals(shown(await run("data/calls.wasm", "print:hi")), [0, "hi"]);
    assertEquals(shown(await run("--dir=data:ro", "data/calls.wasm", "get:a.txt")), [
      0,
      'get(3, "a.txt") = OK 5 "hello"\n',
    ]);
    const overlaid = await run("--overlay=data::/d", "data/calls.wasm", "put:a.txt:changed", "get:a.txt");
    assertEquals(shown(overlaid), [
      0,
      'put(3, "a.txt") = OK\nget(3, "a.txt") = OK 7 "changed"\n',
    ]);
    assertEquals(await Deno.readTextFile(`${folder}/data/a.txt`), "hello");
  }));

Deno.test("a time limit holds without the permission to call the system", () =>
  inFolder(async (folder) => {
    for (const operation of ["spin", "sleep:60000000000", "read:0"]) {
      const ended = await withPermissions(folder, [READ], "--timeout=300ms", "data/calls.wasm", operation);
      // Where nobody waits at the other end, the input is over at once.
      if (operation === "read:0" && ended.code === 0) continue;
      assertEquals([operation, ended.code], [operation, 124]);
    }
  }));

Deno.test("what Deno does not permit is told with the flag that would, before the program starts", () =>
  inFolder(async (folder) => {
    const refused: [permissions: string[], args: string[], code: number, says: string, hint: string][] = [
      [[], [], 127, 'Module "data/calls.wasm" cannot be read', "--allow-read"],
      [[READ], ["--dir=other:ro"], 2, 'Directory "other" cannot be opened', "--allow-read"],
      [[READ], ["--dir=data"], 2, "not given the permission to write in", "--allow-write=data"],
      [[READ], ["--env=HOME"], 2, "not given the permission to read variables", "--allow-env"],
      [[READ], ["--inherit-env"], 2, "not given the permission to read variables", "--allow-env"],
      [[READ], ["--listen=127.0.0.1:0"], 2, "not given the permission to listen", "--allow-net=127.0.0.1:0"],
      [[READ], ["--listen=unix:data/s"], 2, "not given the permission to listen", "--allow-write=data/s"],
      [[READ], ["--report=r.json"], 2, 'Report "r.json" cannot be written', "permission"],
      [[READ], ["--trace=t.txt"], 2, 'File "t.txt" cannot be written', "permission"],
      [
        [READ, "--allow-write=t.txt"],
        ["--trace=t.txt"],
        2,
        'File "t.txt" cannot be written',
        "to read and to write",
      ],
      [
        [READ, "--allow-write=data"],
        ["--listen=unix:data/s"],
        2,
        "permission to listen",
        "--allow-net=unix:/",
      ],
      [[READ], ["--stdout=o.txt"], 2, 'File "o.txt" of --stdout cannot be opened', "permission"],
      [[READ], ["--policy=p.json"], 2, 'Policy "p.json" cannot be read', "permission"],
      [[READ], ["--file=other/b.txt:ro"], 2, 'File "other/b.txt" cannot be opened', "--allow-read"],
    ];
    for (const [permissions, args, code, says, hint] of refused) {
      if (isWindows && args[0]?.includes("unix")) continue;
      const ended = await withPermissions(folder, permissions, ...args, "data/calls.wasm", "print:it runs");
      const [, text] = shown(ended);
      assertEquals([...args, ended.code], [...args, code], text);
      assert(text.startsWith("error: ") && text.includes(says) && text.includes(hint), text);
      assert(!text.includes("it runs"), text);
    }
    const fetched = await withPermissions(folder, [READ], "http://127.0.0.1:9999/x.wasm");
    assertEquals(fetched.code, 127);
    assert(shown(fetched)[1].includes("--allow-net=127.0.0.1:9999"), shown(fetched)[1]);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).toSorted(), ["data", "other"]);
  }));

Deno.test("a server is refused with what Deno does not permit, too", () =>
  inFolder(async (folder) => {
    const net = "--allow-net=127.0.0.1:0";
    const listen = "--listen=127.0.0.1:0";
    await Deno.writeTextFile(`${folder}/other/host.ts`, "export const host = {};");
    const refused: [permissions: string[], args: string[], code: number, says: string][] = [
      [[READ], [listen], 2, 'permission to listen on "127.0.0.1:0"'],
      [[READ], ["--listen=unix:data/s"], 2, 'permission to listen on "unix:data/s"'],
      [[READ, net], [listen, "--users=other/u.json"], 2, 'Table of users "other/u.json" cannot be read'],
      [
        [READ, net],
        [listen, "--tls-cert=other/c", "--tls-key=other/k"],
        2,
        'Certificate "other/c" cannot be read',
      ],
      [[READ, net], [listen, "--state=other/s"], 2, "Deno was not given the permission"],
      [[READ, net], [listen, "--host=other/host.ts"], 127, 'Module "other/host.ts" cannot be loaded'],
    ];
    for (const [permissions, args, code, says] of refused) {
      if (isWindows && args[0]?.includes("unix")) continue;
      const ended = await withPermissions(folder, permissions, "serve", ...args, "data/calls.wasm");
      const [, text] = shown(ended);
      assertEquals([...args, ended.code], [...args, code], text);
      assert(text.startsWith("error: ") && text.includes(says), text);
    }
  }));

Deno.test("what --print-permissions prints suffices, and nobody is asked", () =>
  inFolder(async (folder) => {
    const runs = [
      ["--trace=t.txt"],
      ["--report=r.json", "--save-policy=p.json"],
      ["--stderr=data/e.txt"],
      ["--threads=2"],
      ["--threads=2", "--timeout=1m", "--dir=data"],
      ...(isWindows ? [] : [["--listen=unix:data/s"], [`--listen=unix:${folder}/other/s`]]),
    ];
    for (const flags of runs) {
      const run = [...flags, "data/calls.wasm", "print:it runs"];
      const { stdout } = await keyhole(folder, "--print-permissions", ...run);
      const permissions = [...stdout.trim().matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) =>
        quoted ?? word
      );
      assertEquals([flags, ...shown(await withPermissions(folder, permissions, ...run))], [
        flags,
        0,
        "it runs",
      ]);
    }
    assert((await Deno.readTextFile(`${folder}/t.txt`)).includes("fd_write"));
    assertEquals([...Deno.readDirSync(`${folder}/other`)].map(({ name }) => name), ["b.txt"]);
  }));

Deno.test({
  name: "a socket file that is left over stays when Deno does not permit to move it",
  ignore: isWindows,
  fn: () =>
    inFolder(async (folder) => {
      const left = Deno.listen({ transport: "unix", path: `${folder}/data/.made` });
      await Deno.link(`${folder}/data/.made`, `${folder}/data/s`);
      left.close();
      const permissions = [READ, "--allow-write=data", `--allow-net=unix:${folder}/data/s`];
      const args = ["--listen=unix:data/s", "data/calls.wasm", "print:it runs"];
      const message = 'error: Cannot listen on "unix:data/s": permission denied\n';
      assertEquals(shown(await withPermissions(folder, permissions, ...args)), [2, message]);
      const names = [...Deno.readDirSync(`${folder}/data`)].map(({ name }) => name);
      assertEquals(names.toSorted(), ["a.txt", "calls.wasm", "s"]);
    }),
});

Deno.test("a link that only all of Deno's permissions could make is refused, and everything else works", () =>
  inFolder(async (folder) => {
    const operations = [
      "symlink:a.txt:link",
      "put:new.txt:new",
      "mkdir:d",
      "rename:new.txt:d/n.txt",
      "unlink:a.txt",
    ];
    const permissions = [READ, "--allow-write=data"];
    const ended = await withPermissions(folder, permissions, "--dir=data", "data/calls.wasm", ...operations);
    assertEquals(shown(ended)[1].split("\n").map((line) => line.replace(/^.* = /, "")), [
      "EACCES",
      "OK",
      "OK",
      "OK",
      "OK",
      "",
    ]);
    assertEquals([...Deno.readDirSync(`${folder}/data`)].map(({ name }) => name).toSorted(), [
      "calls.wasm",
      "d",
    ]);
  }));

Deno.test("the library runs with the permission to read one folder", () =>
  inFolder(async (folder) => {
    const program = `
      import { defaultBackend, hostDirectory, readOnly, run } from ${JSON.stringify(guestPath("mod.ts"))};
      const directory = hostDirectory("data");
      const result = await run("data/calls.wasm", {
        args: ["get:@/ro@a.txt", "get:@/rw@a.txt", "put:@/rw@b.txt:x", "symlink:a:@/rw@link"],
        dirs: { "/ro": readOnly(directory), "/rw": directory },
        stdout: "capture",
      });
      let refused = "";
      try {
        hostDirectory("other");
      } catch (error) {
        refused = error.code;
      }
      console.log(defaultBackend(), refused, result.stdoutText().replace(/^.* = /gm, "").split("\\n").join("|"));`;
    await Deno.writeTextFile(`${folder}/main.ts`, program);
    const command = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "--no-prompt", "--no-config", READ, "main.ts"],
      cwd: folder,
      env: { NO_COLOR: "1" },
    });
    const { stdout, stderr } = await command.output();
    assertEquals(
      [new TextDecoder().decode(stdout), new TextDecoder().decode(stderr)],
      ['portable EACCES OK 5 "hello"|OK 5 "hello"|EACCES|EACCES|\n', ""],
    );
  }));
