/**
 * The walk-through that every user of a WASI runner has in mind, row by row, in C and in Rust.
 */
import { assert, assertEquals } from "@std/assert";
import { copy } from "@std/fs";
import { type Ended, guestPath, inScratch, keyhole } from "./process.ts";

const SECRET = "nobody may read this";

/**
 * A scratch directory as the tutorial has it: the guests lie in `home`, which also holds what is copied; `tmp` stands
 * for `/tmp`, and `outside` for everything that was not granted.
 */
function tutorial(name: string, test: (home: string, root: string) => Promise<void>): void {
  Deno.test(name, async () => {
    const files = { "home/test.txt": "hello\n", "tmp/": "", "vartmp/": "", "outside/secret.txt": SECRET };
    await inScratch(files, async (root) => {
      for (const guest of ["demo.wasm", "demo_rust.wasm", "hello.wat"]) {
        await copy(guestPath(`examples/copy/${guest}`), `${root}/home/${guest}`);
      }
      await test(`${root}/home`, root);
      assertEquals([...Deno.readDirSync(`${root}/outside`)].map((entry) => entry.name), ["secret.txt"]);
      assertEquals(await Deno.readTextFile(`${root}/outside/secret.txt`), SECRET);
    });
  });
}

function refused({ code, stdout, stderr }: Ended, which: "input" | "output", path: string): void {
  assertEquals([code, stdout], [1, ""]);
  const [said, ...more] = stderr.split("\n");
  assertEquals(said, `error opening ${which} ${path}: Capabilities insufficient`);
  // Behind the program's own words there is one hint, and nothing else.
  assertEquals([more.length, more[0]!.startsWith("hint: "), more[1]], [2, true, ""]);
}

for (const demo of ["demo.wasm", "demo_rust.wasm"]) {
  tutorial(`${demo} without arguments says how it is used`, async (home) => {
    const usage = `usage: ${demo} <from> <to>\n`;
    assertEquals(await keyhole(home, demo), { code: 1, stdout: "", stderr: usage });
  });

  tutorial(`${demo} without grants opens nothing`, async (home, root) => {
    const { code, stderr } = await keyhole(home, demo, "test.txt", `${root}/tmp/somewhere.txt`);
    assertEquals(code, 1);
    assert(stderr.startsWith("error opening input test.txt: "), stderr);
    assertEquals([...Deno.readDirSync(`${root}/tmp`)], []);
  });

  tutorial(
    `${demo} copies between two granted directories, with --dir=X and with --dir X`,
    async (home, root) => {
      const to = `${root}/tmp/somewhere.txt`;
      for (const flags of [["--dir=.", `--dir=${root}/tmp`], ["--dir", ".", "--dir", `${root}/tmp`]]) {
        assertEquals(await keyhole(home, ...flags, demo, "test.txt", to), {
          code: 0,
          stdout: "",
          stderr: "",
        });
        assertEquals(await Deno.readTextFile(to), "hello\n");
        await Deno.remove(to);
      }
    },
  );

  tutorial(`${demo} finds a relative path only below a mount named "."`, async (home, root) => {
    const ended = await keyhole(
      home,
      `--dir=${home}`,
      `--dir=${root}/tmp`,
      demo,
      "test.txt",
      `${root}/tmp/x`,
    );
    assertEquals(ended.code, 1);
    assert(ended.stderr.startsWith("error opening input test.txt: "), ended.stderr);
    assertEquals([...Deno.readDirSync(`${root}/tmp`)], []);
  });

  tutorial(`${demo} does not climb out of a granted directory`, async (home, root) => {
    const grants = ["--dir=.", `--dir=${root}/tmp`];
    const to = `${root}/tmp/../outside/new.txt`;
    const ended = await keyhole(home, ...grants, demo, "test.txt", to);
    assertEquals(ended.code, 1);
    assert(ended.stderr.startsWith(`error opening output ${to}: `), ended.stderr);
  });

  tutorial(`${demo} writes to where --mapdir leads`, async (home, root) => {
    const grants = ["--dir=.", `--mapdir=/tmp::${root}/vartmp`];
    assertEquals((await keyhole(home, ...grants, demo, "test.txt", "/tmp/somewhere.txt")).code, 0);
    assertEquals(await Deno.readTextFile(`${root}/vartmp/somewhere.txt`), "hello\n");
  });
}

// These are the words of the C library; the one of Rust has others for the same error.
tutorial("the refusals are told in the tutorial's words", async (home, root) => {
  const grants = ["--dir=.", `--dir=${root}/tmp`];
  refused(await keyhole(home, "demo.wasm", "test.txt", "/tmp/x"), "input", "test.txt");
  refused(await keyhole(home, `--dir=${home}`, "demo.wasm", "test.txt", "/tmp/x"), "input", "test.txt");
  const to = `${root}/tmp/../outside/new.txt`;
  refused(await keyhole(home, ...grants, "demo.wasm", "test.txt", to), "output", to);
});

for (const backend of ["kernel", "portable"]) {
  if (backend === "kernel" && Deno.build.os !== "linux") continue;
  tutorial(`symbolic links lead nowhere outside (${backend} backend)`, async (home, root) => {
    await Deno.symlink(`${root}/outside`, `${home}/absolute`);
    await Deno.symlink("../outside", `${home}/climbing`);
    await Deno.symlink("climbing", `${home}/chained`);
    await Deno.symlink("../outside/new.txt", `${home}/dangling`);
    const copies = (from: string, to: string): Promise<Ended> =>
      keyhole(home, "--dir=.", "--backend", backend, "demo.wasm", from, to);
    for (const link of ["absolute", "climbing", "chained"]) {
      refused(await copies(`${link}/secret.txt`, "stolen.txt"), "input", `${link}/secret.txt`);
      refused(await copies("test.txt", `${link}/new.txt`), "output", `${link}/new.txt`);
    }
    refused(await copies("test.txt", "dangling"), "output", "dangling");
  });

  tutorial(`a link that the guest makes leads nowhere either (${backend} backend)`, async (home) => {
    const calls = guestPath("tests/guests/calls.wasm");
    const operations = ["symlink:../outside:own", "get:own/secret.txt", "put:own/new.txt:x"];
    const { stdout } = await keyhole(home, "--dir=.", "--backend", backend, calls, ...operations);
    assertEquals(stdout.split("\n").map((line) => line.split(" = ")[1]).slice(1, 3), [
      "ENOTCAPABLE",
      "ENOTCAPABLE",
    ]);
  });
}

tutorial("the text format runs as it is, and as what wat makes of it", async (home) => {
  const hello = { code: 0, stdout: "hello world\n", stderr: "" };
  assertEquals(await keyhole(home, "hello.wat"), hello);
  assertEquals(await keyhole(home, "wat", "hello.wat", "-o", "made.wasm"), {
    code: 0,
    stdout: "",
    stderr: "",
  });
  assertEquals((await Deno.readFile(`${home}/made.wasm`)).slice(0, 4), new TextEncoder().encode("\0asm"));
  assertEquals(await keyhole(home, "made.wasm"), hello);
});

tutorial("a module is known by its bytes, not its name", async (home) => {
  await Deno.rename(`${home}/demo.wasm`, `${home}/demo.txt`);
  await Deno.rename(`${home}/hello.wat`, `${home}/hello.wasm`);
  assertEquals((await keyhole(home, "demo.txt")).stderr, "usage: demo.txt <from> <to>\n");
  assertEquals((await keyhole(home, "hello.wasm")).stdout, "hello world\n");
});
