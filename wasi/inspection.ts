/**
 * What can be known of a module without running it, in the words of who has to decide what to grant.
 *
 * @module
 */
import { describeModule, type ExportDescription, type ImportDescription } from "./binary/describe.ts";
import type { MemoryType, TableType } from "./binary/module_types.ts";
import { mustBeValid } from "./binary/must_be_valid.ts";
import { isSpawn } from "./threads/names.ts";
import { isOffered } from "./preview1/mod.ts";
import { toBinary, unshared } from "./program.ts";
import { type RequestedGrants, requestedGrants } from "./requested_grants.ts";
import { startOf } from "./steps.ts";
import { asUnusable } from "./unusable.ts";

/** An import, and whether keyhole has it. */
export interface InspectedImport extends ImportDescription {
  /** Whether keyhole offers it by itself. Memories and tables are made for whoever asks. */
  readonly offered: boolean;
}

/** Something that a module may ask for, judged by its imports. */
export interface LikelyGrant {
  /** What it may ask for. */
  readonly what: string;
  /** The flag that grants it. */
  readonly flag: string;
  /** The import that gives it away. */
  readonly because: string;
}

/** What is known of a module. */
export interface Inspection {
  /** In which format it came. */
  readonly format: "binary" | "text";
  /** Bytes of its binary form. */
  readonly size: number;
  /** How it is run: by `_start`, by other exports after `_initialize`, or by other exports alone. */
  readonly entry: "command" | "reactor" | "library";
  /** The system interfaces that it imports from. */
  readonly interfaces: readonly string[];
  /** What it imports. */
  readonly imports: readonly InspectedImport[];
  /** What it exports. */
  readonly exports: readonly ExportDescription[];
  /** Its memories, imported ones first. */
  readonly memories: readonly MemoryType[];
  /** Its tables, imported ones first. */
  readonly tables: readonly TableType[];
  /** How many functions it defines. */
  readonly functionCount: number;
  /** Bytes of data it brings. */
  readonly dataSize: number;
  /** Whether code of it runs as soon as it is instantiated. */
  readonly hasStart: boolean;
  /** The names of its custom sections. */
  readonly customSections: readonly string[];
  /** What it asks for in a section of its own, if it does. */
  readonly requested?: RequestedGrants;
  /** What it may ask for. Its library may import more than it uses. */
  readonly grants: readonly LikelyGrant[];
}

/**
 * Looks at a module.
 *
 * @param source Its bytes, in binary or text format
 * @returns What is known of it
 * @throws {UnusableModuleError} For bytes that are no module, or one that the engine refuses
 *
 * @example
 * ```ts
 * import { inspectModule } from "./inspection.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const text = '(module (import "wasi_snapshot_preview1" "path_open" (func)) (func (export "_start")))';
 * const inspection = await inspectModule(new TextEncoder().encode(text));
 * assertEquals(inspection.entry, "command");
 * assertEquals(inspection.grants.map((grant) => grant.flag), ["--dir"]);
 * ```
 */
export async function inspectModule(source: Uint8Array<ArrayBufferLike>): Promise<Inspection> {
  const bytes = await toBinary(source);
  try {
    const { hasStart, imports, exports, ...sizes } = describeModule(bytes);
    // The functions themselves are for the engine to judge: of a module that can never run nothing is promised.
    mustBeValid(unshared(bytes));
    const requested = requestedGrants(bytes);
    const has = (name: string): boolean =>
      exports.some((it) => it.name === name && it.type.kind === "function");
    return {
      format: bytes === source ? "binary" : "text",
      size: bytes.length,
      entry: startOf(has) !== undefined ? "command" : has("_initialize") ? "reactor" : "library",
      interfaces: [
        ...new Set(imports.map(({ module }) => module).filter((module) => module.startsWith("wasi"))),
      ],
      imports: imports.map((it) => ({ ...it, offered: offers(it) })),
      exports,
      memories: sizes.memories,
      tables: sizes.tables,
      functionCount: sizes.functionCount,
      dataSize: sizes.dataSize,
      hasStart,
      customSections: sizes.customSections,
      ...requested === undefined ? {} : { requested },
      grants: likelyGrants(imports),
    };
  } catch (error) {
    throw asUnusable(error);
  }
}

function offers({ module, name, type }: ImportDescription): boolean {
  if (type.kind === "memory" || type.kind === "table") return true;
  return type.kind === "function" && (isOffered(module, name) || isSpawn(module, name));
}

/** Imports that give away what a program does; what every C library imports for itself is not among them. */
const TELLING: readonly { readonly call: RegExp; readonly what: string; readonly flag: string }[] = [
  { call: /^path_(?!readlink|filestat_get)/, what: "files and directories", flag: "--dir" },
  { call: /^environ_get$/, what: "environment variables", flag: "--env" },
  { call: /^args_get$/, what: "arguments", flag: "after MODULE" },
  { call: /^(fd_read|poll_oneoff)$/, what: "standard input", flag: "--stdin" },
  { call: /^thread-spawn$/, what: "threads", flag: "--threads" },
];

function likelyGrants(imports: readonly ImportDescription[]): LikelyGrant[] {
  const calls = imports
    .filter(({ module, name }) => module.startsWith("wasi_") || isSpawn(module, name))
    .map(({ name }) => name);
  return TELLING.flatMap(({ call, what, flag }) => {
    const because = calls.find((name) => call.test(name));
    return because === undefined ? [] : [{ what, flag, because }];
  });
}
