/**
 * THE path resolution: the one place where a guest's path is taken apart, and so the one wall of the jail.
 *
 * It keeps the directories it came through on a stack. `..` pops it, and popping the root is an escape, even for a
 * path that would come back in: whether a directory outside exists would show. Links are read one at a time by the
 * walk itself, whoever made them; an absolute link is an escape wherever it leads.
 *
 * @module
 */
import { closing } from "./closing.ts";
import type { Directory } from "./directory.ts";
import { Fault, isFault } from "./fault.ts";

/** How many links one walk may follow, as on Linux. Beyond it, a loop is assumed. */
export const MOST_LINKS = 40;

/** Where a path leads: a name in a directory. */
export interface Place {
  /** The directory that holds the name. Closed by the caller unless it is the root of the walk. */
  readonly directory: Directory;
  /** The last name; empty when the path means `directory` itself (`.`, `a/..`). */
  readonly name: string;
  /** What followed the last name: nothing, slashes (only a directory will do), or a last `.` component. */
  readonly ending: "" | "/" | ".";
}

/**
 * Resolves a path below a directory without leaving it.
 *
 * The place found need not exist; everything before the last name must. Without `follow` a link in the last place is
 * left as it is, also when slashes or a `.` come behind it.
 *
 * @param root Where the path begins, and what it may not leave
 * @param path The path; must not be absolute
 * @param follow Whether a link in the last place is followed
 * @returns The place; its directory has to be closed unless it is `root`
 * @throws {Fault} `ENOTCAPABLE` for a path that leads outside, `ENOENT`, `ENOTDIR`, `ELOOP` after
 * {@linkcode MOST_LINKS} links, and whatever the directories throw
 *
 * @example
 * ```ts
 * import { memoryDirectory, walk } from "keyhole";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const root = memoryDirectory({ "a/b/c.txt": "hello" });
 * assertEquals(walk(root, "a/./b/../b/c.txt", true).name, "c.txt");
 * assertThrows(() => walk(root, "a/../../a/b", true), "ENOTCAPABLE");
 * ```
 */
export function walk(root: Directory, path: string, follow: boolean): Place {
  const stack: Directory[] = [root];
  let found: Directory | undefined;
  const close = (): void => {
    for (const directory of stack) if (directory !== root && directory !== found) directory.close();
  };
  return closing({ close }, () => {
    const place = resolve(stack, path, follow);
    found = place.directory;
    return place;
  });
}

function resolve(stack: Directory[], path: string, follow: boolean): Place {
  const pending = new Pending(path);
  let links = 0;
  for (;;) {
    const name = pending.next();
    if (name === "" || name === ".") {
      if (pending.done) return { directory: stack.at(-1)!, name: "", ending: pending.ending };
      continue;
    }
    if (name === "..") {
      if (stack.length === 1) throw Fault.of("ENOTCAPABLE");
      stack.pop()!.close();
      if (pending.done) return { directory: stack.at(-1)!, name: "", ending: pending.ending };
      continue;
    }
    const here = stack.at(-1)!;
    let target: string | undefined;
    if (!pending.done) {
      target = enter(stack, name);
    } else if (!follow || (target = targetOf(here, name)) === undefined) {
      return { directory: here, name, ending: pending.ending };
    }
    if (target !== undefined) {
      if (++links > MOST_LINKS) throw Fault.of("ELOOP");
      pending.insert(target);
    }
  }
}

/** Steps into a directory; when the name is a link, returns what it says instead. */
function enter(stack: Directory[], name: string): string | undefined {
  const here = stack.at(-1)!;
  try {
    stack.push(here.directory(name));
    return undefined;
  } catch (error) {
    if (!isFault(error, "ENOTDIR") && !isFault(error, "ELOOP")) throw error;
    const target = targetOf(here, name);
    if (target === undefined) throw Fault.of("ENOTDIR");
    return target;
  }
}

/** What a link says, or `undefined` for anything else and for nothing. */
function targetOf(directory: Directory, name: string): string | undefined {
  try {
    if (directory.lookup(name).kind !== "link") return undefined;
    return directory.readLink(name);
  } catch (error) {
    // Gone, or replaced in between: then it is no link that could be followed.
    if (isFault(error, "ENOENT") || isFault(error, "EINVAL")) return undefined;
    throw error;
  }
}

/** The components still to be walked, the nearest last. */
class Pending {
  ending: "" | "/" | "." = "";
  readonly #names: string[] = [];

  constructor(path: string) {
    this.insert(path);
  }

  get done(): boolean {
    return this.#names.length === 0;
  }

  next(): string {
    return this.#names.pop() ?? "";
  }

  insert(path: string): void {
    if (path === "") throw Fault.of("ENOENT");
    if (path.startsWith("/")) throw Fault.of("ENOTCAPABLE");
    const names = path.split("/");
    // What trails the last name is kept apart: "link/" and "link/." are still the link in the last place.
    let ending: "" | "/" | "." = "";
    while (names.length > 1 && (names.at(-1) === "" || names.at(-1) === ".")) {
      if (names.pop() === ".") ending = ".";
      else if (ending === "") ending = "/";
    }
    if (this.done && ending !== "") this.ending = ending;
    for (let i = names.length - 1; i >= 0; i--) if (names[i] !== "") this.#names.push(names[i]!);
  }
}
