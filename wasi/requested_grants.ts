/**
 * The grants that a module asks for, in a custom section of its own.
 *
 * @module
 */
import { parsePolicy, type Policy, PolicyError } from "../caps/policy.ts";
import { readSections, SectionId } from "./binary/sections.ts";

/** The name of the section: it holds a policy as JSON. */
export const GRANTS_SECTION = "keyhole.grants";

/** The most bytes that such a section may have. */
const MOST = 65536;

/** What a module may ask for. All else of a policy is for its user to say. */
const ASKABLE: ReadonlySet<string> = new Set(["$schema", "mounts", "env"]);

/** What a module asks for. It has nothing of it until its user grants it. */
export type RequestedGrants =
  | {
    /** What it asks for. */
    readonly policy: Pick<Policy, "mounts" | "env">;
  }
  | {
    /** Why that cannot be told. */
    readonly problem: string;
  };

/**
 * Reads what a module asks for. Whatever a module has there, nothing is thrown: it is a wish and no part of the program.
 *
 * @param bytes A module in the binary format
 * @returns What it asks for, or `undefined` for nothing
 * @throws {ModuleError} For bytes that are no module
 *
 * @example
 * ```ts
 * import { requestedGrants } from "./requested_grants.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(requestedGrants(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])), undefined);
 * ```
 */
export function requestedGrants(bytes: Uint8Array): RequestedGrants | undefined {
  const sections = readSections(bytes).filter(({ id, name }) =>
    id === SectionId.custom && name === GRANTS_SECTION
  );
  const section = sections[0];
  if (section === undefined) return undefined;
  if (sections.length > 1) return { problem: "there are several sections of that name" };
  if (section.end - section.contents > MOST) return { problem: `it has more than ${MOST} bytes` };
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true });
    const policy = parsePolicy(decoder.decode(bytes.slice(section.contents, section.end)));
    const strange = Object.keys(policy).find((key) => !ASKABLE.has(key));
    if (strange !== undefined) return { problem: `no module can ask for "${strange}"` };
    const { mounts, env } = policy;
    return { policy: { ...mounts === undefined ? {} : { mounts }, ...env === undefined ? {} : { env } } };
  } catch (error) {
    if (error instanceof PolicyError) return { problem: error.message };
    if (error instanceof TypeError) return { problem: "it is not UTF-8" };
    throw error;
  }
}
