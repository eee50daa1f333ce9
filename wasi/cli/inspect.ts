/**
 * `keyhole inspect MODULE`: what a module asks for and offers, without running it.
 *
 * @module
 */
import type { CommandLine } from "../../caps/cli/parse.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";
import { sizeText } from "../../caps/limits_text.ts";
import { printable } from "../../caps/printable.ts";
import { grantText } from "../../caps/report/lines.ts";
import { type Inspection, inspectModule } from "../inspection.ts";
import {
  type ExternType,
  type FunctionType,
  GUEST_PAGE,
  type StorageLimits,
} from "../binary/module_types.ts";
import { loadModule } from "./module_source.ts";

/**
 * Prints what a module imports, exports and needs.
 *
 * @param line The command line: which module, and whether as JSON
 * @param terminal Where it goes
 * @returns The exit code
 * @throws {CommandError} For a module that cannot be read
 * @throws {UnusableModuleError} For bytes that are no module
 */
export async function inspect(line: CommandLine, terminal: Terminal): Promise<number> {
  const name = line.operands[0]!;
  const inspection = await inspectModule(await loadModule(name, terminal, false));
  const asJson = line.flags.some((flag) => flag.name === "json");
  terminal.say(asJson ? JSON.stringify(inspection, null, 2) + "\n" : inspectionText(name, inspection));
  return 0;
}

/**
 * What is known of a module, for a person.
 *
 * @param name The module as the user wrote it
 * @param inspection What is known
 * @returns Lines, each ended
 */
export function inspectionText(name: string, inspection: Inspection): string {
  const { format, size, entry, interfaces, functionCount, dataSize, hasStart } = inspection;
  const rows: [string, string][] = [
    ["Module", `${name} (${format === "text" ? "text format, " : ""}${sizeText(size)})`],
    ["Runs as", entryText(entry, inspection)],
    ["Speaks", interfaces.length === 0 ? "no system interface" : interfaces.join(", ")],
    ["Code", `${functionCount} functions${hasStart ? ", some of it run when instantiated" : ""}`],
    ["Data", sizeText(dataSize)],
    ...inspection.memories.map((memory): [string, string] => ["Memory", memoryText(memory)]),
    ...inspection.tables.map((
      table,
    ): [string, string] => ["Table", `${limitsText(table)} of ${table.element}`]),
  ];
  const sections = [
    rows.map(([label, text]) => `${label.padEnd(9)}${printable(text)}\n`).join(""),
    importsText(inspection),
    listing("Exports", inspection.exports.map((it) => `  ${signature(it.name, it.type)}`)),
    listing("Custom sections", inspection.customSections.map((section) => `  ${section}`)),
    listing("It asks for (and has none of it until you grant it)", requestedLines(inspection)),
    listing(
      "It may ask for",
      inspection.grants.map(({ what, flag, because }) =>
        `  ${what.padEnd(22)} ${flag.padEnd(13)} (${because})`
      ),
    ),
  ];
  return sections.filter((section) => section !== "").join("\n");
}

function requestedLines({ requested }: Inspection): string[] {
  if (requested === undefined) return [];
  if ("problem" in requested) return [`  what cannot be read: ${requested.problem}`];
  const { mounts = [], env = {} } = requested.policy;
  return [
    ...mounts.map((mount) => {
      const [name, what, access] = grantText(mount);
      return `  ${what} as ${name} (${access})`;
    }),
    ...Object.keys(env).map((name) => `  the variable ${name}`),
  ];
}

function entryText(entry: Inspection["entry"], { exports }: Inspection): string {
  const nameless = entry === "command" && !exports.some(({ name }) => name === "_start");
  return nameless ? 'a program (exports "")' : ENTRY_TEXT[entry];
}

const ENTRY_TEXT: Readonly<Record<Inspection["entry"], string>> = {
  command: "a program (exports _start)",
  reactor: "a library that is set up first (exports _initialize): use --invoke",
  library: "a library (exports neither _start nor _initialize): use --invoke",
};

function importsText({ imports }: Inspection): string {
  const lines: string[] = [];
  let module: string | undefined;
  for (
    const it of imports.toSorted((one, other) =>
      one.module < other.module ? -1 : one.module > other.module ? 1 : 0
    )
  ) {
    if (it.module !== module) lines.push(`  ${module = it.module}`);
    lines.push(`    ${signature(it.name, it.type)}${it.offered ? "" : "  <- not offered by keyhole"}`);
  }
  return listing("Imports", lines);
}

/** What a module says of itself may hold any characters, so each line is escaped as a whole. */
function listing(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : `${title}\n${lines.map(printable).join("\n")}\n`;
}

function signature(name: string, type: ExternType): string {
  switch (type.kind) {
    case "function":
      return (name === "" ? '""' : name) + functionText(type);
    case "tag":
      return `${name}: tag ${functionText(type)}`;
    case "memory":
      return `${name}: memory, ${memoryText(type)}`;
    case "table":
      return `${name}: table, ${limitsText(type)} of ${type.element}`;
    case "global":
      return `${name}: ${type.mutable ? "variable" : "constant"} ${type.value}`;
  }
}

function functionText({ params, results }: FunctionType): string {
  const returned = results.length === 0
    ? ""
    : ` -> ${results.length === 1 ? results[0] : `(${results.join(", ")})`}`;
  return `(${params.join(", ")})${returned}`;
}

function memoryText(memory: StorageLimits & { readonly shared: boolean }): string {
  const kind = [memory.shared ? "shared" : "", memory.address === "i64" ? "64-bit" : ""].filter((it) =>
    it !== ""
  );
  const most = memory.maximum === undefined
    ? "no maximum"
    : `at most ${sizeText(memory.maximum * GUEST_PAGE)}`;
  return [`${sizeText(memory.minimum * GUEST_PAGE)} to begin with`, most, ...kind].join(", ");
}

function limitsText({ minimum, maximum }: StorageLimits): string {
  return maximum === undefined
    ? `${minimum} or more`
    : minimum === maximum
    ? `${minimum}`
    : `${minimum} to ${maximum}`;
}
