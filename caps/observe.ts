/**
 * A directory that tells somebody what is done with it.
 *
 * @module
 */
import { type Check, checkSettings, mustBeDirectory, mustBeFunction } from "./checks.ts";
import type { Directory } from "./directory.ts";
import type { FaultCode } from "./fault.ts";
import { ObservedDirectory } from "./observe/directory.ts";
import { isRecord } from "./record.ts";

/** What can be done with a directory or file, apart from reading and writing. */
export type Call =
  | "stat"
  | "lookup"
  | "open"
  | "directory"
  | "makeDirectory"
  | "removeDirectory"
  | "removeFile"
  | "rename"
  | "link"
  | "symlink"
  | "readLink"
  | "list"
  | "setTimes"
  | "sync"
  | "setSize"
  | "allocate"
  | "read"
  | "write";

/**
 * Somebody who is told what is done with a directory. Paths are relative to the directory observed (which is `""`) and
 * say how a thing was reached when it was opened. What a watcher throws reaches whoever made the call.
 */
export interface Watcher {
  /**
   * Told before something is done, and may prevent it: the call fails with what is thrown here, which is a fault where
   * a guest is to be told. Reads and writes are told by their bytes alone.
   *
   * @param call What is done
   * @param path What it is done to
   * @param to The new path of a `rename` or `link`, when it lies in the same observed directory
   */
  called?(call: Call, path: string, to?: string): void;

  /**
   * Told when something fails.
   *
   * @param call What was done
   * @param path What it was done to
   * @param code How it failed
   * @param to The new path, where `called` was told one
   */
  failed?(call: Call, path: string, code: FaultCode, to?: string): void;

  /**
   * Told after something was opened.
   *
   * @param path What was opened
   * @param how A sum of `Open` values
   * @param kind What it turned out to be
   */
  opened?(path: string, how: number, kind: "file" | "directory"): void;

  /**
   * Told after a read.
   *
   * @param path The file
   * @param bytes How many were read, at least 0
   */
  read?(path: string, bytes: number): void;

  /**
   * Told after a write or append.
   *
   * @param path The file
   * @param bytes How many were written, at least 0
   */
  wrote?(path: string, bytes: number): void;
}

/**
 * Tells a watcher what is done with a directory, and with all that is reached through it. Nothing else changes.
 *
 * @param directory The directory; closed with the one returned
 * @param watcher Who is told
 * @returns The same directory, observed
 * @throws {TypeError} For something else than a directory, and a watcher with a method that nobody calls
 *
 * @example
 * ```ts
 * import { memoryDirectory, observe, readOnly } from "keyhole";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const denied: string[] = [];
 * const directory = observe(readOnly(memoryDirectory({ "d/f": "hello" })), {
 *   failed: (call, path, code) => denied.push(`${call} ${path}: ${code}`),
 * });
 * assertThrows(() => directory.directory("d").removeFile("f"), "EROFS");
 * assertEquals(denied, ["removeFile d/f: EROFS"]);
 * ```
 */
export function observe(directory: Directory, watcher: Watcher): Directory {
  mustBeDirectory(directory, "directory");
  mustWatch(watcher);
  return new ObservedDirectory(directory, watcher, "");
}

const HEARS: Readonly<Record<keyof Watcher, Check>> = {
  called: mustBeFunction,
  failed: mustBeFunction,
  opened: mustBeFunction,
  read: mustBeFunction,
  wrote: mustBeFunction,
};

/** One that hears of nothing, because its method is misspelt, would keep nobody out. An object of a class has more. */
function mustWatch(watcher: unknown): void {
  const inherits = typeof watcher === "object" && watcher !== null && !isRecord(watcher);
  if (!inherits) checkSettings(watcher, "watcher", HEARS);
}
