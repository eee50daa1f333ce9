/** A mount of `/proc` or `/dev` has ways out that are no paths: the kernel's own links. */
import { assert, assertEquals } from "@std/assert";
import { type Backend, hostDirectory, readOnly } from "../../mod.ts";
import { answersOf, operate } from "./attack.ts";

/** Links of the kernel below `/proc/self` lead to objects, whatever their text says. */
const OPERATIONS = [
  "get:root/etc/passwd",
  "list:root",
  "list:root/",
  "list:cwd",
  "get:cwd/deno.json",
  "get:exe",
  "open:exe:DIRECTORY",
  "list:fd/3",
  "get:fd/0",
  "get:task/../root/etc/passwd",
  "readlink:root",
  "readlink:cwd",
  "readlink:exe",
  "stat:root",
  "stat:cwd/..",
  "put:cwd/keyhole-escaped:x",
  "link:exe:taken:FOLLOW",
];

for (const backend of ["kernel", "portable"] as Backend[]) {
  Deno.test({
    name: `links of the kernel lead nowhere (${backend})`,
    ignore: Deno.build.os !== "linux",
    async fn(): Promise<void> {
      const held = await Deno.open("deno.json");
      const proc = hostDirectory(`/proc/${Deno.pid}`, { backend });
      const result = await operate(OPERATIONS, { dirs: { "/p": readOnly(proc) } });
      const answers = answersOf(result.stdoutText());
      assertEquals(answers.length, OPERATIONS.length);
      const wrong = answers.flatMap((answer, i) => answer.startsWith("OK") ? [OPERATIONS[i]] : []);
      assertEquals(wrong, []);
      for (const i of [0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16]) {
        assertEquals(answers[i], "ENOTCAPABLE", OPERATIONS[i]);
      }
      assert(!result.stdoutText().includes(Deno.cwd()), "a path of the host was told");
      proc.close();
      held.close();
    },
  });

  Deno.test({
    name: `devices are not opened (${backend})`,
    ignore: Deno.build.os !== "linux",
    async fn(): Promise<void> {
      const dev = hostDirectory("/dev", { backend });
      const result = await operate(
        [
          "get:null",
          "get:zero",
          "put:null:x",
          "get:tty",
          "get:fd/0",
          "get:stdin",
          "list:fd",
          "get:full",
          "stat:null",
        ],
        { dirs: { "/d": dev } },
      );
      const answers = answersOf(result.stdoutText());
      assertEquals(answers.slice(0, 3), ["ENOTSUP", "ENOTSUP", "ENOTSUP"]);
      assertEquals(answers.filter((answer) => answer.startsWith("OK")).length, 1);
      dev.close();
    },
  });
}
