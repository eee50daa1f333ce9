/**
 * What paths were before a program could touch them.
 *
 * @module
 */
import { parentOf } from "../program_path.ts";

/** What is at a path. */
export type Kind = "directory" | "file";

/** A grant of files that can be made before a run. */
export interface Beginning {
  /** The path of what is granted. */
  readonly path: string;
  /** What is there. */
  readonly kind: Kind;
}

/**
 * Remembers what was at a path when the program first asked for it: a policy can only grant what is there when the next
 * run begins.
 *
 * @example
 * ```ts
 * import { Beginnings } from "./beginnings.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const beginnings = new Beginnings((path) => path === "out" ? "directory" : undefined);
 * beginnings.note("out/new/file");
 * assertEquals(beginnings.grantFor("out/new/file", "change"), { path: "out", kind: "directory" });
 * assertEquals(beginnings.grantFor("out/new/file", "read"), undefined);
 * ```
 */
export class Beginnings {
  readonly #kindOf: (path: string) => Kind | undefined;
  readonly #kinds = new Map<string, Kind | undefined>();

  /**
   * Begins with nothing looked at.
   *
   * @param kindOf Tells what is at a path now
   */
  constructor(kindOf: (path: string) => Kind | undefined) {
    this.#kindOf = kindOf;
  }

  /**
   * Looks at a path and the directories it is in, as far as that was not done before.
   *
   * @param path The path
   */
  note(path: string): void {
    for (let it = path; !this.#kinds.has(it); it = parentOf(it)) {
      this.#kinds.set(it, this.#kindOf(it));
    }
  }

  /**
   * Says that a name is made, taken away or moved: that takes the directory it is in.
   *
   * @param path The path
   */
  changeName(path: string): void {
    this.note(parentOf(path));
    this.#kinds.set(path, undefined);
  }

  /**
   * What has to be granted for a path.
   *
   * @param path The path, which was noted
   * @param access What is done with it
   * @returns What was there, or, to change what was not, the nearest directory; `undefined` for nothing that could be
   * granted
   */
  grantFor(path: string, access: "read" | "change"): Beginning | undefined {
    let it = path;
    while (this.#kinds.get(it) === undefined && access === "change" && it !== parentOf(it)) it = parentOf(it);
    const kind = this.#kinds.get(it);
    return kind && { path: it, kind };
  }
}
