/** Two guests in two threads share a mount, and one turns what the other walks through into ways out. */
import { assert, assertEquals } from "@std/assert";
import { loadLibC } from "../../caps/host/libc.ts";
import { fingerprint } from "./fingerprint.ts";
import { setStage } from "./stage.ts";

const SECONDS = Number(Deno.env.get("KEYHOLE_RACE_SECONDS") ?? "2");

/** Directories and files that change places with links to the outside, as fast as a guest can. */
const SWAPPING = [
  "symlink:../outside:exit",
  "symlink:../outside/secret.txt:exit-file",
  "symlink:../outside/made.txt:exit-new",
  "mkdir:real",
  "put:real/secret.txt:inside",
  "put:real/victim:inside",
  ...Array.from({ length: 200 }, () => [
    "rename:real:swap",
    "rename:swap:real",
    "symlink:../outside:swap",
    "unlink:swap",
    "rename:exit:swap",
    "rename:swap:exit",
    "link:exit-file:file",
    "unlink:file",
    "rename:exit-new:file",
    "rename:file:exit-new",
    "put:file:inside",
    "unlink:file",
  ]).flat(),
];

/** Everything that a path can be used for, through the names that change. */
const WALKING = [
  ...Array.from({ length: 40 }, () => [
    "get:swap/secret.txt",
    "get:swap/../swap/secret.txt",
    "put:swap/secret.txt:escaped",
    "put:swap/made.txt:escaped",
    "open:swap/secret.txt:TRUNC:write",
    "list:swap",
    "stat:swap/x/secret.txt",
    "mkdir:swap/made",
    "rmdir:swap/made",
    "times:swap/secret.txt:1:1",
    "symlink:t:swap/made",
    "unlink:swap/made",
    "link:swap/secret.txt:taken",
    "get:taken",
    "unlink:taken",
    "rename:swap/x:taken",
    "rename:taken:swap/y",
    "unlink:swap/victim",
    "get:file",
    "put:file:escaped",
    "open:file:CREAT:write",
    "open:file:TRUNC:write",
    "times:file:1:1",
    "link:file:taken:FOLLOW",
    "get:taken",
    "unlink:taken",
  ]).flat(),
];

function guest(mount: string, operations: readonly string[]): Promise<string> {
  const worker = new Worker(new URL("two_guests_worker.ts", import.meta.url), { type: "module" });
  return new Promise<string>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<string>) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage({ mount, operations, seconds: SECONDS });
  }).finally(() => worker.terminate());
}

Deno.test({
  name: "of two guests on one mount, neither opens a way out for the other (kernel)",
  ignore: !loadLibC(),
  async fn(): Promise<void> {
    const scene = setStage({ backend: "kernel", wrapper: "plain", name: "kernel" });
    const before = await fingerprint(scene.outside);
    const [swapped, walked] = await Promise.all([
      guest(scene.mount, SWAPPING),
      guest(scene.mount, WALKING),
    ]) as [string, string];
    assertEquals(await fingerprint(scene.outside), before, "something outside has changed");
    assert(!walked.includes('"secret"'), walked);
    // Both had their turns, and met each other's names.
    assert(/\d+ path_rename\(3, "real", 3, "swap"\) = OK/.test(swapped), swapped);
    assert(walked.includes('get(3, "swap/secret.txt") = ENOTCAPABLE'), walked);
    assert(/get\(3, "swap\/secret.txt"\) = (OK|ENOENT)/.test(walked), walked);
    scene.close();
  },
});
