/**
 * What all sessions of a server share.
 *
 * @module
 */
import { systemClocks } from "../../caps/clocks/system.ts";
import type { Directory } from "../../caps/directory.ts";
import { systemRandom } from "../../caps/system_random.ts";
import type { Preopen } from "../guest.ts";
import { openDirectories } from "../open_directories.ts";
import { loadProgram, type Program } from "../program.ts";
import type { RunModuleOptions } from "../run.ts";
import type { ServeOptions } from "../serve.ts";
import { Budget, Rate } from "./budget.ts";
import type { EffectiveLimits } from "./limits.ts";
import { Turns } from "./turns.ts";

/** What all sessions of a server share. */
export class Shared {
  /** What the server was made with. */
  readonly options: ServeOptions;
  /** What every guest gets, unless its user gets something else. */
  readonly given: Pick<RunModuleOptions, "args" | "env" | "preopens" | "clocks" | "random" | "host">;
  /** Whose turn it is. */
  readonly turns: Turns = new Turns();
  /** The fuel of all guests. */
  readonly fuel: Budget;
  /** The memory of all guests. */
  readonly memory: Budget;
  /** What all clients have sent. */
  readonly bytesIn: Budget;
  /** What all guests have answered. */
  readonly bytesOut: Budget;
  /** The calls of all guests. */
  readonly calls: Rate;
  /** Directories that were opened for the server. */
  readonly #opened: Directory[] = [];
  readonly #bytes: Uint8Array<ArrayBufferLike>;
  readonly #programs = new Map<string, Promise<Program>>();

  /**
   * @param bytes The module
   * @param options What the server was made with
   * @throws {Fault} When a directory cannot be opened; those before it are closed again
   */
  constructor(bytes: Uint8Array<ArrayBufferLike>, options: ServeOptions) {
    this.#bytes = bytes;
    this.options = options;
    this.given = {
      args: [options.argv0 ?? "guest", ...options.args ?? []],
      env: options.env ?? {},
      preopens: this.#open(options.dirs),
      clocks: options.clocks ?? systemClocks(),
      random: options.random ?? systemRandom(),
      host: options.host,
    };
    const { fuel, memory, bytesIn, bytesOut, callsPerSecond } = options.total ?? {};
    this.fuel = new Budget(fuel);
    this.memory = new Budget(memory);
    this.bytesIn = new Budget(bytesIn);
    this.bytesOut = new Budget(bytesOut);
    this.calls = new Rate(callsPerSecond);
  }

  /**
   * The module, compiled once for each limit of memory: that limit is part of the module.
   *
   * @param limits What a session may not exceed
   * @returns The program
   * @throws {UnusableModuleError} When it needs more
   */
  programFor({ memory, tableEntries }: EffectiveLimits): Promise<Program> {
    const key = `${memory} ${tableEntries}`;
    let program = this.#programs.get(key);
    if (program === undefined) {
      program = loadProgram(this.#bytes, { maxMemory: memory, maxTableEntries: tableEntries, metered: true });
      this.#programs.set(key, program);
    }
    return program;
  }

  #open(dirs: ServeOptions["dirs"] = {}): Preopen[] {
    try {
      return openDirectories(dirs, (directory) => void this.#opened.push(directory));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Closes what was opened for the server. */
  close(): void {
    for (const directory of this.#opened.splice(0)) directory.close();
  }

  /**
   * Writes a line to the log. Whatever becomes of it, nobody's session depends on that.
   *
   * @param line The line
   */
  log(line: string): void {
    const written = async (): Promise<void> => await this.options.log?.(line);
    written().catch(() => {});
  }
}
