import { assertThrows } from "@std/assert";
import { lockedFile } from "../../../caps/host/locked.ts";
import { fileStore } from "../../../caps/host/log_store.ts";

/** Has open what this process has open under a path, as a program has for a moment that is just being started. */
function alsoOpen(path: string): Disposable {
  const libc = Deno.dlopen("libc.so.6", {
    dup: { parameters: ["i32"], result: "i32" },
    close: { parameters: ["i32"], result: "i32" },
  });
  const descriptors = Array.from(Deno.readDirSync("/proc/self/fd"), ({ name }) => name);
  const copies = descriptors.filter((fd) => leadsTo(fd, path)).map((fd) => libc.symbols.dup(Number(fd)));
  return {
    [Symbol.dispose]: () => {
      for (const fd of copies) libc.symbols.close(fd);
      libc.close();
    },
  };
}

function leadsTo(fd: string, path: string): boolean {
  try {
    return Deno.readLinkSync(`/proc/self/fd/${fd}`) === path;
  } catch {
    return false; // It was the one that the listing itself came from.
  }
}

async function withFile(test: (path: string) => void | Promise<void>): Promise<void> {
  const path = await Deno.makeTempFile({ prefix: "keyhole-locked-" });
  try {
    await test(path);
  } finally {
    await Deno.remove(path);
  }
}

const ignore = Deno.build.os !== "linux";

Deno.test(
  "a locked file is free once it is closed, whoever has it open for a moment",
  { ignore },
  () =>
    withFile((path) => {
      const file = lockedFile(path);
      using _other = alsoOpen(path);
      assertThrows(() => lockedFile(path), "EBUSY");
      file.close();
      lockedFile(path).close();
    }),
);

Deno.test(
  "a store is free once it is closed, whoever has it open for a moment",
  { ignore },
  () =>
    withFile(async (path) => {
      const store = fileStore(path);
      using _other = alsoOpen(path);
      assertThrows(() => fileStore(path), Deno.errors.Busy);
      await store.close();
      await fileStore(path).close();
    }),
);
