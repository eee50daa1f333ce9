/**
 * Times set by path, without following a link.
 *
 * @module
 */
import { Fault } from "../../fault.ts";
import { hostCall } from "../errors.ts";
import { dateOf } from "./info.ts";

/** What is used of `node:fs`. */
interface LinkTimes {
  lutimesSync(path: string, accessed: Date, modified: Date): void;
}

let found: LinkTimes | undefined;

/**
 * Sets the times of what a path names; a link's own when it is one. `Deno.utimeSync` would follow the link, so this
 * is a call of `node:fs`, loaded when it is first needed: that takes as long as starting Deno.
 *
 * @param path A path of the host
 * @param info What is there, for the time that stays
 * @param accessed Nanoseconds since 1970 began, or `undefined` to leave it
 * @param modified Nanoseconds since 1970 began, or `undefined` to leave it
 * @throws {Fault} `EPERM`, `EACCES` and others
 *
 * @example
 * ```ts
 * import { setTimesAt } from "./times.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const path = Deno.makeTempFileSync();
 * setTimesAt(path, Deno.lstatSync(path), undefined, 1_000_000_000n);
 * assertEquals(Deno.statSync(path).mtime, new Date(1000));
 * Deno.removeSync(path);
 * ```
 */
export function setTimesAt(
  path: string,
  info: Deno.FileInfo,
  accessed: bigint | undefined,
  modified: bigint | undefined,
): void {
  const times = linkTimes();
  hostCall(() => times.lutimesSync(path, dateOf(accessed, info.atime), dateOf(modified, info.mtime)));
}

function linkTimes(): LinkTimes {
  if (found !== undefined) return found;
  // A dynamic import would have to be awaited, and no call of a directory can.
  const { process } = globalThis as { process?: { getBuiltinModule(name: string): unknown } };
  const module = process?.getBuiltinModule("node:fs") as LinkTimes | undefined;
  if (module?.lutimesSync === undefined) throw Fault.of("ENOTSUP");
  return found = module;
}
