/**
 * A running guest, as the host functions that were given to it see it.
 *
 * @module
 */
import type { GuestMemory } from "../abi/memory.ts";
import type { Guest } from "../guest.ts";
import type { HostModule } from "../host_functions.ts";
import type { ImportTable } from "../link.ts";
import type { Caller, CallerSession } from "./call.ts";

/** The host functions of a run. */
export interface HostOptions {
  /** Functions that the guest may import besides the system interface. */
  readonly host?: readonly HostModule[];
  /** The session on whose behalf the guest runs. */
  readonly session?: CallerSession;

  /**
   * Hears of host functions that failed in a way which is not the guest's to know; `console.error` unless given.
   *
   * @param name The function, as `module.name`
   * @param error Why
   */
  readonly hostFailed?: (name: string, error: unknown) => void;
}

/** A running guest, as its host functions see it. */
export class GuestCaller implements Caller {
  /** What the instance exports, once it is there. */
  exports: WebAssembly.Exports = Object.freeze(Object.create(null));
  readonly #guest: Guest;
  readonly #options: HostOptions;

  /**
   * @param guest The guest
   * @param options Its host functions
   */
  constructor(guest: Guest, options: HostOptions) {
    this.#guest = guest;
    this.#options = options;
  }

  /** @inheritdoc */
  get memory(): GuestMemory {
    return this.#guest.memory;
  }

  /** @inheritdoc */
  get session(): CallerSession | undefined {
    return this.#options.session;
  }

  /** @inheritdoc */
  get suspending(): boolean {
    return this.#guest.suspending;
  }

  /** The tables of functions, by module name. */
  tables(): Map<string, ImportTable> {
    return new Map((this.#options.host ?? []).map((module) => [module.name, module.bind(this)]));
  }

  /** @inheritdoc */
  mayGoOn(): void {
    this.#guest.options.beforeCall?.();
    this.#guest.mayGoOn();
  }

  /** @inheritdoc */
  async until(promise: Promise<unknown>): Promise<void> {
    let settled = false;
    const done = (): void => void (settled = true);
    const settling = promise.then(done, done);
    // Waits for streams end with the guest and at its deadline; a promise can be waited for in the same way.
    const stream = {
      streamKind: "pipe",
      asynchronous: true,
      ready: () => 0,
      wait: () => settling,
      close: () => {},
    } as const;
    while (!settled) {
      await this.#guest.waiter.wait([stream], this.#guest.remaining);
      this.#guest.mayGoOn();
    }
  }

  /** @inheritdoc */
  failed(name: string, error: unknown): void {
    const { hostFailed } = this.#options;
    if (hostFailed !== undefined) return hostFailed(name, error);
    console.error(`Host function "${name}" failed:`, error);
  }
}
