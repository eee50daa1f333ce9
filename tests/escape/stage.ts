/** The kinds of mounts that every attack is tried on, and what a guest finds on each. */
import { type Backend, hostDirectory } from "../../caps/host/open.ts";
import { loadLibC } from "../../caps/host/libc.ts";
import { type Directory, memoryDirectory, observe, overlay, quota, readOnly } from "../../mod.ts";
import { tree } from "../caps/outcome.ts";
import { fill } from "../caps/table/room.ts";
import { fingerprint } from "./fingerprint.ts";

/** What mounts are wrapped in. */
export const WRAPPERS = {
  "plain": (it: Directory): Directory => it,
  "read-only": (it: Directory): Directory => readOnly(it),
  "quota": (it: Directory): Directory => quota(it, { bytes: 1 << 20, fileSize: 1 << 19, entries: 500 }),
  "overlay": (it: Directory): Directory => overlay(it),
  "observed": (it: Directory): Directory => observe(it, {}),
} as const;

export type Wrapper = keyof typeof WRAPPERS;

/** One kind of mount. */
export interface Stage {
  readonly backend: Backend | "memory";
  readonly wrapper: Wrapper;
  readonly name: string;
}

const backends: readonly Stage["backend"][] = loadLibC()
  ? ["kernel", "portable", "memory"]
  : ["portable", "memory"];

/** Every backing in every wrapper. */
export const STAGES: readonly Stage[] = backends.flatMap((backend) =>
  (Object.keys(WRAPPERS) as Wrapper[]).map((wrapper): Stage => {
    return { backend, wrapper, name: wrapper === "plain" ? backend : `${backend}, ${wrapper}` };
  })
);

/** The stages without wrappers. */
export const PLAIN_STAGES: readonly Stage[] = STAGES.filter(({ wrapper }) => wrapper === "plain");

/** A stage that is set: what a guest is given, and what is beside it. */
export interface Scene {
  /** `/m` the mount with the fixture in it, `/m/dir` a part of it once more, `/w` an empty writable one beside it. */
  readonly dirs: Readonly<Record<string, Directory>>;
  /** The absolute path of the mount; of no meaning in memory. */
  readonly mount: string;
  /** The absolute path of a directory beside the mount; of no meaning in memory. */
  readonly outside: string;
  /** Describes what no attack may change: all that is outside, and the mount where nothing may be written. */
  protected(): Promise<string>;
  /** Clears away. */
  close(): void;
}

/** Sets a stage. */
export function setStage({ backend, wrapper }: Stage): Scene {
  return backend === "memory" ? memoryScene(wrapper) : hostScene(backend, wrapper);
}

function isFixed(wrapper: Wrapper): boolean {
  return wrapper === "read-only" || wrapper === "overlay";
}

function hostScene(backend: Backend, wrapper: Wrapper): Scene {
  const scratch = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "keyhole-escape-" }));
  const [mount, outside, beside] = ["mount", "outside", "beside"].map((name) => `${scratch}/${name}`);
  for (const path of [mount, outside, `${outside}/x`, beside]) Deno.mkdirSync(path!);
  Deno.writeTextFileSync(`${outside}/secret.txt`, "secret");
  Deno.linkSync(`${outside}/secret.txt`, `${outside}/x/secret.txt`);
  const roots = [mount, `${mount}/dir`, beside] as string[];
  const filled = hostDirectory(mount!, { backend });
  fill(filled, outside!, mount!);
  filled.close();
  const [whole, part, other] = roots.map((path) => hostDirectory(path, { backend })) as Directory[];
  const wrap = WRAPPERS[wrapper];
  const dirs = { "/m": wrap(whole!), "/m/dir": wrap(part!), "/w": other! };
  return {
    dirs,
    mount: mount!,
    outside: outside!,
    protected: async () => {
      const names = Array.from(Deno.readDirSync(scratch), ({ name }) => name).sort();
      const lines = [...names, ...await fingerprint(outside!)];
      if (isFixed(wrapper)) lines.push(...await fingerprint(mount!));
      return lines.join("\n");
    },
    close: () => {
      for (const directory of Object.values(dirs)) directory.close();
      Deno.removeSync(scratch, { recursive: true });
    },
  };
}

function memoryScene(wrapper: Wrapper): Scene {
  const inner = memoryDirectory();
  fill(inner, "/outside", "/mount");
  const wrap = WRAPPERS[wrapper];
  return {
    dirs: { "/m": wrap(inner), "/m/dir": wrap(inner.directory("dir")), "/w": memoryDirectory() },
    mount: "/mount",
    outside: "/outside",
    protected: () => Promise.resolve(isFixed(wrapper) ? tree(inner).join("\n") : ""),
    close: () => {},
  };
}
