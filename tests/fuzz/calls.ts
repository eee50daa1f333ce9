/**
 * Calls with arguments that no sane program would pass, on mounts of every kind.
 *
 * @module
 */
import { bytesInput, captureOutput, seededRandom, virtualClocks } from "../../mod.ts";
import { Guest } from "../../wasi/guest.ts";
import { preview1, unstable } from "../../wasi/preview1/mod.ts";
import { isUnwinding } from "../../wasi/unwind.ts";
import { type Scene, setStage, type Stage, STAGES } from "../escape/stage.ts";
import { argumentsFor, fillMemory } from "./arguments.ts";
import type { Numbers } from "./random.ts";

const MOST_ERRNO = 76;

/** Mounts to fuzz. On a disk that is not limited, one call could fill it. */
export const FUZZED_STAGES: readonly Stage[] = STAGES.filter(({ backend, wrapper }) =>
  backend === "memory" || wrapper === "quota" || wrapper === "read-only" || wrapper === "overlay"
);

/** Calls that take from the guest what the others need. */
const ENDING: ReadonlySet<string> = new Set(["proc_exit", "proc_raise", "fd_close", "fd_renumber"]);
/** How many calls one guest makes: by then it has lost much of what it had. */
const LIFE = 300;

type Call = (...values: unknown[]) => unknown;

/** A guest whose calls are made from here, with a memory full of what calls point at. */
export class Victim {
  readonly #numbers: Numbers;
  readonly #scene: Scene;
  #memory = new WebAssembly.Memory({ initial: 2 });
  #calls = new Map<string, Call>();
  #names: readonly string[] = [];
  #guest: Guest | undefined;
  #age = 0;

  /**
   * @param numbers Where chance comes from
   * @param stage What it may touch
   */
  constructor(numbers: Numbers, stage: Stage) {
    this.#numbers = numbers;
    this.#scene = setStage(stage);
  }

  /**
   * Describes what no call may change.
   *
   * @returns A text
   */
  protected(): Promise<string> {
    return this.#scene.protected();
  }

  /**
   * Makes one call.
   *
   * @returns The name of the call and its error number, or `ended` for one that ended the guest
   * @throws {Error} For every other outcome, which is a mistake of keyhole's
   */
  call(): string {
    if (this.#guest === undefined || this.#guest.ended || this.#age++ > LIFE) this.#begin();
    const numbers = this.#numbers;
    let name = numbers.of(this.#names);
    if (ENDING.has(name) && numbers.below(8) !== 0) name = "path_open";
    const values = argumentsFor(numbers, name);
    if (numbers.below(50) === 0) fillMemory(numbers, this.#memory);
    if (numbers.below(500) === 0) this.#memory.grow(1);
    try {
      const errno = this.#calls.get(name)!(...values);
      if (typeof errno === "number" && errno >= 0 && errno <= MOST_ERRNO) return `${name} ${errno}`;
      throw new Error(`${name}(${values.join(", ")}) returned ${String(errno)}`);
    } catch (error) {
      const failure = this.#guest!.failure;
      if (isUnwinding(error) && failure === undefined) return `${name} ended`;
      throw new Error(`${name}(${values.join(", ")}) failed`, { cause: failure ?? error });
    }
  }

  /** Gives up what the guest has open, and takes its mounts away. */
  close(): void {
    this.#guest?.close();
    this.#scene.close();
  }

  #begin(): void {
    this.#guest?.close();
    this.#age = 0;
    this.#memory = new WebAssembly.Memory({ initial: 2, maximum: 64 });
    const guest = this.#guest = new Guest({
      args: ["a", "b"],
      env: { A: "1" },
      preopens: [{ name: "/m", directory: this.#scene.dirs["/m"]! }],
      stdin: bytesInput("input"),
      stdout: captureOutput({ limit: 1 << 16 }),
      stderr: captureOutput({ limit: 1 << 16 }),
      // Virtual, so that nobody sleeps.
      clocks: virtualClocks(),
      random: seededRandom(1),
      maxOpenFiles: 64,
    });
    guest.memory.attach(this.#memory);
    const table = this.#numbers.below(4) === 0 ? unstable(guest, "sync") : preview1(guest, "sync");
    this.#calls = new Map(Object.entries(table) as [string, Call][]);
    this.#names = Array.from(this.#calls.keys());
    fillMemory(this.#numbers, this.#memory);
  }
}
