/**
 * What a user has answered about paths that no grant covers.
 *
 * @module
 */
import { isWithin, parentOf } from "../program_path.ts";

/** What a program wants to do with a path: look at it, or change it (which includes looking at it). */
export type Access = "read" | "change";

/**
 * An answer: for this one call, for this run, for everything in the same directory for this run, or never in this run.
 */
export type Answer = "once" | "run" | "directory" | "never";

/** What was granted for the rest of a run. */
export interface Permission {
  /** The path, as the program knows it. */
  readonly path: string;
  /** What may be done with it. */
  readonly access: Access;
}

/**
 * The answers of a run.
 *
 * @example
 * ```ts
 * import { Answers } from "./answers.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const answers = new Answers();
 * answers.add("/data/a", "read", "directory");
 * assertEquals(answers.find("/data/sub/b", "read")?.path, "/data");
 * assertEquals(answers.find("/data/sub/b", "change"), undefined);
 * ```
 */
export class Answers {
  readonly #permissions = new Map<string, Access>();
  readonly #refused = new Map<string, Access>();
  #once: Permission | undefined;

  /** What was granted for the rest of the run, the first one first. */
  get permissions(): Permission[] {
    return Array.from(this.#permissions, ([path, access]) => ({ path, access }));
  }

  /**
   * Keeps an answer.
   *
   * @param path The path that it is about
   * @param access What it allows or refuses
   * @param answer The answer
   */
  add(path: string, access: Access, answer: Answer): void {
    if (answer === "never") this.#refused.set(path, access);
    else if (answer === "once") this.#once = { path, access };
    else {
      const granted = answer === "directory" ? parentOf(path) : path;
      if (this.#permissions.get(granted) !== "change") this.#permissions.set(granted, access);
    }
  }

  /** Says that a call is over: what was granted once is gone. */
  forgetOnce(): void {
    this.#once = undefined;
  }

  /**
   * Finds the permission that covers an access.
   *
   * @param path The path
   * @param access What is to be done with it
   * @returns The permission, or `undefined` when none has been given
   */
  find(path: string, access: Access): Permission | undefined {
    const all = this.#once === undefined ? this.permissions : [this.#once, ...this.permissions];
    return all.find((it) => (it.access === "change" || access === "read") && isWithin(path, it.path));
  }

  /**
   * Whether an access is refused for the rest of the run.
   *
   * @param path The path
   * @param access What is to be done with it
   * @returns `true` if nobody has to be asked any more
   */
  isRefused(path: string, access: Access): boolean {
    const refused = this.#refused.get(path);
    return refused === "read" || (refused !== undefined && access === "change");
  }
}
