/**
 * Modules that boxes are made of: compiled once, shared by any number of boxes.
 *
 * @module
 */
import { mustBeBytes } from "../../caps/checks.ts";
import { describeModule } from "../binary/describe.ts";
import { kindOfBytes } from "../binary/kind.ts";
import { GUEST_PAGE } from "../binary/module_types.ts";
import { compileProgram, withinLimits } from "../compile.ts";
import { checkLimits } from "../limits.ts";
import type { Program } from "../program.ts";
import { sha256 } from "../sha256.ts";
import { reachState, type StateShape } from "../snapshot/shape.ts";
import { parseText } from "../text.ts";
import { asUnusable, UnusableModuleError } from "../unusable.ts";

/** What a box may not exceed. What is not given, or `Infinity`, is not limited. */
export interface BoxLimits {
  /**
   * Milliseconds for one message, more than 0. When they are over, the guest is stopped at the next call that it makes;
   * one that makes none, some 50 ms later.
   */
  readonly timeout?: number;
  /** Units of fuel for one message, about one for an instruction; see `wasi/fuel.ts`. */
  readonly fuel?: number | bigint;
  /**
   * Bytes of all memories of one box together. Under such a limit a module is refused that could fill the engine's own
   * heap instead, by structs, arrays or exceptions.
   */
  readonly memory?: number;
  /** Entries of all tables of one box together; 1,000,000 under a limit of memory unless given. */
  readonly tableEntries?: number;
}

const LIMITS = ["timeout", "fuel", "memory", "tableEntries"] as const satisfies (keyof BoxLimits)[];

/** A compiled module for boxes. Made by {@linkcode loadBoxModule}. */
export interface BoxModule {
  /**
   * The compiled module, all of whose state can be reached.
   *
   * @internal
   */
  readonly program: Program;
  /**
   * Its state.
   *
   * @internal
   */
  readonly shape: StateShape;
  /** The SHA-256 of its bytes, 32 bytes. */
  readonly hash: Uint8Array<ArrayBuffer>;
  /** What each box may not exceed. */
  readonly limits: BoxLimits;
}

/** What the module of a box has to export. */
const EXPORTS: readonly (readonly [name: string, params: readonly string[], results: readonly string[]])[] = [
  ["wasmbox_initialize", [], []],
  ["wasmbox_malloc", ["i32"], ["i32"]],
  ["wasmbox_free", ["i32", "i32"], []],
  ["wasmbox_send", ["i32", "i32"], []],
];

/**
 * Compiles a module for boxes.
 *
 * @param source The bytes of the module, binary or text
 * @param given What each box may not exceed
 * @returns The module, for any number of boxes
 * @throws {UnusableModuleError} For bytes that are no module, and for an export that is missing, by its name
 * @throws {TypeError} For anything else than bytes, and a limit that is no number
 * @throws {RangeError} For a limit that is no such number
 *
 * @example
 * ```ts
 * import { loadBoxModule } from "keyhole";
 * import { assertRejects } from "@std/assert";
 *
 * const empty = new TextEncoder().encode("(module)");
 * await assertRejects(() => loadBoxModule(empty), Error, 'does not export the memory "memory"');
 * ```
 */
export async function loadBoxModule(
  source: Uint8Array<ArrayBufferLike>,
  given: BoxLimits = {},
): Promise<BoxModule> {
  mustBeBytes(source, "source");
  const limits = checkLimits(given, LIMITS);
  const bytes = kindOfBytes(source) === "text" ? await parseText(source) : new Uint8Array(source);
  try {
    mustBeBoxGuest(bytes);
    const { memory: maxMemory, tableEntries: maxTableEntries } = limits;
    const limited = withinLimits(bytes, { maxMemory, maxTableEntries });
    const { bytes: reachable, shape } = reachState(limited.bytes);
    // Metered last: the state is that of the module as it came, so that it does not tell whether fuel was counted.
    const program = compileProgram(reachable, { metered: limits.fuel !== undefined });
    return { program, shape, hash: await sha256(bytes), limits };
  } catch (error) {
    throw asUnusable(error);
  }
}

/**
 * The module of a box.
 *
 * @param source The bytes of a module, or a module that was loaded before
 * @param limits What the box may not exceed, given with bytes only
 * @returns The module
 * @throws As {@linkcode loadBoxModule}
 * @throws {TypeError} For limits of a module that was loaded before
 */
export async function boxModuleOf(
  source: Uint8Array<ArrayBufferLike> | BoxModule,
  limits: BoxLimits | undefined,
): Promise<BoxModule> {
  if (source instanceof Uint8Array) return await loadBoxModule(source, limits);
  if (source?.program === undefined) mustBeBytes(source, "source");
  if (limits === undefined) return source;
  throw new TypeError('Cannot limit a module that was loaded before: give the limits to "loadBoxModule"');
}

function mustBeBoxGuest(bytes: Uint8Array): void {
  if (kindOfBytes(bytes) !== "module") return void compileProgram(bytes);
  const types = new Map(describeModule(bytes).exports.map(({ name, type }) => [name, type]));
  const missing = (what: string): UnusableModuleError =>
    new UnusableModuleError(`The module does not export the ${what}: it is no guest for a box`);
  if (types.get("memory")?.kind !== "memory") throw missing('memory "memory"');
  for (const [name, params, results] of EXPORTS) {
    const type = types.get(name);
    if (type?.kind !== "function") throw missing(`function "${name}"`);
    if (`${type.params}` !== `${params}` || `${type.results}` !== `${results}`) {
      throw new UnusableModuleError(
        `The export "${name}" is of type (${type.params}) -> (${type.results}), and has to be (${params}) -> (${results})`,
      );
    }
  }
}

/** The most pages that a memory with 32-bit addresses can have, and entries that the engine gives a table. */
const MOST_PAGES = 65536;
const MOST_ENTRIES = 10_000_000;

/** Room for all descriptors that there can be, each with a long path. */
const DESCRIPTORS = 32 << 20;

/**
 * How many bytes the state of a box can have at the most.
 *
 * @param shape The state of its module
 * @returns Bytes, more than any state that it can reach
 */
export function mostBytesOf({ memories, tables, globals }: StateShape): number {
  let most = DESCRIPTORS + globals.length * 16;
  // Each page of an image can come with a run of its own.
  for (const { type } of memories) most += (type.maximum ?? MOST_PAGES) * (GUEST_PAGE + 16 * 8);
  for (const { type } of tables) most += Math.min(type.maximum ?? MOST_ENTRIES, MOST_ENTRIES) * 4;
  return most;
}
