import { assertEquals } from "@std/assert";
import { openAt, removeFileAt, statAt } from "../../caps/paths.ts";
import { type Directory, Fault, GuestPath, memoryDirectory, Open, walk } from "../../mod.ts";
import { outcome } from "./outcome.ts";

/** Counts what is opened and closed through it. */
class Counted {
  open = 0;
  closedTwice = false;
  rootClosed = false;

  wrap(inner: Directory, isRoot = true): Directory {
    let closed = false;
    if (!isRoot) this.open++;
    return new Proxy(inner, {
      get: (target, key) => {
        if (key === "directory") return (name: string) => this.wrap(target.directory(name), false);
        if (key === "again") return () => this.wrap(target.again(), false);
        if (key === "close") {
          return () => {
            if (isRoot) this.rootClosed = true;
            else if (closed) this.closedTwice = true;
            else this.open--;
            closed = true;
          };
        }
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }
}

function tree(): Directory {
  const root = memoryDirectory({ "a/b/c/d.txt": "x", "a/e": "" });
  root.symlink("a/b", "link");
  root.symlink("a/b/../../..", "out");
  root.symlink("self/x", "self");
  return root;
}

Deno.test("a walk closes all that it opened but what it gives back", () => {
  const paths = [
    "a",
    "a/b/c/d.txt",
    "a/b/c/..",
    "a/b/../b/./c/",
    "link/c/d.txt",
    "link/../e",
    "a/b/c/../../../a/e",
  ];
  paths.push(
    "missing/x",
    "a/e/x",
    "a/b/c/../../../..",
    "out",
    "out/x",
    "self",
    "self/x",
    "a/missing/x",
    "/",
    "",
  );
  for (const path of paths) {
    for (const follow of [true, false]) {
      const counted = new Counted();
      const root = counted.wrap(tree());
      const answer = outcome(() => {
        const place = walk(root, path, follow);
        assertEquals(counted.open, place.directory === root ? 0 : 1, path);
        if (place.directory !== root) place.directory.close();
      });
      assertEquals([path, answer, counted.open], [path, answer, 0]);
      assertEquals([counted.closedTwice, counted.rootClosed], [false, false]);
    }
  }
});

Deno.test("operations close all that the walk opened", () => {
  for (
    const path of ["a/b/c/d.txt", "a/../a/b/c/d.txt", "link/c/d.txt", "a/missing", "a/b/c/../../../..", "a/b"]
  ) {
    const counted = new Counted();
    const root = counted.wrap(tree());
    outcome(() => statAt(root, GuestPath.of(path), true));
    outcome(() => openAt(root, GuestPath.of(path), Open.read, true).close());
    outcome(() => removeFileAt(root, GuestPath.of(path)));
    assertEquals([path, counted.open, counted.closedTwice, counted.rootClosed], [path, 0, false, false]);
  }
});

Deno.test("a walk tells the place and how the path ends", () => {
  const root = tree();
  const place = (path: string, follow = true) => {
    const { name, ending } = walk(root, path, follow);
    return [name, ending];
  };
  assertEquals(place("a"), ["a", ""]);
  assertEquals(place("a/"), ["a", "/"]);
  assertEquals(place("a//./"), ["a", "."]);
  assertEquals(place("a/b/."), ["b", "."]);
  assertEquals(place("."), ["", ""]);
  assertEquals(place("a/.."), ["", ""]);
  assertEquals(place("new"), ["new", ""]);
  assertEquals(place("link"), ["b", ""]);
  assertEquals(place("link/"), ["b", "/"]);
  assertEquals(place("link", false), ["link", ""]);
  assertEquals(place("link/", false), ["link", "/"]);
});

Deno.test("the slash of a target counts", () => {
  const root = memoryDirectory({ f: "x" });
  root.symlink("f/", "slash");
  root.symlink("slash", "chained");
  assertEquals(outcome(() => statAt(root, GuestPath.of("slash"), true)), "ENOTDIR");
  assertEquals(outcome(() => openAt(root, GuestPath.of("chained"), Open.read, true)), "ENOTDIR");
  root.symlink("new/", "maker");
  assertEquals(outcome(() => openAt(root, GuestPath.of("maker"), Open.write | Open.create, true)), "EISDIR");
});

Deno.test("a link that vanishes or turns into something else during the walk is no link", () => {
  const root = memoryDirectory({ f: "x" });
  root.symlink("f", "l");
  const racing = (code: "ENOENT" | "EINVAL") =>
    new Proxy(root, {
      get: (target, key) => {
        if (key === "readLink") {
          return () => {
            throw Fault.of(code);
          };
        }
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  for (const code of ["ENOENT", "EINVAL"] as const) {
    assertEquals(walk(racing(code), "l", true).name, "l");
    assertEquals(outcome(() => walk(racing(code), "l/x", true)), "ENOTDIR");
    assertEquals(outcome(() => openAt(racing(code), GuestPath.of("l"), Open.read, true)), "ELOOP");
  }
});

Deno.test("a path of the longest length is walked in bounded time", () => {
  const root = memoryDirectory({ "a/": "" });
  root.symlink("a/../".repeat(800) + "a", "l");
  assertEquals(walk(root, "a/../".repeat(800) + "a", true).name, "a");
  assertEquals(outcome(() => walk(root, "l/../".repeat(800) + "a", true)), "ELOOP");
});
