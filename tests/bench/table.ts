/**
 * Results as a table.
 *
 * @module
 */

/** One measurement of several runtimes. */
export interface Row {
  /** What was measured. */
  readonly name: string;
  /** The unit of all values. */
  readonly unit: "ms" | "ns" | "MiB";
  /** What the others are compared with. */
  readonly base: { readonly name: string; readonly value: number | undefined };
  /** Medians by runtime; none for one that could not be measured. */
  readonly values: Readonly<Record<string, number | undefined>>;
}

/**
 * Writes rows as a Markdown table: medians, and in brackets how many times the base that is.
 *
 * @param rows The rows
 * @returns The table
 */
export function tableOf(rows: readonly Row[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row.values)))];
  const lines = [["", "base", ...names], ["---", "---", ...names.map(() => "---")]];
  for (const { name, unit, base, values } of rows) {
    const cells = names.map((column) => cell(values[column], base.value));
    lines.push([`${name} (${unit})`, `${base.name} ${number(base.value)}`, ...cells]);
  }
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function cell(value: number | undefined, base: number | undefined): string {
  if (value === undefined) return "-";
  return base === undefined ? number(value) : `${number(value)} (${(value / base).toFixed(2)})`;
}

function number(value: number | undefined): string {
  if (value === undefined) return "-";
  return value < 100 ? value.toFixed(1) : String(Math.round(value));
}

/**
 * Says how often a second each call is made, for the runtimes whose name begins with a word.
 *
 * @param rows The rows; those that are no calls are left out
 * @param word What the names begin with
 * @returns One line for each row
 */
export function ratesOf(rows: readonly Row[], word: string): string {
  const lines = rows.filter(({ unit }) => unit === "ns").map(({ name, values }) => {
    const rates = Object.entries(values)
      .filter(([runtime, value]) => runtime.startsWith(word) && value !== undefined)
      .map(([runtime, value]) => `${runtime} ${Math.round(1e9 / value!).toLocaleString("en")}`);
    return `${name}: ${rates.join(", ")}`;
  });
  return ["Calls per second", ...lines].join("\n");
}
