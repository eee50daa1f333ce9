/**
 * Whether a call costs more when there is more of everything: mounts, open descriptors, names, depth.
 *
 * @module
 */
import type { GuestRun } from "./guest_runs.ts";
import { interleaved } from "./measure.ts";
import type { Row } from "./table.ts";

/** One measurement under ordinary circumstances, and under more of something. */
interface Comparison {
  readonly name: string;
  readonly usual: GuestRun;
  readonly grown: Readonly<Record<string, GuestRun>>;
}

const hundredMounts = (dir: string): string[] =>
  Array.from({ length: 99 }, (_, index) => ["--dir", `${dir}::/mount-${index}`]).flat();

const COMPARISONS: readonly Comparison[] = [
  ...["read", "stat", "open"].map((measurement): Comparison => ({
    name: `${measurement}, mounts`,
    usual: { args: [measurement] },
    grown: { "100 mounts": { args: [measurement], flags: hundredMounts } },
  })),
  ...["read", "open"].map((measurement): Comparison => ({
    name: `${measurement}, descriptors`,
    usual: { args: [measurement] },
    grown: {
      "10,000 open": { args: [measurement, "open=10000"], flags: () => ["--max-open-files", "20000"] },
    },
  })),
  {
    name: "readdir, names",
    usual: { args: ["readdir", "names=1000", "n=100"] },
    grown: {
      "10,000 names": { args: ["readdir", "names=10000", "n=10"] },
      "100,000 names": { args: ["readdir", "names=100000", "n=1"] },
    },
  },
  {
    name: "stat, depth",
    usual: { args: ["stat", "depth=1"] },
    grown: { "4 deep": { args: ["stat", "depth=4"] }, "16 deep": { args: ["stat", "depth=16"] } },
  },
  {
    name: "stat, depth (native)",
    usual: { args: ["stat", "depth=1"], native: true },
    grown: {
      "4 deep": { args: ["stat", "depth=4"], native: true },
      "16 deep": { args: ["stat", "depth=16"], native: true },
    },
  },
];

/**
 * Measures how calls grow.
 *
 * @param measure Runs the guest once and tells nanoseconds for an iteration
 * @param rounds How often each is measured
 * @returns The rows, compared with ordinary circumstances
 */
export async function growth(
  measure: (run: GuestRun) => Promise<number | undefined>,
  rounds: number,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { name, usual, grown } of COMPARISONS) {
    const runs = [usual, ...Object.values(grown)];
    const [base, ...values] = await interleaved(runs.map((run) => () => measure(run)), rounds);
    rows.push({
      name,
      unit: "ns",
      base: { name: usual.args.slice(1).join(" ") || "1 mount, few open", value: base },
      values: Object.fromEntries(Object.keys(grown).map((column, index) => [column, values[index]])),
    });
  }
  return rows;
}
