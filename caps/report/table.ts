/**
 * A report as a table for a terminal.
 *
 * @module
 */
import { sizeText } from "../limits_text.ts";
import { printable } from "../printable.ts";
import type { Report, Touch } from "../report.ts";
import { endingText, mountLines, otherGrants, spendingLines } from "./lines.ts";

/** The most names that are shown of one mount, and the most refusals. */
const MOST = 20;

/**
 * A report as text.
 *
 * @param report The report
 * @returns Lines, each ended
 */
export function reportTable(report: Report): string {
  const { denied, deniedOmitted, granted } = report;
  const mounts = mountLines(report).flatMap(({ name, what, access, use }): string[][] => [
    [name, what, access, ...use === undefined ? [] : numbers(use)],
    ...(use?.touched ?? []).slice(0, MOST).map((
      touch,
    ) => [`  ${touch.path || "."}`, verbs(touch), "", ...numbers(touch)]),
    ...more((use?.touched.length ?? 0) - MOST, "more names"),
  ]);
  const refused = denied.slice(0, MOST).map(({ path, call, code, count }) => [
    path === "" ? "-" : path,
    call,
    code,
    count === 1 ? "once" : `${count} times`,
  ]);
  const spent = spendingLines(report).map((
    { label, spent, limit },
  ) => [label, spent, `of ${limit}`.replace("of no", "no")]);
  return [
    `${endingText(report)}\n`,
    section("Granted", ["", "", "", "calls", "read", "written"], mounts),
    section("", [], otherGrants(granted)),
    section("Refused", [], [...refused, ...more(denied.length + deniedOmitted - MOST, "more")]),
    section("Spent", [], spent),
  ].filter((text) => text !== "").join("\n");
}

function numbers(
  { calls, bytesRead, bytesWritten }: Pick<Touch, "calls" | "bytesRead" | "bytesWritten">,
): string[] {
  return [String(calls), ...[bytesRead, bytesWritten].map((bytes) => bytes === 0 ? "-" : sizeText(bytes))];
}

function verbs({ did, failed = {} }: Touch): string {
  return [...Object.keys(did), ...Object.keys(failed)].join(" ");
}

function more(count: number, what: string): string[][] {
  return count > 0 ? [[`  and ${count} ${what}`]] : [];
}

function section(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const lines = [...head.length === 0 ? [] : [head], ...rows].map((row) =>
    row.map((cell) => printable(cell))
  );
  // A cell that stands alone in its line may be as long as it likes.
  const width = (column: number): number =>
    Math.max(...lines.map((row) => row.length === 1 ? 0 : row[column]?.length ?? 0));
  const body = lines.map((row) => {
    const cells = row.map((cell, column) =>
      column < 3 || head.length === 0 ? cell.padEnd(width(column)) : cell.padStart(width(column))
    );
    return `  ${cells.join("  ")}`.trimEnd() + "\n";
  });
  return (title === "" ? "" : `${title}\n`) + body.join("");
}
