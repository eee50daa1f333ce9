/**
 * The error numbers of WASI preview 1, and which one a {@linkcode Fault} is.
 *
 * @see {@link https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md#errno}
 * @module
 */
import type { FaultCode } from "../../caps/fault.ts";

/** The error numbers of WASI preview 1, by name. `wasi_unstable` has the same. */
export const Errno = {
  /** It worked. */
  SUCCESS: 0,
  /** An argument list is too long. */
  E2BIG: 1,
  /** The host does not permit it. */
  EACCES: 2,
  /** The address is in use. */
  EADDRINUSE: 3,
  /** The address is not available. */
  EADDRNOTAVAIL: 4,
  /** The address family is not supported. */
  EAFNOSUPPORT: 5,
  /** It would have to wait. */
  EAGAIN: 6,
  /** A connection is under way already. */
  EALREADY: 7,
  /** No such descriptor, or not one for this. */
  EBADF: 8,
  /** A bad message. */
  EBADMSG: 9,
  /** In use. */
  EBUSY: 10,
  /** Cancelled. */
  ECANCELED: 11,
  /** No child processes. */
  ECHILD: 12,
  /** The connection was aborted. */
  ECONNABORTED: 13,
  /** The connection was refused. */
  ECONNREFUSED: 14,
  /** The connection was reset. */
  ECONNRESET: 15,
  /** It would wait for itself. */
  EDEADLK: 16,
  /** An address is missing. */
  EDESTADDRREQ: 17,
  /** Outside the domain of a function. */
  EDOM: 18,
  /** The quota is used up. */
  EDQUOT: 19,
  /** It exists already. */
  EEXIST: 20,
  /** A pointer leads outside the memory. */
  EFAULT: 21,
  /** The file would be too large. */
  EFBIG: 22,
  /** The host cannot be reached. */
  EHOSTUNREACH: 23,
  /** The identifier was removed. */
  EIDRM: 24,
  /** Bytes that are not UTF-8, or a NUL in a name. */
  EILSEQ: 25,
  /** Under way. */
  EINPROGRESS: 26,
  /** Interrupted. */
  EINTR: 27,
  /** An argument makes no sense. */
  EINVAL: 28,
  /** Input or output failed. */
  EIO: 29,
  /** Connected already. */
  EISCONN: 30,
  /** A directory where none may be. */
  EISDIR: 31,
  /** Too many symbolic links, or one that may not be followed. */
  ELOOP: 32,
  /** Too many descriptors. */
  EMFILE: 33,
  /** Too many names. */
  EMLINK: 34,
  /** The message is too long. */
  EMSGSIZE: 35,
  /** Reserved. */
  EMULTIHOP: 36,
  /** A name is too long. */
  ENAMETOOLONG: 37,
  /** The network is down. */
  ENETDOWN: 38,
  /** The network aborted the connection. */
  ENETRESET: 39,
  /** The network cannot be reached. */
  ENETUNREACH: 40,
  /** The whole system has too many files open. */
  ENFILE: 41,
  /** No room for buffers. */
  ENOBUFS: 42,
  /** No such device. */
  ENODEV: 43,
  /** No such entry. */
  ENOENT: 44,
  /** Not in a format that can be executed. */
  ENOEXEC: 45,
  /** No locks are left. */
  ENOLCK: 46,
  /** Reserved. */
  ENOLINK: 47,
  /** Not enough memory. */
  ENOMEM: 48,
  /** No message of that type. */
  ENOMSG: 49,
  /** No such protocol option. */
  ENOPROTOOPT: 50,
  /** No space is left. */
  ENOSPC: 51,
  /** No such function. */
  ENOSYS: 52,
  /** Not connected. */
  ENOTCONN: 53,
  /** Not a directory. */
  ENOTDIR: 54,
  /** The directory is not empty. */
  ENOTEMPTY: 55,
  /** The state cannot be recovered. */
  ENOTRECOVERABLE: 56,
  /** Not a socket. */
  ENOTSOCK: 57,
  /** Not supported. */
  ENOTSUP: 58,
  /** Not a terminal. */
  ENOTTY: 59,
  /** No such device or address. */
  ENXIO: 60,
  /** The value does not fit. */
  EOVERFLOW: 61,
  /** The previous owner died. */
  EOWNERDEAD: 62,
  /** Never permitted. */
  EPERM: 63,
  /** Nobody reads the other end. */
  EPIPE: 64,
  /** The protocol was broken. */
  EPROTO: 65,
  /** The protocol is not supported. */
  EPROTONOSUPPORT: 66,
  /** The protocol does not fit the socket. */
  EPROTOTYPE: 67,
  /** The result is out of range. */
  ERANGE: 68,
  /** Read-only. */
  EROFS: 69,
  /** There is no position to seek to. */
  ESPIPE: 70,
  /** No such process. */
  ESRCH: 71,
  /** Reserved. */
  ESTALE: 72,
  /** Time was up. */
  ETIMEDOUT: 73,
  /** The program file is busy. */
  ETXTBSY: 74,
  /** Not on the same file system. */
  EXDEV: 75,
  /** Beyond what was granted. */
  ENOTCAPABLE: 76,
} as const;

/** The name of an error number, such as `"ENOENT"`. */
export type ErrnoName = keyof typeof Errno;

// No prototype: a fault thrown by somebody else's capability may carry any string as its code.
const numbers: Readonly<Record<string, number>> = Object.assign(Object.create(null), Errno);
const names = Object.keys(Errno) as ErrnoName[];

/**
 * The error number of a fault.
 *
 * @param code What went wrong
 * @returns Its number, or `undefined` for a code that WASI has no number for
 *
 * @example
 * ```ts
 * import { errnoOf } from "./errno.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(errnoOf("ENOTCAPABLE"), 76);
 * ```
 */
export function errnoOf(code: FaultCode): number | undefined {
  return numbers[code];
}

/**
 * The name of an error number.
 *
 * @param number The number
 * @returns Its name, or the number in digits when it has none
 *
 * @example
 * ```ts
 * import { errnoName } from "./errno.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([errnoName(44), errnoName(200)], ["ENOENT", "200"]);
 * ```
 */
export function errnoName(number: number): string {
  return names[number] ?? String(number);
}
