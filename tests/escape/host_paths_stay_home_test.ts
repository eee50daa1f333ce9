/** Nothing that a guest can read tells where on the host it is: no answer, no name, and no byte of its own memory. */
import { assert, assertEquals } from "@std/assert";
import { Guest } from "../../wasi/guest.ts";
import { Instance } from "../../wasi/instance.ts";
import { isUnwinding } from "../../wasi/unwind.ts";
import {
  captureOutput,
  fixedClocks,
  hostDirectory,
  nullInput,
  type Program,
  run,
  seededRandom,
} from "../../mod.ts";
import { type Attack, calls, operate } from "./attack.ts";
import { CHANGES } from "./attacks/changes.ts";
import { CORPUS } from "./attacks/corpus.ts";
import { type Scene, setStage, STAGES } from "./stage.ts";

/** What a guest said and all that it had in its memory at the end. */
function everythingOf(program: Program, args: readonly string[], { dirs }: Scene): string {
  const stdout = captureOutput();
  const guest = new Guest({
    args: ["calls.wasm", ...args],
    env: {},
    preopens: Object.entries(dirs).map(([name, directory]) => ({ name, directory })),
    stdin: nullInput(),
    stdout,
    stderr: stdout,
    clocks: fixedClocks(0n),
    random: seededRandom(1),
  });
  const instance = new Instance(program, guest, "sync");
  try {
    instance.call(instance.find("_start")!);
  } catch (error) {
    if (!isUnwinding(error)) throw error;
  }
  const memory = new TextDecoder("latin1").decode(guest.memory.bytes as Uint8Array<ArrayBuffer>);
  guest.close();
  return stdout.text() + memory;
}

/** The operations of an attack without those that name the host themselves. */
function withoutHostPaths({ steps }: Attack): string[] {
  return steps.map(([operation]) => operation).filter((operation) => !/OUTSIDE|MOUNT/.test(operation));
}

const LOOKING = [
  "args",
  "environ",
  "preopens",
  ...["out-abs", "out-abs-file", "abs-back", "root", "up", "out", "and-back"].flatMap((link) => [
    `readlink:${link}`,
    `readlink:${link}/`,
    `readlink:dir/../${link}`,
    `stat:${link}:NOFOLLOW`,
    `link:${link}:@/w@${link}`,
    `readlink:@/w@${link}`,
    `rename:${link}:@/w@${link}2`,
    `readlink:@/w@${link}2`,
  ]),
  "readdir:3:65536:0",
  "list:.",
];

Deno.test("no path of the host is in what a guest is told, or in its memory", async (context) => {
  const program = await calls();
  for (const stage of STAGES.filter(({ backend }) => backend !== "memory")) {
    await context.step(stage.name, () => {
      const scene = setStage(stage);
      const secret = scene.mount.split("/").at(-2)!;
      assert(secret.startsWith("keyhole-escape-"));
      const told = everythingOf(program, LOOKING, scene);
      assert(!told.includes(secret), "a path of the host was told");
      // The search itself is no blank: a path that the guest is given is found.
      assert(everythingOf(program, [`get:${scene.mount}`], scene).includes(secret));
      for (const attack of [...CORPUS, ...CHANGES]) {
        assert(!everythingOf(program, withoutHostPaths(attack), scene).includes(secret), attack.title);
      }
      scene.close();
    });
  }
});

Deno.test("a mount is known by the name it was granted under, and a program by the end of its path", async () => {
  const folder = await Deno.makeTempDir({ prefix: "keyhole-home-" });
  await Deno.copyFile(new URL("../guests/calls.wasm", import.meta.url), `${folder}/tool.wasm`);
  for (const source of [`${folder}/tool.wasm`, new URL(`file://${folder}/tool.wasm`)]) {
    const result = await run(source, {
      args: ["args", "preopens"],
      dirs: { "/data": folder, ".": hostDirectory(folder) },
      stdout: "capture",
    });
    assertEquals(
      result.stdoutText(),
      'args_get() = OK 3 "tool.wasm" "args" "preopens"\npreopens() = OK 3="/data" 4="."\n',
    );
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("numbers of descriptors and of what is above a mount are the guest's own", async (context) => {
  for (const stage of STAGES.filter(({ backend }) => backend !== "memory")) {
    await context.step(stage.name, async () => {
      const scene = setStage(stage);
      const above = Deno.statSync(scene.mount.replace(/\/mount$/, "")).ino;
      const result = await operate(["readdir:3:65536:0", "open:file.txt", "stat:."], { dirs: scene.dirs });
      const [listing, opened, stat] = result.stdoutText().split("\n") as [string, string, string];
      const own = /ino=(\d+)/.exec(stat)![1]!;
      assert(listing.includes(`${own} directory "."`) && listing.includes(`${own} directory ".."`), listing);
      assert(!listing.includes(String(above)), listing);
      assert(opened.endsWith("= OK 6"), opened);
      scene.close();
    });
  }
});

Deno.test("what fails inside is not explained to the guest", async () => {
  const home = "/home/somebody/private";
  const failing = hostDirectory(await Deno.makeTempDir({ prefix: "keyhole-home-" }));
  failing.again = () => failing;
  failing.openPath = failing.statPath = failing.parentOf = undefined;
  failing.lookup = () => {
    throw new TypeError(`Cannot read ${home}/key.pem`);
  };
  const stdout = captureOutput();
  let failure: unknown;
  try {
    await operate(["stat:x", "args"], { dirs: { "/": failing }, stdout, stderr: stdout });
  } catch (error) {
    failure = error;
  }
  // The application is told, and the guest has ended without a word.
  assert(failure instanceof TypeError, String(failure));
  assertEquals(stdout.text(), "");
});
