/**
 * What `--clock` asks for.
 *
 * @module
 */
import { parseDuration } from "../limits_text.ts";
import { CommandError } from "./messages.ts";
import { quantity } from "./values.ts";

/** Which clocks a guest has. */
export type ClockSetting =
  | {
    /** This machine's. */
    readonly kind: "system";
  }
  | {
    /** A wall clock that stands still. */
    readonly kind: "fixed";
    /** What it shows, in nanoseconds since 1970 began (UTC). */
    readonly time: bigint;
  }
  | {
    /** Clocks that begin with 1970, with 1980 under `--deterministic`, and move at each reading. */
    readonly kind: "step";
    /** How far, in nanoseconds, at least 1. */
    readonly step: bigint;
  };

/**
 * Reads the value of `--clock`: `system`, `fixed:2026-01-31T12:00:00Z`, `fixed:1700000000` (seconds), `step:10ms`.
 *
 * @param value The value
 * @returns Which clocks
 * @throws {CommandError} For anything else
 *
 * @example
 * ```ts
 * import { readClock } from "./clock_setting.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(readClock("fixed:1970-01-02"), { kind: "fixed", time: 86_400_000_000_000n });
 * assertEquals(readClock("step:1s"), { kind: "step", step: 1_000_000_000n });
 * ```
 */
export function readClock(value: string): ClockSetting {
  if (value === "system") return { kind: "system" };
  if (value.startsWith("fixed:")) return { kind: "fixed", time: pointInTime(value.slice("fixed:".length)) };
  if (value.startsWith("step:")) return { kind: "step", step: stepLength(value.slice("step:".length)) };
  throw new CommandError(`Flag "--clock" does not know "${value}"`, {
    hint: "It takes system, fixed:2026-01-31T12:00:00Z or step:10ms",
  });
}

/** When clocks of 64 bits end, in milliseconds: the year 2554. */
const LAST = Number((2n ** 64n - 1n) / 1_000_000n);

const HINT = "Write --clock fixed:2026-01-31T12:00:00Z, or seconds since 1970";

function pointInTime(text: string): bigint {
  const milliseconds = /^\d+$/.test(text)
    ? Number(text) * 1000
    // Without a zone, a time would mean something else on every machine.
    : /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/.test(text)
    ? Date.parse(text)
    : NaN;
  const [day] = /^\d{4}-\d\d-\d\d/.exec(text) ?? [];
  if (day !== undefined && milliseconds >= 0 && !isDay(day)) {
    throw new CommandError(`There is no day "${day}"`, { hint: HINT });
  }
  if (milliseconds >= 0 && milliseconds <= LAST) return BigInt(milliseconds) * 1_000_000n;
  throw new CommandError(`"${text}" is not a time from 1970 on`, { hint: HINT });
}

/** Days that a month does not have are taken for days of the next one by whoever only reads them. */
function isDay(date: string): boolean {
  return new Date(date).toISOString().startsWith(date);
}

function stepLength(text: string): bigint {
  const milliseconds = quantity("clock", text, parseDuration, "Write --clock step:10ms");
  return BigInt(Math.max(1, Math.round(milliseconds * 1_000_000)));
}
