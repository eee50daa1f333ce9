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
  /** How often it is measured at the most: what has to be set up for it may take far longer than itself. */
  readonly rounds?: number;
}

const namesIn = (native: boolean): Comparison => ({
  name: native ? "readdir, names (native)" : "readdir, names",
  usual: { args: ["readdir", "names=1000", "n=100"], native },
  grown: {
    "10,000 names": { args: ["readdir", "names=10000", "n=10"], native },
    "100,000 names": { args: ["readdir", "names=100000", "n=1"], native },
  },
  rounds: 2,
});

const depthOf = (native: boolean): Comparison => ({
  name: native ? "stat, depth (native)" : "stat, depth",
  usual: { args: ["stat", "depth=1"], native },
  grown: {
    "4 deep": { args: ["stat", "depth=4"], native },
    "16 deep": { args: ["stat", "depth=16"], native },
  },
});

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
  ...[false, true].flatMap((native) => [namesIn(native), depthOf(native)]),
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
  for (const { name, usual, grown, rounds: most = rounds } of COMPARISONS) {
    const runs = [usual, ...Object.values(grown)];
    const [base, ...values] = await interleaved(
      runs.map((run) => () => measure(run)),
      Math.min(rounds, most),
    );
    rows.push({
      name,
      unit: "ns",
      base: { name: usual.args.slice(1).join(" ") || "1 mount, few open", value: base },
      values: Object.fromEntries(Object.keys(grown).map((column, index) => [column, values[index]])),
    });
  }
  return rows;
}
