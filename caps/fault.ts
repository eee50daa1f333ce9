/**
 * The one error that crosses from a capability to whoever uses it.
 *
 * @module
 */

/** The names of what can go wrong with a capability, in POSIX's words (and WASI's own `ENOTCAPABLE`). */
export type FaultCode =
  | "EACCES"
  | "EADDRINUSE"
  | "EADDRNOTAVAIL"
  | "EAGAIN"
  | "EBADF"
  | "EBUSY"
  | "ECONNABORTED"
  | "ECONNREFUSED"
  | "ECONNRESET"
  | "EDQUOT"
  | "EEXIST"
  | "EFAULT"
  | "EFBIG"
  | "EILSEQ"
  | "EINTR"
  | "EINVAL"
  | "EIO"
  | "EISDIR"
  | "ELOOP"
  | "EMFILE"
  | "EMLINK"
  | "EMSGSIZE"
  | "ENAMETOOLONG"
  | "ENFILE"
  | "ENODEV"
  | "ENOENT"
  | "ENOMEM"
  | "ENOSPC"
  | "ENOSYS"
  | "ENOTCAPABLE"
  | "ENOTCONN"
  | "ENOTDIR"
  | "ENOTEMPTY"
  | "ENOTSOCK"
  | "ENOTSUP"
  | "ENOTTY"
  | "ENXIO"
  | "EOVERFLOW"
  | "EPERM"
  | "EPIPE"
  | "EPROTO"
  | "ERANGE"
  | "EROFS"
  | "ESPIPE"
  | "ESTALE"
  | "ETIMEDOUT"
  | "ETXTBSY"
  | "EXDEV";

/**
 * What a capability throws when it refuses or fails: a code, and nothing that tells about the world outside.
 *
 * A guest sees the code as its errno. A `Fault` never says whether something outside a mount exists.
 *
 * @example
 * ```ts
 * import { Fault } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(Fault.of("EROFS").code, "EROFS");
 * assertEquals(Fault.of("EROFS") === Fault.of("EROFS"), true);
 * ```
 */
export class Fault extends Error {
  /** The name of the class, `"Fault"`. */
  override readonly name = "Fault";
  /** What went wrong, as a POSIX name. */
  readonly code: FaultCode;

  /**
   * Makes a fault of its own.
   *
   * @param code What went wrong, as a POSIX name
   * @param message What a person reads; the code itself unless given
   * @param options The error behind this one as `cause`
   */
  constructor(code: FaultCode, message: string = code, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /**
   * The shared fault of a code. Failing calls are ordinary for programs (a search path is mostly misses), and one
   * shared object costs no stack trace each.
   *
   * @param code What went wrong, as a POSIX name
   * @returns The same object at each call with the same code
   */
  static of(code: FaultCode): Fault {
    let fault = shared.get(code);
    if (fault === undefined) shared.set(code, fault = new Fault(code));
    return fault;
  }
}

const shared = new Map<FaultCode, Fault>();

/**
 * Whether something caught is a fault, of one given code if there is one.
 *
 * @param error What was caught
 * @param code The code to look for; any when left out
 * @returns `true` for a fault (of that code)
 *
 * @example
 * ```ts
 * import { Fault, isFault } from "keyhole";
 * import { assert } from "@std/assert";
 *
 * assert(isFault(Fault.of("ENOENT"), "ENOENT"));
 * assert(!isFault(new TypeError("a bug")));
 * ```
 */
export function isFault(error: unknown, code?: FaultCode): error is Fault {
  return error instanceof Fault && (code === undefined || error.code === code);
}
