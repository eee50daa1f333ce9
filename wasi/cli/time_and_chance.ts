/**
 * Clocks and randomness of a guest: this machine's, or virtual ones.
 *
 * @module
 */
import type { RunSettings } from "../../caps/cli/run_settings.ts";
import type { Clocks } from "../../caps/clock.ts";
import { BEGINNING } from "../../caps/clocks/beginning.ts";
import { systemClocks } from "../../caps/clocks/system.ts";
import type { Random } from "../../caps/random.ts";
import { systemRandom } from "../../caps/system_random.ts";

/**
 * The clocks that the flags ask for.
 *
 * @param settings What the flags ask for
 * @returns The clocks
 */
export async function clocksOf({ clock, deterministic, mounts, backend }: RunSettings): Promise<Clocks> {
  if (clock.kind === "system") {
    // Directories of the kernel backend load libc, which is not worth it for the clocks alone.
    if (mounts.length === 0 || backend === "portable") return systemClocks();
    return (await import("../../caps/host/clocks.ts")).hostClocks();
  }
  const { fixedClocks, steppingClocks } = await import("../../caps/clocks/virtual.ts");
  if (clock.kind === "fixed") return fixedClocks(clock.time);
  // No file is to be from the future.
  return steppingClocks(deterministic ? BEGINNING : 0n, clock.step);
}

/**
 * The randomness that the flags ask for.
 *
 * @param settings What the flags ask for
 * @returns Where random bytes come from
 */
export async function randomOf({ seed }: RunSettings): Promise<Random> {
  if (seed === undefined) return systemRandom();
  return (await import("../../caps/seeded_random.ts")).seededRandom(seed);
}
