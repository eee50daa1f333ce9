/**
 * Descriptors: the numbers by which a guest names what it has open.
 *
 * @module
 */
import type { Directory } from "../caps/directory.ts";
import { Fault } from "../caps/fault.ts";
import { endOfAppend, type File } from "../caps/file.ts";
import type { Connection, Listener } from "../caps/socket.ts";
import type { InputStream, OutputStream, Stream } from "../caps/stream.ts";
import type { Dirents } from "./abi/dirents.ts";
import { Filetype, filetypeOf, filetypeOfStream } from "./abi/filetype.ts";
import {
  CONNECTION_RIGHTS,
  DIRECTORY_RIGHTS,
  INHERITED_RIGHTS,
  INPUT_RIGHTS,
  LISTENER_RIGHTS,
  OUTPUT_RIGHTS,
} from "./abi/rights.ts";

/** A {@linkcode Descriptor.position} behind what was appended last: nobody has asked yet where that is. */
export const AT_END: number = -1;

/** What a descriptor can name. */
export type Resource = File | Directory | InputStream | OutputStream | Connection | Listener;

/**
 * What a guest has open under one number: something that can be used, what it may be used for, and a position.
 * One of `file`, `directory`, `listener` is there, or `input` or `output`, or (a connection) both of these.
 *
 * @example
 * ```ts
 * import { captureOutput, Descriptor } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const descriptor = Descriptor.ofOutput(captureOutput());
 * assertEquals([descriptor.file, descriptor.stream?.streamKind], [undefined, "pipe"]);
 * ```
 */
export class Descriptor {
  /** The file, when it is one. */
  file: File | undefined = undefined;
  /** The directory, when it is one. */
  directory: Directory | undefined = undefined;
  /** What can be read, when it is a stream. */
  input: InputStream | undefined = undefined;
  /** What can be written, when it is a stream. */
  output: OutputStream | undefined = undefined;
  /** The connected socket, when it is one. */
  connection: Connection | undefined = undefined;
  /** The listening socket, when it is one. */
  listener: Listener | undefined = undefined;
  /** What it can be used for: a sum of {@linkcode Rights}. */
  base: number;
  /** What it hands on to what is opened below it. */
  inheriting: number;
  /** A sum of {@linkcode Fdflags}. */
  flags: number;
  /** Where the next read or write of a file is: 0 to 2^53 - 1, or {@linkcode AT_END}. */
  position = 0;
  /** The name under which a directory was granted, in UTF-8. */
  grantedAs: Uint8Array | undefined = undefined;
  /** How the guest came to a directory: the name of the grant, and the path from there. Kept where refusals are told. */
  path: string | undefined = undefined;
  /** The listing that `fd_readdir` is working through. */
  listing: Dirents | undefined = undefined;
  #filetype: number | undefined = undefined;

  private constructor(base: number, inheriting: number, flags: number) {
    this.base = base;
    this.inheriting = inheriting;
    this.flags = flags;
  }

  /**
   * A file that was opened.
   *
   * @param file The file, closed with the descriptor
   * @param base Its rights
   * @param inheriting The rights of its directory to hand on, which are reported
   * @param flags A sum of {@linkcode Fdflags}
   * @returns The descriptor
   */
  static ofFile(file: File, base: number, inheriting: number, flags: number): Descriptor {
    const descriptor = new Descriptor(base, inheriting, flags);
    descriptor.file = file;
    return descriptor;
  }

  /**
   * A directory that was opened.
   *
   * @param directory The directory, closed with the descriptor
   * @param base Its rights
   * @param inheriting The rights it hands on
   * @param flags A sum of {@linkcode Fdflags}
   * @returns The descriptor
   */
  static ofDirectory(directory: Directory, base: number, inheriting: number, flags: number): Descriptor {
    const descriptor = new Descriptor(base, inheriting, flags);
    descriptor.directory = directory;
    return descriptor;
  }

  /**
   * A directory that was granted.
   *
   * @param directory The directory, closed with the descriptor
   * @param name The name under which the guest sees it, in UTF-8
   * @returns The descriptor
   */
  static ofGrant(directory: Directory, name: Uint8Array): Descriptor {
    const descriptor = Descriptor.ofDirectory(directory, DIRECTORY_RIGHTS, INHERITED_RIGHTS, 0);
    descriptor.grantedAs = name;
    descriptor.path = new TextDecoder().decode(name);
    return descriptor;
  }

  /**
   * A stream to read.
   *
   * @param input The stream, closed with the descriptor
   * @returns The descriptor
   */
  static ofInput(input: InputStream): Descriptor {
    const descriptor = new Descriptor(INPUT_RIGHTS, 0, 0);
    descriptor.input = input;
    return descriptor;
  }

  /**
   * A stream to write.
   *
   * @param output The stream, closed with the descriptor
   * @returns The descriptor
   */
  static ofOutput(output: OutputStream): Descriptor {
    const descriptor = new Descriptor(OUTPUT_RIGHTS, 0, 0);
    descriptor.output = output;
    return descriptor;
  }

  /**
   * A connected socket.
   *
   * @param connection The socket, closed with the descriptor
   * @param flags A sum of {@linkcode Fdflags}
   * @returns The descriptor
   */
  static ofConnection(connection: Connection, flags: number): Descriptor {
    const descriptor = new Descriptor(CONNECTION_RIGHTS, 0, flags);
    descriptor.input = descriptor.connection = connection;
    descriptor.output = connection.writing;
    return descriptor;
  }

  /**
   * A listening socket.
   *
   * @param listener The socket, closed with the descriptor
   * @returns The descriptor
   */
  static ofListener(listener: Listener): Descriptor {
    const descriptor = new Descriptor(LISTENER_RIGHTS, CONNECTION_RIGHTS, 0);
    descriptor.listener = listener;
    return descriptor;
  }

  /** The stream, when it is one: of a connection, both directions. */
  get stream(): Stream | undefined {
    return this.input ?? this.output ?? this.listener;
  }

  /** What it names, as a {@linkcode Filetype}. */
  get filetype(): number {
    if (this.directory !== undefined) return Filetype.DIRECTORY;
    // A file is asked once: it does not turn into something else.
    if (this.file !== undefined) return this.#filetype ??= filetypeOf(this.file.stat().kind);
    return filetypeOfStream(this.stream!.streamKind);
  }

  /**
   * Refuses a use that is not among the rights.
   *
   * @param rights All the rights that it takes
   * @throws {Fault} `ENOTCAPABLE`
   */
  require(rights: number): void {
    if ((this.base & rights) !== rights) throw Fault.of("ENOTCAPABLE");
  }

  /**
   * The position as a number.
   *
   * @param file The file of this descriptor
   * @returns 0 to 2^53 - 1
   */
  positionIn(file: File): number {
    if (this.position === AT_END) this.position = endOfAppend(file);
    return this.position;
  }

  /** Gives up what it names. */
  close(): void {
    this.listing = undefined;
    (this.file ?? this.directory ?? this.stream!).close();
  }
}

/** How many descriptors a guest may have at once, unless said otherwise. */
export const DEFAULT_MAX_OPEN_FILES = 4096;

/** The most that can be asked for as a limit. */
const MOST_OPEN_FILES = 1 << 20;

/**
 * All descriptors of a guest. A new one gets the lowest number that is free, as everywhere in Unix; finding it takes
 * no more than one step for 32 numbers of the limit. The table is never larger than what is open needs.
 *
 * @example
 * ```ts
 * import { memoryDirectory } from "keyhole";
 * import { Descriptor, DescriptorTable } from "./descriptors.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const table = new DescriptorTable();
 * const fd = table.add(Descriptor.ofGrant(memoryDirectory(), new TextEncoder().encode("/")));
 * assertEquals(fd, 0);
 * table.close(fd);
 * assertThrows(() => table.get(fd), "EBADF");
 * ```
 */
export class DescriptorTable {
  /** How many descriptors there can be at once. */
  readonly limit: number;
  readonly #slots: (Descriptor | undefined)[] = [];
  /** One bit for each number below the limit, set when it is free. */
  readonly #free: Uint32Array<ArrayBuffer>;
  /** No number below 32 times this is free. */
  #firstFree = 0;
  #count = 0;

  /**
   * Makes an empty table.
   *
   * @param limit How many descriptors there can be at once, 1 to 1,048,576
   * @throws {RangeError} For any other limit
   */
  constructor(limit: number = DEFAULT_MAX_OPEN_FILES) {
    if (!Number.isInteger(limit) || limit < 1 || limit > MOST_OPEN_FILES) {
      throw new RangeError(`Cannot limit open files to ${limit}: give 1 to ${MOST_OPEN_FILES}`);
    }
    this.limit = limit;
    this.#free = new Uint32Array(Math.ceil(limit / 32)).fill(0xffff_ffff);
  }

  /** How many descriptors there are. */
  get count(): number {
    return this.#count;
  }

  /**
   * Finds a descriptor.
   *
   * @param fd Its number, as the guest gave it
   * @returns The descriptor
   * @throws {Fault} `EBADF` for any number that is not open
   */
  get(fd: number): Descriptor {
    const descriptor = fd >= 0 && fd < this.#slots.length ? this.#slots[fd] : undefined;
    if (descriptor === undefined) throw Fault.of("EBADF");
    return descriptor;
  }

  /**
   * Makes sure that one more can be added. To be asked before anything is opened or made.
   *
   * @throws {Fault} `EMFILE` when the limit is reached
   */
  mustHaveRoom(): void {
    if (this.#count >= this.limit) throw Fault.of("EMFILE");
  }

  /**
   * Adds a descriptor.
   *
   * @param descriptor The descriptor, owned by the table from here on
   * @returns Its number, the lowest that was free
   * @throws {Fault} `EMFILE` when the limit is reached
   */
  add(descriptor: Descriptor): number {
    this.mustHaveRoom();
    while (this.#free[this.#firstFree] === 0) this.#firstFree++;
    const bits = this.#free[this.#firstFree]!;
    const lowest = bits & -bits;
    this.#free[this.#firstFree] = bits ^ lowest;
    const fd = this.#firstFree * 32 + 31 - Math.clz32(lowest);
    this.#slots[fd] = descriptor;
    this.#count++;
    return fd;
  }

  /**
   * Closes a descriptor. Its number is free afterwards.
   *
   * @param fd Its number, as the guest gave it
   * @throws {Fault} `EBADF`
   */
  close(fd: number): void {
    this.#give(this.#take(fd));
  }

  /**
   * Moves a descriptor to a number that is open, closing what that number named.
   *
   * @param from Its number, free afterwards
   * @param to The number that it gets
   * @throws {Fault} `EBADF` when one of the numbers is not open
   */
  renumber(from: number, to: number): void {
    const moved = this.get(from);
    const replaced = this.get(to);
    if (moved === replaced) return;
    this.#take(from);
    this.#slots[to] = moved;
    this.#give(replaced);
  }

  /**
   * All descriptors.
   *
   * @returns Each number with its descriptor, the lowest first
   */
  entries(): [fd: number, descriptor: Descriptor][] {
    return this.#slots.flatMap((descriptor, fd) => descriptor === undefined ? [] : [[fd, descriptor]]);
  }

  /**
   * Gives all descriptors other numbers. Those that get none are closed.
   *
   * @param descriptors The descriptors by the numbers that they get, below the limit
   */
  arrange(descriptors: ReadonlyMap<number, Descriptor>): void {
    const before = this.entries();
    for (const [fd] of before) this.#take(fd);
    for (const [fd, descriptor] of descriptors) {
      this.#slots[fd] = descriptor;
      this.#free[fd >>> 5] = this.#free[fd >>> 5]! & ~(1 << (fd & 31));
      this.#count++;
    }
    const kept = new Set(descriptors.values());
    for (const [, descriptor] of before) if (!kept.has(descriptor)) this.#give(descriptor);
  }

  /**
   * Closes all descriptors, also those behind one that cannot be closed.
   *
   * @throws {unknown} What the first close threw that failed
   */
  closeAll(): void {
    const failures: unknown[] = [];
    for (let fd = this.#slots.length - 1; fd >= 0; fd--) {
      if (this.#slots[fd] === undefined) continue;
      try {
        this.close(fd);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  #take(fd: number): Descriptor {
    const descriptor = this.get(fd);
    this.#slots[fd] = undefined;
    this.#count--;
    const word = fd >>> 5;
    this.#free[word] = this.#free[word]! | (1 << (fd & 31));
    if (word < this.#firstFree) this.#firstFree = word;
    return descriptor;
  }

  #give(descriptor: Descriptor): void {
    const { stream } = descriptor;
    // Standard output and standard error are often one stream, which closes with the last of them.
    if (stream !== undefined && this.#slots.some((other) => other?.stream === stream)) return;
    descriptor.close();
  }
}
