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

const FOREIGN: Readonly<Record<string, (value: string | undefined) => string>> = {
  volume: colonMount,
  v: colonMount,
  mount: colonMount,
  preopen: (value) => `Use --dir ${value === undefined ? "HOST::GUEST" : shellWord(value)}`,
  "allow-all": () => "Grant what the program needs by name: --dir DIR, --env NAME, --inherit-env",
  "allow-run": () => "A guest cannot start programs, and keyhole has no flag that lets it",
  "allow-ffi": () => "A guest cannot call native code, and keyhole has no flag that lets it",
  net: () => "A program can have listening sockets and nothing else of the network: --listen HOST:PORT",
  S: (value) =>
    value === "inherit-env" ? "Use --inherit-env" : "keyhole's flags have names: see keyhole --help",
  W: () => "keyhole's flags have names: see keyhole --help",
  e: (value) => `Use --env ${value === undefined ? "NAME=VALUE" : shellWord(value)}`,
};

/** `HOST:GUEST[:ro]` with single colons, as Docker, wasmer and wazero write it. */
function colonMount(value: string | undefined): string {
  const match = /^((?:[A-Za-z]:(?=[\\/]))?[^:]+):([^:]+?)(:ro)?$/.exec(value ?? "");
  if (match === null) return "Use --dir HOST::GUEST, with :ro behind it for reading only";
  return `Use --dir ${shellWord(`${match[1]}::${match[2]}${match[3] ?? ""}`)}`;
}
