/** Calls that take longer than a time limit waits for: the engine cuts them off, and no `finally` of theirs runs. */
import { assert, assertEquals } from "@std/assert";
import {
  defaultBackend,
  type Directory,
  type File,
  hostDirectory,
  memoryDirectory,
  Open,
  overlay,
  Quota,
  run,
} from "../../mod.ts";

const calls = new URL("../guests/calls.wasm", import.meta.url);

function forever(): never {
  for (;;);
}

/** A directory in which some methods are others, however often it is opened. */
function changed(directory: Directory, methods: Partial<Directory>): Directory {
  const again = (): Directory => result;
  const result: Directory = Object.assign(directory, { again }, methods);
  return result;
}

/** A file that does something behind each read and write. */
function followed(file: File, follow: () => void): File {
  const read = file.read.bind(file);
  const write = file.write.bind(file);
  return Object.assign(file, {
    read: (...range: Parameters<File["read"]>) => {
      const count = read(...range);
      follow();
      return count;
    },
    write: (...range: Parameters<File["write"]>) => {
      const count = write(...range);
      follow();
      return count;
    },
  });
}

/** A directory whose files do something behind each read and write. */
function withSlowFiles(directory: Directory, follow: () => void): Directory {
  const open = directory.open.bind(directory);
  return changed(directory, {
    openPath: undefined,
    open: (name, how) => {
      const opened = open(name, how);
      return opened.kind === "file" ? followed(opened, follow) : opened;
    },
  });
}

async function runCutOff(directory: Directory, ...args: string[]): Promise<void> {
  const { reason } = await run(calls, {
    args,
    dirs: { "/": directory },
    limits: { timeout: 20 },
    stdout: "null",
  });
  assertEquals(reason, "timeout");
}

Deno.test("a walk that is cut off closes the directories that it came through", async () => {
  let open = 0;
  const within = (name: string, inner: Directory): Directory =>
    changed(memoryDirectory({ [`${name}/x`]: "" }), {
      openPath: undefined,
      statPath: undefined,
      parentOf: undefined,
      directory: () => {
        open++;
        return inner;
      },
      close: () => void open--,
    });
  const last = changed(memoryDirectory({ "c/x": "" }), { directory: forever, close: () => void open-- });
  await runCutOff(within("a", within("b", last)), "stat:a/b/c/d");
  // The first one is the run's own grant, which it has closed as well.
  assertEquals(open, -1);
});

Deno.test({
  name: "a listing that is cut off leaves no descriptor open",
  ignore: defaultBackend() !== "kernel",
  fn: async () => {
    const path = await Deno.makeTempDir();
    try {
      await Deno.writeTextFile(`${path}/a.txt`, "hello");
      const descriptors = (): string[] => Array.from(Deno.readDirSync("/proc/self/fd"), ({ name }) => name);
      const host = hostDirectory(path);
      // The first listing takes the descriptor that there is.
      assertEquals(host.list().length, 1);
      const visitEntries = (): boolean => host.visitEntries!(forever);
      const before = descriptors().length;
      await runCutOff(changed(memoryDirectory(), { visitEntries }), "readdir:3");
      assertEquals(descriptors().length, before);
      host.close();
    } finally {
      await Deno.remove(path, { recursive: true });
    }
  },
});

Deno.test("a copy of an overlay that is cut off is none", async () => {
  const upper = memoryDirectory();
  const size = 200_000;
  let reads = 0;
  const lower = withSlowFiles(memoryDirectory({ large: new Uint8Array(size).fill(7) }), () => {
    if (++reads === 2) forever();
  });
  const directory = overlay(lower, upper);
  const { modified } = upper.stat();
  await runCutOff(directory, "open:large::read,write", "write:$1:x");
  assertEquals(reads, 2);
  assertEquals(upper.list(), []);
  assertEquals(upper.stat().modified, modified);
  assertEquals(directory.lookup("large").size, size);
});

Deno.test("a copy that is cut off of a file without a name leaves no name", async () => {
  const upper = memoryDirectory();
  let reads = 0;
  const lower = withSlowFiles(memoryDirectory({ large: new Uint8Array(200_000) }), () => {
    if (++reads === 2) forever();
  });
  await runCutOff(overlay(lower, upper), "open:large::read,write", "unlink:large", "write:$1:x");
  assertEquals(reads, 2);
  assertEquals(upper.list(), []);
});

Deno.test("what is written in a call that is cut off is charged", async () => {
  const quota = new Quota({ bytes: 100 });
  const memory = memoryDirectory();
  const directory = quota.directory(withSlowFiles(memory, forever));
  await runCutOff(directory, "open:a:CREAT:read,write", "write:$1:hello");
  assertEquals(memory.lookup("a").size, 5);
  assertEquals(quota.bytes, 5);
  const file = quota.directory(memoryDirectory()).open("b", Open.write | Open.create) as File;
  assert(file.kind === "file");
  assertEquals(file.write(new Uint8Array(95), 0, 95, 0), 95);
  assertEquals(quota.bytes, 100);
});
