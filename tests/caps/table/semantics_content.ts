/** What must work inside of files. */
import { assert, assertEquals } from "@std/assert";
import { Open } from "../../../mod.ts";
import { contents, file, outcome, put, text } from "../outcome.ts";
import type { Semantic } from "./semantics.ts";

const READ_WRITE = Open.read | Open.write;
const NEW = READ_WRITE | Open.create | Open.exclusive;
const bytes = (value: string) => new TextEncoder().encode(value);

export const contentSemantics: readonly Semantic[] = [
  {
    title: "a new file is empty and keeps what is written",
    check({ root }): void {
      const opened = file(root, "new", NEW);
      assertEquals([opened.stat().size, opened.stat().links, opened.stat().kind], [0, 1, "file"]);
      assertEquals(opened.write(bytes("..abc."), 2, 5, 0), 3);
      assertEquals([contents(opened), opened.stat().size], ["abc", 3]);
      opened.close();
      assertEquals(text(root, "new"), "abc");
    },
  },
  {
    title: "a read gives what there is and nothing past the end",
    check({ root }): void {
      const opened = file(root, "file.txt", Open.read);
      const into = new Uint8Array(10).fill(46);
      assertEquals(opened.read(into, 2, 10, 3), 2);
      assertEquals(new TextDecoder().decode(into), "..lo......");
      assertEquals([opened.read(into, 0, 10, 5), opened.read(into, 0, 10, 2 ** 40)], [0, 0]);
      assertEquals(opened.read(into, 4, 4, 0), 0);
      opened.close();
    },
  },
  {
    title: "a write past the end leaves zeros between",
    check({ root }): void {
      const opened = file(root, "file.txt", READ_WRITE);
      assertEquals(opened.write(bytes("!"), 0, 1, 7), 1);
      assertEquals(contents(opened), "hello\0\0!");
      opened.close();
    },
  },
  {
    title: "a write of nothing makes nothing longer",
    check({ root }): void {
      const opened = file(root, "file.txt", READ_WRITE);
      assertEquals([opened.write(bytes("x"), 1, 1, 100), opened.append(bytes("x"), 0, 0)], [0, 0]);
      assertEquals(opened.stat().size, 5);
      opened.close();
    },
  },
  {
    title: "a handle knows where its own append ended, whatever others write",
    check({ root }): void {
      const one = file(root, "file.txt", READ_WRITE);
      const other = file(root, "file.txt", READ_WRITE);
      one.append(bytes("-1"), 0, 2);
      other.append(bytes("-two"), 0, 4);
      one.write(bytes("far"), 0, 3, 100);
      one.read(new Uint8Array(3), 0, 3, 0);
      one.append(bytes("nothing"), 0, 0);
      assertEquals([one.appendedTo?.(), other.appendedTo?.()], [7, 11]);
      other.append(bytes("!"), 0, 1);
      other.setSize(2);
      assertEquals([one.appendedTo?.(), other.appendedTo?.()], [7, 104]);
      one.close();
      other.close();
    },
  },
  {
    title: "an append goes to the end, wherever that is by then",
    check({ root }): void {
      const one = file(root, "file.txt", READ_WRITE);
      const other = file(root, "file.txt", Open.write);
      assertEquals(one.append(bytes("-1"), 0, 2), 2);
      assertEquals(other.append(bytes("-2"), 0, 2), 2);
      assertEquals(one.append(bytes("-3"), 0, 2), 2);
      assertEquals(contents(one), "hello-1-2-3");
      one.close();
      other.close();
    },
  },
  {
    title: "two handles see one file",
    check({ root }): void {
      const writer = file(root, "file.txt", READ_WRITE);
      const reader = file(root, "file.txt", Open.read);
      writer.write(bytes("J"), 0, 1, 0);
      assertEquals([contents(reader), reader.stat().inode], ["Jello", writer.stat().inode]);
      writer.setSize(2);
      assertEquals([contents(reader), reader.stat().size], ["Je", 2]);
      writer.close();
      assertEquals(contents(reader), "Je");
      reader.close();
    },
  },
  {
    title: "opening with truncate empties the file for everyone",
    check({ root }): void {
      const reader = file(root, "file.txt", Open.read);
      file(root, "file.txt", Open.write | Open.truncate).close();
      assertEquals(contents(reader), "");
      reader.close();
    },
  },
  {
    title: "a size can be set up and down",
    check({ root }): void {
      const opened = file(root, "file.txt", READ_WRITE);
      opened.setSize(2);
      opened.setSize(4);
      assertEquals(contents(opened), "he\0\0");
      opened.setSize(0);
      assertEquals(contents(opened), "");
      opened.close();
    },
  },
  {
    title: "allocating makes a file longer and never shorter",
    check({ root }): void {
      const opened = file(root, "file.txt", READ_WRITE);
      if (outcome(() => opened.allocate(0, 3)) === "done") {
        assertEquals(contents(opened), "hello");
        opened.allocate(4, 4);
        assertEquals(contents(opened), "hello\0\0\0");
      } else {
        assertEquals(outcome(() => opened.allocate(0, 3)), "ENOTSUP");
      }
      opened.close();
    },
  },
  {
    title: "a file does only what it was opened for",
    check({ root }): void {
      const reader = file(root, "file.txt", Open.read);
      const writer = file(root, "file.txt", Open.write);
      const neither = file(root, "file.txt", 0);
      const into = new Uint8Array(1);
      for (const opened of [reader, neither]) {
        assertEquals(outcome(() => opened.write(into, 0, 1, 0)), "EBADF");
        assertEquals(outcome(() => opened.append(into, 0, 1)), "EBADF");
        assertEquals(outcome(() => opened.setSize(0)), "EBADF");
        assertEquals(outcome(() => opened.allocate(0, 9)), "EBADF");
      }
      assertEquals(outcome(() => writer.read(into, 0, 1, 0)), "EBADF");
      for (const opened of [reader, writer, neither]) assertEquals(opened.stat().size, 5);
      for (const opened of [reader, writer, neither]) opened.close();
      assertEquals(text(root, "file.txt"), "hello");
    },
  },
  {
    title: "large contents come back as they were",
    check({ root }): void {
      const large = new Uint8Array(300_001);
      for (let i = 0; i < large.length; i++) large[i] = i * 31 + (i >> 8);
      const opened = file(root, "large", NEW);
      for (let at = 0; at < large.length;) {
        at += opened.write(large, at, Math.min(large.length, at + 77_777), at);
      }
      const back = new Uint8Array(large.length);
      for (let at = 0; at < back.length;) at += opened.read(back, at, Math.min(back.length, at + 65_536), at);
      assert(back.every((byte, i) => byte === large[i]));
      opened.sync(true);
      opened.sync(false);
      opened.close();
    },
  },
  {
    title: "a sparse file reads as zeros between",
    check({ root }): void {
      const opened = file(root, "sparse", NEW);
      opened.setSize(2 ** 32 + 5);
      opened.write(bytes("x"), 0, 1, 2 ** 32 + 2);
      const into = new Uint8Array(8).fill(1);
      assertEquals(opened.read(into, 0, 8, 2 ** 32), 5);
      assertEquals([...into], [0, 0, 120, 0, 0, 1, 1, 1]);
      opened.close();
      root.removeFile("sparse");
    },
  },
  {
    title: "times can be set, each on its own",
    check({ root }): void {
      const opened = file(root, "file.txt", Open.read);
      opened.setTimes(1_000_000_000_000_000_000n, 1_100_000_000_000_000_000n);
      assertEquals(opened.stat().accessed, 1_000_000_000_000_000_000n);
      assertEquals(opened.stat().modified, 1_100_000_000_000_000_000n);
      opened.setTimes(undefined, 1_200_000_000_000_000_000n);
      assertEquals(root.lookup("file.txt").accessed, 1_000_000_000_000_000_000n);
      assertEquals(root.lookup("file.txt").modified, 1_200_000_000_000_000_000n);
      root.setTimesOf("file.txt", 1_300_000_000_000_000_000n, undefined);
      assertEquals(opened.stat().accessed, 1_300_000_000_000_000_000n);
      assertEquals(opened.stat().modified, 1_200_000_000_000_000_000n);
      opened.close();
      root.setTimes(1_000_000_000_000_000_000n, 1_100_000_000_000_000_000n);
      assertEquals(root.stat().modified, 1_100_000_000_000_000_000n);
      root.setTimesOf("empty", undefined, 1_000_000_000_000_000_000n);
      assertEquals(root.lookup("empty").modified, 1_000_000_000_000_000_000n);
    },
  },
  {
    title: "writing moves the time of change",
    check({ root }): void {
      root.setTimesOf("file.txt", undefined, 1_000_000_000_000_000_000n);
      put(root, "file.txt", "now");
      assert(root.lookup("file.txt").modified > 1_600_000_000_000_000_000n);
      root.setTimes(undefined, 1_000_000_000_000_000_000n);
      root.makeDirectory("fresh");
      assert(root.stat().modified > 1_600_000_000_000_000_000n);
    },
  },
];
