import { FUEL_EXPORT, FUEL_MODULE, FUEL_REFILL } from "./names.ts";

/** How a guest may use fuel. */
export interface FuelOptions {
  /** How many units it may use in all; none for no limit: then fuel only counts, and gives the host its turns. */
  readonly limit?: number | bigint;
  /** How many units it gets at a time, at least 1; 10 million, some milliseconds of work, when left out. */
  readonly slice?: number | bigint;
  /** Called before each slice but the first: what it throws ends the guest. A place to look at a clock or a signal. */
  readonly onSlice?: () => void;
}

/**
 * Ends a guest that has used all of its fuel; thrown out of the guest's export.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { FuelExhausted } from "./tank.ts";
 *
 * assertEquals(new FuelExhausted(1000n).message, "Fuel limit of 1000 reached");
 * ```
 */
export class FuelExhausted extends Error {
  /** Always `"FuelExhausted"`. */
  override readonly name = "FuelExhausted";
  /** How many units the guest was allowed. */
  readonly limit: bigint;

  /**
   * Makes the message.
   * @param limit how many units the guest was allowed
   */
  constructor(limit: bigint) {
    super(`Fuel limit of ${limit} reached`);
    this.limit = limit;
  }
}

/** What a metered module imports. */
export interface FuelImports {
  /** The module name that is reserved for it. */
  readonly [FUEL_MODULE]: { readonly [FUEL_REFILL]: (remaining: bigint) => bigint };
}

const DEFAULT_SLICE = 10_000_000n;

/**
 * The fuel of one instance of a metered module.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { Fuel, FuelExhausted, meter } from "../fuel.ts";
 *
 * // (module (func (export "f") (loop br 0)))
 * const module = Uint8Array.from([
 *   ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0],
 *   ...[7, 5, 1, 1, 0x66, 0, 0, 10, 9, 1, 7, 0, 0x03, 0x40, 0x0c, 0, 0x0b, 0x0b],
 * ]);
 * const fuel = new Fuel({ limit: 1000 });
 * const instance = new WebAssembly.Instance(new WebAssembly.Module(meter(module)), { ...fuel.imports });
 * fuel.attach(instance);
 * assertThrows(instance.exports.f as () => void, FuelExhausted, "Fuel limit of 1000 reached");
 * assertEquals([fuel.used, fuel.exhausted], [1000n, true]);
 * ```
 */
export class Fuel {
  /** To be merged into the imports of the instance. */
  readonly imports: FuelImports;
  readonly #slice: bigint;
  readonly #onSlice: (() => void) | undefined;
  #limit: bigint | undefined;
  #granted = 0n;
  #remaining: () => bigint = () => this.#granted;
  #empty: () => void = () => {};
  #end: { readonly error: unknown } | undefined;

  /**
   * Fills nothing yet: the guest asks when it starts.
   * @param options what the guest may use
   */
  constructor(options: FuelOptions = {}) {
    this.#limit = options.limit === undefined ? undefined : BigInt(options.limit);
    const slice = BigInt(options.slice ?? DEFAULT_SLICE);
    this.#slice = slice < 1n ? 1n : slice;
    this.#onSlice = options.onSlice;
    this.imports = {
      [FUEL_MODULE]: { [FUEL_REFILL]: (remaining: bigint): bigint => this.refill(remaining) },
    };
  }

  /** How many units the guest may use in all; it can be raised at any time, also after the guest was ended. */
  get limit(): bigint | undefined {
    return this.#limit;
  }

  set limit(limit: bigint | undefined) {
    this.#limit = limit;
    if (this.#end?.error instanceof FuelExhausted) this.#end = undefined;
  }

  /** How many units the guest has used, never more than its limit. */
  get used(): bigint {
    const used = this.#granted - this.#remaining();
    return this.#limit !== undefined && used > this.#limit ? this.#limit : used;
  }

  /**
   * Whether the guest was ended by its fuel or by `onSlice`. A guest may catch the exception that ends it; it cannot do
   * anything afterwards but return, so look here when it does.
   */
  get exhausted(): boolean {
    return this.#end !== undefined;
  }

  /**
   * Says where to read what is left.
   * @param instance of the metered module
   * @throws {TypeError} for an instance of another
   */
  attach(instance: WebAssembly.Instance): void {
    const global = instance.exports[FUEL_EXPORT];
    if (!(global instanceof WebAssembly.Global)) throw new TypeError("Not an instance of a metered module");
    this.#remaining = (): bigint => global.value as bigint;
    this.#empty = (): void => void (global.value = 0n);
  }

  /**
   * Takes back what the guest was given and has not used, so that it asks again at once. Nothing is lost: it counts as
   * never given.
   */
  recall(): void {
    const remaining = this.#remaining();
    if (remaining <= 0n) return;
    this.#granted -= remaining;
    this.#empty();
  }

  /**
   * Answers a guest that has run out. It is what `imports` holds; wrap it yourself to let others run in between.
   * @param remaining the fuel of the guest, below zero by as much as it needs at least
   * @returns its fuel from now on
   * @throws {FuelExhausted} when the limit does not allow what it needs
   */
  refill(remaining: bigint): bigint {
    if (this.#end !== undefined) throw this.#end.error;
    try {
      if (this.#granted > 0n) this.#onSlice?.();
      const need = -remaining;
      const left = this.#limit === undefined ? undefined : this.#limit - this.#granted;
      if (left !== undefined && left < need) throw new FuelExhausted(this.#limit!);
      let grant = need > this.#slice ? need : this.#slice;
      if (left !== undefined && left < grant) grant = left;
      this.#granted += grant;
      return remaining + grant;
    } catch (error) {
      this.#end = { error };
      throw error;
    }
  }
}
