import { assertEquals, assertThrows } from "@std/assert";
import { MountError, mountKey, type MountOrder, parseMount, type PathStyle } from "../../caps/mount.ts";

const GOOD: [
  text: string,
  order: MountOrder,
  style: PathStyle,
  host: string,
  guest: string,
  readOnly: boolean,
][] = [
  [".", "host-first", "posix", ".", ".", false],
  [".:ro", "host-first", "posix", ".", ".", true],
  ["data:rw", "host-first", "posix", "data", "data", false],
  ["data::/in", "host-first", "posix", "data", "/in", false],
  ["data::/in:ro", "host-first", "posix", "data", "/in", true],
  ["/tmp::/var/tmp", "guest-first", "posix", "/var/tmp", "/tmp", false],
  ["/tmp::/var/tmp:ro", "guest-first", "posix", "/var/tmp", "/tmp", true],
  ["my dir::/x y", "host-first", "posix", "my dir", "/x y", false],
  ["a:b::c:d", "host-first", "posix", "a:b", "c:d", false],
  ["C::/x", "host-first", "posix", "C", "/x", false],
  // A name that ends in ":ro" can be said with the mode that holds anyway.
  ["x:ro::x:ro:rw", "host-first", "posix", "x:ro", "x:ro", false],
  ["C:\\x::/x:ro", "host-first", "windows", "C:\\x", "/x", true],
  ["C:\\x", "host-first", "windows", "C:\\x", "C:/x", false],
  ["C:/x:ro", "host-first", "windows", "C:/x", "C:/x", true],
  ["c:::/x", "host-first", "windows", "c:", "/x", false],
  ["C::/x", "host-first", "windows", "C", "/x", false],
  ["C:ro", "host-first", "windows", "C:ro", "C:ro", false],
  ["C:ro:ro", "host-first", "windows", "C:ro", "C:ro", true],
  ["/x::C:\\x:ro", "guest-first", "windows", "C:\\x", "/x", true],
  ["/x::C:", "guest-first", "windows", "C:", "/x", false],
  ["\\\\server\\share::/s", "host-first", "windows", "\\\\server\\share", "/s", false],
];

for (const [text, order, style, host, guest, readOnly] of GOOD) {
  Deno.test(`mount "${text}", ${order} on ${style}, is "${host}" as "${guest}"${readOnly ? ", read only" : ""}`, () => {
    assertEquals(parseMount(text, order, style), { host, guest, readOnly });
  });
}

const BAD: [text: string, order: MountOrder, says: string][] = [
  ["", "host-first", "names no directory of this machine"],
  [":ro", "host-first", "names no directory of this machine"],
  ["::/in", "host-first", "names no directory of this machine"],
  ["data::", "host-first", "has no name for the guest"],
  ["data:::ro", "host-first", "has no name for the guest"],
  ["a::b::c", "host-first", 'more than one "::"'],
  ["/tmp", "guest-first", "names no directory of this machine"],
  ["/tmp::", "guest-first", "names no directory of this machine"],
  ["::/tmp", "guest-first", "has no name for the guest"],
];

for (const [text, order, says] of BAD) {
  Deno.test(`mount "${text}", ${order}, is refused: ${says}`, () => {
    assertThrows(() => parseMount(text, order, "posix"), MountError, says);
  });
}

Deno.test("mounts have the same name whatever slashes and dots it is written with", () => {
  for (const same of [["/", "//"], [".", "./"], ["a", "./a/"], ["/a/b", "/a//./b/"]] as const) {
    assertEquals(mountKey(same[0]), mountKey(same[1]));
  }
  assertEquals(new Set([".", "/", "a", "/a", "..", "../a"].map(mountKey)).size, 6);
});
