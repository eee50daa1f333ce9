/**
 * How many descriptors this process may have.
 *
 * @module
 */
import { mustNotAsk } from "./permitted.ts";

/**
 * The limit that the system has set.
 *
 * @returns How many at once; `undefined` where it does not tell, or Deno may not look
 *
 * @example
 * ```ts
 * import { descriptorLimit } from "./descriptor_limit.ts";
 * import { assert } from "@std/assert";
 *
 * const limit = descriptorLimit();
 * assert(limit === undefined || limit > 0);
 * ```
 */
export function descriptorLimit(): number | undefined {
  if (Deno.build.os !== "linux") return undefined;
  const path = "/proc/self/limits";
  try {
    mustNotAsk({ name: "read", path });
    const [, soft] = /^Max open files +(\d+)/m.exec(Deno.readTextFileSync(path)) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}
