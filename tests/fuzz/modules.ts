/**
 * Modules with mistakes in them, run under every limit.
 *
 * @module
 */
import { InvocationError, memoryDirectory, run, UnusableModuleError } from "../../mod.ts";
import type { Numbers } from "./random.ts";

const repository = new URL("../../", import.meta.url);
const folders = ["tests/guests", "examples/copy", "examples/filter", "examples/shell", "examples/box"];
const reasons = new Set(["exit", "trap", "timeout", "limit"]);

/**
 * Real modules to damage: small ones, so that the damage shows.
 *
 * @returns Their bytes
 */
export function corpus(): Uint8Array<ArrayBuffer>[] {
  const found: Uint8Array<ArrayBuffer>[] = [];
  for (const folder of folders) {
    for (const { name } of Array.from(Deno.readDirSync(new URL(folder, repository))).toSorted(byName)) {
      if (!name.endsWith(".wasm")) continue;
      const bytes = Deno.readFileSync(new URL(`${folder}/${name}`, repository));
      if (bytes.length < 60_000) found.push(bytes);
    }
  }
  return found;
}

function byName(one: Deno.DirEntry, other: Deno.DirEntry): number {
  return one.name < other.name ? -1 : 1;
}

/**
 * Runs one damaged module.
 *
 * @param numbers Where chance comes from
 * @param modules What is damaged
 * @returns What became of it: a reason of a result, or `refused`
 * @throws {Error} For every other outcome, which is a mistake of keyhole's
 */
export async function runDamaged(numbers: Numbers, modules: readonly Uint8Array[]): Promise<string> {
  const bytes = damaged(numbers, modules);
  try {
    const result = await run(bytes, {
      args: ["a", "b"],
      env: { A: "1" },
      dirs: { "/": memoryDirectory({ "a": "text", "d/": "" }) },
      stdin: { text: "some\ninput\n" },
      stdout: "null",
      stderr: "null",
      limits: { timeout: 20, memory: 32 << 20, tableEntries: 100_000, output: 1 << 16, openFiles: 64 },
    });
    if (!reasons.has(result.reason)) throw new Error(`Unknown reason ${result.reason}`);
    if (/\.ts|\.js|\n/.test(result.message ?? "")) {
      throw new Error(`Not a line for a person: ${result.message}`);
    }
    return result.reason;
  } catch (error) {
    if (error instanceof UnusableModuleError || error instanceof InvocationError) {
      if (error.message.includes("\n")) {
        throw new Error(`More than one line: ${error.message}`, { cause: error });
      }
      return "refused";
    }
    throw error;
  }
}

function damaged(numbers: Numbers, modules: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(numbers.of(modules));
  for (let times = 1 + numbers.below(2); times > 0; times--) {
    const at = numbers.below(bytes.length || 1);
    switch (numbers.of([0, 0, 0, 0, 1, 1, 2, 3, 4, 5])) {
      case 0: // A bit.
        bytes[at]! ^= 1 << numbers.below(8);
        break;
      case 1: // A byte that means something in the format.
        bytes[at] = numbers.of([0, 1, 0x40, 0x60, 0x7f, 0x80, 0xff, 0x0b, 0x0c, 0x03, 0x10, 0x41]);
        break;
      case 2: // The end is gone.
        bytes = bytes.slice(0, at);
        break;
      case 3: { // A piece is gone.
        const to = Math.min(bytes.length, at + numbers.below(16));
        bytes = joined(bytes.subarray(0, at), bytes.subarray(to));
        break;
      }
      case 4: { // A piece of another module comes in between.
        const other = numbers.of(modules);
        const from = numbers.below(other.length);
        bytes = joined(
          bytes.subarray(0, at),
          other.subarray(from, from + numbers.below(64)),
          bytes.subarray(at),
        );
        break;
      }
      case 5: // A length that is far too long.
        bytes.set([0xff, 0xff, 0xff, 0xff, 0x0f].slice(0, bytes.length - at), at);
        break;
    }
  }
  return bytes;
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
