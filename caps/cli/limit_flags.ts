/**
 * Limits as flags that can be pasted.
 *
 * @module
 */
import type { FlagName } from "./flags.ts";
import type { LimitSettings } from "./run_settings.ts";

const FLAGS: Readonly<Record<keyof LimitSettings, FlagName>> = {
  disk: "max-disk",
  fileSize: "max-file-size",
  entries: "max-entries",
  openFiles: "max-open-files",
  memory: "max-memory",
  output: "max-output",
  timeout: "timeout",
  fuel: "fuel",
};

const COUNTS: ReadonlySet<string> = new Set(["entries", "openFiles", "fuel"]);

/**
 * The flag that sets a limit.
 *
 * @param limit What is limited
 * @param amount To how much: bytes, milliseconds or a count
 * @returns The flag with its value, as short as it can be exact
 *
 * @example
 * ```ts
 * import { limitFlag } from "./limit_flags.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(limitFlag("disk", 64 << 20), "--max-disk 64M");
 * assertEquals(limitFlag("entries", 1024), "--max-entries 1024");
 * assertEquals(limitFlag("timeout", 1500), "--timeout 1500ms");
 * ```
 */
export function limitFlag(limit: keyof LimitSettings, amount: number): string {
  return `--${FLAGS[limit]} ${valueOf(limit, amount)}`;
}

/**
 * The flags that set limits.
 *
 * @param limits The limits
 * @returns A flag with its value for each that is set
 *
 * @example
 * ```ts
 * import { limitFlags } from "./limit_flags.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(limitFlags({ timeout: 2000, fuel: undefined }), ["--timeout 2s"]);
 * ```
 */
export function limitFlags(limits: LimitSettings): string[] {
  return (Object.keys(FLAGS) as (keyof LimitSettings)[]).flatMap((limit) => {
    const amount = limits[limit];
    return amount === undefined ? [] : [limitFlag(limit, amount)];
  });
}

function valueOf(limit: keyof LimitSettings, amount: number): string {
  if (limit === "timeout") return amount % 1000 === 0 ? `${amount / 1000}s` : `${amount}ms`;
  if (amount === 0 || COUNTS.has(limit)) return String(amount);
  let unit = 0;
  for (; unit < 4 && amount % 1024 === 0; unit++) amount /= 1024;
  return `${amount}${["", "K", "M", "G", "T"][unit]}`;
}
