/**
 * State that outlives the program, as a capability.
 *
 * @module
 */

/** Bytes by key. What is set can be read at once; a promise tells when it would survive the end of the machine. */
export interface Store {
  /**
   * Looks a value up.
   *
   * @param key The key
   * @returns The value, not to be changed; `undefined` when there is none
   */
  get(key: string): Uint8Array | undefined;

  /**
   * The keys that begin with a text.
   *
   * @param prefix The text; every key unless given
   * @returns The keys, in the order in which they were first set
   */
  keys(prefix?: string): Iterable<string>;

  /**
   * Sets a value.
   *
   * @param key The key, well-formed: every surrogate in it is half of a pair
   * @param value The value, copied
   * @returns When the change is safe
   * @throws {TypeError} For a key that is not well-formed; nothing is changed then
   * @throws {RangeError} When it is too large for the store; nothing is changed then
   * @throws {Error} When it could not be made safe; it is undone by a restart
   */
  set(key: string, value: Uint8Array): Promise<void>;

  /**
   * Removes a key; one that does not exist is removed already.
   *
   * @param key The key, well-formed: every surrogate in it is half of a pair
   * @returns When the change is safe
   * @throws {TypeError} For a key that is not well-formed
   * @throws {Error} When it could not be made safe; it is undone by a restart
   */
  delete(key: string): Promise<void>;

  /**
   * Makes the last changes safe, and gives the store up.
   *
   * @returns When it is closed
   */
  close(): Promise<void>;
}
