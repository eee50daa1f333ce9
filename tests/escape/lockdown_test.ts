/** Were there a hole in the first wall, the kernel's would hold: shown with a hole that was made for it. */
import { assert, assertEquals } from "@std/assert";
import { loadLibC } from "../../caps/host/libc.ts";
import { lockdownVersion } from "../../caps/host/lockdown.ts";
import { answersOf } from "./attack.ts";
import { fingerprint } from "./fingerprint.ts";
import { setStage } from "./stage.ts";
import { inRepository } from "../repository.ts";

const program = inRepository("tests/escape/broken_walker.ts");
const config = inRepository("deno.json");

/** Only plain paths come to the place where the mistake was made, so all of these lead out by links. */
const OPERATIONS = [
  "get:out/secret.txt",
  "get:out-file",
  "get:out-abs-file",
  "get:to-etc/passwd",
  "put:out/new.txt:escaped",
  "open:out-new:CREAT:write",
  "open:out/x:DIRECTORY",
  "open:out/secret.txt:TRUNC:write",
  "get:file.txt",
  "put:dir/new.txt:inside",
  "get:dir/new.txt",
];

async function runBroken(wall: "on" | "off", mount: string): Promise<string[]> {
  const { stdout, stderr, code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--config", config, program, wall, mount, ...OPERATIONS],
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
  return answersOf(new TextDecoder().decode(stdout));
}

Deno.test({
  name: "the kernel refuses what a broken walker lets through",
  ignore: !loadLibC() || lockdownVersion() === undefined,
  async fn(): Promise<void> {
    const scene = setStage({ backend: "kernel", wrapper: "plain", name: "kernel" });
    Deno.symlinkSync("/etc", `${scene.mount}/to-etc`);
    const before = await fingerprint(scene.outside);
    const held = await runBroken("on", scene.mount);
    assertEquals(await fingerprint(scene.outside), before, "something outside has changed");
    assertEquals(held, [
      ...Array.from({ length: 8 }, () => "EACCES"),
      'OK 5 "hello"',
      "OK",
      'OK 6 "inside"',
      "PermissionDenied",
      "PermissionDenied",
      "PermissionDenied",
      "PermissionDenied",
      "OK",
    ]);

    // Without the wall the same guest gets out: the walker is broken indeed.
    const free = await runBroken("off", scene.mount);
    assertEquals(free.slice(0, 3), ['OK 6 "secret"', 'OK 6 "secret"', 'OK 6 "secret"']);
    assert(free.slice(3, 8).every((answer) => answer.startsWith("OK")), free.join());
    assert((await fingerprint(scene.outside)).join() !== before.join());
    scene.close();
  },
});
