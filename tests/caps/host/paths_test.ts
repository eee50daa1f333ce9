import { assertEquals, assertThrows } from "@std/assert";
import type { Platform } from "../../../caps/host/errors.ts";
import { pathOfUrl, splitPath } from "../../../caps/host/paths.ts";

const SPLIT: [path: string, platform: Platform, parent: string, name: string][] = [
  ["a.txt", "linux", ".", "a.txt"],
  ["/a.txt", "darwin", "/", "a.txt"],
  ["dir/", "linux", "dir/", ""],
  ["a\\b", "linux", ".", "a\\b"],
  ["C:\\a.txt", "linux", ".", "C:\\a.txt"],
  ["C:\\a.txt", "windows", "C:\\", "a.txt"],
  ["C:/dir\\a.txt", "windows", "C:/dir\\", "a.txt"],
  ["dir\\sub/a.txt", "windows", "dir\\sub/", "a.txt"],
  ["d:a.txt", "windows", "d:.", "a.txt"],
  ["\\\\server\\share\\a.txt", "windows", "\\\\server\\share\\", "a.txt"],
];

for (const [path, platform, parent, name] of SPLIT) {
  Deno.test(`on ${platform}, "${path}" is "${name}" in "${parent}"`, () => {
    assertEquals(splitPath(path, platform), [parent, name]);
  });
}

const URLS: [url: string, platform: Platform, path: string][] = [
  ["file:///srv/my%20data", "linux", "/srv/my data"],
  ["file:///srv/100%", "linux", "/srv/100%"],
  ["file:///C:/x", "linux", "/C:/x"],
  ["file:///c:/Users/me%20too", "windows", "c:\\Users\\me too"],
  ["file:///C:/", "windows", "C:\\"],
  ["file://server/share/x", "windows", "\\\\server\\share\\x"],
];

for (const [url, platform, path] of URLS) {
  Deno.test(`on ${platform}, ${url} is "${path}"`, () => {
    assertEquals(pathOfUrl(new URL(url), platform), path);
  });
}

Deno.test("what is on another machine, or no file, is no path", () => {
  for (const url of ["https://example.com/x", "data:text/plain,x"]) {
    for (const platform of ["linux", "windows"] as const) {
      assertThrows(() => pathOfUrl(new URL(url), platform), TypeError, "give a file: URL");
    }
  }
  assertThrows(() => pathOfUrl(new URL("file://server/share"), "darwin"), TypeError, "of this machine");
});
