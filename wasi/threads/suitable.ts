/**
 * Which modules can have threads.
 *
 * @module
 */
import { describeModule } from "../binary/describe.ts";
import type { ExternType } from "../binary/module_types.ts";
import { UnusableModuleError } from "../unusable.ts";
import { isSpawn, SPAWN, THREAD_ENTRY, THREADS_MODULE } from "./names.ts";

/**
 * Refuses a module that starts threads otherwise than it must. Each thread has an instance of its own, so what a module
 * defines itself is there once for each: a memory of its own would pass the limit of memory as often as there are
 * threads, and calls would look into the wrong one.
 *
 * @param bytes The module, binary
 * @throws {UnusableModuleError} That says what is wrong
 */
export function mustSuitThreads(bytes: Uint8Array<ArrayBufferLike>): void {
  const { imports, exports, memories } = describeModule(bytes);
  const isOnlyOne = memories.length === 1 && imports.some(({ type }) => type.kind === "memory");
  if (!isOnlyOne || !memories[0]!.shared) {
    throw new UnusableModuleError(
      "A program with threads has to import one shared memory, and to have no other",
    );
  }
  if (imports.some(({ type }) => type.kind === "table")) {
    throw new UnusableModuleError("Threads cannot share an imported table");
  }
  const spawn = imports.find(({ module, name }) => isSpawn(module, name));
  if (spawn !== undefined && !isFunction(spawn.type, ["i32"], ["i32"])) {
    throw new UnusableModuleError(
      `The import "${THREADS_MODULE}.${SPAWN}" is declared with another type than (i32) -> i32`,
    );
  }
  const entry = exports.find(({ name }) => name === THREAD_ENTRY);
  if (entry === undefined || !isFunction(entry.type, ["i32", "i32"], [])) {
    throw new UnusableModuleError(
      `A program with threads has to export a function "${THREAD_ENTRY}" of type (i32, i32) -> ()`,
    );
  }
}

function isFunction(type: ExternType, params: readonly string[], results: readonly string[]): boolean {
  return type.kind === "function" && type.params.join() === params.join() &&
    type.results.join() === results.join();
}
