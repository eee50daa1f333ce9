/**
 * One instance of a program: linked to its guest, and called.
 *
 * @module
 */
import { checkImports } from "./check_imports.ts";
import { promising } from "./engine.ts";
import type { Guest } from "./guest.ts";
import { type ImportTable, link } from "./link.ts";
import { type Mode, preview1, unstable } from "./preview1/mod.ts";
import type { Program } from "./program.ts";
import { asUnusable, UnusableModuleError } from "./unusable.ts";

export type { Mode };

/** The system interface, by the names under which it is imported. */
const SYSTEMS = [["wasi_snapshot_preview1", preview1], ["wasi_unstable", unstable]] as const;

/** An exported function of a guest. */
export type GuestFunction = (...args: unknown[]) => unknown;

/** An instance of a program. */
export class Instance {
  /** What the module exports. */
  readonly exports: WebAssembly.Exports;
  /** What it was given for its imports. */
  readonly imports: WebAssembly.Imports;
  /** The program. */
  readonly program: Program;
  readonly #mode: Mode;

  /**
   * Links a program and makes an instance. No code of the guest runs yet.
   *
   * @param program The program
   * @param guest What the instance may touch; its memory is attached
   * @param mode What becomes of a call of the host that waits
   * @param more Modules of functions besides the system interface, by name
   * @throws {UnusableModuleError} For an import that is not offered, or memory that cannot be had
   */
  constructor(
    program: Program,
    guest: Guest,
    mode: Mode,
    more: ReadonlyMap<string, ImportTable> = new Map(),
  ) {
    const offered = new Map(more);
    const asked = WebAssembly.Module.imports(program.module);
    for (const [system, make] of SYSTEMS) {
      const names = asked.filter(({ module }) => module === system).map(({ name }) => name);
      if (names.length > 0 && !offered.has(system)) offered.set(system, make(guest, mode, names));
    }
    const { imports, memory } = link(program, asked, offered);
    checkImports(program, SYSTEMS.map(([system]) => system).filter((system) => !more.has(system)));
    try {
      this.exports = new WebAssembly.Instance(program.module, imports).exports;
    } catch (error) {
      if (error instanceof RangeError) throw new UnusableModuleError(outOfMemory(error), { cause: error });
      throw asUnusable(error);
    }
    this.program = program;
    this.imports = imports;
    this.#mode = mode;
    const own = memoryOf(this.exports) ?? memory;
    if (own !== undefined) guest.memory.attach(own);
  }

  /**
   * Finds an exported function.
   *
   * @param name Its name
   * @returns The function, or `undefined` when there is none of that name
   */
  find(name: string): GuestFunction | undefined {
    const value = Object.hasOwn(this.exports, name) ? this.exports[name] : undefined;
    return typeof value === "function" ? value as GuestFunction : undefined;
  }

  /**
   * Calls a function of the guest.
   *
   * @param call The function
   * @param args What it takes
   * @returns What it returns; a promise of it when calls may suspend
   */
  call(call: GuestFunction, args: unknown[] = []): unknown {
    return this.#mode === "sync" ? call(...args) : promising(call as WebAssembly.ExportValue)(...args);
  }
}

function outOfMemory(error: RangeError): string {
  return `The module cannot be given the memory it needs: ${
    error.message.replace(/^WebAssembly\.\w+\(\):\s*/, "")
  }`;
}

/** The memory that calls of the host use: the one exported as `memory`, or the only one exported. */
function memoryOf(exports: WebAssembly.Exports): WebAssembly.Memory | undefined {
  const named = Object.hasOwn(exports, "memory") ? exports.memory : undefined;
  if (named instanceof WebAssembly.Memory) return named;
  const all = Object.values(exports).filter((value) => value instanceof WebAssembly.Memory);
  return all.length === 1 ? all[0] as WebAssembly.Memory : undefined;
}
