/**
 * Where programs come from.
 *
 * @module
 */
import { readModuleBytes, readModuleBytesSync, readResponse } from "../caps/host/module_bytes.ts";
import { shownValue } from "../caps/record.ts";
import { compileProgram } from "./compile.ts";
import { loadProgram, type Program } from "./program.ts";
import { compileOptionsOf, isProgram, type RunModuleOptions } from "./run.ts";
import { asUnusable, UnusableModuleError } from "./unusable.ts";

/** Where a program comes from: a path or URL, its bytes (binary or text), a response of `fetch`, or compiled. */
export type Source = string | URL | Uint8Array | Response | WebAssembly.Module | Program;

/**
 * Gets a program from where it is.
 *
 * @param source Where it comes from
 * @param options What its guest will get
 * @returns The program
 * @throws {UnusableModuleError} For a module that cannot be run
 * @throws {Deno.errors.NotFound} And other errors of Deno, for a module that cannot be read
 * @throws {TypeError} For what no program comes from
 */
export async function programOf(source: Source, options: RunModuleOptions): Promise<Program> {
  if (typeof source === "string" || source instanceof URL || source instanceof Response) {
    source = await bytesOf(source);
  }
  if (source instanceof Uint8Array || source instanceof WebAssembly.Module) {
    return await loadProgram(source, compileOptionsOf(options));
  }
  return mustBeProgram(source);
}

/**
 * Gets a program from where it is without waiting.
 *
 * @param source Where it comes from
 * @param options What its guest will get
 * @returns The program
 * @throws {UnusableModuleError} For a module that cannot be run
 * @throws {Deno.errors.NotFound} And other errors of Deno, for a module that cannot be read
 * @throws {TypeError} When it comes from the web, in text form, or compiled, or from what no program comes from
 */
export function programOfSync(source: Source, options: RunModuleOptions): Program {
  if (typeof source === "string" || source instanceof URL) source = bytesOfSync(source);
  if (source instanceof Response) throw new TypeError("Cannot wait for a response here: give its bytes");
  if (source instanceof WebAssembly.Module) {
    throw new TypeError('Cannot take a compiled module here: use "loadProgram"');
  }
  return source instanceof Uint8Array
    ? compileProgram(source, compileOptionsOf(options))
    : mustBeProgram(source);
}

/**
 * Reads a module from where it is.
 *
 * @param source Where it comes from
 * @returns Its bytes
 * @throws {UnusableModuleError} For one that is longer than any that can be compiled
 * @throws {Deno.errors.NotFound} And other errors of Deno, when it cannot be read
 */
export async function bytesOf(source: string | URL | Response): Promise<Uint8Array<ArrayBuffer>> {
  try {
    if (source instanceof Response) return await readResponse(moduleIn(source));
    if (typeof source === "string" || source instanceof URL) return await readModuleBytes(source);
  } catch (error) {
    throw asUnusable(error);
  }
  throw noSource(source);
}

/** What a server says when it has no module is none either. */
function moduleIn(response: Response): Response {
  const { ok, status, bodyUsed } = response;
  if (bodyUsed) throw new TypeError("Cannot read a response whose body was read before: give its bytes");
  if (!ok) throw new UnusableModuleError(`The server answered ${status}: this is not the module`);
  return response;
}

function bytesOfSync(source: string | URL): Uint8Array<ArrayBuffer> {
  try {
    return readModuleBytesSync(source);
  } catch (error) {
    throw asUnusable(error);
  }
}

function mustBeProgram(source: unknown): Program {
  if (isProgram(source)) return source;
  throw noSource(source, ", or what was compiled before");
}

function noSource(source: unknown, more = ""): TypeError {
  const wanted = `a path or URL, a Uint8Array, a Response${more}`;
  return new TypeError(`Cannot take a program from ${shownValue(source)}: give ${wanted}`);
}

/**
 * The last part of a path or URL: no path of this machine is shown to a guest.
 *
 * @param source Where a program comes from
 * @returns Its name
 *
 * @example
 * ```ts
 * import { nameOf } from "./source.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(nameOf("C:\\tools\\tool.wasm"), "tool.wasm");
 * ```
 */
export function nameOf(source: Source): string {
  if (typeof source !== "string" && !(source instanceof URL)) return "program.wasm";
  // A URL that is none is refused by whoever reads it.
  const url = source instanceof URL || (/^(https?|file):/i.test(source) && URL.canParse(source));
  const path = url ? new URL(source).pathname : source;
  return path.split(/[/\\]/).findLast((part) => part !== "") ?? "program.wasm";
}
