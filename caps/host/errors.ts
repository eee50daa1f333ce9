/**
 * Failures of the host in a fault's words.
 *
 * @module
 */
import { Fault, type FaultCode } from "../fault.ts";
import { LINUX_CODES } from "./libc.ts";

/** The codes of the host that faults have too, as Deno and Node name them. */
const known: ReadonlySet<string> = new Set<FaultCode>([
  "EACCES",
  "EADDRINUSE",
  "EADDRNOTAVAIL",
  "EAGAIN",
  "EBADF",
  "EBUSY",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EDQUOT",
  "EEXIST",
  "EFBIG",
  "EILSEQ",
  "EINTR",
  "EINVAL",
  "EIO",
  "EISDIR",
  "ELOOP",
  "EMFILE",
  "EMLINK",
  "EMSGSIZE",
  "ENAMETOOLONG",
  "ENFILE",
  "ENODEV",
  "ENOENT",
  "ENOMEM",
  "ENOSPC",
  "ENOSYS",
  "ENOTCONN",
  "ENOTDIR",
  "ENOTEMPTY",
  "ENOTSOCK",
  "ENOTSUP",
  "ENOTTY",
  "ENXIO",
  "EOVERFLOW",
  "EPERM",
  "EPIPE",
  "EPROTO",
  "ERANGE",
  "EROFS",
  "ESPIPE",
  "ESTALE",
  "ETIMEDOUT",
  "ETXTBSY",
  "EXDEV",
]);

/** Codes of the host that are called otherwise here. */
const renamed: ReadonlyMap<string, FaultCode> = new Map([
  ["EOPNOTSUPP", "ENOTSUP"],
  ["EWOULDBLOCK", "EAGAIN"],
  ["ESHUTDOWN", "EPIPE"],
]);

/** What Deno's classes mean, for errors that carry no code. */
const classes: readonly (readonly [new () => Error, FaultCode])[] = [
  [Deno.errors.NotFound, "ENOENT"],
  [Deno.errors.PermissionDenied, "EACCES"],
  // Deno's own permissions: the user withheld something from keyhole itself.
  [Deno.errors.NotCapable, "EACCES"],
  [Deno.errors.AlreadyExists, "EEXIST"],
  [Deno.errors.NotADirectory, "ENOTDIR"],
  [Deno.errors.IsADirectory, "EISDIR"],
  [Deno.errors.FilesystemLoop, "ELOOP"],
  [Deno.errors.BadResource, "EBADF"],
  [Deno.errors.BrokenPipe, "EPIPE"],
  [Deno.errors.Busy, "EBUSY"],
  [Deno.errors.Interrupted, "EINTR"],
  [Deno.errors.InvalidData, "EILSEQ"],
  [Deno.errors.NotSupported, "ENOTSUP"],
  [Deno.errors.TimedOut, "ETIMEDOUT"],
  [Deno.errors.UnexpectedEof, "EIO"],
  [Deno.errors.WouldBlock, "EAGAIN"],
  [Deno.errors.WriteZero, "EIO"],
  [Deno.errors.AddrInUse, "EADDRINUSE"],
  [Deno.errors.AddrNotAvailable, "EADDRNOTAVAIL"],
  [Deno.errors.ConnectionAborted, "ECONNABORTED"],
  [Deno.errors.ConnectionRefused, "ECONNREFUSED"],
  [Deno.errors.ConnectionReset, "ECONNRESET"],
  [Deno.errors.NotConnected, "ENOTCONN"],
];

/** Numbers that Deno leaves without a code, up to 34, where all kinds of Unix agree. */
const UNIX_CODES: Readonly<Record<number, FaultCode>> = {
  6: "ENXIO",
  19: "ENODEV",
  23: "ENFILE",
  25: "ENOTTY",
  26: "ETXTBSY",
  27: "EFBIG",
  29: "ESPIPE",
  31: "EMLINK",
  34: "ERANGE",
};
const DARWIN_CODES: Readonly<Record<number, FaultCode>> = {
  ...UNIX_CODES,
  69: "EDQUOT",
  70: "ESTALE",
  78: "ENOSYS",
  84: "EOVERFLOW",
  92: "EILSEQ",
};
const WINDOWS_CODES: Readonly<Record<number, FaultCode>> = { 223: "EFBIG", 267: "ENOTDIR" };

/** The operating systems that Deno names. */
export type Platform = typeof Deno.build.os;

/**
 * The fault that an error of a host call stands for. Its message is the code alone, since the host's message names
 * a path of the host.
 *
 * @param error What a call of `Deno` or `node:` threw
 * @param platform Whose error numbers the message holds
 * @returns The fault; `EIO`, with the error as its cause, for a failure of the host that has no other name
 * @throws {unknown} The error itself when it is no failure of the host but a mistake in the program
 *
 * @example
 * ```ts
 * import { faultFrom } from "./errors.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(faultFrom(new Deno.errors.NotFound("/home/me/secret")).message, "ENOENT");
 * assertEquals(faultFrom(new Error("File too large (os error 27)"), "linux").code, "EFBIG");
 * assertThrows(() => faultFrom(new TypeError("x is not a function")), TypeError);
 * ```
 */
export function faultFrom(error: unknown, platform: Platform = Deno.build.os): Fault {
  if (error instanceof Fault) return error;
  if (!(error instanceof Error)) throw error;
  const code = codeOf(error, platform);
  if (code !== undefined) return Fault.of(code);
  // A failure of the host is told from a mistake of ours by what only the host's errors carry.
  if (!("code" in error || error.name in Deno.errors || osError.test(error.message))) throw error;
  return new Fault("EIO", "EIO", { cause: error });
}

const osError = /\(os error (\d+)\)/;

function codeOf(error: Error, platform: Platform): FaultCode | undefined {
  if ("code" in error && typeof error.code === "string") {
    if (isKnown(error.code)) return error.code;
    const other = renamed.get(error.code);
    if (other !== undefined) return other;
  }
  for (const [type, code] of classes) if (error instanceof type) return code;
  const number = Number(osError.exec(error.message)?.[1]);
  return numbersOf(platform)[number];
}

function numbersOf(platform: Platform): Readonly<Record<number, FaultCode | undefined>> {
  if (platform === "windows") return WINDOWS_CODES;
  if (platform === "darwin") return DARWIN_CODES;
  return platform === "linux" || platform === "android" ? LINUX_CODES : UNIX_CODES;
}

function isKnown(code: string): code is FaultCode {
  return known.has(code);
}

/**
 * Calls the host and turns what it throws into a fault.
 *
 * @param call The call
 * @returns What it returns
 * @throws {Fault} As {@linkcode faultFrom} tells
 *
 * @example
 * ```ts
 * import { hostCall } from "./errors.ts";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => hostCall(() => Deno.lstatSync("/no/such/place")), Error, "ENOENT");
 * ```
 */
export function hostCall<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw faultFrom(error);
  }
}
