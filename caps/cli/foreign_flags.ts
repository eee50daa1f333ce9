/**
 * Flags of other runners, said in keyhole's words: people arrive with habits.
 *
 * @module
 */
import { shellWord } from "./messages.ts";

/**
 * What to write instead of another runner's flag.
 *
 * @param name The flag without its dashes
 * @param value The value it was given, if it was
 * @returns A hint that can be pasted, or `undefined` for a flag of nobody's
 *
 * @example
 * ```ts
 * import { explainForeign } from "./foreign_flags.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(explainForeign("mount", "data:/in:ro"), "Use --dir data::/in:ro");
 * ```
 */
export function explainForeign(name: string, value: string | undefined): string | undefined {
  return Object.hasOwn(FOREIGN, name) ? FOREIGN[name]!(value) : undefined;
}

const byName = (): string => "Grant what the program needs by name: --dir DIR, --env NAME, --inherit-env";
const listening = (): string =>
  "A program can have listening sockets and nothing else of the network: --listen HOST:PORT";

const FOREIGN: Readonly<Record<string, (value: string | undefined) => string>> = {
  volume: colonMount,
  v: colonMount,
  mount: colonMount,
  preopen: (value) => `Use --dir ${value === undefined ? "HOST::GUEST" : shellWord(value)}`,
  "allow-all": byName,
  A: byName,
  "allow-run": () => "A guest cannot start programs, and keyhole has no flag that lets it",
  "allow-ffi": () => "A guest cannot call native code, and keyhole has no flag that lets it",
  net: listening,
  N: listening,
  S: (value) =>
    value === "inherit-env" ? "Use --inherit-env" : "keyhole's flags have names: see keyhole --help",
  R: () => "Use --allow-read=DIR",
  W: () => "Use --allow-write=DIR to let the program write; keyhole --help lists all flags",
  E: () => "Use --allow-env=NAME, or --env NAME=VALUE",
  e: (value) => `Use --env ${value === undefined ? "NAME=VALUE" : shellWord(value)}`,
};

/** `HOST:GUEST[:ro]` with single colons, as Docker, wasmer and wazero write it. */
function colonMount(value: string | undefined): string {
  const match = /^((?:[A-Za-z]:(?=[\\/]))?[^:]+):([^:]+?)(:ro)?$/.exec(value ?? "");
  if (match === null) return "Use --dir HOST::GUEST, with :ro behind it for reading only";
  return `Use --dir ${shellWord(`${match[1]}::${match[2]}${match[3] ?? ""}`)}`;
}
