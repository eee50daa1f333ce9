import { assert, assertEquals, assertThrows } from "@std/assert";
import { portableDirectory } from "../../../caps/host/portable.ts";
import { openAt, statAt } from "../../../caps/paths.ts";
import { type Directory, GuestPath, Open } from "../../../mod.ts";
import { contents, file, names, outcome, put, text } from "../outcome.ts";

/** Both sides of a mount: what is granted, and a neighbour that must not be touched. */
interface Scene {
  readonly inside: string;
  readonly outside: string;
  readonly root: Directory;
}

function scene(act: (scene: Scene) => void): () => void {
  return () => {
    const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "keyhole_portable_" }));
    const inside = folder + "/inside", outside = folder + "/outside";
    Deno.mkdirSync(inside + "/dir", { recursive: true });
    Deno.writeTextFileSync(inside + "/dir/own", "own");
    Deno.mkdirSync(outside + "/dir", { recursive: true });
    Deno.writeTextFileSync(outside + "/secret", "secret");
    Deno.writeTextFileSync(outside + "/own", "not yours");
    Deno.symlinkSync("dir", outside + "/link");
    const before = snapshot(outside);
    try {
      act({ inside, outside, root: portableDirectory(inside) });
      assertEquals(snapshot(outside), before);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  };
}

/** Names, contents, sizes, times and link counts below a path of the host. */
function snapshot(path: string): string[] {
  const info = Deno.lstatSync(path);
  const line = [path, info.mode, info.size, info.nlink, info.mtime?.getTime(), info.ino].join(" ");
  if (info.isFile) return [line, Deno.readTextFileSync(path)];
  if (!info.isDirectory) return [line];
  return [line, ...[...Deno.readDirSync(path)].flatMap(({ name }) => snapshot(path + "/" + name)).sort()];
}

/** Every operation that a directory has, each with the name given, where that is possible. */
function everything(directory: Directory, name: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries({
      stat: () => directory.stat(),
      lookup: () => directory.lookup(name),
      open: () => directory.open(name, Open.read),
      truncate: () => directory.open(name, Open.write | Open.create | Open.truncate),
      create: () => directory.open("new", Open.write | Open.create),
      directory: () => directory.directory("dir"),
      makeDirectory: () => directory.makeDirectory("made"),
      removeDirectory: () => directory.removeDirectory("dir"),
      removeFile: () => directory.removeFile(name),
      rename: () => directory.rename(name, directory, "renamed"),
      link: () => directory.link(name, directory, "linked"),
      symlink: () => directory.symlink("target", "link"),
      readLink: () => directory.readLink(name),
      list: () => directory.list(),
      setTimes: () => directory.setTimes(0n, 0n),
      setTimesOf: () => directory.setTimesOf(name, 0n, 0n),
      sync: () => directory.sync(),
      openPath: () => directory.openPath!(GuestPath.of("dir/x"), Open.read, true),
      statPath: () => directory.statPath!(GuestPath.of(name), true),
      parentOf: () => directory.parentOf!(GuestPath.of("dir/x")),
    }).map(([what, call]) => [what, outcome(call)]),
  );
}

/** Runs something while what lies at a path has the numbers of something else, as after that one was removed. */
function numberedAs(other: Deno.FileInfo, path: string, act: () => void): void {
  const look = Deno.lstatSync;
  const { dev, ino } = look(path);
  Deno.lstatSync = (at) => {
    const info = look(at);
    return info.dev === dev && info.ino === ino ? { ...info, dev: other.dev, ino: other.ino } : info;
  };
  try {
    assertEquals(Deno.lstatSync(path).ino, other.ino);
    act();
  } finally {
    Deno.lstatSync = look;
  }
}

const linux = Deno.build.os === "linux";

Deno.test(
  "a directory replaced by a link to the outside fails in every operation and touches nothing",
  scene(({ inside, outside, root }) => {
    const directory = root.directory("dir");
    Deno.removeSync(inside + "/dir", { recursive: true });
    Deno.symlinkSync(outside, inside + "/dir");
    for (const name of ["own", "secret", "missing"]) {
      for (const [what, code] of Object.entries(everything(directory, name))) {
        assertEquals([what, code], [what, "ESTALE"]);
      }
    }
    assertEquals(outcome(() => root.link("dir", directory, "x")), "ESTALE");
    assertEquals(outcome(() => root.rename("dir", directory, "x")), "ESTALE");
  }),
);

Deno.test(
  "a directory whose parent was replaced by a link answers alike, whatever the link leads to",
  scene(({ inside, root }) => {
    for (const behind of ["dir", "secret", "link", "missing"]) {
      for (const below of ["", "/dir"]) {
        const chain = `a/${behind}${below}`;
        Deno.mkdirSync(`${inside}/${chain}`, { recursive: true });
        const held = chain.split("/").reduce((directory, name) => directory.directory(name), root);
        const short = root.parentOf!(GuestPath.of(chain + "/x"))!;
        Deno.renameSync(inside + "/a", inside + "/b");
        Deno.symlinkSync("../outside", inside + "/a");
        for (const directory of [held, short]) {
          for (const [what, code] of Object.entries(everything(directory, "secret"))) {
            assertEquals([behind, what, code], [behind, what, "ESTALE"]);
          }
          assertEquals(outcome(() => root.rename("dir", directory, "x")), "ESTALE");
          assertEquals(outcome(() => root.link("a", directory, "x")), "ESTALE");
        }
        Deno.removeSync(inside + "/a");
        Deno.removeSync(inside + "/b", { recursive: true });
      }
    }
  }),
);

Deno.test(
  "a directory made outside with the number of one that was removed is not taken for it",
  scene(({ inside, outside, root }) => {
    Deno.mkdirSync(inside + "/a/dir", { recursive: true });
    const directory = root.directory("a").directory("dir");
    const was = Deno.lstatSync(inside + "/a/dir");
    Deno.renameSync(inside + "/a", inside + "/b");
    Deno.symlinkSync("../outside", inside + "/a");
    Deno.removeSync(inside + "/b/dir");
    numberedAs(was, outside + "/dir", () => {
      for (const [what, code] of Object.entries(everything(directory, "own"))) {
        assertEquals([what, code], [what, "ESTALE"]);
      }
    });
  }),
);

Deno.test(
  "a mount in a mount is not moved by what becomes of the directory that holds it",
  scene(({ inside, outside }) => {
    for (const behind of ["dir", "secret", "missing"]) {
      Deno.mkdirSync(`${inside}/a/${behind}`, { recursive: true });
      const mount = portableDirectory(`${inside}/a/${behind}`);
      const was = Deno.lstatSync(`${inside}/a/${behind}`);
      Deno.renameSync(inside + "/a", inside + "/b");
      Deno.symlinkSync("../outside", inside + "/a");
      Deno.removeSync(`${inside}/b/${behind}`);
      numberedAs(was, outside + "/dir", () => {
        for (const [what, code] of Object.entries(everything(mount, "own"))) {
          assertEquals([behind, what, code], [behind, what, "ESTALE"]);
        }
      });
      Deno.removeSync(inside + "/a");
      Deno.removeSync(inside + "/b", { recursive: true });
    }
  }),
);

Deno.test(
  "a directory that was moved or removed is gone",
  scene(({ inside, root }) => {
    const directory = root.directory("dir");
    Deno.renameSync(inside + "/dir", inside + "/moved");
    for (const [what, code] of Object.entries(everything(directory, "own"))) {
      assertEquals([what, code], [what, "ESTALE"]);
    }
    Deno.writeTextFileSync(inside + "/dir", "a file");
    assertEquals(outcome(() => directory.list()), "ESTALE");
    assertEquals(Deno.readTextFileSync(inside + "/moved/own"), "own");
  }),
);

Deno.test(
  "the root itself replaced by a link fails",
  scene(({ inside, outside, root }) => {
    Deno.renameSync(inside, inside + "-moved");
    Deno.symlinkSync(outside, inside);
    for (const [what, code] of Object.entries(everything(root, "secret"))) {
      assertEquals([what, code], [what, "ESTALE"]);
    }
    Deno.removeSync(inside);
    Deno.renameSync(inside + "-moved", inside);
  }),
);

Deno.test(
  "links are never followed, whatever they say",
  scene(({ inside, outside, root }) => {
    const targets = [
      outside + "/secret",
      "../outside/secret",
      outside,
      "../outside",
      "nowhere",
      "../nowhere",
    ];
    for (const target of [...targets, "loop", "dir", "."]) {
      const name = target === "loop" ? "loop" : "link";
      Deno.symlinkSync(target, inside + "/" + name);
      for (const how of [Open.read, Open.write, Open.truncate, Open.write | Open.create, Open.directory]) {
        assertEquals(outcome(() => root.open(name, how)), "ELOOP");
      }
      assertEquals(outcome(() => root.open(name, Open.write | Open.create | Open.exclusive)), "EEXIST");
      assertEquals(outcome(() => root.directory(name)), "ENOTDIR");
      assertEquals(outcome(() => root.makeDirectory(name)), "EEXIST");
      assertEquals(outcome(() => root.removeDirectory(name)), "ENOTDIR");
      assertEquals(root.lookup(name).kind, "link");
      assertEquals(root.readLink(name), target);
      root.setTimesOf(name, 5_000_000_000n, 7_000_000_000n);
      assertEquals(root.lookup(name).modified, 7_000_000_000n);
      root.rename(name, root, "other");
      root.removeFile("other");
    }
    assertEquals(names(root), ["dir"]);
  }),
);

Deno.test({
  name: "a link is hard-linked itself",
  ignore: !linux,
  fn: scene(({ inside, outside, root }) => {
    Deno.symlinkSync(outside + "/secret", inside + "/link");
    root.link("link", root, "second");
    assertEquals(root.lookup("second").kind, "link");
    assertEquals(root.lookup("second").inode, root.lookup("link").inode);
  }),
});

Deno.test({
  name: "pipes, sockets and devices are refused without being opened",
  ignore: !linux,
  fn: scene(({ inside, root }) => {
    new Deno.Command("mkfifo", { args: [inside + "/pipe"] }).outputSync();
    using listener = Deno.listen({ transport: "unix", path: inside + "/socket" });
    assertEquals(listener.addr.transport, "unix");
    for (const how of [0, Open.read, Open.write, Open.truncate, Open.write | Open.create]) {
      assertEquals(outcome(() => root.open("pipe", how)), "ENOTSUP");
      assertEquals(outcome(() => root.open("socket", how)), "ENXIO");
    }
    assertEquals(root.lookup("pipe").kind, "pipe");
    assertEquals(root.lookup("socket").kind, "socket");
    assertEquals(outcome(() => portableDirectory("/dev").open("zero", Open.read)), "ENOTSUP");
    root.removeFile("pipe");
  }),
});

Deno.test(
  "more than a name is refused",
  scene(({ inside, root }) => {
    const bad = ["..", ".", "", "/", "dir/own", "../outside/secret", inside + "/dir/own", "a\0b", "\ud800"];
    for (const name of bad) {
      for (const [what, code] of Object.entries(everything(root, name))) {
        if (/^(stat|create|directory|list|sync|setTimes|parentOf|openPath|statPath)$/.test(what)) continue;
        if (/^(makeDirectory|removeDirectory|symlink)$/.test(what)) continue;
        assert(
          ["ENOENT", "ENOTCAPABLE", "EILSEQ"].includes(code),
          `${what} of ${JSON.stringify(name)}: ${code}`,
        );
      }
      assert(outcome(() => root.makeDirectory(name)) !== "done");
      assert(outcome(() => root.removeDirectory(name)) !== "done");
      assert(outcome(() => root.symlink("x", name)) !== "done");
      assert(outcome(() => root.rename("dir", root, name)) !== "done");
    }
    assertEquals(outcome(() => root.lookup("x".repeat(256))), "ENAMETOOLONG");
  }),
);

Deno.test(
  "no host path is in what a fault says",
  scene(({ inside, root }) => {
    for (const call of [() => root.open("none", Open.read), () => root.rename("none", root, "x")]) {
      const error: Error = assertThrows(call);
      assertEquals(error.message, "ENOENT");
      assertEquals(Deno.inspect(error).includes(inside), false);
    }
  }),
);

Deno.test(
  "a replaced file is not the one that was opened before",
  scene(({ inside, outside, root }) => {
    put(root, "f", "mine");
    const opened = file(root, "f", Open.read | Open.write);
    Deno.removeSync(inside + "/f");
    Deno.symlinkSync(outside + "/secret", inside + "/f");
    const bytes = new TextEncoder().encode("more");
    opened.write(bytes, 0, 4, 4);
    opened.append(bytes, 0, 4);
    opened.setTimes(0n, 0n);
    opened.setSize(10);
    assertEquals(contents(opened), "minemoremo");
    opened.close();
    opened.close();
  }),
);

Deno.test(
  "a file opened for one thing does not do the other",
  scene(({ root }) => {
    put(root, "f", "four");
    const bytes = new Uint8Array(4);
    const reader = file(root, "f", Open.read);
    for (
      const call of [
        () => reader.write(bytes, 0, 4, 0),
        () => reader.append(bytes, 0, 4),
        () => reader.setSize(0),
        () => reader.allocate(0, 100),
      ]
    ) assertEquals(outcome(call), "EBADF");
    const writer = file(root, "f", Open.write);
    assertEquals(outcome(() => writer.read(bytes, 0, 4, 0)), "EBADF");
    const maker = file(root, "g", Open.read | Open.create);
    assertEquals(outcome(() => maker.write(bytes, 0, 4, 0)), "EBADF");
    const cutter = file(root, "f", Open.truncate);
    assertEquals(outcome(() => cutter.write(bytes, 0, 4, 0)), "EBADF");
    assertEquals(reader.stat().size, 0);
    for (const opened of [reader, writer, maker, cutter]) opened.close();
  }),
);

Deno.test(
  "reads and writes go where they are told, in any order",
  scene(({ root }) => {
    const opened = file(root, "f", Open.read | Open.write | Open.create);
    const bytes = new TextEncoder().encode("0123456789");
    assertEquals(opened.write(bytes, 2, 5, 0), 3);
    assertEquals(opened.write(bytes, 5, 7, 3), 2);
    assertEquals(opened.write(bytes, 0, 1, 8), 1);
    assertEquals(contents(opened), "23456\0\0\x000");
    assertEquals(opened.append(bytes, 9, 10), 1);
    const into = new Uint8Array(new SharedArrayBuffer(8)).fill(0x2e);
    assertEquals(opened.read(into, 1, 4, 1), 3);
    assertEquals(String.fromCharCode(...into), ".345....");
    assertEquals(opened.read(into, 0, 2, 4), 2);
    assertEquals(String.fromCharCode(...into), "6\x0045....");
    assertEquals(opened.read(into, 0, 8, 9), 1);
    assertEquals(opened.read(into, 0, 8, 10), 0);
    assertEquals(opened.read(into, 0, 8, Number.MAX_SAFE_INTEGER), 0);
    assertEquals(opened.read(into, 3, 3, 0), 0);
    assertEquals(outcome(() => opened.write(bytes, 0, 1, Number.MAX_SAFE_INTEGER)), "EFBIG");
    assertEquals(outcome(() => opened.setSize(Number.MAX_SAFE_INTEGER)), "EFBIG");
    assertEquals(outcome(() => opened.allocate(Number.MAX_SAFE_INTEGER, 2)), "EFBIG");
    opened.allocate(8, 8);
    assertEquals(opened.stat().size, 16);
    opened.allocate(0, 4);
    assertEquals(opened.stat().size, 16);
    opened.setSize(3);
    assertEquals(contents(opened), "234");
    opened.sync(true);
    opened.sync(false);
    opened.close();
  }),
);

Deno.test(
  "each wrong kind has its own answer",
  scene(({ root }) => {
    put(root, "f", "file");
    assertEquals(outcome(() => root.removeFile("dir")), "EISDIR");
    assertEquals(outcome(() => root.removeDirectory("f")), "ENOTDIR");
    assertEquals(outcome(() => root.removeDirectory("dir")), "ENOTEMPTY");
    assertEquals(outcome(() => root.removeFile("none")), "ENOENT");
    assertEquals(outcome(() => root.open("dir", Open.write)), "EISDIR");
    assertEquals(outcome(() => root.open("dir", Open.read | Open.create)), "EISDIR");
    assertEquals(outcome(() => root.open("f", Open.directory)), "ENOTDIR");
    assertEquals(outcome(() => root.open("f", Open.directory | Open.create)), "EINVAL");
    assertEquals(outcome(() => root.open("f", Open.create | Open.exclusive | Open.write)), "EEXIST");
    assertEquals(outcome(() => root.directory("f")), "ENOTDIR");
    assertEquals(outcome(() => root.link("dir", root, "x")), "EPERM");
    assertEquals(outcome(() => root.link("f", root, "dir")), "EEXIST");
    assertEquals(outcome(() => root.readLink("f")), "EINVAL");
    assertEquals(outcome(() => root.rename("f", root, "dir")), "EISDIR");
    assertEquals(outcome(() => root.rename("dir", root, "f")), "ENOTDIR");
    assertEquals(outcome(() => root.rename("dir", root.directory("dir"), "x")), "EINVAL");
    root.directory("dir").makeDirectory("inner");
    const within = outcome(() => root.rename("dir", root.directory("dir"), "inner"));
    assertEquals([within === "done", root.directory("dir").lookup("inner").kind], [false, "directory"]);
    root.makeDirectory("empty");
    assertEquals(outcome(() => root.rename("empty", root, "dir")), "ENOTEMPTY");
    root.rename("dir", root, "empty");
    assertEquals(text(root.directory("empty"), "own"), "own");
  }),
);

Deno.test(
  "times are kept to the millisecond, and one alone can be set",
  scene(({ root }) => {
    put(root, "f", "");
    const before = root.lookup("f").accessed;
    root.setTimesOf("f", undefined, 1_234_567_890_123_456_789n);
    assertEquals(root.lookup("f").modified, 1_234_567_890_123_000_000n);
    assertEquals(root.lookup("f").accessed, before);
    const opened = file(root, "f", Open.read);
    opened.setTimes(42_001_000_000n, undefined);
    assertEquals(opened.stat().accessed, 42_001_000_000n);
    assertEquals(opened.stat().modified, 1_234_567_890_123_000_000n);
    opened.close();
    root.directory("dir").setTimes(1_000_000n, 2_000_000n);
    assertEquals(root.lookup("dir").modified, 2_000_000n);
  }),
);

Deno.test(
  "a listing tells kinds and inodes, and leaves out names that are not UTF-8",
  scene(({ inside, root }) => {
    put(root, "f", "");
    put(root, "\ufffd", "a real replacement character");
    Deno.symlinkSync("f", inside + "/l");
    if (linux) new Deno.Command("bash", { args: ["-c", `touch "$0"/$'bad\\xff'`, inside] }).outputSync();
    assertEquals(root.list().map(({ name, kind }) => `${name} ${kind}`).sort(), [
      "dir directory",
      "f file",
      "l link",
      "\ufffd file",
    ]);
    for (const { name, inode } of root.list()) assertEquals(inode, root.lookup(name).inode);
  }),
);

Deno.test({
  name: "a listing gives a name once, also when other names look like it",
  ignore: !linux,
  fn: scene(({ inside, root }) => {
    const script = `cd "$0" && touch $'\\xff' $'\\xfe' $'\\xfdb' $'b\\xff'`;
    assertEquals(new Deno.Command("bash", { args: ["-c", script, inside] }).outputSync().code, 0);
    put(root, "\ufffd", "");
    root.makeDirectory("\ufffdb");
    assertEquals([...Deno.readDirSync(inside)].length, 7);
    assertEquals(root.list().map(({ name, kind }) => `${name} ${kind}`).sort(), [
      "dir directory",
      "\ufffd file",
      "\ufffdb directory",
    ]);
    for (const { name, inode } of root.list()) assertEquals(inode, root.lookup(name).inode);
  }),
});

Deno.test(
  "nothing changed before it was modified",
  scene(({ root }) => {
    const opened = file(root, "f", Open.write | Open.create);
    for (let i = 0; i < 5; i++) {
      root.removeFile("f");
      put(root, "f", "x");
      for (const stat of [root.lookup("f"), root.stat(), opened.stat()]) {
        assert(stat.changed >= stat.modified);
      }
    }
    opened.close();
    root.setTimesOf("f", undefined, 5_000_000_000n);
    assert(root.lookup("f").changed > 1_600_000_000_000_000_000n);
  }),
);

Deno.test(
  "short cuts answer as the walk does",
  scene(({ inside, outside, root }) => {
    Deno.mkdirSync(inside + "/a/b", { recursive: true });
    Deno.writeTextFileSync(inside + "/a/b/c", "deep");
    Deno.symlinkSync("b", inside + "/a/link");
    Deno.symlinkSync("b/c", inside + "/a/file");
    Deno.symlinkSync(outside, inside + "/a/out");
    const walked = new Proxy(root, {
      get: (target, key) => {
        if (key === "openPath" || key === "statPath" || key === "parentOf") return undefined;
        const value: unknown = Reflect.get(target, key);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const paths = [
      "a",
      "a/b",
      "a/b/c",
      "a/link/c",
      "a/file",
      "a/out",
      "a/out/secret",
      "a/x",
      "a/x/y",
      "a/b/c/d",
    ];
    for (const path of paths.map((path) => GuestPath.of(path))) {
      for (const follow of [true, false]) {
        for (const how of [Open.read, Open.directory, Open.write]) {
          assertEquals(
            outcome(() => openAt(root, path, how, follow)),
            outcome(() => openAt(walked, path, how, follow)),
            path.text,
          );
        }
        const stat = (from: Directory): string => {
          let inode = 0n;
          const code = outcome(() => inode = statAt(from, path, follow).inode);
          return code + inode;
        };
        assertEquals(stat(root), stat(walked), path.text);
      }
    }
    assertEquals(outcome(() => statAt(root, GuestPath.of("a/out/secret"), true)), "ENOTCAPABLE");
    assert(root.statPath!(GuestPath.of("a/b/c"), true) !== undefined);
  }),
);

Deno.test("what is no directory is refused at once", () => {
  assertEquals(outcome(() => portableDirectory("/no/such/place")), "ENOENT");
  const path = Deno.makeTempFileSync();
  assertEquals(outcome(() => portableDirectory(path)), "ENOTDIR");
  Deno.removeSync(path);
});

Deno.test(
  "narrow permissions are enough, and a link out of them is told but not followed",
  scene(({ inside, outside }) => {
    Deno.symlinkSync(outside + "/secret", inside + "/link");
    const url = new URL("../../../caps/host/portable.ts", import.meta.url);
    const program = `
      import { portableDirectory } from "${url}";
      const root = portableDirectory(${JSON.stringify(inside)});
      const file = root.open("new", 2 | 4);
      file.write(new TextEncoder().encode("made"), 0, 4, 0);
      file.close();
      root.rename("new", root.directory("dir"), "moved");
      const codes = [];
      for (const how of [1, 2, 16, 2 | 4]) try { root.open("link", how) } catch (error) { codes.push(error.code) }
      console.log(root.readLink("link").endsWith("secret"), codes.join());`;
    const path = inside + "/../program.ts";
    Deno.writeTextFileSync(path, program);
    const { stdout, stderr } = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--allow-read=" + inside, "--allow-write=" + inside, path],
    }).outputSync();
    const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    assertEquals(said, "true ELOOP,ELOOP,ELOOP,ELOOP\n");
    assertEquals(Deno.readTextFileSync(inside + "/dir/moved"), "made");
  }),
);
