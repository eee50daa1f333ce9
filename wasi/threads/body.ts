/**
 * What runs in a thread of a guest: the guest's own code, and calls that are passed on.
 *
 * @module
 */

/** One import of a module, as the engine lists it. */
export interface ThreadImport {
  /** The module that it names. */
  readonly module: string;
  /** The name in it. */
  readonly name: string;
  /** Whether it is the memory; everything else is a function. */
  readonly isMemory: boolean;
}

/** An export to call. */
export interface ThreadStep {
  /** Its name. */
  readonly name: string;
  /** What it takes. */
  readonly args: readonly unknown[];
}

/** How it stands with a thread's call. */
export const CALL = { waits: 0, answered: 1, over: 2 } as const;

/** What a thread is given. */
export interface ThreadStart {
  /** The module, of which it makes an instance of its own. */
  readonly module: WebAssembly.Module;
  /** The memory, which it shares with all the others. */
  readonly memory: WebAssembly.Memory;
  /** What the module imports. */
  readonly imports: readonly ThreadImport[];
  /** What it calls, in order. */
  readonly steps: readonly ThreadStep[];
  /** Two numbers of 32 bits: how it stands with its call (see `CALL`), and the answer. */
  readonly answer: SharedArrayBuffer;
}

/** Why a thread ended that did not return. */
export interface Thrown {
  /** What is wrong. */
  readonly message: string;
  /** Which functions were being called. */
  readonly stack: string;
}

/** What a thread says. */
export type Said =
  | {
    /** It makes a call, and waits for the answer: which of its imports. */
    readonly call: number;
    /** What it calls it with. */
    readonly values: (number | bigint)[];
  }
  | {
    /** It is over; `undefined` when it returned. */
    readonly thrown: Thrown | undefined;
  };

/**
 * All that a thread runs. It is handed over as text, so it refers to nothing outside itself.
 *
 * @param listen Tells what it is given
 * @param say Passes on what it says
 */
export function threadBody(
  listen: (told: (start: ThreadStart) => void) => void,
  say: (said: Said) => void,
): void {
  // The engine's own text has the right numbers of functions, Deno's has not.
  (Error as { prepareStackTrace?: unknown }).prepareStackTrace = (_error: Error, sites: readonly unknown[]) =>
    sites.map((site) => `at ${site}`.replaceAll("\n", " ")).join("\n");
  listen(({ module, memory, imports, steps, answer }) => {
    const state = new Int32Array(answer);
    const table: Record<string, Record<string, WebAssembly.ImportValue>> = Object.create(null);
    imports.forEach(({ module, name, isMemory }, call) => {
      const passOn = (...values: (number | bigint)[]): number => {
        // From answered (1) to waiting (0); once all is over (2), it stays over, and nothing more is called.
        if (Atomics.compareExchange(state, 0, 1, 0) === 1) {
          say({ call, values });
          Atomics.wait(state, 0, 0);
        }
        if (Atomics.load(state, 0) === 2) throw new Error("The program is over");
        return state[1]!;
      };
      (table[module] ??= Object.create(null))[name] = isMemory ? memory : passOn;
    });
    try {
      const { exports } = new WebAssembly.Instance(module, table);
      for (const { name, args } of steps) (exports[name] as (...args: unknown[]) => void)(...args);
      say({ thrown: undefined });
    } catch (error) {
      const { message, stack } = error as Error;
      const spoken = error instanceof RangeError && /call stack/i.test(message)
        ? "call stack exhausted"
        : error instanceof (WebAssembly as unknown as { Exception: new () => unknown }).Exception
        ? "uncaught exception"
        : message;
      say({ thrown: { message: String(spoken), stack: String(stack) } });
    }
  });
}
