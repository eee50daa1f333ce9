import { assert, assertEquals } from "@std/assert";
import { parentOf } from "../../caps/program_path.ts";
import { type Access, type Answer, Answers } from "../../caps/prompt/answers.ts";
import { Beginnings } from "../../caps/prompt/beginnings.ts";
import { askingDirectory } from "../../caps/prompt/directory.ts";
import {
  openAt,
  readLinkAt,
  removeDirectoryAt,
  removeFileAt,
  renameAt,
  statAt,
  symlinkAt,
} from "../../caps/paths.ts";
import { type Directory, type File, GuestPath, memoryDirectory, Open, Quota } from "../../mod.ts";
import { outcome } from "./outcome.ts";

/** A directory of this machine, and a guest's way to it by `/` where every question gets one answer. */
async function withHost(
  answer: (path: string, access: Access) => Answer,
  test: (root: Directory, path: (rest: string) => GuestPath, asked: string[], answers: Answers) => void,
): Promise<void> {
  const scratch = await Deno.makeTempDir({ prefix: "keyhole-prompt-" });
  const asked: string[] = [];
  const answers = new Answers();
  const limits = new Quota({ bytes: 8 });
  try {
    for (const name of ["d", "d/e", "other"]) await Deno.mkdir(`${scratch}/${name}`);
    for (const name of ["d/f", "d/e/g", "other/secret"]) {
      await Deno.writeTextFile(`${scratch}/${name}`, "hello");
    }
    await Deno.symlink("../other", `${scratch}/d/way`);
    await Deno.symlink("../other/secret", `${scratch}/d/link`);
    const root = askingDirectory("/", {
      answers,
      spelled: (path) => path,
      ask: (path, access) => {
        asked.push(`${access} ${path.replace(scratch, "")}`);
        answers.add(path, access, answer(path.replace(scratch, ""), access));
      },
      changeName: (path) => asked.push(`changes the name ${path.replace(scratch, "")}`),
      limited: (directory) => limits.directory(directory),
    });
    test(root, (rest) => GuestPath.of(scratch.slice(1) + rest), asked, answers);
    assertEquals(await Deno.readTextFile(`${scratch}/other/secret`), "hello");
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

Deno.test("nothing is given or told without an answer", async () => {
  await withHost(() => "never", (root, path, asked) => {
    for (const rest of ["/d/f", "/d/missing", "/missing/f"]) {
      assertEquals(outcome(() => openAt(root, path(rest), Open.read, true)), "ENOTCAPABLE");
      assertEquals(outcome(() => statAt(root, path(rest), true)), "ENOTCAPABLE");
    }
    assertEquals(asked, ["read /d/f", "read /d/missing", "read /missing/f"], "a no is not asked for again");
  });
});

Deno.test("one answer for one open, also when it makes a file", async () => {
  await withHost(() => "once", (root, path, asked, answers) => {
    const file = openAt(root, path("/d/new"), Open.write | Open.create, true) as File;
    assertEquals(asked, ["change /d/new"]);
    assertEquals(outcome(() => file.write(new Uint8Array(9), 0, 9, 0)), "EDQUOT");
    file.close();
    answers.forgetOnce();
    openAt(root, path("/d/new"), Open.read, true).close();
    assertEquals(asked, ["change /d/new", "read /d/new"]);
  });
});

Deno.test("a permission to read is none to change", async () => {
  await withHost((_, access) => access === "read" ? "directory" : "never", (root, path, asked) => {
    openAt(root, path("/d/f"), Open.read, true).close();
    openAt(root, path("/d/e/g"), Open.read, true).close();
    assertEquals(asked, ["read /d/f"]);
    assertEquals(outcome(() => openAt(root, path("/d/f"), Open.write, true)), "ENOTCAPABLE");
    assertEquals(outcome(() => renameAt(root, path("/d/f"), root, path("/d/h"))), "ENOTCAPABLE");
    assertEquals(asked, ["read /d/f", "change /d/f"]);
    const directory = openAt(root, path("/d/e"), Open.read | Open.directory, true) as Directory;
    assertEquals(outcome(() => directory.removeFile("g")), "EROFS");
    directory.close();
  });
});

Deno.test("what was granted is a jail: links and .. out of it are asked about", async () => {
  const answer = (path: string): Answer => path.startsWith("/d") ? "directory" : "never";
  await withHost(answer, (root, path, asked) => {
    openAt(root, path("/d/f"), Open.read | Open.write, true).close();
    for (const way of ["/d/way/secret", "/d/link", "/d/../other/secret", "/d/e/../../other/secret"]) {
      assertEquals(outcome(() => openAt(root, path(way), Open.read, true)), "ENOTCAPABLE");
    }
    assertEquals(asked, ["change /d/f", "read /other/secret"]);
    symlinkAt(GuestPath.of("../other"), root, path("/d/mine"));
    assertEquals(readLinkAt(root, path("/d/mine")), "../other");
    assertEquals(outcome(() => openAt(root, path("/d/mine/secret"), Open.write, true)), "ENOTCAPABLE");
    const directory = openAt(root, path("/d"), Open.read | Open.directory, true) as Directory;
    assertEquals(
      outcome(() => openAt(directory, GuestPath.of("way/secret"), Open.read, true)),
      "ENOTCAPABLE",
    );
    directory.close();
  });
});

Deno.test({
  name: "nothing is left open for a directory that is gone",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    withHost(() => "directory", (root, path) => {
      openAt(root, path("/d/f"), Open.read | Open.write, true).close();
      const gone = path("/d/e").text.split("/").reduce((here, name) => here.directory(name), root);
      removeFileAt(root, path("/d/e/g"));
      removeDirectoryAt(root, path("/d/e"));
      const place = `/${path("/d").text}`;
      const open = (): number =>
        Array.from(Deno.readDirSync("/proc/self/fd")).filter(({ name }) => {
          try {
            return Deno.readLinkSync(`/proc/self/fd/${name}`).startsWith(place);
          } catch {
            return false;
          }
        }).length;
      for (let i = 0; i < 10; i++) assertEquals(outcome(() => gone.lookup("x")), "ENOENT");
      assertEquals(open(), 0);
    }),
});

Deno.test("a move is asked about on both sides, and goes nowhere but there", async () => {
  await withHost(() => "run", (root, path, asked) => {
    renameAt(root, path("/d/f"), root, path("/d/e/f"));
    assertEquals(asked, [
      "change /d/f",
      "changes the name /d/f",
      "change /d/e/f",
      "changes the name /d/e/f",
    ]);
    assertEquals(outcome(() => root.rename("x", memoryDirectory(), "x")), "EXDEV");
    assertEquals(statAt(root, path("/d/e/f"), true).size, 5);
  });
});

Deno.test("answers cover what they say and nothing beside it", () => {
  const answers = new Answers();
  answers.add("/data", "read", "run");
  answers.add("a/b", "change", "directory");
  const found: [string, Access, string | undefined][] = [
    ["/data", "read", "/data"],
    ["/data/x", "read", "/data"],
    ["/database", "read", undefined],
    ["/data", "change", undefined],
    ["a/c", "change", "a"],
    ["a/c", "read", "a"],
    ["ab", "read", undefined],
    ["/a/c", "read", undefined],
  ];
  for (const [path, access, by] of found) assertEquals(answers.find(path, access)?.path, by);
  answers.add("x", "change", "never");
  assert(answers.isRefused("x", "change") && !answers.isRefused("x", "read"));
  answers.add("y", "read", "never");
  assert(answers.isRefused("y", "change"), "what may not be looked at may not be changed");
  answers.add("z", "read", "directory");
  assertEquals(answers.find("anything", "read")?.path, ".");
  assertEquals(answers.find("/absolute", "read"), undefined);
  assertEquals(parentOf("/"), "/");
});

Deno.test("what can be granted again is what was there at first", () => {
  const there = new Map<string, "file" | "directory">([[".", "directory"], ["d", "directory"], [
    "d/f",
    "file",
  ]]);
  const beginnings = new Beginnings((path) => there.get(path));
  beginnings.note("d/f");
  beginnings.note("d/new");
  there.set("d/new", "directory").set("d/new/g", "file");
  beginnings.note("d/new/g");
  beginnings.note("d/new/h");
  const directory = { path: "d", kind: "directory" } as const;
  assertEquals(beginnings.grantFor("d/f", "change"), { path: "d/f", kind: "file" });
  assertEquals(beginnings.grantFor("d/new", "change"), directory);
  assertEquals(beginnings.grantFor("d/new/h", "change"), directory);
  assertEquals(beginnings.grantFor("d/new", "read"), undefined);
  beginnings.changeName("d/f");
  beginnings.note("d/f");
  assertEquals(beginnings.grantFor("d/f", "change"), directory);
  beginnings.changeName("x");
  assertEquals(beginnings.grantFor("x", "change"), { path: ".", kind: "directory" });
  assertEquals(new Beginnings(() => undefined).grantFor("/a/b", "change"), undefined);
});
