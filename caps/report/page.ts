/**
 * A report as a page: one file that needs no network and no scripts.
 *
 * @module
 */
import { durationText, sizeText } from "../limits_text.ts";
import { printable } from "../printable.ts";
import type { Report, Timeline, Touch } from "../report.ts";
import { endingText, mountLines, otherGrants, spendingLines } from "./lines.ts";
import { STYLE } from "./page_style.ts";
import { touchTree, type TreeNode } from "./tree.ts";

/**
 * A report as a page. Whatever names a guest made up, they are shown and mean nothing to the browser.
 *
 * @param report The report
 * @returns HTML
 */
export function reportPage(report: Report): string {
  const good = report.exit.reason === "exit" && report.exit.code === 0;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${text(report.program)} under keyhole</title>
<style>${STYLE}</style>
</head>
<body>
<header class="${good ? "good" : "bad"}">
<h1>${text(report.program)}</h1>
<p>${text(endingText(report))}. Started ${text(report.started)}.</p>
</header>
<main>
${report.exit.reason === "interrupted" ? "" : sections(report)}
</main>
</body>
</html>
`;
}

function sections(report: Report): string {
  const used = report.used === undefined ? "" : chart(report.used.timeline) + touched(report);
  return [granted(report), denied(report), spending(report), used].join("\n");
}

function text(value: string): string {
  return printable(value).replace(/[&<>"']/g, (it) => `&#${it.charCodeAt(0)};`);
}

function table(id: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
  return `<table id="${id}"><thead>${line(head, "th")}</thead><tbody>${
    rows.map((row) => line(row, "td")).join("\n")
  }</tbody></table>`;
}

function granted(report: Report): string {
  const mounts = mountLines(report).map(({ name, what, access, use }) => [
    `<code>${text(name)}</code>`,
    text(what),
    access === "" ? "" : `<span class="${access}">${access}</span>`,
    ...use === undefined
      ? ["", "", ""]
      : [use.calls, sizeText(use.bytesRead), sizeText(use.bytesWritten)].map(String),
  ]);
  const others = otherGrants(report.granted).map(([label, value]) => [label, text(value)]);
  return `<section><h2>Granted</h2>${
    mounts.length === 0
      ? "<p>No file and no directory.</p>"
      : table("mounts", ["the program's name", "what it is", "access", "calls", "read", "written"], mounts)
  }${table("grants", ["", ""], others)}</section>`;
}

function denied({ denied, deniedOmitted }: Report): string {
  if (denied.length === 0) {
    return '<section id="denied"><h2>Refused</h2><p>Nothing was refused.</p></section>';
  }
  const rows = denied.map(({ call, path, code, count }) => [
    `<code>${text(path === "" ? "-" : path)}</code>`,
    text(call),
    `<span class="code">${text(code)}</span>`,
    String(count),
  ]);
  const rest = deniedOmitted === 0 ? "" : `<p>And ${deniedOmitted} more.</p>`;
  return `<section id="denied"><h2>Refused</h2>${
    table("refusals", ["what was asked for", "call", "answer", "times"], rows)
  }${rest}</section>`;
}

function spending(report: Report): string {
  const rows = spendingLines(report).map(({ label, spent, limit, part }) => [
    text(label),
    text(spent),
    text(limit),
    part === undefined ? "" : `<meter min="0" max="1" high="0.9" value="${part}"></meter>`,
  ]);
  return `<section><h2>Spent</h2>${table("spent", ["", "spent", "limit", ""], rows)}</section>`;
}

/** How large the chart is, in its own units. */
const WIDTH = 720;
const HEIGHT = 60;

function chart({ step, calls, bytesRead, bytesWritten }: Timeline): string {
  if (calls.length === 0) return "";
  const rows: [string, readonly number[], (amount: number) => string][] = [
    ["calls", calls, String],
    ["read", bytesRead, sizeText],
    ["written", bytesWritten, sizeText],
  ];
  const figures = rows.map(([label, sums, show]) => {
    const most = sums.reduce((one, other) => Math.max(one, other), 0);
    const width = WIDTH / sums.length;
    const bars = sums.map((sum, index) => {
      if (sum === 0) return "";
      const height = Math.max(1, sum / most * HEIGHT);
      const from = durationText(index * step);
      return `<rect x="${(index * width).toFixed(2)}" y="${(HEIGHT - height).toFixed(2)}" width="${
        Math.max(1, width - 1).toFixed(2)
      }" height="${height.toFixed(2)}"><title>${show(sum)} from ${from} on</title></rect>`;
    });
    return `<figure><figcaption>${label}<small>at most ${show(most)} in ${
      durationText(step)
    }</small></figcaption>
<svg class="${label}" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${label} over time">${
      bars.join("")
    }</svg></figure>`;
  });
  const end = durationText(calls.length * step);
  return `<section id="timeline"><h2>Over time</h2>${
    figures.join("\n")
  }<p class="axis"><span>0</span><span>${end}</span></p></section>`;
}

function touched(report: Report): string {
  const trees = (report.used?.mounts ?? []).filter(({ calls }) => calls > 0).map(
    ({ name, touched, omitted }) => {
      const rest = omitted === 0 ? "" : `<p>And ${omitted} calls for further names.</p>`;
      return `<h3><code>${text(name)}</code></h3>${nodes(touchTree(touched))}${rest}`;
    },
  );
  const none = "<p>No file was touched.</p>";
  return `<section id="touched"><h2>Touched</h2>${trees.length === 0 ? none : trees.join("\n")}</section>`;
}

function nodes(tree: readonly TreeNode[]): string {
  const items = tree.map(({ name, touch, children }) => {
    const line = `<code>${text(name)}</code>${touch === undefined ? "" : described(touch)}`;
    if (children.length === 0) return `<li>${line}</li>`;
    return `<li><details open><summary>${line}</summary>${nodes(children)}</details></li>`;
  });
  return `<ul>${items.join("\n")}</ul>`;
}

function described({ did, failed = {}, bytesRead, bytesWritten, changes }: Touch): string {
  const done = Object.entries(did).map(([call, count]) => `${text(call)} ${count}`);
  const refused = Object.entries(failed).map(([code, count]) =>
    `<span class="code">${text(code)}</span> ${count}`
  );
  const bytes = [
    bytesRead === 0 ? "" : `${sizeText(bytesRead)} read`,
    bytesWritten === 0 ? "" : `${sizeText(bytesWritten)} written`,
  ].filter((it) => it !== "");
  const mark = changes === "none" ? "" : '<span class="rw">changed</span> ';
  return ` <small>${mark}${[...bytes, ...done, ...refused].join(", ")}</small>`;
}
