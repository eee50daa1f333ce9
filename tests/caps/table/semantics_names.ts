/** What must work with names: making, listing, moving, removing. */
import { assert, assertEquals } from "@std/assert";
import { makeDirectoryAt, openAt, removeDirectoryAt, renameAt, statAt } from "../../../caps/paths.ts";
import { GuestPath, memoryDirectory, Open } from "../../../mod.ts";
import { contents, file, names, outcome, put, text } from "../outcome.ts";
import { FIXTURE } from "./fixture.ts";
import type { Semantic } from "./semantics.ts";

const CREATE = Open.read | Open.write | Open.create;
const of = GuestPath.of;

export const nameSemantics: readonly Semantic[] = [
  {
    title: "a listing tells names, kinds and inodes",
    check({ root }): void {
      const top = Array.from(FIXTURE.keys()).filter((path) => !path.includes("/")).sort();
      assertEquals(names(root), top);
      for (const { name, inode, kind } of root.list()) {
        assertEquals([name, inode, kind], [name, root.lookup(name).inode, root.lookup(name).kind]);
      }
      assertEquals(root.directory("empty").list(), []);
    },
  },
  {
    title: "a long listing is whole",
    check({ root }): void {
      const empty = root.directory("empty");
      const made = Array.from({ length: 700 }, (_, i) => `a name of some length, number ${i}`);
      for (const name of made) file(empty, name, CREATE).close();
      assertEquals(names(empty), made.sort());
      empty.close();
    },
  },
  {
    title: "odd names are names",
    check({ root }): void {
      const odd = [
        "...",
        "..data",
        ".hidden",
        " ",
        "a b",
        "new\nline",
        "back\\slash",
        "-",
        "~",
        "*",
        "a:b",
        "\x7f",
      ];
      odd.push(
        "é",
        "e\u0301",
        "日本語",
        "\u{1f512}",
        "\ufeff",
        "\ufffd",
        "__proto__",
        "constructor",
        "n".repeat(255),
      );
      for (const name of odd) put(root, name, name);
      for (const name of odd) assertEquals(text(root, name), name);
      const found = names(root);
      assert(odd.every((name) => found.includes(name)));
      for (const name of odd) root.removeFile(name);
      assert(odd.every((name) => outcome(() => root.lookup(name)) === "ENOENT"));
    },
  },
  {
    title: "what is no name is refused by the directory itself",
    check({ root, outside }): void {
      const refused: [name: string, code: string][] = [
        ["", "ENOENT"],
        ...[".", "..", "/", "../x", "dir/inner.txt", "file.txt/", "/etc/passwd", "../outside", outside]
          .map((name): [string, string] => [name, "ENOTCAPABLE"]),
        ...["\0", "a\0b", "\ud800", "a\udc00b", "\ud800".repeat(100)]
          .map((name): [string, string] => [name, "EILSEQ"]),
        ["n".repeat(256), "ENAMETOOLONG"],
        ["é".repeat(128), "ENAMETOOLONG"],
        ["日".repeat(2000), "ENAMETOOLONG"],
      ];
      const before = names(root);
      for (const [name, code] of refused) {
        const calls = [
          () => root.lookup(name),
          () => root.open(name, Open.read),
          () => root.open(name, CREATE),
          () => root.directory(name),
          () => root.makeDirectory(name),
          () => root.removeFile(name),
          () => root.removeDirectory(name),
          () => root.rename(name, root, "x"),
          () => root.rename("file.txt", root, name),
          () => root.link(name, root, "x"),
          () => root.link("file.txt", root, name),
          () => root.symlink("x", name),
          () => root.readLink(name),
          () => root.setTimesOf(name, 0n, 0n),
        ];
        const label = JSON.stringify(name.slice(0, 20));
        for (const [i, call] of calls.entries()) assertEquals([i, label, outcome(call)], [i, label, code]);
      }
      assertEquals([text(root, "file.txt"), names(root)], ["hello", before]);
    },
  },
  {
    title: "no name stands for another: a lone surrogate is not the character that an encoder puts for it",
    check({ root }): void {
      put(root, "\ufffd", "mine");
      for (const name of ["\ud800", "\udfff"]) {
        assertEquals(outcome(() => root.open(name, Open.read)), "EILSEQ");
        assertEquals(outcome(() => put(root, name, "theirs")), "EILSEQ");
        assertEquals(outcome(() => root.removeFile(name)), "EILSEQ");
      }
      assertEquals(text(root, "\ufffd"), "mine");
    },
  },
  {
    title: "bytes that are not UTF-8 are refused before any directory sees them",
    check(): void {
      const path = new GuestPath();
      for (
        const bytes of [[0xff], [0x61, 0xc3], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]]
      ) {
        assertEquals(outcome(() => path.set(new Uint8Array(bytes), 0, bytes.length)), "EILSEQ");
      }
    },
  },
  {
    title: "paths mean what they say",
    check({ root }): void {
      const inner = statAt(root, of("dir/inner.txt"), true).inode;
      const same = ["./dir/inner.txt", "dir//inner.txt", "dir/./inner.txt", "dir/sub/../inner.txt"];
      same.push(
        "to-dir/inner.txt",
        "to-dir-slash/inner.txt",
        "to-inner",
        "through",
        "here/here/dir/inner.txt",
      );
      same.push("dir/sub/top/dir/inner.txt", "dir/sub/top/to-inner", "empty/../to-dir/sub/../inner.txt");
      for (const path of same) assertEquals([path, statAt(root, of(path), true).inode], [path, inner]);
    },
  },
  {
    title: "the root can be opened by paths that come back to it",
    check({ root }): void {
      const inode = root.stat().inode;
      for (
        const path of [".", "./", "dir/..", "dir/sub/top", "dir/sub/top/.", "here", "here/", "to-dir/../."]
      ) {
        const opened = openAt(root, of(path), Open.read, true);
        assertEquals([path, opened.kind, opened.stat().inode], [path, "directory", inode]);
        opened.close();
        assertEquals(statAt(root, of(path), true).inode, inode);
      }
      assertEquals(names(root).length > 10, true);
    },
  },
  {
    title: "directories are made and removed, with slashes behind too",
    check({ root }): void {
      makeDirectoryAt(root, of("made/"));
      makeDirectoryAt(root, of("made/in//"));
      assertEquals(root.directory("made").lookup("in").kind, "directory");
      assertEquals(outcome(() => removeDirectoryAt(root, of("made"))), "ENOTEMPTY");
      removeDirectoryAt(root, of("made/in/"));
      removeDirectoryAt(root, of("made//"));
      assertEquals(outcome(() => root.lookup("made")), "ENOENT");
    },
  },
  {
    title: "a rename replaces, and keeps the inode",
    check({ root }, { countsHidden }): void {
      const inode = root.lookup("file.txt").inode;
      root.rename("file.txt", root, "one.txt");
      assertEquals([text(root, "one.txt"), root.lookup("one.txt").inode], ["hello", inode]);
      assertEquals(outcome(() => root.lookup("file.txt")), "ENOENT");
      assertEquals([text(root, "two.txt"), root.lookup("two.txt").links], ["twins", countsHidden ? 2 : 1]);
      root.rename("one.txt", root.directory("dir"), "moved");
      assertEquals(text(root.directory("dir"), "moved"), "hello");
    },
  },
  {
    title: "a rename of a file onto itself or its twin does nothing",
    check({ root }): void {
      root.rename("one.txt", root, "one.txt");
      root.rename("one.txt", root, "two.txt");
      assertEquals([text(root, "one.txt"), root.lookup("two.txt").links], ["twins", 2]);
    },
  },
  {
    title: "a directory moves with all that is in it, and not into itself",
    check({ root }): void {
      const dir = root.directory("dir");
      const sub = dir.directory("sub");
      assertEquals(outcome(() => root.rename("dir", dir, "x")), "EINVAL");
      assertEquals(outcome(() => root.rename("dir", sub, "x")), "EINVAL");
      assertEquals(outcome(() => dir.rename("inner.txt", root, "dir")), "ENOTEMPTY");
      assertEquals(outcome(() => dir.rename("sub", root, "dir")), "ENOTEMPTY");
      assertEquals(outcome(() => root.rename("dir", root, "file.txt")), "ENOTDIR");
      assertEquals(outcome(() => root.rename("empty", root, "dir")), "ENOTEMPTY");
      assertEquals(outcome(() => root.rename("missing", root, "dir")), "ENOENT");
      for (const held of [dir, sub]) held.close();
      root.rename("dir", root, "empty");
      assertEquals(statAt(root, of("empty/sub/deep.txt"), true).size, 4);
      renameAt(root, of("empty/sub/"), root, of("up-here/"));
      assertEquals(text(root.directory("up-here"), "deep.txt"), "deep");
    },
  },
  {
    title: "nothing moves to a directory of another kind",
    check({ root }): void {
      const memory = memoryDirectory({ f: "x" });
      assertEquals(outcome(() => root.rename("file.txt", memory, "g")), "EXDEV");
      assertEquals(outcome(() => root.link("file.txt", memory, "g")), "EXDEV");
      assertEquals(outcome(() => memory.rename("f", root, "g")), "EXDEV");
      assertEquals(outcome(() => memory.link("f", root, "g")), "EXDEV");
      assertEquals([text(root, "file.txt"), names(memory)], ["hello", ["f"]]);
    },
  },
  {
    title: "between two mounts, a rename moves or says that it cannot",
    check({ root, other }): void {
      const answer = outcome(() => root.rename("file.txt", other, "g"));
      if (answer === "done") assertEquals(text(other, "g"), "hello");
      else assertEquals([answer, text(root, "file.txt"), names(other)], ["EXDEV", "hello", []]);
    },
  },
  {
    title: "a held directory is the same one after a rename, never another",
    check({ root }, { holds }): void {
      const held = root.directory("dir");
      root.rename("dir", root, "away");
      root.makeDirectory("dir");
      const answer = outcome(() => put(held, "mark", "x"));
      assertEquals(outcome(() => root.directory("dir").lookup("mark")), "ENOENT");
      if (holds) assertEquals([answer, text(root.directory("away"), "mark")], ["done", "x"]);
      held.close();
    },
  },
  {
    title: "a held directory that was removed takes nothing more",
    check({ root }, { holds }): void {
      const held = root.directory("empty");
      root.removeDirectory("empty");
      const answers = [
        () => held.makeDirectory("x"),
        () => held.open("x", CREATE),
        () => held.symlink("file.txt", "x"),
        ...["file.txt", "dir"].flatMap((name) => [
          () => root.rename(name, held, "x"),
          () => root.link(name, held, "x"),
        ]),
      ].map(outcome);
      assert(!answers.includes("done"));
      if (holds) assertEquals(answers, answers.map(() => "ENOENT"));
      held.close();
      assertEquals(text(root, "file.txt"), "hello");
    },
  },
  {
    title: "an open file survives a rename over it and its removal",
    check({ root }): void {
      const over = file(root, "one.txt", Open.read);
      const gone = file(root, "file.txt", Open.read | Open.write);
      root.rename("dangling", root, "one.txt");
      root.removeFile("file.txt");
      assertEquals([contents(over), contents(gone), gone.stat().links], ["twins", "hello", 0]);
      put(root, "file.txt", "another");
      gone.write(new Uint8Array([74]), 0, 1, 0);
      assertEquals([contents(gone), text(root, "file.txt")], ["Jello", "another"]);
      over.close();
      gone.close();
    },
  },
  {
    title: "another handle on a directory closes on its own",
    check({ root }): void {
      const dir = root.directory("dir");
      const again = dir.again();
      dir.close();
      dir.close();
      assertEquals([text(again, "inner.txt"), again.stat().kind], ["inner", "directory"]);
      again.sync();
      again.close();
    },
  },
  {
    title: "open gives directories too, for reading",
    check({ root }): void {
      for (const how of [0, Open.read, Open.directory, Open.read | Open.directory]) {
        const opened = root.open("dir", how);
        if (opened.kind !== "directory") throw new Error("a file");
        assertEquals(names(opened), ["back", "inner.txt", "sub"]);
        opened.close();
      }
      assertEquals(outcome(() => root.open("file.txt", Open.directory)), "ENOTDIR");
      assertEquals(outcome(() => root.open("to-dir", Open.directory)), "ELOOP");
      assertEquals(outcome(() => root.open("file.txt", CREATE | Open.exclusive)), "EEXIST");
      assertEquals(outcome(() => root.open("new", CREATE | Open.directory)), "EINVAL");
      assertEquals(outcome(() => root.directory("to-dir")), "ENOTDIR");
      assertEquals(outcome(() => root.lookup("new")), "ENOENT");
    },
  },
];
