/**
 * What a report says, in words that tables and pages share.
 *
 * @module
 */
import { fileMount } from "../cli/mount_settings.ts";
import { mountKey } from "../mount.ts";
import { durationText, sizeText } from "../limits_text.ts";
import type { Granted, Limited, MountUse, Report, Spent } from "../report.ts";

/** A mount: what was granted and what was used. */
export interface MountLine {
  /** The program's name for it. */
  readonly name: string;
  /** What it is: a path of this machine, or words. */
  readonly what: string;
  /** Whether it can be changed. */
  readonly access: string;
  /** What was done with it, if it was watched. */
  readonly use: MountUse | undefined;
}

/**
 * The mounts of a report: those that were granted, with what was used of them, and then what was used besides.
 *
 * @param report The report
 * @returns The mounts
 */
export function mountLines({ granted, used }: Report): MountLine[] {
  const uses = used?.mounts ?? [];
  const told = new Set<MountUse>();
  const lines = (granted.mounts ?? []).map((mount): MountLine => {
    const [name, what, access] = grantText(mount);
    // A file is shown in a directory of its own.
    const shown = "file" in mount ? fileMount(name).directory : name;
    const use = uses.find((use) => mountKey(use.name) === mountKey(shown));
    if (use !== undefined) told.add(use);
    return { name, what, access, use: "file" in mount ? useOfFile(use, fileMount(name).name) : use };
  });
  const rest = uses.filter((use) => !told.has(use) && use.calls > 0);
  return [
    ...lines,
    ...rest.map((use) => ({ name: use.name, what: "not granted beforehand", access: "", use })),
  ];
}

function useOfFile(use: MountUse | undefined, file: string): MountUse | undefined {
  const touch = use?.touched.find(({ path }) => path === file);
  return touch === undefined ? undefined : { name: file, ...touch, touched: [], omitted: 0 };
}

/**
 * What a grant of files is.
 *
 * @param mount The grant
 * @returns The program's name for it, what it is, and whether it can be changed (`ro`, `rw`, empty when not known)
 */
export function grantText(
  mount: NonNullable<Granted["mounts"]>[number],
): [name: string, what: string, access: string] {
  if ("object" in mount) return [mount.object, "made by the application", ""];
  if ("tmp" in mount) return [mount.tmp, "in memory", mount.access ?? "rw"];
  if ("overlay" in mount) return [mount.as ?? mount.overlay, `${mount.overlay}, changes in memory`, "rw"];
  const path = "dir" in mount ? mount.dir : mount.file;
  return [mount.as ?? path, "dir" in mount ? path : `the file ${path}`, mount.access ?? "ro"];
}

/**
 * Everything else that was granted.
 *
 * @param granted What was granted
 * @returns Labels and texts
 */
export function otherGrants(granted: Granted): [label: string, text: string][] {
  const { env = {}, inheritEnv, stdin = "inherit", stdout = "inherit", stderr = "inherit", clock, seed } =
    granted;
  const names = [...inheritEnv ? ["all of keyhole's own"] : [], ...Object.keys(env)];
  return [
    ["variables", names.length === 0 ? "none" : names.join(", ")],
    ["stdin", stdin],
    ["stdout", stdout],
    ["stderr", stderr],
    ...clock === undefined ? [] : [["clock", clock]] as [string, string][],
    ...seed === undefined ? [] : [["seed", seed]] as [string, string][],
  ];
}

const LIMITED: Readonly<Record<Limited, [label: string, text: (amount: number) => string]>> = {
  timeout: ["time", durationText],
  memory: ["memory", sizeText],
  output: ["output", sizeText],
  disk: ["files grown", sizeText],
  fileSize: ["largest file", sizeText],
  entries: ["names made", String],
  openFiles: ["open files", String],
  fuel: ["fuel", String],
};

/**
 * What was spent.
 *
 * @param report The report
 * @returns For each thing its label, how much was spent, the limit, and which part of the limit was spent (0 to 1)
 */
export function spendingLines(
  { limits }: Report,
): { label: string; spent: string; limit: string; part: number | undefined }[] {
  return (Object.entries(limits) as [Limited, Spent][]).map(([name, { spent, limit }]) => {
    const [label, text] = LIMITED[name];
    return {
      label,
      spent: spent === undefined ? "" : text(spent),
      limit: limit === undefined ? "no limit" : text(limit),
      part: limit === undefined || spent === undefined || limit === 0
        ? undefined
        : Math.min(1, spent / limit),
    };
  });
}

/**
 * How a run ended, in a sentence.
 *
 * @param report The report
 * @returns The sentence, without a full stop
 */
export function endingText({ program, exit, duration }: Report): string {
  const time = durationText(duration);
  switch (exit.reason) {
    case "exit":
      return `${program} exited with ${exit.code} after ${time}`;
    case "trap":
      return `${program} crashed after ${time}: ${exit.message ?? "a trap"}`;
    case "interrupted":
      return `${program} was interrupted: what it was granted and what it did is not known`;
    default:
      return `${program} was ended after ${time}: ${exit.message ?? exit.reason}`;
  }
}
