/** Random scripts of operations. */
import { Open } from "../../../mod.ts";
import type { Choices } from "./random.ts";

const DOES = {
  "open": 9,
  "stat": 4,
  "make directory": 5,
  "remove directory": 2,
  "remove file": 4,
  "rename": 6,
  "link": 4,
  "symlink": 4,
  "read link": 1,
  "list": 1,
  "read": 4,
  "write": 5,
  "append": 3,
  "set size": 3,
  "allocate": 1,
  "file stat": 3,
  "close": 2,
} as const;

/** One operation. Every step has every field; an operation uses those that it needs. */
export interface Step {
  readonly does: keyof typeof DOES;
  readonly base: number;
  readonly path: string;
  readonly otherBase: number;
  readonly other: string;
  readonly target: string;
  readonly how: number;
  readonly follow: boolean;
  readonly slot: number;
  readonly at: number;
  readonly length: number;
}

const NAMES = ["a", "b", "c", "d"];
const TOO_LONG = "x".repeat(256);
const WEIGHTED = Object.entries(DOES).flatMap(([does, weight]) => Array(weight).fill(does)) as Step["does"][];

/** What a script may hold. */
export interface Limits {
  /** Paths from held directories, not from the root alone. */
  readonly held: boolean;
  /** Hard links. */
  readonly links: boolean;
}

/** One random step. */
export function randomStep(choices: Choices, limits: Limits): Step {
  let does = choices.of(WEIGHTED);
  if (does === "link" && !limits.links) does = "stat";
  return {
    does,
    base: limits.held ? choices.below(9) : -1,
    path: randomPath(choices),
    otherBase: limits.held ? choices.below(9) : -1,
    other: randomPath(choices),
    target: randomPath(choices),
    how: randomHow(choices),
    follow: choices.below(3) > 0,
    slot: choices.below(3),
    at: choices.of([0, 0, 1, 5, 100, 4096, 65_535, 65_536, 70_000, 131_072]) + choices.below(3),
    length: choices.of([0, 1, 2, 10, 300, 70_000]),
  };
}

function randomPath(choices: Choices): string {
  const parts = Array.from({ length: choices.of([1, 1, 1, 2, 2, 3]) }, () => choices.of(NAMES));
  if (choices.below(12) === 0) parts.splice(choices.below(parts.length + 1), 0, choices.of(["..", ".", ""]));
  if (choices.below(15) === 0) parts.push("");
  if (choices.below(40) === 0) parts.push(TOO_LONG);
  return parts.join("/");
}

function randomHow(choices: Choices): number {
  let how = choices.of([Open.read, Open.read | Open.write, Open.read | Open.write, Open.write]);
  if (choices.below(2) === 0) how |= Open.create;
  if (choices.below(5) === 0) how |= Open.exclusive;
  if (choices.below(4) === 0 && (how & Open.write) !== 0) how |= Open.truncate;
  if (choices.below(8) === 0) how = Open.read | Open.directory;
  return how;
}
