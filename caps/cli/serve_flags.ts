/**
 * The flags that only `serve` knows, and what they ask for.
 *
 * @module
 */
import { parseCount, parseDuration, parseSize, QuantityError } from "../limits_text.ts";
import type { Flag } from "./flags.ts";
import { CommandError } from "./messages.ts";
import type { GivenFlag } from "./parse.ts";
import { quantity } from "./values.ts";

const SERVE = ["serve"] as const;

const TABLE = {
  "socket-mode": {
    value: "OCTAL",
    commands: SERVE,
    help: "Who may connect to a socket file, 600 unless given; 660 lets your group in",
  },
  "tls-cert": { value: "FILE", commands: SERVE, help: "Speak TLS with this certificate", completes: "file" },
  "tls-key": { value: "FILE", commands: SERVE, help: "The certificate's private key", completes: "file" },
  "tls-client-ca": {
    value: "FILE",
    commands: SERVE,
    help: "Let in only clients with a certificate from this authority; its name is the user's",
    completes: "file",
  },
  host: {
    value: "MODULE.ts",
    commands: SERVE,
    help: "Functions for programs to import: a module that exports host(). It runs with all your rights",
    completes: "file",
  },
  state: {
    value: "FILE",
    commands: SERVE,
    help: "Where the host's functions keep state that survives a restart",
    completes: "file",
  },
  users: {
    value: "FILE",
    commands: SERVE,
    help:
      "Who may connect, how they prove it, and their own limits, as JSON. It wins over the users of a policy",
    completes: "file",
  },
  idle: { value: "TIME", commands: SERVE, help: "End a session that says nothing for so long (10m)" },
  "max-bytes-in": { value: "SIZE", commands: SERVE, help: "A client sends no more than this" },
  "max-bytes-out": { value: "SIZE", commands: SERVE, help: "A program answers no more than this" },
  "max-calls": {
    value: "COUNT",
    commands: SERVE,
    help: "Slow down a program that makes more calls in a second",
  },
  "max-sessions": {
    value: "COUNT",
    commands: SERVE,
    help: "Refuse further clients politely (8000, the most)",
  },
  "total-fuel": { value: "COUNT", commands: SERVE, help: "Fuel of all sessions together" },
  "total-memory": { value: "SIZE", commands: SERVE, help: "Memory of all sessions at one moment" },
  "total-bytes-in": { value: "SIZE", commands: SERVE, help: "What all clients together may send" },
  "total-bytes-out": { value: "SIZE", commands: SERVE, help: "What all programs together may answer" },
  "total-calls": { value: "COUNT", commands: SERVE, help: "Calls of all sessions in a second" },
} satisfies Record<string, Flag>;

/** The name of a flag that only `serve` knows, without the dashes. */
export type ServeFlagName = keyof typeof TABLE;

/** The flags. */
export const SERVE_FLAGS: Readonly<Record<ServeFlagName, Flag>> = TABLE;

/** What the flags of `serve` ask for, besides what they share with `run`. */
export interface ServeSettings {
  /** Where clients connect. */
  readonly listen: string;
  /** The mode of a socket file. */
  readonly mode: number | undefined;
  /** The files of certificate, key and authority. */
  readonly tls: { readonly cert: string; readonly key: string; readonly clientCa?: string } | undefined;
  /** The module with functions for guests. */
  readonly host: string | undefined;
  /** The file that keeps state. */
  readonly state: string | undefined;
  /** The file that says who may connect, whatever a policy says of that. */
  readonly users: string | undefined;
  /** What each session may not exceed. */
  readonly limits: Readonly<Partial<Record<"idle" | "bytesIn" | "bytesOut" | "callsPerSecond", number>>>;
  /** What all sessions together may not exceed. */
  readonly total: Readonly<
    Partial<Record<"sessions" | "fuel" | "memory" | "bytesIn" | "bytesOut" | "callsPerSecond", number>>
  >;
}

/** The most sessions that one process can hold. */
const MOST_SESSIONS = 8000;

/**
 * Reads the flags of `serve`.
 *
 * @param flags The flags, in the order given; those of `run` are left alone
 * @param policy The addresses that a policy names, for when no flag does
 * @returns What they ask for
 * @throws {CommandError} For what makes no sense
 *
 * @example
 * ```ts
 * import { readServeSettings } from "./serve_flags.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { listen, limits } = readServeSettings([
 *   { name: "listen", value: "unix:/run/shell" },
 *   { name: "idle", value: "5m" },
 * ]);
 * assertEquals([listen, limits.idle], ["unix:/run/shell", 300_000]);
 * ```
 */
export function readServeSettings(
  flags: readonly GivenFlag[],
  policy: readonly string[] = [],
): ServeSettings {
  const given = (name: ServeFlagName): string | undefined => flags.find((flag) => flag.name === name)?.value;
  const sessions = read("max-sessions", given, parseCount);
  if (sessions !== undefined && (sessions < 1 || sessions > MOST_SESSIONS)) {
    throw new CommandError(`Flag "--max-sessions" takes 1 to ${MOST_SESSIONS}`);
  }
  return {
    listen: theDoor(flags.filter(({ name }) => name === "listen").map(({ value }) => value), policy),
    mode: modeOf(given("socket-mode")),
    tls: tlsOf(given),
    host: given("host"),
    state: given("state"),
    users: given("users"),
    limits: {
      idle: read("idle", given, parseDuration),
      bytesIn: read("max-bytes-in", given, parseSize),
      bytesOut: read("max-bytes-out", given, parseSize),
      callsPerSecond: read("max-calls", given, parseRate),
    },
    total: {
      sessions,
      fuel: read("total-fuel", given, parseCount),
      memory: read("total-memory", given, parseSize),
      bytesIn: read("total-bytes-in", given, parseSize),
      bytesOut: read("total-bytes-out", given, parseSize),
      callsPerSecond: read("total-calls", given, parseRate),
    },
  };
}

function theDoor(given: readonly string[], policy: readonly string[]): string {
  if (given.length > 1) throw new CommandError('Flag "--listen" was given twice: serve has one door');
  if (given.length === 1) return given[0]!;
  if (policy.length > 1) {
    throw new CommandError(`The policy listens on ${policy.length} addresses: serve has one door`, {
      hint: `Write --listen ${policy[0]} if you mean the first`,
    });
  }
  if (policy.length === 1) return policy[0]!;
  throw new CommandError("Nothing to listen on", {
    hint: "Write --listen unix:PATH or --listen tcp:127.0.0.1:PORT",
  });
}

type Given = (name: ServeFlagName) => string | undefined;

function read(name: ServeFlagName, given: Given, parse: (text: string) => number): number | undefined {
  const value = given(name);
  return value === undefined ? undefined : quantity(name, value, parse);
}

function parseRate(text: string): number {
  const rate = parseCount(text);
  if (rate > 0) return rate;
  throw new QuantityError(`"${text}" is too few: write at least 1`);
}

function modeOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^0?[0-7]{3}$/.test(value)) return parseInt(value, 8);
  throw new CommandError(`"${value}" is not a mode`, { hint: "Write --socket-mode 660" });
}

function tlsOf(given: Given): ServeSettings["tls"] {
  const cert = given("tls-cert"), key = given("tls-key"), clientCa = given("tls-client-ca");
  if (cert === undefined && key === undefined && clientCa === undefined) return undefined;
  if (cert !== undefined && key !== undefined) return { cert, key, clientCa };
  throw new CommandError("TLS needs a certificate and its key", {
    hint: "Give both --tls-cert and --tls-key",
  });
}
