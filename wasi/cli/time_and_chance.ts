/**
 * Clocks and randomness of a guest: this machine's, or virtual ones.
 *
 * @module
 */
import type { RunSettings } from "../../caps/cli/settings.ts";
import type { Clocks } from "../../caps/clock.ts";
import { systemClocks } from "../../caps/clocks/system.ts";
import type { Random } from "../../caps/random.ts";
import { seededRandom, systemRandom } from "../../caps/randoms.ts";

/**
 * The clocks that the flags ask for.
 *
 * @param settings What the flags ask for
 * @returns The clocks
 */
export async function clocksOf({ clock }: RunSettings): Promise<Clocks> {
  if (clock.kind === "system") return systemClocks();
  const { fixedClocks, steppingClocks } = await import("../../caps/clocks/virtual.ts");
  return clock.kind === "fixed" ? fixedClocks(clock.time) : steppingClocks(0n, clock.step);
}

/**
 * The randomness that the flags ask for.
 *
 * @param settings What the flags ask for
 * @returns Where random bytes come from
 */
export function randomOf({ seed }: RunSettings): Random {
  return seed === undefined ? systemRandom() : seededRandom(seed);
}
