/**
 * The signals that end a program from outside.
 *
 * @module
 */

/** The name of a signal that ends a program. A guest hears nothing of it and can do nothing about it. */
export type KillSignal = "SIGHUP" | "SIGINT" | "SIGQUIT" | "SIGKILL" | "SIGTERM";

/** Their numbers are part of the exit codes that shells give for them. */
const NUMBERS: Readonly<Record<KillSignal, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGKILL: 9,
  SIGTERM: 15,
};

/** Why an `AbortSignal` was aborted: somebody sent the program a signal. */
export class Killed extends Error {
  /** Which signal. */
  readonly signal: KillSignal;

  /**
   * @param signal Which signal
   * @throws {TypeError} For a name that is no such signal's
   */
  constructor(signal: KillSignal) {
    if (!Object.hasOwn(NUMBERS, signal)) {
      throw new TypeError(`Cannot send "${signal}": give one of ${Object.keys(NUMBERS).join(", ")}`);
    }
    super(`Ended by ${signal}`);
    this.signal = signal;
  }

  /** The exit code that a shell gives for it: 128 and the signal's number. */
  get code(): number {
    return 128 + NUMBERS[this.signal];
  }
}
