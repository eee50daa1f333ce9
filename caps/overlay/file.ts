/**
 * An open file of an overlay.
 *
 * @module
 */
import { Open } from "../directory.ts";
import { Fault } from "../fault.ts";
import { endOfAppend, type File } from "../file.ts";
import type { Stat } from "../stat.ts";
import type { Known, Numbers } from "./numbers.ts";

/**
 * The contents that handles share: those below until somebody changes them, then a copy above. All handles see the
 * copy, whoever made it.
 */
export class Contents {
  #file: File;
  #known: Known;
  /** Makes the copy; gone once it is made. */
  #copy: (() => File) | undefined;
  #nameLost = false;
  #handles = 0;
  readonly #numbers: Numbers;
  readonly #atEnd: () => void;

  /**
   * @param numbers The numbers of the overlay
   * @param file The contents
   * @param known What the file is known as
   * @param copy Makes a copy that may be changed; none if this one may be
   * @param atEnd Told when the last handle is closed
   */
  constructor(
    numbers: Numbers,
    file: File,
    known: Known,
    copy?: () => File,
    atEnd: () => void = () => {},
  ) {
    this.#numbers = numbers;
    this.#file = file;
    this.#known = known;
    this.#copy = copy;
    this.#atEnd = atEnd;
  }

  /** The file to read from. */
  get file(): File {
    return this.#file;
  }

  /** What the file is known as. Kept here, since it stays when the name is gone. */
  get known(): Known {
    return this.#known;
  }

  /**
   * Copies the contents first, if they are still those below.
   *
   * @returns The file to change
   * @throws {Fault} What the copy throws
   */
  changeable(): File {
    if (this.#copy !== undefined) this.replace(this.#copy());
    return this.#file;
  }

  /**
   * Goes on with other contents.
   *
   * @param file The copy, which may be changed
   */
  replace(file: File): void {
    if (!this.#nameLost) this.#known = this.#numbers.known(file.stat());
    this.#copy = undefined;
    this.#nameLost = false;
    this.#file.close();
    this.#file = file;
  }

  /**
   * Notes that the name is gone, and with it the place where a copy would have been made.
   *
   * @param copy Makes a copy without a name
   */
  loseName(copy: () => File): void {
    this.#copy = copy;
    this.#nameLost = true;
  }

  /**
   * @returns What is known of the file
   */
  stat(): Stat {
    const stat = this.#file.stat();
    if (this.#copy === undefined) return this.#numbers.above(stat, this.#known);
    // Below, the name is still there.
    return this.#numbers.below(this.#nameLost ? { ...stat, links: stat.links - 1 } : stat, this.#known);
  }

  /** Counts one more handle. */
  opened(): void {
    this.#handles++;
  }

  /** Counts one handle less. */
  closed(): void {
    if (--this.#handles > 0) return;
    this.#file.close();
    this.#atEnd();
  }
}

/** An open file of an overlay. */
export class OverlayFile implements File {
  readonly kind = "file";
  readonly #contents: Contents;
  readonly #readable: boolean;
  readonly #writable: boolean;
  #appendedTo = 0;
  #closed = false;

  /**
   * @param contents What it shares with other handles
   * @param how A sum of {@linkcode Open} values
   */
  constructor(contents: Contents, how: number) {
    this.#contents = contents;
    this.#readable = (how & Open.read) !== 0;
    this.#writable = (how & Open.write) !== 0;
    contents.opened();
  }

  stat(): Stat {
    return this.#contents.stat();
  }

  read(into: Uint8Array<ArrayBufferLike>, start: number, end: number, at: number): number {
    if (!this.#readable) throw Fault.of("EBADF");
    return this.#contents.file.read(into, start, end, at);
  }

  write(from: Uint8Array<ArrayBufferLike>, start: number, end: number, at: number): number {
    if (start === end && this.#writable) return 0;
    return this.#changeable().write(from, start, end, at);
  }

  append(from: Uint8Array<ArrayBufferLike>, start: number, end: number): number {
    if (start === end && this.#writable) return 0;
    const file = this.#changeable();
    const count = file.append(from, start, end);
    // The file behind is shared with other handles, which append too.
    this.#appendedTo = endOfAppend(file);
    return count;
  }

  appendedTo(): number {
    return this.#appendedTo;
  }

  setSize(size: number): void {
    this.#changeable().setSize(size);
  }

  allocate(offset: number, length: number): void {
    this.#changeable().allocate(offset, length);
  }

  setTimes(accessed: bigint | undefined, modified: bigint | undefined): void {
    this.#contents.changeable().setTimes(accessed, modified);
  }

  sync(dataOnly: boolean): void {
    this.#contents.file.sync(dataOnly);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#contents.closed();
  }

  #changeable(): File {
    if (!this.#writable) throw Fault.of("EBADF");
    return this.#contents.changeable();
  }
}
