/** Attacks as tables: what a guest does, call by call, and the answer that it must get. */
import { assertEquals } from "@std/assert";
import { loadProgram, type Program, run, type RunOptions, type RunResult } from "../../mod.ts";
import { type Scene, setStage, type Stage } from "./stage.ts";

/** Answers that differ, by wrapper (which goes first) or by backing. */
export type Except = Partial<Record<Stage["wrapper"] | Stage["backend"], string>>;

/**
 * An operation of the workbench guest (`tests/guests/README.md`) and its answer: an errno, `OK`, or `OK` and what the
 * call tells. An operation that prints nothing has the answer "".
 */
export type Step = readonly [operation: string, answer: string, except?: Except];

/** A guest's attempt. */
export interface Attack {
  /** What holds, as a sentence. */
  readonly title: string;
  /** Where it happened to others. */
  readonly from?: string;
  readonly steps: readonly Step[];
}

const workbench = new URL("../guests/calls.wasm", import.meta.url);
let program: Promise<Program> | undefined;

/** The workbench guest, compiled once. */
export function calls(): Promise<Program> {
  return program ??= Deno.readFile(workbench).then((bytes) => loadProgram(bytes));
}

/** Runs operations of the workbench; a guest that hangs is a failure and not a wait. */
export async function operate(operations: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  // Limits of what is computed are part of the compiled program, and so is what interrupts a guest that was suspended.
  const { memory, tableEntries, fuel } = options.limits ?? {};
  const waits = options.signal !== undefined || options.stdin !== undefined;
  const plain = !waits && [memory, tableEntries, fuel].every((it) => it === undefined);
  return await run(plain ? await calls() : workbench, {
    args: operations,
    stdout: "capture",
    stderr: "capture",
    ...options,
    limits: { timeout: 20_000, ...options.limits },
  });
}

/** The answers in what the workbench printed, one for each line. */
export function answersOf(output: string): string[] {
  return output.split("\n").filter((line) => line !== "").map((line) => {
    const found = /\) = (.*)$/.exec(line);
    return found === null ? line : found[1]!;
  });
}

/** The operations of an attack, with the places of a scene filled in. */
export function operationsOf(attack: Attack, { mount, outside }: Scene): string[] {
  return attack.steps.map(([operation]) => operation.replace("OUTSIDE", outside).replace("MOUNT", mount));
}

/** What a step has to be answered with. */
export function expected([_, answer, except]: Step, { backend, wrapper }: Stage): string {
  return except?.[wrapper] ?? except?.[backend] ?? answer;
}

/** Makes an attempt on a stage, and proves that it came to nothing. */
export async function attempt(
  attack: Attack,
  stage: Stage,
  prepare: (scene: Scene) => void = () => {},
): Promise<void> {
  const scene = setStage(stage);
  try {
    prepare(scene);
    const before = await scene.protected();
    const operations = operationsOf(attack, scene);
    const result = await operate(operations, { dirs: scene.dirs });
    assertEquals([result.reason, result.code, result.stderrText()], ["exit", 0, ""]);
    const given = answersOf(result.stdoutText());
    const wrong: string[] = [];
    attack.steps.forEach((step, index) => {
      const wanted = expected(step, stage);
      if (wanted === "") return;
      const told = given.shift() ?? "nothing";
      // "OK" alone leaves open what else the call tells.
      if (told === wanted || (wanted === "OK" && told.startsWith("OK "))) return;
      wrong.push(`${operations[index]} was answered ${told} and not ${wanted}`);
    });
    assertEquals([...wrong, ...given], []);
    assertEquals(await scene.protected(), before, "something was changed that must not be");
  } finally {
    scene.close();
  }
}

/** Makes a test of an attack on each of some stages. */
export async function attemptOn(
  stages: readonly Stage[],
  attack: Attack,
  context: Deno.TestContext,
): Promise<void> {
  for (const stage of stages) {
    await context.step(stage.name, () => attempt(attack, stage));
  }
}
