/**
 * The live state of the application: a list of counts and a table of values, which its guests and the program itself
 * can look at and change.
 *
 * @module
 */
import type { Store } from "../../mod.ts";

const COUNT = "count:";
const VALUE = "value:";

/** The state. Kept in a store, it survives a restart. */
export class ShellState {
  readonly #store: Store | undefined;
  readonly #values = new Map<string, Uint8Array>();
  /** The number of the next count. One that could not be kept leaves a gap. */
  #next = 0;
  #sum = 0;

  /**
   * @param store Where the state is kept; in memory only unless given
   */
  constructor(store?: Store) {
    this.#store = store;
    if (store === undefined) return;
    for (const key of store.keys(COUNT)) {
      this.#next = Math.max(this.#next, Number(key.slice(COUNT.length)) + 1);
      this.#sum += new DataView(store.get(key)!.slice().buffer).getInt32(0);
    }
    for (const key of store.keys(VALUE)) this.#values.set(key.slice(VALUE.length), store.get(key)!);
  }

  /**
   * Appends to the list of counts.
   *
   * @param count A whole number of 32 bits
   * @returns When it is safe
   */
  async add(count: number): Promise<void> {
    const key = `${COUNT}${this.#next++}`;
    this.#sum += count;
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setInt32(0, count);
    await this.#store?.set(key, bytes);
  }

  /** The sum of the list, as far as 32 bits reach: beyond, it stays at the end of their range. */
  get sum(): number {
    return Math.max(-0x8000_0000, Math.min(0x7fff_ffff, this.#sum));
  }

  /**
   * Looks a value up.
   *
   * @param key The key
   * @returns The value, or `undefined`
   */
  get(key: string): Uint8Array | undefined {
    return this.#values.get(key);
  }

  /**
   * Sets a value.
   *
   * @param key The key
   * @param value The value
   * @returns When it is safe
   */
  async set(key: string, value: Uint8Array): Promise<void> {
    this.#values.set(key, value);
    await this.#store?.set(`${VALUE}${key}`, value);
  }
}
