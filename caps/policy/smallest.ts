/**
 * The smallest policy that would have sufficed for a run.
 *
 * @module
 */
import { fileMount } from "../cli/mount_settings.ts";
import { mountKey } from "../mount.ts";
import {
  type Policy,
  POLICY_SCHEMA,
  type PolicyDirectory,
  PolicyError,
  type PolicyFile,
  type PolicyMount,
  type PolicyOverlay,
} from "../policy.ts";
import type { Changes, MountUse, Report, Touch } from "../report.ts";

/**
 * Makes the policy that grants what a run used and no more: mounts that were not touched are left out, those that were
 * only read are read-only, and a directory of which only a part or some files were used shrinks to them. What was
 * refused stays refused; limits stay as they were.
 *
 * @param report The report of the run
 * @returns The policy; its paths are those of the report
 * @throws {PolicyError} For a run that was not watched, or was granted what no policy can say
 *
 * @example
 * ```ts
 * import { memoryDirectory, run } from "keyhole";
 * import { smallestPolicy } from "./smallest.ts";
 * import { assertThrows } from "@std/assert";
 *
 * const dirs = { "/in": memoryDirectory() };
 * const { report } = await run("examples/copy/hello.wasm", { dirs, report: true, stdout: "null" });
 * assertThrows(() => smallestPolicy(report), Error, 'was granted an object as "/in"');
 * ```
 */
export function smallestPolicy({ granted, used }: Report): Policy {
  if (used === undefined) throw new PolicyError("tells nothing of what was used");
  const mounts = (granted.mounts ?? []).flatMap((mount): PolicyMount[] => {
    if ("object" in mount) {
      throw new PolicyError(`was granted an object as "${mount.object}", which no policy can say`);
    }
    const name = nameOf(mount);
    const shown = "file" in mount ? fileMount(name).directory : name;
    const use = used.mounts.find((use) => mountKey(use.name) === mountKey(shown));
    if (use === undefined || use.calls === 0) return [];
    if ("tmp" in mount) return [mount];
    return "file" in mount ? usedFile(mount, use) : usedDirectory(mount, use);
  });
  const { mounts: _, stdin, ...rest } = granted;
  const input = used.stdin.calls === 0 ? "null" : stdin;
  return {
    $schema: POLICY_SCHEMA,
    ...mounts.length === 0 ? {} : { mounts },
    ...rest,
    ...input === undefined ? {} : { stdin: input },
  };
}

function nameOf(mount: PolicyMount): string {
  if ("tmp" in mount) return mount.tmp;
  return mount.as ?? ("dir" in mount ? mount.dir : "file" in mount ? mount.file : mount.overlay);
}

function usedFile(mount: PolicyFile, { touched, omitted }: MountUse): PolicyFile[] {
  if (omitted > 0) return [mount];
  const touch = touched.find(({ path }) => path === fileMount(nameOf(mount)).name);
  return touch === undefined ? [] : [{ ...mount, access: accessFor(touch.changes, mount) }];
}

function usedDirectory(mount: PolicyDirectory | PolicyOverlay, use: MountUse): PolicyMount[] {
  const as = nameOf(mount);
  // What failed only because of what is there fails alike only where it could have succeeded.
  const changes = use.tried && use.changes === "none" ? "names" : use.changes;
  // What is only kept in memory is no use of the directory itself.
  if ("overlay" in mount && changes !== "none") return [mount];
  const path = "dir" in mount ? mount.dir : mount.overlay;
  const limits = mount.limits === undefined || changes === "none" ? {} : { limits: mount.limits };
  const whole = [{ dir: path, as, access: accessFor(changes, mount), ...limits }];
  const onTheWay = new Set(use.touched.flatMap(({ path }) => above(path)));
  const touched = use.touched.filter((touch) => !(isStep(touch) && onTheWay.has(touch.path)));
  // A link may lead from one part of a directory to another.
  if (use.omitted > 0 || touched.length === 0 || touched.some(({ did }) => did.readLink)) return whole;
  const parts = touched.map((touch) =>
    isDirectory(touch) ? namesOf(touch.path) : namesOf(touch.path).slice(0, -1)
  );
  const common = parts.reduce((one, other) =>
    one.slice(0, one.findIndex((name, at) => name !== other[at]) >>> 0)
  );
  const single = touched.every(isSingleFile) && parts.every((part) => part.length === common.length);
  const files = touched.filter(({ did }) => Object.keys(did).length > 0);
  // Each file would have what was the limit of all together.
  const most = mount.limits === undefined ? MOST_FILES : 1;
  if (!single || use.tried || files.length === 0 || files.length > most) {
    return [{
      dir: below(path, common),
      as: below(mountKey(as), common),
      access: accessFor(changes, mount),
      ...limits,
    }];
  }
  return files.map(({ path: name, changes }) => {
    const names = namesOf(name);
    return {
      file: below(path, names),
      as: below(mountKey(as), names),
      access: accessFor(changes, mount),
      ...limits,
    };
  });
}

/** The most files that are granted one by one. */
const MOST_FILES = 8;

/** What was used, but never more than was granted. */
function accessFor(changes: Changes, granted: PolicyDirectory | PolicyFile | PolicyOverlay): "ro" | "rw" {
  return changes === "none" || "overlay" in granted ? "ro" : granted.access ?? "ro";
}

/** Whether it was only entered: on the way to something else, or back out again by `..`. */
function isStep({ path, did, failed }: Touch): boolean {
  return path !== "" && failed === undefined && Object.keys(did).every((call) => call === "directory");
}

/** Whether it has to be a directory that is there from the beginning. */
function isDirectory({ path, did, changes }: Touch): boolean {
  return path === "" || (changes !== "names" && (did.list !== undefined || did.directory !== undefined));
}

/** Whether granting the file alone would have done: also for names that were looked for and are not there. */
function isSingleFile(touch: Touch): boolean {
  if (isDirectory(touch) || touch.changes === "names") return false;
  if (Object.keys(touch.failed ?? {}).some((code) => code !== "ENOENT")) return false;
  return touch.did.open !== undefined || Object.keys(touch.did).length === 0;
}

/** The directories that a path leads through. */
function above(path: string): string[] {
  const names = namesOf(path);
  return names.map((_, count) => names.slice(0, count).join("/"));
}

function namesOf(path: string): string[] {
  return path === "" ? [] : path.split("/");
}

function below(path: string, names: readonly string[]): string {
  const rest = names.join("/");
  if (rest === "" || path === ".") return rest === "" ? path : rest;
  return path.endsWith("/") ? path + rest : `${path}/${rest}`;
}
