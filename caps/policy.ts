/**
 * Policies: what a program is granted, as JSON.
 *
 * @module
 */
import { mustBeText } from "./checks.ts";
import schema from "./policy/schema.json" with { type: "json" };
import { findSlip } from "./policy/slip.ts";
import { findProblem, type Schema } from "./policy/validate.ts";
import type { UserProof } from "./users.ts";

/** What may be added to one mount; what is left out is not limited. */
export interface PolicyGrowth {
  /** Bytes that all its files together may grow by: a number, or a text such as `"64M"`. */
  readonly disk?: number | string;
  /** Bytes that any one file may grow to. */
  readonly fileSize?: number | string;
  /** Names that may be made. */
  readonly entries?: number;
}

/** A directory of this machine. */
export interface PolicyDirectory {
  /** Its path, relative to the policy's file. */
  readonly dir: string;
  /** The program's name for it; its path as written unless given. */
  readonly as?: string;
  /** Whether it can be changed; `"ro"` unless given. */
  readonly access?: "ro" | "rw";
  /** What may be added to it. */
  readonly limits?: PolicyGrowth;
}

/** One file of this machine. */
export interface PolicyFile {
  /** Its path, relative to the policy's file. */
  readonly file: string;
  /** The program's path of it; its own as written unless given. */
  readonly as?: string;
  /** Whether it can be changed; `"ro"` unless given. */
  readonly access?: "ro" | "rw";
  /** What may be added to it. */
  readonly limits?: PolicyGrowth;
}

/** A directory of this machine whose changes stay in memory. */
export interface PolicyOverlay {
  /** Its path, relative to the policy's file. */
  readonly overlay: string;
  /** The program's name for it; its path as written unless given. */
  readonly as?: string;
  /** What may be added to it. */
  readonly limits?: PolicyGrowth;
}

/** An empty directory in memory. */
export interface PolicyTemporary {
  /** The program's name for it. */
  readonly tmp: string;
  /** Whether it can be changed; `"rw"` unless given. */
  readonly access?: "ro" | "rw";
  /** What may be added to it. */
  readonly limits?: PolicyGrowth;
}

/** One grant of files. */
export type PolicyMount = PolicyDirectory | PolicyFile | PolicyOverlay | PolicyTemporary;

/** A variable that is passed on. */
export interface PolicyInheritance {
  /** Always `true`. */
  readonly inherit: true;
  /** What it is when keyhole has none of that name, `null` for nothing; unless given, that is an error. */
  readonly default?: string | null;
}

/** What a program may not exceed; what is left out is not limited. */
export interface PolicyLimits extends PolicyGrowth {
  /** Time from start to end: `"300ms"`, `"2s"`, `"1m"`. */
  readonly timeout?: string;
  /** Bytes of memory. */
  readonly memory?: number | string;
  /** Bytes of standard output and error together. */
  readonly output?: number | string;
  /** Units of fuel. */
  readonly fuel?: number;
  /** Descriptors that may be open at once, 1 to 1,048,576. */
  readonly openFiles?: number;
}

/** What each session of a user may not exceed; what is left out is as for everybody, see `SessionLimits`. */
export interface PolicyUserLimits {
  /** Units of fuel. */
  readonly fuel?: number;
  /** How long it may last: `"300ms"`, `"2s"`, `"1m"`. */
  readonly timeout?: string;
  /** How long nothing may be said on either side. */
  readonly idle?: string;
  /** Bytes of memory: a number, or a text such as `"64M"`. */
  readonly memory?: number | string;
  /** Bytes that the client may send. */
  readonly bytesIn?: number | string;
  /** Bytes that the program may answer. */
  readonly bytesOut?: number | string;
  /** Calls that the program may make in a second, 1 or more. */
  readonly callsPerSecond?: number;
  /** Bytes of the program's messages that are logged. */
  readonly log?: number | string;
  /** Descriptors that may be open at once, 1 to 1,048,576. */
  readonly openFiles?: number;
}

/** A user of a server: at least one proof, and what is different for it. */
export interface PolicyUser extends UserProof {
  /** How many sessions there may be at once. */
  readonly sessions?: number;
  /** What each of them may not exceed. */
  readonly limits?: PolicyUserLimits;
}

/** The users of a server, by name. */
export type PolicyUsers = Readonly<Record<string, PolicyUser>>;

/** What a program is granted. What is not here, it does not get. */
export interface Policy {
  /** Where the schema is, for editors. */
  readonly $schema?: string;
  /** Files and directories, in the order in which the program finds them. */
  readonly mounts?: readonly PolicyMount[];
  /** Variables: values, or how keyhole's own are passed on. They win over {@linkcode Policy.inheritEnv}. */
  readonly env?: Readonly<Record<string, string | PolicyInheritance>>;
  /** Whether all of keyhole's own variables are passed on. */
  readonly inheritEnv?: boolean;
  /** What the program finds as its own name. */
  readonly argv0?: string;
  /** Where it may accept connections: `HOST:PORT`, or `unix:PATH` with a path relative to the policy's file. */
  readonly listen?: readonly string[];
  /** `"inherit"`, `"null"` or a file's path, relative to the policy's file. */
  readonly stdin?: string;
  /** `"inherit"`, `"null"` or a file's path, relative to the policy's file. */
  readonly stdout?: string;
  /** `"inherit"`, `"null"` or a file's path, relative to the policy's file. */
  readonly stderr?: string;
  /** How many threads the program may start, so many at once, 1 to 1024; none unless given. */
  readonly threads?: number;
  /** The export to call. */
  readonly invoke?: string;
  /** What the program may not exceed. */
  readonly limits?: PolicyLimits;
  /** `"system"`, `"fixed:2026-01-31T12:00:00Z"` or `"step:10ms"`. */
  readonly clock?: string;
  /** What randomness grows from: a whole number, or 64 hexadecimal digits. */
  readonly seed?: string;
  /** Whether the same input gives the same run on any machine; then clock and seed have defaults that do that. */
  readonly deterministic?: boolean;
  /** Who guards directories. */
  readonly backend?: "auto" | "kernel" | "portable";
  /** Whether the kernel confines keyhole too. */
  readonly lockdown?: "auto" | "off" | "require";
  /**
   * Who may connect to a server, by name; everybody who can reach it unless given, and with an empty table nobody. It
   * grants a program nothing. `usersOfPolicy()` reads it.
   */
  readonly users?: PolicyUsers;
}

/** Where the schema of policies is, for editors. */
export const POLICY_SCHEMA: string = schema.$id;

/**
 * What {@linkcode parsePolicy} throws. Its message says where in the JSON something is wrong.
 *
 * @example
 * ```ts
 * import { parsePolicy, PolicyError } from "keyhole";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => parsePolicy("{"), PolicyError, "is not JSON");
 * ```
 */
export class PolicyError extends Error {
  /** The name of the class, `"PolicyError"`. */
  override readonly name = "PolicyError";
  /** What was probably meant, if that can be told. */
  readonly hint: string | undefined;

  /**
   * Makes the error.
   *
   * @param message What is wrong and where, to be put after the policy's name
   * @param hint What was probably meant
   */
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/**
 * Reads a policy.
 *
 * @param text JSON
 * @returns The policy, as the schema describes it
 * @throws {PolicyError} For another text
 * @throws {TypeError} For something else than a text
 *
 * @example
 * ```ts
 * import { parsePolicy } from "keyhole";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const { mounts } = parsePolicy('{ "mounts": [{ "dir": "docs", "as": "/in" }] }');
 * assertEquals(mounts, [{ dir: "docs", as: "/in" }]);
 * assertThrows(() => parsePolicy('{ "mounts": [{ "dir": 1 }] }'), Error, "mounts[0].dir must be a string");
 * ```
 */
export function parsePolicy(text: string): Policy {
  mustBeText(text, "text");
  return parseChecked(text, schema as Schema) as Policy;
}

/**
 * Reads a policy, or a part of one that is in a file of its own.
 *
 * @param text JSON
 * @param schema What it has to be
 * @returns A value that is as the schema describes it
 * @throws {PolicyError} For anything else
 *
 * @example
 * ```ts
 * import { parseChecked } from "./policy.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(parseChecked("[]", { type: "array" }), []);
 * assertThrows(() => parseChecked("{}", { type: "array" }), Error, "it must be a list");
 * ```
 */
export function parseChecked(text: string, schema: Schema): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new PolicyError(`is not JSON: ${(error as SyntaxError).message}`);
  }
  const problem = findSlip(text) ?? findProblem(value, schema);
  if (problem === undefined) return value;
  throw new PolicyError(`${problem.place === "" ? "it" : problem.place} ${problem.message}`, problem.hint);
}
