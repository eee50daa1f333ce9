/**
 * Random scripts must come to the same on every kind of directory: step by step, and in what is there in the end.
 *
 * KEYHOLE_SCRIPTS sets how many scripts a test plays, KEYHOLE_SEED where they begin.
 */
import { type Backend, hostDirectory } from "../../caps/host/open.ts";
import { loadLibC } from "../../caps/host/libc.ts";
import { deterministic, type Directory, memoryDirectory, observe, overlay, quota } from "../../mod.ts";
import { agree, type Pair } from "./differential/agree.ts";
import { exactly, Player } from "./differential/player.ts";
import type { Choices } from "./differential/random.ts";
import { type Limits, randomStep } from "./differential/script.ts";

const SEED = Number(Deno.env.get("KEYHOLE_SEED") ?? 1);
const SCRIPTS = Number(Deno.env.get("KEYHOLE_SCRIPTS") ?? 0);

function memoryAndHost(backend: Backend): Pair {
  const scratch = Deno.makeTempDirSync({ prefix: "keyhole-agree-" });
  const one = hostDirectory(scratch, { backend });
  return {
    one,
    other: memoryDirectory(),
    close(): void {
      one.close();
      Deno.removeSync(scratch, { recursive: true });
    },
  };
}

Deno.test({
  name: "memory and kernel directories agree",
  ignore: !loadLibC(),
  fn: () => agree(SEED, SCRIPTS || 1000, { held: true, links: true }, () => memoryAndHost("kernel")),
});

Deno.test("memory and portable directories agree", () => {
  agree(SEED, SCRIPTS || 300, { held: false, links: true }, () => memoryAndHost("portable"));
});

function deterministically({ one, other, close }: Pair): Pair {
  return { one: deterministic(one), other: deterministic(other), close };
}

Deno.test({
  name: "deterministic directories tell the same of memory and of a kernel directory",
  ignore: !loadLibC(),
  fn: () => {
    const pair = (): Pair => deterministically(memoryAndHost("kernel"));
    agree(SEED, SCRIPTS || 100, { held: true, links: true }, pair, exactly);
  },
});

Deno.test("deterministic directories tell the same of memory and of a portable directory", () => {
  const pair = (): Pair => deterministically(memoryAndHost("portable"));
  agree(SEED, SCRIPTS || 50, { held: false, links: true }, pair, exactly);
});

/** Two memory directories, one of them wrapped, in which the same random steps were taken before. */
function wrapped(wrap: (directory: Directory) => Directory, limits: Limits): (choices: Choices) => Pair {
  return (choices) => {
    const [plain, inner] = [memoryDirectory(), memoryDirectory()];
    const players = [new Player(plain), new Player(inner)];
    for (let i = 0; i < 30; i++) {
      const step = randomStep(choices, limits);
      for (const player of players) player.play(step);
    }
    for (const player of players) player.close();
    return { one: plain, other: wrap(inner), close(): void {} };
  };
}

const ROOMY = { bytes: 2 ** 40, fileSize: 2 ** 40, entries: 2 ** 40 };

const WRAPPERS: [string, (directory: Directory) => Directory, before: Limits][] = [
  ["quota", (it) => quota(it, ROOMY), { held: true, links: true }],
  ["quota within a quota", (it) => quota(quota(it, ROOMY), ROOMY), { held: true, links: true }],
  ["observed memory", (it) => observe(it, {}), { held: true, links: true }],
  ["overlay", (it) => overlay(it), { held: true, links: false }],
  ["overlay on an overlay", (it) => overlay(overlay(it)), { held: true, links: false }],
  ["overlay over nothing", (it) => overlay(memoryDirectory(), it), { held: true, links: true }],
];

for (const [name, wrap, before] of WRAPPERS) {
  Deno.test(`memory and ${name} agree`, () => {
    agree(SEED, SCRIPTS || 500, { held: true, links: true }, wrapped(wrap, before));
  });
}
