/** What must work with hard and symbolic links, a guest's own among them. */
import { assert, assertEquals } from "@std/assert";
import { linkAt, openAt, readLinkAt, setTimesAt, statAt, symlinkAt } from "../../../caps/paths.ts";
import { type Directory, GuestPath, Open } from "../../../mod.ts";
import { file, outcome, put, text } from "../outcome.ts";
import type { Semantic } from "./semantics.ts";

const of = GuestPath.of;
const read = (root: Directory, path: string) =>
  outcome(() => openAt(root, of(path), Open.read, true).close());

export const linkSemantics: readonly Semantic[] = [
  {
    title: "a hard link is the same file",
    check({ root }): void {
      const dir = root.directory("dir");
      root.link("file.txt", dir, "also");
      assertEquals(root.lookup("file.txt").inode, dir.lookup("also").inode);
      assertEquals([root.lookup("file.txt").links, dir.lookup("also").links], [2, 2]);
      put(dir, "also", "both");
      assertEquals(text(root, "file.txt"), "both");
      root.removeFile("file.txt");
      assertEquals([text(dir, "also"), dir.lookup("also").links], ["both", 1]);
      dir.close();
    },
  },
  {
    title: "a hard link is made of files and links, not of directories or missing things",
    check({ root }): void {
      assertEquals(outcome(() => root.link("dir", root, "x")), "EPERM");
      assertEquals(outcome(() => root.link("missing", root, "x")), "ENOENT");
      assertEquals(outcome(() => root.link("file.txt", root, "dir")), "EEXIST");
      assertEquals(outcome(() => root.link("file.txt", root, "dangling")), "EEXIST");
      root.link("dangling", root, "x");
      assertEquals([root.lookup("x").kind, root.readLink("x")], ["link", "nowhere"]);
    },
  },
  {
    title: "linking through a link links the file, if asked to follow",
    check({ root }): void {
      linkAt(root, of("chain"), true, root, of("followed"));
      linkAt(root, of("chain"), false, root, of("not-followed"));
      assertEquals(root.lookup("followed").inode, root.lookup("file.txt").inode);
      assertEquals(root.readLink("not-followed"), "chain-2");
    },
  },
  {
    title: "a symbolic link keeps what it says",
    check({ root }): void {
      for (const target of ["x", "./a//b/../c/", "..", "é", "a".repeat(300) + "/b"]) {
        root.symlink(target, "link");
        assertEquals([root.readLink("link"), readLinkAt(root, of("link"))], [target, target]);
        assertEquals(root.lookup("link").size, new TextEncoder().encode(target).length);
        root.removeFile("link");
      }
      for (const target of ["a\0b", "\0", "\ud800", "x/\udc00"]) {
        assertEquals([target, outcome(() => root.symlink(target, "link"))], [target, "EILSEQ"]);
      }
      assertEquals(outcome(() => root.symlink("", "link")), "ENOENT");
      assertEquals(outcome(() => root.symlink("a".repeat(4096), "link")), "ENAMETOOLONG");
      assertEquals(outcome(() => root.lookup("link")), "ENOENT");
      assertEquals(outcome(() => root.symlink("x", "file.txt")), "EEXIST");
      assertEquals(outcome(() => root.symlink("x", "dir")), "EEXIST");
      assertEquals(outcome(() => root.readLink("file.txt")), "EINVAL");
      assertEquals(outcome(() => root.readLink("missing")), "ENOENT");
    },
  },
  {
    title: "a guest cannot make an absolute link",
    check({ root, outside }): void {
      for (const target of ["/", "/etc/passwd", "//x", outside]) {
        assertEquals(outcome(() => symlinkAt(of(target), root, of("link"))), "ENOTCAPABLE");
      }
      assertEquals(outcome(() => symlinkAt(of("../outside"), root, of("../link"))), "ENOTCAPABLE");
      assertEquals(outcome(() => symlinkAt(of("x"), root, of("/link"))), "ENOTCAPABLE");
      assertEquals(outcome(() => root.lookup("link")), "ENOENT");
    },
  },
  {
    title: "links that a guest makes do not lead outside",
    check({ root }): void {
      const targets = [
        "..",
        "../outside/secret.txt",
        "dir/../..",
        "dir/sub/../../../outside/secret.txt",
        "here/..",
      ];
      targets.push(
        "./../outside",
        "made-0/secret.txt",
        "to-dir/../../outside/secret.txt",
        "../mount/file.txt",
      );
      for (const [i, target] of targets.entries()) {
        symlinkAt(of(target), root, of(`made-${i}`));
        assertEquals([target, read(root, `made-${i}`)], [target, "ENOTCAPABLE"]);
        assertEquals([target, read(root, `dir/../made-${i}`)], [target, "ENOTCAPABLE"]);
        assertEquals(
          outcome(() => openAt(root, of(`made-${i}`), Open.write | Open.create, true)),
          "ENOTCAPABLE",
        );
      }
    },
  },
  {
    title: "a link that moves is judged by where it lies when it is followed",
    check({ root }): void {
      const sub = root.directory("dir").directory("sub");
      sub.symlink("../../file.txt", "climb");
      assertEquals(read(root, "dir/sub/climb"), "done");
      sub.rename("climb", root, "climb");
      assertEquals(read(root, "climb"), "ENOTCAPABLE");
      root.rename("climb", root.directory("dir"), "climb");
      assertEquals(read(root, "dir/climb"), "ENOTCAPABLE");
    },
  },
  {
    title: "a directory under a held link that is swapped does not lead outside",
    check({ root }): void {
      const dir = root.directory("dir");
      root.rename("dir", root, "aside");
      root.symlink("../outside", "dir");
      assertEquals(read(root, "dir/secret.txt"), "ENOTCAPABLE");
      assert(outcome(() => dir.lookup("secret.txt")) !== "done");
      dir.close();
    },
  },
  {
    title: "forty links are followed and no more, in one path or one chain",
    check({ root }): void {
      root.symlink("file.txt", "l0");
      for (let i = 1; i <= 40; i++) root.symlink(`l${i - 1}`, `l${i}`);
      assertEquals([read(root, "l39"), read(root, "l40")], ["done", "ELOOP"]);
      assertEquals(read(root, "here/".repeat(40) + "file.txt"), "done");
      assertEquals(read(root, "here/".repeat(41) + "file.txt"), "ELOOP");
      assertEquals(read(root, "here/".repeat(20) + "l20"), "ELOOP");
    },
  },
  {
    title: "links that double at each step end",
    check({ root }): void {
      root.symlink("./.", "d0");
      for (let i = 1; i < 30; i++) root.symlink(`d${i - 1}/d${i - 1}`, `d${i}`);
      assertEquals(read(root, "d29/file.txt"), "ELOOP");
    },
  },
  {
    title: "a new file is made where a link inside leads, and never through one that may not exist",
    check({ root }): void {
      const exclusive = Open.write | Open.create | Open.exclusive;
      assertEquals(outcome(() => openAt(root, of("dangling"), exclusive, true)), "EEXIST");
      assertEquals(outcome(() => root.lookup("nowhere")), "ENOENT");
      openAt(root, of("dangling"), Open.write | Open.create, true).close();
      assertEquals([root.lookup("nowhere").kind, root.lookup("dangling").kind], ["file", "link"]);
    },
  },
  {
    title: "a link is removed, renamed and timed itself",
    check({ root }, { linkTimes }): void {
      root.rename("to-file", root, "to-dir");
      assertEquals(root.readLink("to-dir"), "file.txt");
      assertEquals(root.lookup("dir").kind, "directory");
      const before = root.lookup("file.txt").modified;
      if (linkTimes) {
        setTimesAt(root, of("to-dir"), false, undefined, 5_000_000_000n);
        assertEquals([root.lookup("to-dir").modified, root.lookup("file.txt").modified], [
          5_000_000_000n,
          before,
        ]);
      }
      setTimesAt(root, of("to-dir"), true, undefined, 7_000_000_000n);
      assertEquals(root.lookup("file.txt").modified, 7_000_000_000n);
      root.removeFile("to-dir");
      assertEquals(text(root, "file.txt"), "hello");
    },
  },
  {
    title: "open and lookup never follow",
    check({ root }): void {
      for (const name of ["to-file", "to-dir", "dangling", "out-file", "self"]) {
        assertEquals(root.lookup(name).kind, "link");
        assertEquals(outcome(() => root.open(name, Open.read)), "ELOOP");
        assertEquals(outcome(() => root.open(name, Open.write | Open.create)), "ELOOP");
        assertEquals(outcome(() => root.open(name, Open.write | Open.truncate)), "ELOOP");
      }
      assertEquals(statAt(root, of("to-file"), true).size, 5);
      assertEquals(outcome(() => file(root, "nowhere", Open.read)), "ENOENT");
    },
  },
];
