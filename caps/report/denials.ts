/**
 * Counting what was refused.
 *
 * @module
 */
import type { FaultCode } from "../fault.ts";
import type { Denial } from "../report.ts";

/** How many different refusals are told apart. */
const MOST = 1000;

/**
 * The refusals of a run. It stays small whatever a guest tries.
 *
 * @example
 * ```ts
 * import { Denials } from "./denials.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const denials = new Denials();
 * denials.add("path_open", "/etc/passwd", "ENOTCAPABLE");
 * denials.add("path_open", "/etc/passwd", "ENOTCAPABLE");
 * assertEquals(denials.all, [{ call: "path_open", path: "/etc/passwd", code: "ENOTCAPABLE", count: 2 }]);
 * ```
 */
export class Denials {
  /** How many refusals came after the last one that could be kept. */
  omitted = 0;
  readonly #byKey = new Map<string, { call: string; path: string; code: FaultCode; count: number }>();

  /**
   * Counts a refusal.
   *
   * @param call The call
   * @param path The path that it was about
   * @param code Why
   */
  add(call: string, path: string, code: FaultCode): void {
    // No path holds a NUL.
    const key = `${call}\0${code}\0${path}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) known.count++;
    else if (this.#byKey.size < MOST) this.#byKey.set(key, { call, path, code, count: 1 });
    else this.omitted++;
  }

  /** All that were kept, the first one first. */
  get all(): Denial[] {
    return Array.from(this.#byKey.values(), (denial) => ({ ...denial }));
  }
}
