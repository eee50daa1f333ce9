/** Two directories that must agree, step by step and in the end. */
import { assertEquals } from "@std/assert";
import type { Directory } from "../../../mod.ts";
import { plainly, Player, type Told } from "./player.ts";
import { Choices } from "./random.ts";
import { type Limits, randomStep, type Step } from "./script.ts";

/** A pair to compare, made anew for each script; closed afterwards. */
export interface Pair {
  readonly one: Directory;
  readonly other: Directory;
  close(): void;
}

const STEPS = 60;

/** Plays scripts of random steps on pairs of directories. A failure tells the seed and the steps. */
export function agree(
  seed: number,
  scripts: number,
  limits: Limits,
  pair: (choices: Choices) => Pair,
  told: Told = plainly,
): void {
  for (let script = 0; script < scripts; script++) {
    const choices = new Choices(seed + script);
    const { one, other, close } = pair(choices);
    const players = [new Player(one, told), new Player(other, told)];
    const played: string[] = [];
    try {
      for (let i = 0; i < STEPS; i++) {
        const step = randomStep(choices, limits);
        const answers = players.map((player) => player.play(step));
        played.push(`${describe(step)}: ${answers[0]}`);
        if (answers[0] !== answers[1]) assertEquals(answers[1], answers[0], report(seed + script, played));
      }
      assertEquals(players[1]!.tree(), players[0]!.tree(), report(seed + script, played));
    } finally {
      for (const player of players) player.close();
      close();
    }
  }
}

function describe(step: Step): string {
  const { does, base, path, otherBase, other, target, how, follow, slot, at, length } = step;
  return `${does} ${base}:${path} ${otherBase}:${other} "${target}" ${how} ${follow} #${slot} ${at}+${length}`;
}

function report(seed: number, played: readonly string[]): string {
  return `seed ${seed}\n${played.join("\n")}`;
}
