/**
 * Reading reports.
 *
 * @module
 */
import { PolicyError } from "../policy.ts";
import policy from "../policy/schema.json" with { type: "json" };
import { findProblem, type Schema } from "../policy/validate.ts";
import type { Report } from "../report.ts";

const number: Schema = {
  type: "integer",
  description: "a count",
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
};
const text: Schema = { type: "string" };
const changes: Schema = { enum: ["none", "content", "names"] };
const counts: Schema = { type: "object", additionalProperties: number };

/** Who may connect to a server is told in no report. */
const { users: _, ...granted } = policy.properties;

/** What of a report is used when a policy is made of it. */
const SCHEMA: Schema = {
  type: "object",
  required: ["version", "granted", "denied"],
  properties: {
    version: { enum: [1] },
    granted: {
      type: "object",
      properties: { ...granted, mounts: { type: "array" } } as Schema["properties"],
      additionalProperties: false,
    },
    denied: { type: "array" },
    used: {
      type: "object",
      required: ["mounts", "stdin"],
      properties: {
        stdin: { type: "object", required: ["calls"], properties: { calls: number } },
        mounts: {
          type: "array",
          items: {
            type: "object",
            required: ["name", "calls", "changes", "touched", "omitted"],
            properties: {
              name: text,
              calls: number,
              omitted: number,
              tried: { type: "boolean" },
              changes,
              touched: {
                type: "array",
                items: {
                  type: "object",
                  required: ["path", "changes", "did"],
                  properties: { path: text, changes, did: counts, failed: counts },
                },
              },
            },
          },
        },
      },
    },
  },
  $defs: policy.$defs as Schema["$defs"],
};

/** Mounts that no policy can say are told apart later, with a message of their own. */
const MOUNTS: Schema = {
  type: "array",
  items: {
    oneOf: [
      ...policy.properties.mounts.items.oneOf as readonly Schema[],
      { type: "object", required: ["object"], properties: { object: text }, additionalProperties: false },
    ],
  },
};

/**
 * Reads a report.
 *
 * @param json The text of a report
 * @returns The report, checked as far as a policy can be made of it
 * @throws {PolicyError} For what is no report
 *
 * @example
 * ```ts
 * import { readReport } from "./read.ts";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => readReport('{ "version": 2 }'), Error, 'needs "granted"');
 * ```
 */
export function readReport(json: string): Report {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    const hint = json.startsWith("<") ? "A page cannot be read back: write --report report.json" : undefined;
    throw new PolicyError(`is not JSON: ${(error as SyntaxError).message}`, hint);
  }
  const problem = findProblem(value, SCHEMA) ?? findProblem((value as Report).granted.mounts ?? [], {
    ...MOUNTS,
    $defs: policy.$defs as Schema["$defs"],
  });
  if (problem === undefined) return value as Report;
  throw new PolicyError(`${problem.place === "" ? "it" : problem.place} ${problem.message}`, problem.hint);
}
