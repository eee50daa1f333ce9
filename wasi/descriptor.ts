/**
 * A descriptor: what a guest has open under one number.
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
