/**
 * Modules with mistakes in them, run under every limit.
 *
 * @module
 */
import { InvocationError, memoryDirectory, run, type RunOptions, UnusableModuleError } from "../../mod.ts";
import { readSections, SectionId } from "../../wasi/binary/sections.ts";
import type { Numbers } from "./random.ts";

const repository = new URL("../../", import.meta.url);
const folders = ["tests/guests", "examples/copy", "examples/filter", "examples/shell", "examples/box"];
const PAGES = 65536;
const reasons = new Set(["exit", "trap", "timeout", "limit"]);

/** Modules to damage. */
export interface Corpus {
  /** Small ones, so that the damage shows; many are odd to begin with. */
  readonly small: readonly Uint8Array[];
  /** Those that run. */
  readonly running: readonly Uint8Array[];
}

/** What the workbench does when it is among them; the others do not look. */
const ARGUMENTS = [
  "f=open:a::read,write",
  "read:$f",
  "write:$f:x",
  "list:.",
  "put:d/n:y",
  "poll:clock/1/9",
  "random:9",
];

/**
 * Real modules.
 *
 * @returns Their bytes
 */
export function corpus(): Corpus {
  const small: Uint8Array[] = [];
  const running: Uint8Array[] = [];
  for (const folder of folders) {
    for (const { name } of Array.from(Deno.readDirSync(new URL(folder, repository))).toSorted(byName)) {
      if (!name.endsWith(".wasm")) continue;
      const bytes = Deno.readFileSync(new URL(`${folder}/${name}`, repository));
      if (bytes.length < 60_000) small.push(bytes);
      if (runs(bytes)) running.push(bytes);
    }
  }
  return { small, running };
}

function runs(bytes: Uint8Array<ArrayBuffer>): boolean {
  if (!WebAssembly.validate(bytes)) return false;
  const module = new WebAssembly.Module(bytes);
  return WebAssembly.Module.imports(module).every((it) =>
    it.module.startsWith("wasi_") && it.name.includes("_")
  ) &&
    WebAssembly.Module.exports(module).some(({ name }) => name === "_start");
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
export async function runDamaged(numbers: Numbers, { small, running }: Corpus): Promise<string> {
  const bytes = numbers.below(3) === 0 ? damaged(numbers, small) : confused(numbers, running);
  try {
    const result = await run(bytes, {
      args: ARGUMENTS,
      env: { A: "1" },
      dirs: { "/": memoryDirectory({ "a": "text", "d/": "" }) },
      stdin: { text: "some\ninput\n" },
      stdout: "null",
      stderr: "null",
      ...ways(numbers),
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

/** One of the ways in which guests are stopped: by the clock, by fuel, and suspended. */
function ways(numbers: Numbers): RunOptions {
  const limits = { timeout: 20, memory: 512 * PAGES, tableEntries: 100_000, output: 1 << 16, openFiles: 64 };
  switch (numbers.below(4)) {
    case 0:
      return { limits: { ...limits, fuel: 100_000 } };
    case 1:
      return { limits, signal: new AbortController().signal };
    case 2: // As it is, without being rewritten.
      return { limits: { timeout: 20, output: 1 << 16 } };
    default:
      return { limits };
  }
}

/** A module that mostly is valid still, and does what nobody meant: other constants in its code, other bytes in its data. */
function confused(numbers: Numbers, modules: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(numbers.of(modules));
  const sections = readSections(bytes);
  const data = sections.find(({ id }) => id === SectionId.data);
  const code = sections.find(({ id }) => id === SectionId.code);
  for (let times = 1 + numbers.below(8); times > 0; times--) {
    const section = numbers.below(3) === 0 ? data : code;
    if (section === undefined) continue;
    const at = section.contents + numbers.below(section.end - section.contents);
    // The first bytes of the data section say how long it is.
    if (section === data) bytes[Math.max(at, section.contents + 8)] = numbers.below(256);
    else replaceConstant(numbers, bytes, at, section.end);
  }
  return bytes;
}

const CONSTANT = 0x41;

/** Gives the next `i32.const` another value, as long as the old one. */
function replaceConstant(numbers: Numbers, bytes: Uint8Array, from: number, end: number): void {
  const at = bytes.indexOf(CONSTANT, from) + 1;
  if (at === 0 || at >= end) return;
  let next = at;
  while (next < end - 1 && bytes[next]! >= 0x80) bytes[next++] = 0x80 | numbers.below(128);
  bytes[next] = numbers.below(128);
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
