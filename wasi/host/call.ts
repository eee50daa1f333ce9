/**
 * Who calls a host function.
 *
 * @module
 */
import type { GuestMemory } from "../abi/memory.ts";

/** The session on whose behalf a guest calls, where guests are served to clients. */
export interface CallerSession {
  /** Its number, 1 and up, used once. */
  readonly id: number;
  /** Who the client is, if that is known: what authentication found. */
  readonly user: string | undefined;
  /** Aborted when the session is over: what a function still does for it can be given up. */
  readonly signal: AbortSignal;
}

/** Who calls: what every host function gets behind its own parameters. */
export interface HostCall {
  /** The memory of the calling guest. */
  readonly memory: GuestMemory;
  /**
   * What the calling instance exports. A function among it that has to wait, as any has where guests have their turns
   * (in sessions), is called by `await WebAssembly.promising(call.exports.name)()` from a function that waits itself.
   */
  readonly exports: WebAssembly.Exports;
  /** The session of the caller; `undefined` when the guest is not served to a client. */
  readonly session: CallerSession | undefined;
}

/** What host functions need to know of the guest that they are given to. */
export interface Caller extends HostCall {
  /** Whether the guest can wait for functions that return promises. */
  readonly suspending: boolean;

  /**
   * Called before each call, before anything is looked at.
   *
   * @throws {WebAssembly.RuntimeError} What unwinds the guest, when it is over
   */
  mayGoOn(): void;

  /**
   * Waits for a promise to settle, but no longer than the guest lives.
   *
   * @param promise The promise
   * @returns When it has settled
   * @throws {WebAssembly.RuntimeError} What unwinds the guest, when it is over
   */
  until(promise: Promise<unknown>): Promise<void>;

  /**
   * Hears of a call that failed for a reason which is not the guest's to know, or whose guest could not be told.
   *
   * @param name The function, as `module.name`
   * @param error Why
   */
  failed(name: string, error: unknown): void;
}
