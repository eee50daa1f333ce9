/**
 * The system calls that the kernel backing needs, through Deno's foreign function interface.
 *
 * Numbers and layouts are those of Linux on x86-64 and arm64. A 64-bit parameter is always given as a BigInt and no
 * result of a frequent call is declared wider than 32 bits: anything else takes a slower way through the interface. Bytes
 * are given by their address: a function that takes a buffer takes three times as long to make.
 *
 * @module
 */
import { Fault, type FaultCode } from "../fault.ts";
import { mustNotAsk } from "./permitted.ts";

/** Made at once: every run with directories calls them. */
const first = {
  __errno_location: { parameters: [], result: "pointer" },
  openat: { parameters: ["i32", "u64", "i32", "u32"], result: "i32" },
  // `syscall(2)` is declared once per shape of arguments it is used with.
  openat2: { name: "syscall", parameters: ["i64", "i32", "u64", "u64", "u64"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  // The newest of all: a libc that has it has the others.
  statx: { parameters: ["i32", "u64", "i32", "u32", "u64"], result: "i32" },
} as const;

/** Made when first called: each takes about 0.1 ms to make, and a run uses few of them. */
const later = {
  getdents64: { name: "syscall", parameters: ["i64", "i32", "u64", "u64"], result: "i32" },
  pread: { parameters: ["i32", "u64", "u64", "i64"], result: "i32" },
  pwrite: { parameters: ["i32", "u64", "u64", "i64"], result: "i32" },
  lseek: { parameters: ["i32", "i64", "i32"], result: "i64" },
  ftruncate: { parameters: ["i32", "i64"], result: "i32" },
  fallocate: { parameters: ["i32", "i32", "i64", "i64"], result: "i32" },
  fsync: { parameters: ["i32"], result: "i32" },
  fdatasync: { parameters: ["i32"], result: "i32" },
  mkdirat: { parameters: ["i32", "u64", "u32"], result: "i32" },
  unlinkat: { parameters: ["i32", "u64", "i32"], result: "i32" },
  renameat: { parameters: ["i32", "u64", "i32", "u64"], result: "i32" },
  linkat: { parameters: ["i32", "u64", "i32", "u64", "i32"], result: "i32" },
  symlinkat: { parameters: ["u64", "i32", "u64"], result: "i32" },
  readlinkat: { parameters: ["i32", "u64", "u64", "u64"], result: "i32" },
  utimensat: { parameters: ["i32", "u64", "u64", "i32"], result: "i32" },
  futimens: { parameters: ["i32", "u64"], result: "i32" },
  clock_gettime: { parameters: ["i32", "u64"], result: "i32" },
  poll: { parameters: ["u64", "u64", "i32"], result: "i32" },
  /** The same on a thread of its own: this one goes on. */
  pollAside: { name: "poll", parameters: ["buffer", "u64", "i32"], result: "i32", nonblocking: true },
  write: { parameters: ["i32", "u64", "u64"], result: "i32" },
  fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
  pwritev2: { parameters: ["i32", "u64", "i32", "i64", "i32"], result: "i32" },
  signal: { parameters: ["i32", "u64"], result: "u64" },
  /** For calls made once a run, whatever they take. */
  syscall: { parameters: ["i64", "u64", "u64", "u64", "u64", "u64"], result: "i32" },
} as const;

const arm = Deno.build.arch === "aarch64";

/** Numbers of system calls. */
export const SystemCall = {
  ioctl: arm ? 29n : 16n,
  getdents64: arm ? 61n : 217n,
  prctl: arm ? 167n : 157n,
  openat2: 437n,
  landlock_create_ruleset: 444n,
  landlock_add_rule: 445n,
  landlock_restrict_self: 446n,
} as const;

/** Flags of `openat`. */
export const O = {
  RDONLY: 0,
  WRONLY: 1,
  RDWR: 2,
  CREAT: 0o100,
  EXCL: 0o200,
  NOCTTY: 0o400,
  TRUNC: 0o1000,
  NONBLOCK: 0o4000,
  DIRECTORY: arm ? 0o40000 : 0o200000,
  NOFOLLOW: arm ? 0o100000 : 0o400000,
  CLOEXEC: 0o2000000,
  PATH: 0o10000000,
} as const;

/** Flags of the calls that end in `at`. */
export const AT = { FDCWD: -100, SYMLINK_NOFOLLOW: 0x100, REMOVEDIR: 0x200, EMPTY_PATH: 0x1000 } as const;

/** Flags of `openat2`'s resolution. */
export const RESOLVE = { NO_MAGICLINKS: 0x02, BENEATH: 0x08 } as const;

/** What the functions of libc look like from here. */
export type LibC = Deno.DynamicLibrary<typeof first & typeof later>["symbols"];

/** libc, once {@linkcode loadLibC} has succeeded. */
export let libc: LibC;

/** The calling thread's `errno`. Right only in the statement after the call that failed. */
export let errno: Int32Array<ArrayBuffer>;

const LIBRARY = "libc.so.6";
const EPERM = 1;

let loaded: boolean | undefined;

/**
 * Opens libc, the first time it is called.
 *
 * @returns Whether it is there: Linux on x86-64 or arm64, FFI is permitted, and the calls that all need are not forbidden
 */
export function loadLibC(): boolean {
  return loaded ??= open();
}

function open(): boolean {
  if (Deno.build.os !== "linux") return false;
  try {
    // A prompt in the middle of a run would hang it.
    mustNotAsk({ name: "ffi" });
    const made = Deno.dlopen(LIBRARY, first).symbols;
    const names = Object.keys(later) as (keyof typeof later)[];
    libc = { ...made, ...Object.fromEntries(names.map((name) => [name, firstCall(name)])) } as LibC;
  } catch {
    return false;
  }
  const location = libc.__errno_location();
  if (location === null) return false;
  errno = new Int32Array(Deno.UnsafePointerView.getArrayBuffer(location, 4));
  // Containers whose rules are older than this call forbid it, where libc has another way only if there is no such call.
  return !(libc.statx(-1, 0n, 0, 0, 0n) < 0 && errno[0] === EPERM);
}

/** What stands for a function until it is called. */
function firstCall(name: keyof typeof later): (...values: never[]) => unknown {
  return (...values) => {
    const made = Deno.dlopen(LIBRARY, { [name]: later[name] }).symbols[name]!;
    Object.assign(libc, { [name]: made });
    return made(...values);
  };
}

/** What numbers of errors mean on Linux. */
export const LINUX_CODES: Readonly<Record<number, FaultCode>> = {
  1: "EPERM",
  2: "ENOENT",
  4: "EINTR",
  5: "EIO",
  6: "ENXIO",
  9: "EBADF",
  11: "EAGAIN",
  12: "ENOMEM",
  13: "EACCES",
  14: "EFAULT",
  16: "EBUSY",
  17: "EEXIST",
  18: "EXDEV",
  19: "ENODEV",
  20: "ENOTDIR",
  21: "EISDIR",
  22: "EINVAL",
  23: "ENFILE",
  24: "EMFILE",
  25: "ENOTTY",
  26: "ETXTBSY",
  27: "EFBIG",
  28: "ENOSPC",
  29: "ESPIPE",
  30: "EROFS",
  31: "EMLINK",
  32: "EPIPE",
  34: "ERANGE",
  36: "ENAMETOOLONG",
  38: "ENOSYS",
  39: "ENOTEMPTY",
  40: "ELOOP",
  75: "EOVERFLOW",
  84: "EILSEQ",
  95: "ENOTSUP",
  116: "ESTALE",
  122: "EDQUOT",
};

/**
 * The fault for a number of Linux.
 *
 * @param number What {@linkcode errno} held
 * @returns The fault; `EIO` for a number that means nothing here
 */
export function faultOf(number: number): Fault {
  return Fault.of(LINUX_CODES[number] ?? "EIO");
}
