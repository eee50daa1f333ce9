/**
 * The wrappers on a file system where "A.txt" and "a.TXT" are one file: no wall may stand on names being different.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import {
  type Directory,
  type File,
  memoryDirectory,
  Open,
  overlay,
  quota,
  readOnly,
  singleFile,
  walk,
} from "../../mod.ts";
import { caseInsensitive } from "./case_insensitive.ts";
import { outcome } from "./outcome.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function host(): { inner: Directory; directory: Directory } {
  const inner = memoryDirectory({ "A.txt": "aaaa", "Dir/b.txt": "b", "secret": "s" });
  return { inner, directory: caseInsensitive(inner) };
}

function contentOf(directory: Directory, name: string): string {
  const file = directory.open(name, Open.read) as File;
  const into = new Uint8Array(100);
  const count = file.read(into, 0, 100, 0);
  file.close();
  return new TextDecoder().decode(into.subarray(0, count));
}

function write(
  directory: Directory,
  name: string,
  text: string,
  how: number = Open.write | Open.create,
): void {
  const file = directory.open(name, how) as File;
  try {
    file.append(bytes(text), 0, text.length);
  } finally {
    file.close();
  }
}

Deno.test("read-only holds for every way to write a name", () => {
  const { inner, directory } = host();
  const guarded = readOnly(directory);
  for (const name of ["A.txt", "a.TXT", "a.txt"]) {
    assertEquals(contentOf(guarded, name), "aaaa");
    assertEquals(outcome(() => write(guarded, name, "x")), "EROFS");
    assertEquals(outcome(() => guarded.removeFile(name)), "EROFS");
    assertEquals(outcome(() => guarded.rename("secret", guarded, name)), "EROFS");
  }
  assertEquals(outcome(() => guarded.directory("DIR").removeFile("B.TXT")), "EROFS");
  assertEquals(inner.list().map(({ name }) => name).toSorted(), ["A.txt", "Dir", "secret"]);
});

Deno.test("one file has one size for a quota, whatever it is called", () => {
  const { inner, directory } = host();
  const limited = quota(directory, { fileSize: 6, bytes: 10 });
  write(limited, "a.txt", "x");
  write(limited, "A.TXT", "x");
  assertEquals(outcome(() => write(limited, "A.txt", "x")), "EFBIG");
  assertEquals(contentOf(inner, "A.txt"), "aaaaxx");
});

Deno.test("a single file is no key to others, and is shown by its own name alone", () => {
  const { directory } = host();
  const one = singleFile(directory, "a.TXT");
  assertEquals(one.list().map(({ name }) => name), ["a.TXT"]);
  assertEquals(contentOf(one, "a.TXT"), "aaaa");
  for (const name of ["A.txt", "secret", "SECRET"]) {
    assertEquals(outcome(() => one.open(name, Open.read)), "ENOENT");
  }
});

Deno.test("below an overlay nothing changes, whatever names are used", () => {
  const { inner, directory } = host();
  const over = overlay(directory);
  write(over, "a.TXT", "b");
  over.removeFile("SECRET");
  over.rename("A.txt", over, "moved");
  write(over.directory("DIR"), "B.txt", "c");
  assertEquals(inner.list().map(({ name }) => name).toSorted(), ["A.txt", "Dir", "secret"]);
  assertEquals([contentOf(inner, "A.txt"), contentOf(inner, "secret")], ["aaaa", "s"]);
  assertEquals(contentOf(inner.directory("Dir"), "b.txt"), "b");
});

Deno.test("a path leaves by no capital", () => {
  const { directory } = host();
  const at = (path: string): string => outcome(() => void walk(directory, path, true));
  assertEquals(at("dir/B.TXT"), "done");
  assertEquals(at("DIR/../dir/../../secret"), "ENOTCAPABLE");
});
