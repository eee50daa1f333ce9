/**
 * Where a module comes from: a file, standard input or the web.
 *
 * @module
 */
import { readModule } from "../../caps/cli/files.ts";
import type { PathStyle } from "../../caps/mount.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";
import { asUnusable } from "../unusable.ts";

/**
 * Reads the bytes of a module.
 *
 * @param name A path, an address on the web, or `-` for standard input
 * @param terminal Where progress is shown while a person looks
 * @param quiet Whether no progress is shown
 * @returns All bytes
 * @throws {CommandError} With 127 when it is not there or cannot be read
 * @throws {UnusableModuleError} For one that is longer than any that can be compiled
 */
export async function loadModule(
  name: string,
  terminal: Terminal,
  quiet: boolean,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await load(name, terminal, quiet);
  } catch (error) {
    throw asUnusable(error);
  }
}

async function load(name: string, terminal: Terminal, quiet: boolean): Promise<Uint8Array<ArrayBuffer>> {
  if (!isWebAddress(name)) return readModule(name);
  const { download, progressLine } = await import("../../caps/cli/download.ts");
  if (quiet || !terminal.interactive) return await download(name, () => {});
  try {
    return await download(name, (received, total) => terminal.complain(progressLine(name, received, total)));
  } finally {
    terminal.complain("\r\x1b[K");
  }
}

/**
 * Whether a module's name is an address on the web.
 *
 * @param name The name as the user wrote it
 * @returns `true` for `http:` and `https:`
 *
 * @example
 * ```ts
 * import { isWebAddress } from "./module_source.ts";
 * import { assert } from "@std/assert";
 *
 * assert(isWebAddress("https://example.com/tool.wasm"));
 * assert(!isWebAddress("https.wasm"));
 * ```
 */
export function isWebAddress(name: string): boolean {
  return /^https?:\/\//i.test(name);
}

/**
 * The name by which a program knows itself unless it is given another: the last part of the module's, so that no path
 * of this machine shows.
 *
 * @param module The module as the user wrote it
 * @param style Whose rules its path follows
 * @returns A name without slashes, never empty
 *
 * @example
 * ```ts
 * import { programName } from "./module_source.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(programName("/home/me/tool.wasm", "posix"), "tool.wasm");
 * assertEquals(programName("https://example.com/a/tool.wasm?v=2", "posix"), "tool.wasm");
 * ```
 */
export function programName(module: string, style: PathStyle): string {
  const path = isWebAddress(module) ? new URL(module).pathname : module;
  return path.split(style === "windows" ? /[\\/]/ : "/").findLast((part) => part !== "") ?? "program";
}
