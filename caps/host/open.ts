/**
 * Where authority enters: the one function that turns a path of this machine into a capability.
 *
 * @module
 */
import { checkSettings } from "../checks.ts";
import type { Directory } from "../directory.ts";
import { Fault, isFault } from "../fault.ts";
import { wrongValue } from "../record.ts";
import { kernelDirectory } from "./kernel.ts";
import { loadLibC } from "./libc.ts";
import { pathOfUrl } from "./paths.ts";
import { portableDirectory } from "./portable.ts";

/** How directories of this machine are reached. */
export type Backend = "kernel" | "portable";

/**
 * Tells which backing {@linkcode hostDirectory} takes when none is asked for.
 *
 * @returns `"kernel"` on Linux (x86-64, arm64) where FFI is permitted, else `"portable"`
 *
 * @example
 * ```ts
 * import { defaultBackend } from "keyhole";
 * import { assert } from "@std/assert";
 *
 * assert(["kernel", "portable"].includes(defaultBackend()));
 * ```
 */
export function defaultBackend(): Backend {
  return loadLibC() ? "kernel" : "portable";
}

/**
 * Tells whether the kernel backing can be had here, given the permission.
 *
 * @returns `true` on Linux (x86-64, arm64)
 */
export function kernelBackendExists(): boolean {
  return Deno.build.os === "linux" && (Deno.build.arch === "x86_64" || Deno.build.arch === "aarch64");
}

const CHECKS = { backend: checkBackend };

function checkBackend(backend: unknown, setting: string): void {
  if (backend === "kernel" || backend === "portable") return;
  throw wrongValue(backend, setting, '"kernel" or "portable"');
}

/**
 * Opens a directory of this machine, for a guest that is to have it and what lies in it.
 *
 * @param path A path of this machine, or a `file:` URL; links on the way to it are followed
 * @param options `backend`: the one to take; without it the better one that can be had
 * @returns The directory
 * @throws {Fault} `ENOENT`, `ENOTDIR`, `EACCES`, `EINVAL` for a path with a NUL or a lone surrogate in it, `ENOTSUP`
 * when the kernel backing was asked for and cannot be had
 * @throws {TypeError} For a path that is none, and a backing that there is not
 *
 * @example
 * ```ts
 * import { hostDirectory } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const path = Deno.makeTempDirSync();
 * Deno.writeTextFileSync(path + "/note.txt", "hello");
 * const directory = hostDirectory(path);
 * assertEquals(directory.list().map((entry) => entry.name), ["note.txt"]);
 * directory.close();
 * Deno.removeSync(path, { recursive: true });
 * ```
 */
export function hostDirectory(path: string | URL, options: { backend?: Backend } = {}): Directory {
  if (path instanceof URL) path = pathOfUrl(path, Deno.build.os);
  if (typeof path !== "string") throw wrongValue(path, "path", "a path or a URL");
  // The kernel would see the path end at a NUL, an encoder puts another character for half of one: another directory.
  if (path.includes("\0") || !path.isWellFormed()) throw Fault.of("EINVAL");
  checkSettings(options, "options", CHECKS);
  const { backend = defaultBackend() } = options;
  if (backend === "kernel" && !loadLibC()) {
    throw new Fault("ENOTSUP", "The kernel backend needs Linux and the permission --allow-ffi");
  }
  try {
    return backend === "portable" ? portableDirectory(path) : kernelDirectory(path);
  } catch (error) {
    if (!isFault(error)) throw error;
    throw new Fault(error.code, `Cannot open the directory "${path}": ${error.message}`, { cause: error });
  }
}
