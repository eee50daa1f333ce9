/**
 * WASI preview 1 and its predecessor, as tables of functions that a guest imports.
 *
 * @see {@link https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md}
 * @module
 */
import { type Layout, PREVIEW1, UNSTABLE } from "../abi/layout.ts";
import { suspending } from "../engine.ts";
import type { Family, Guest } from "../guest.ts";
import { type ImportTable, importTable } from "../link.ts";
import { traced } from "../trace.ts";
import type { Turns } from "../waiter.ts";
import { argsCalls } from "./args.ts";
import { type Calls, type Import, wrap } from "./call.ts";
import { clockCalls } from "./clock.ts";
import { environCalls } from "./environ.ts";
import { dirCalls } from "./fd_dir.ts";
import { fdstatCalls } from "./fd_fdstat.ts";
import { fileCalls } from "./fd_file.ts";
import { filestatCalls } from "./fd_filestat.ts";
import { ioCalls } from "./fd_io.ts";
import { seekCalls } from "./fd_seek.ts";
import { tableCalls } from "./fd_table.ts";
import { pathCalls } from "./path.ts";
import { pollCalls } from "./poll.ts";
import { procCalls } from "./proc.ts";
import { randomCalls } from "./random.ts";
import { schedCalls } from "./sched.ts";
import { sockCalls } from "./sock.ts";

/**
 * Whether a guest blocks its thread when it waits (`"sync"`), or is suspended and lets others run (`"suspending"`):
 * then it has to be entered through `WebAssembly.promising`. `"remote"`: its code runs in other threads, for which its
 * calls are made here, so that those which wait are promises.
 */
export type Mode = "sync" | "suspending" | "remote";

/** The calls that can wait. In `"suspending"` mode each costs a little more, waiting or not. */
const WAITING: ReadonlySet<string> = new Set([
  "fd_read",
  "fd_write",
  "poll_oneoff",
  "sched_yield",
  "sock_accept",
  "sock_recv",
  "sock_send",
]);

/**
 * The functions of `wasi_snapshot_preview1` for a guest.
 *
 * @param guest The guest
 * @param mode What it does when it waits
 * @param names Which of them are needed; all unless given
 * @returns The functions, by name, in an object without a prototype
 *
 * @example
 * ```ts
 * import { type Guest, preview1 } from "keyhole";
 *
 * const imports = (guest: Guest) => ({ wasi_snapshot_preview1: preview1(guest, "sync") });
 * ```
 */
export function preview1(guest: Guest, mode: Mode, names?: readonly string[]): ImportTable {
  return importsOf(guest, mode, preview1Calls(), PREVIEW1, names);
}

/**
 * The functions of `wasi_unstable` for a guest: those of preview 1 but `sock_accept`, with three older layouts.
 *
 * @param guest The guest
 * @param mode What it does when it waits
 * @param names Which of them are needed; all unless given
 * @returns The functions, by name, in an object without a prototype
 *
 * @example
 * ```ts
 * import { type Guest, unstable } from "keyhole";
 *
 * const imports = (guest: Guest) => ({ wasi_unstable: unstable(guest, "sync") });
 * ```
 */
export function unstable(guest: Guest, mode: Mode, names?: readonly string[]): ImportTable {
  return importsOf(guest, mode, unstableCalls(), UNSTABLE, names);
}

/**
 * Whether a guest can import a function.
 *
 * @param module The module it names
 * @param name The function it names
 * @returns `true` for every call of preview 1 and `wasi_unstable`
 *
 * @example
 * ```ts
 * import { isOffered } from "./mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isOffered("wasi_snapshot_preview1", "fd_read"), true);
 * assertEquals(isOffered("wasi_snapshot_preview1", "constructor"), false);
 * ```
 */
export function isOffered(module: string, name: string): boolean {
  if (module === "wasi_snapshot_preview1") return Object.hasOwn(preview1Calls(), name);
  return module === "wasi_unstable" && Object.hasOwn(unstableCalls(), name);
}

function callsWith(layout: Layout): Calls {
  return {
    ...argsCalls,
    ...environCalls,
    ...clockCalls,
    ...dirCalls,
    ...fdstatCalls,
    ...fileCalls,
    ...filestatCalls(layout),
    ...ioCalls,
    ...seekCalls(layout),
    ...tableCalls,
    ...pathCalls(layout),
    ...pollCalls(layout),
    ...procCalls,
    ...randomCalls,
    ...schedCalls,
    ...sockCalls,
  };
}

/** Each is made when a guest first asks for it: most processes see one of the two. */
const made: { preview1?: Calls; unstable?: Calls } = {};

function preview1Calls(): Calls {
  return made.preview1 ??= callsWith(PREVIEW1);
}

function unstableCalls(): Calls {
  if (made.unstable === undefined) {
    const { sock_accept: _, ...calls } = callsWith(UNSTABLE);
    made.unstable = calls;
  }
  return made.unstable;
}

function importsOf(
  guest: Guest,
  mode: Mode,
  calls: Calls,
  layout: Layout,
  names: readonly string[] = Object.keys(calls),
): ImportTable {
  guest.suspending = mode !== "sync";
  const { trace, traceFamilies, beforeCall } = guest.options;
  const table = importTable();
  for (const name of names) {
    if (!Object.hasOwn(calls, name)) continue;
    let run = wrap(guest, name, calls[name]!);
    const family = name.slice(0, name.indexOf("_")) as Family;
    if (trace !== undefined && (traceFamilies?.includes(family) ?? true)) {
      run = traced(guest, name, run, layout, trace);
    }
    if (beforeCall !== undefined) run = preceded(beforeCall, run);
    const waits = mode === "suspending" && WAITING.has(name);
    if (waits && guest.turns !== undefined) run = inTurn(guest.turns, run);
    table[name] = waits ? suspending(run) : run;
  }
  return table;
}

/** Passes on as many parameters as any call has that waits: gathering them would cost more than the call. */
function inTurn(turns: Turns, run: Import): Import {
  return (a, b, c, d, e, f) => {
    const waiting = turns.next();
    return waiting === undefined
      ? run(a!, b!, c!, d!, e!, f!)
      : waiting.then(() => run(a!, b!, c!, d!, e!, f!));
  };
}

function preceded(before: () => void, run: Import): Import {
  return (a, b, c, d, e, f, g, h, i) => {
    before();
    return run(a!, b!, c!, d!, e!, f!, g!, h!, i!);
  };
}
