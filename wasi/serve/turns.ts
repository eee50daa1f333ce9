/**
 * Turns: guests of one thread that have something to do, one after the other.
 *
 * @module
 */

/** How long a guest may go on while others want to, in milliseconds. */
const SHORT = 0.5;
/** How long a guest may go on when nobody else does anything. */
const LONG = 8;

/** The turns of all guests of a thread. */
export class Turns {
  readonly #queue: (() => void)[] = [];
  #scheduled = false;
  /** How often anybody had something new to do. */
  #events = 0;

  /** Tells that somebody else has something to do, so that whoever is alone no longer is. */
  stir(): void {
    this.#events++;
  }

  /** Somebody's turns. */
  member(): Turn {
    return new Turn(this);
  }

  /** How often anybody had something new to do. */
  get events(): number {
    return this.#events;
  }

  /** How many wait for their turn. */
  get waiting(): number {
    return this.#queue.length;
  }

  /**
   * Waits for a turn.
   *
   * @returns When it is
   */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#queue.push(resolve);
      this.#schedule();
    });
  }

  /**
   * One turn per timer, and the timer set anew each time: sockets are looked at in between. With chains of
   * `setImmediate` or messages they hardly ever are (100 ms instead of 0.02 ms for an answer, measured).
   */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setTimeout(() => {
      this.#scheduled = false;
      this.#queue.shift()?.();
      if (this.#queue.length > 0) this.#schedule();
    }, 0);
  }
}

/** The turns of one guest. */
export class Turn {
  readonly #turns: Turns;
  #began: number = performance.now();
  #events = -1;
  #length: number = SHORT;

  /**
   * @param turns The turns of all
   */
  constructor(turns: Turns) {
    this.#turns = turns;
  }

  /** Tells that the guest begins to do something, having waited for something outside. */
  begin(): void {
    this.#turns.stir();
    this.#began = performance.now();
    this.#length = SHORT;
  }

  /** Whether the guest has gone on for long enough. */
  get over(): boolean {
    return performance.now() - this.#began >= this.#length;
  }

  /**
   * Waits for the next turn.
   *
   * @returns When it is
   */
  async next(): Promise<void> {
    const { events } = this.#turns;
    const alone = events === this.#events && this.#turns.waiting === 0;
    this.#events = events;
    await this.#turns.next();
    this.#length = alone && this.#events === this.#turns.events ? Math.min(LONG, this.#length * 2) : SHORT;
    this.#began = performance.now();
  }
}
