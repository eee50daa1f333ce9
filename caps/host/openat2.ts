/**
 * `openat2(2)` with `RESOLVE_BENEATH`: a whole path resolved by the kernel without leaving a directory.
 *
 * @module
 */
import { NativeBuffer } from "./address_of.ts";
import { AT, errno, faultOf, libc, O, RESOLVE, SystemCall } from "./libc.ts";
import { Fault } from "../fault.ts";

const SIZE = 24n;
const SLASH = 0x2f;
const DOT = 0x2e;
const ENOENT = 2;
const EAGAIN = 11;
const EXDEV = 18;
const ENOTDIR = 20;
const EISDIR = 21;
const ELOOP = 40;

const buffer = new NativeBuffer(24);
const how = new BigUint64Array(buffer.bytes.buffer);
const howWords = new Uint32Array(buffer.bytes.buffer);
how[2] = BigInt(RESOLVE.BENEATH | RESOLVE.NO_MAGICLINKS);

let works: boolean | undefined;

/**
 * Whether the kernel has the call and lets it through: an old kernel or a strict filter does not.
 *
 * @returns The answer, found out once
 */
export function canOpenBeneath(): boolean {
  return works ??= tryOnce();
}

function tryOnce(): boolean {
  const path = new NativeBuffer(2);
  path.bytes[0] = SLASH;
  const base = libc.openat(AT.FDCWD, path.address, O.PATH | O.CLOEXEC, 0);
  if (base < 0) return false;
  howWords[0] = O.PATH | O.CLOEXEC;
  path.bytes[0] = DOT;
  const fd = libc.openat2(SystemCall.openat2, base, path.address, buffer.address, SIZE);
  if (fd >= 0) libc.close(fd);
  libc.close(base);
  return fd >= 0;
}

/**
 * Opens a path below a directory.
 *
 * @param fd The directory's descriptor
 * @param path The address of the path, NUL behind it
 * @param flags Flags of `openat`
 * @returns A descriptor; -1 when the walk has to decide, since the kernel's answer is not the final one
 * @throws {Fault} `ENOTCAPABLE` for a path that leads outside, else as `openat2(2)`
 */
export function openBeneath(fd: number, path: bigint, flags: number): number {
  howWords[0] = flags;
  howWords[2] = (flags & O.CREAT) !== 0 ? 0o666 : 0;
  const opened = libc.openat2(SystemCall.openat2, fd, path, buffer.address, SIZE);
  if (opened >= 0) return opened;
  const number = errno[0]!;
  if (number === EXDEV) throw Fault.of("ENOTCAPABLE");
  // Also said of the kernel's own links, which are ways out.
  if (number === ELOOP) return -1;
  // Something was renamed meanwhile.
  if (number === EAGAIN) return -1;
  // Also said of a link that was not to be followed.
  if (number === ENOTDIR && (flags & O.DIRECTORY) !== 0) return -1;
  // The kernel has its own answers for a new file behind a link whose target ends in a slash or dot.
  if ((flags & O.CREAT) !== 0 && (number === EISDIR || number === ENOTDIR || number === ENOENT)) return -1;
  throw faultOf(number);
}
