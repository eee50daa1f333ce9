/**
 * Amounts that are used up, by a session or by all together.
 *
 * @module
 */

/** An amount that is used up little by little. */
export class Budget {
  readonly #limit: number;
  #used = 0;

  /**
   * @param limit How much there is; no end of it unless given
   */
  constructor(limit: number = Infinity) {
    this.#limit = limit;
  }

  /** How much has been used. */
  get used(): number {
    return this.#used;
  }

  /** How much is left, 0 or more. */
  get left(): number {
    return Math.max(0, this.#limit - this.#used);
  }

  /**
   * Uses some of it, also more than is left.
   *
   * @param amount How much; a negative amount is given back
   * @returns Whether there was as much
   */
  use(amount: number): boolean {
    this.#used += amount;
    return this.#used <= this.#limit;
  }
}

/** A number of events in a second: after a second of rest, as many at once as in a second. */
export class Rate {
  readonly #perSecond: number;
  #allowance: number;
  #time: number;

  /**
   * @param perSecond How many, more than 0; as many as it likes unless given
   * @param now The time, in milliseconds
   */
  constructor(perSecond: number = Infinity, now: number = performance.now()) {
    this.#perSecond = perSecond;
    this.#allowance = perSecond;
    this.#time = now;
  }

  /** Counts one event. */
  count(): void {
    this.#allowance--;
  }

  /**
   * How long to wait until there may be another event.
   *
   * @param now The time, in milliseconds
   * @returns Milliseconds, 0 for not at all
   */
  delay(now: number = performance.now()): number {
    if (this.#perSecond === Infinity) return 0;
    const gained = (now - this.#time) / 1000 * this.#perSecond;
    this.#allowance = Math.min(this.#perSecond, this.#allowance + gained);
    this.#time = now;
    return this.#allowance >= 0 ? 0 : -this.#allowance / this.#perSecond * 1000;
  }
}
