/**
 * Directories of this machine, held open by descriptor: Linux, with FFI permitted.
 *
 * Every call names an entry relative to the descriptor and never follows a link, so another process that renames or
 * swaps what lies around it gains nothing. Whole paths go to the kernel only with `RESOLVE_BENEATH`.
 *
 * @module
 */
import { closing } from "../closing.ts";
import { type Directory, type Entry, type EntryVisitor, Open } from "../directory.ts";
import { Fault } from "../fault.ts";
import type { File } from "../file.ts";
import { checkName, checkTarget, LONGEST_NAME } from "../name.ts";
import { decodeStrictly, type GuestPath } from "../path.ts";
import type { Stat } from "../stat.ts";
import { addressOf, addressOfPath, NativeBuffer } from "./address_of.ts";
import { readEntries, visitEntries } from "./getdents.ts";
import { KernelFile } from "./kernel_file.ts";
import { AT, errno, faultOf, libc, O } from "./libc.ts";
import { canOpenBeneath, openBeneath } from "./openat2.ts";
import { kindOf, statx } from "./statx.ts";
import { timesOf } from "./times.ts";

const SLASH = 0x2f;
const DOT = 0x2e;
const ENOTDIR = 20;
/** With these, what was opened is a regular file that was not there before. */
const NEW = O.CREAT | O.EXCL;
const encoder = new TextEncoder();
const nameBuffer = new NativeBuffer(LONGEST_NAME + 1);
const otherNameBuffer = new NativeBuffer(LONGEST_NAME + 1);
const targetBuffer = new NativeBuffer(4097);
const here = new NativeBuffer(2);
here.bytes[0] = DOT;

/** The address of a name as the kernel takes it. What is more than a name would be a way out, whoever calls. */
function encode(name: string, into = nameBuffer): bigint {
  const { bytes } = into;
  const { written } = encoder.encodeInto(name, bytes);
  if (written !== name.length || !isPlain(bytes, written)) checkName(name);
  bytes[written] = 0;
  return into.address;
}

/** Whether bytes are a name in ASCII and beyond all doubt. Most are, and are seen to be sooner than by their text. */
function isPlain(bytes: Uint8Array, length: number): boolean {
  if (length === 0 || length > LONGEST_NAME || bytes[0] === DOT) return false;
  for (let i = 0; i < length; i++) if (bytes[i] === SLASH || bytes[i] === 0 || bytes[i] > 0x7f) return false;
  return true;
}

/** The flags of `openat` for a sum of `Open` values. */
function flagsOf(how: number): number {
  // Without O_NONBLOCK a FIFO would hold the whole runner; O_NOCTTY keeps a terminal from becoming ours.
  let flags = O.CLOEXEC | O.NONBLOCK | O.NOCTTY;
  if ((how & Open.write) !== 0) flags |= (how & Open.read) !== 0 ? O.RDWR : O.WRONLY;
  // Truncating needs a descriptor that may write, or Linux leaves the outcome open.
  else if ((how & Open.truncate) !== 0) flags |= O.RDWR;
  if ((how & Open.create) !== 0) flags |= O.CREAT;
  if ((how & Open.exclusive) !== 0) flags |= O.EXCL;
  if ((how & Open.truncate) !== 0) flags |= O.TRUNC;
  if ((how & Open.directory) !== 0) flags |= O.DIRECTORY;
  return flags;
}

/** Makes an object of what was opened, or closes it again when it is neither a file nor a directory. */
function objectOf(fd: number, flags: number): File | Directory {
  // Where the flags leave one answer, the kernel need not be asked for it.
  if ((flags & (O.DIRECTORY | O.CREAT)) === O.DIRECTORY) return new KernelDirectory(fd, true);
  if ((flags & NEW) === NEW) return new KernelFile(fd);
  let kind;
  try {
    kind = kindOf(fd);
  } catch (error) {
    libc.close(fd);
    throw error;
  }
  if (kind === "file") return new KernelFile(fd);
  if (kind === "directory") return new KernelDirectory(fd, true);
  libc.close(fd);
  // A pipe that nobody reads cannot be opened for writing (ENXIO). One that somebody reads answers the same: who has a
  // pipe open is not the guest's to know.
  const writing = (flags & (O.WRONLY | O.RDWR)) === O.WRONLY;
  throw Fault.of(kind === "socket" || (kind === "pipe" && writing) ? "ENXIO" : "ENOTSUP");
}

/** A directory of the host, by its descriptor. Made by {@linkcode kernelDirectory}. */
export class KernelDirectory implements Directory {
  /** Tells a directory from a file. */
  readonly kind = "directory";
  #fd: number;
  /** Whether the descriptor can be read and stands at the first entry. */
  #unread: boolean;

  /**
   * @param fd The descriptor, now owned by this object
   * @param readable Whether it can be read, which nobody has done yet; otherwise it only names the directory
   */
  constructor(fd: number, readable: boolean) {
    this.#fd = fd;
    this.#unread = readable;
  }

  /** The descriptor, for the wall that the kernel builds around the mounts. */
  get fd(): number {
    return this.#fd;
  }

  /** @inheritdoc */
  stat(): Stat {
    return statx(this.#fd);
  }

  /** @inheritdoc */
  lookup(name: string): Stat {
    return statx(this.#fd, encode(name));
  }

  /** @inheritdoc */
  open(name: string, how: number): File | Directory {
    const flags = flagsOf(how) | O.NOFOLLOW;
    const fd = libc.openat(this.#fd, encode(name), flags, 0o666);
    if (fd >= 0) return objectOf(fd, flags);
    const number = errno[0]!;
    // A link is told from a file also where only a directory will do.
    if (number === ENOTDIR && this.lookup(name).kind === "link") throw Fault.of("ELOOP");
    throw faultOf(number);
  }

  /** @inheritdoc */
  directory(name: string): Directory {
    const flags = O.PATH | O.DIRECTORY | O.NOFOLLOW | O.CLOEXEC;
    const fd = libc.openat(this.#fd, encode(name), flags, 0);
    if (fd < 0) throw faultOf(errno[0]!);
    return new KernelDirectory(fd, false);
  }

  /** @inheritdoc */
  makeDirectory(name: string): void {
    if (libc.mkdirat(this.#fd, encode(name), 0o777) < 0) throw faultOf(errno[0]!);
  }

  /** @inheritdoc */
  removeDirectory(name: string): void {
    if (libc.unlinkat(this.#fd, encode(name), AT.REMOVEDIR) < 0) throw faultOf(errno[0]!);
  }

  /** @inheritdoc */
  removeFile(name: string): void {
    if (libc.unlinkat(this.#fd, encode(name), 0) < 0) throw faultOf(errno[0]!);
  }

  /** @inheritdoc */
  rename(name: string, to: Directory, newName: string): void {
    if (!(to instanceof KernelDirectory)) throw Fault.of("EXDEV");
    const renamed = libc.renameat(this.#fd, encode(name), to.#fd, encode(newName, otherNameBuffer));
    if (renamed < 0) throw faultOf(errno[0]!);
  }

  /** @inheritdoc */
  link(name: string, to: Directory, newName: string): void {
    if (!(to instanceof KernelDirectory)) throw Fault.of("EXDEV");
    const linked = libc.linkat(this.#fd, encode(name), to.#fd, encode(newName, otherNameBuffer), 0);
    if (linked < 0) throw faultOf(errno[0]!);
  }

  /** @inheritdoc */
  symlink(target: string, name: string): void {
    checkTarget(target);
    const { bytes, address } = targetBuffer;
    bytes[encoder.encodeInto(target, bytes).written] = 0;
    if (libc.symlinkat(address, this.#fd, encode(name)) < 0) throw faultOf(errno[0]!);
  }

  /** @inheritdoc */
  readLink(name: string): string {
    const length = libc.readlinkat(this.#fd, encode(name), targetBuffer.address, 4097n);
    if (length < 0) throw faultOf(errno[0]!);
    if (length > 4096) throw Fault.of("ENAMETOOLONG");
    return decodeStrictly(targetBuffer.bytes.subarray(0, length));
  }

  /** @inheritdoc */
  list(): Entry[] {
    return this.#fromTheStart(readEntries);
  }

  /** @inheritdoc */
  visitEntries(visit: EntryVisitor): boolean {
    this.#fromTheStart((fd) => visitEntries(fd, visit));
    return true;
  }

  /** @inheritdoc */
  hasUnlisted(): boolean {
    return this.#fromTheStart((fd) => visitEntries(fd, () => {}));
  }

  /** @inheritdoc */
  setTimes(accessed: bigint | undefined, modified: bigint | undefined): void {
    if (libc.utimensat(this.#fd, here.address, timesOf(accessed, modified), 0) < 0) throw faultOf(errno[0]!);
  }

  /** @inheritdoc */
  setTimesOf(name: string, accessed: bigint | undefined, modified: bigint | undefined): void {
    // Linux does not even look whether the name is there when nothing is to be set.
    if (accessed === undefined && modified === undefined) return void this.lookup(name);
    const times = timesOf(accessed, modified);
    if (libc.utimensat(this.#fd, encode(name), times, AT.SYMLINK_NOFOLLOW) < 0) throw faultOf(errno[0]!);
  }

  /** @inheritdoc */
  sync(): void {
    this.#openedAnew((fd) => {
      if (libc.fsync(fd) < 0) throw faultOf(errno[0]!);
    });
  }

  /** @inheritdoc */
  close(): void {
    const fd = this.#fd;
    // First, so that nothing can come between: closed a second time, it may be another's.
    this.#fd = -1;
    if (fd >= 0) libc.close(fd);
  }

  /** @inheritdoc */
  again(): Directory {
    return new KernelDirectory(this.#openHere(), true);
  }

  /** @inheritdoc */
  openPath(path: GuestPath, how: number, follow: boolean): File | Directory | undefined {
    if (!canOpenBeneath()) return undefined;
    const flags = flagsOf(how) | (follow ? 0 : O.NOFOLLOW);
    const fd = openBeneath(this.#fd, addressOfPath(path), flags);
    if (fd >= 0) return objectOf(fd, flags);
    // Told apart by the walk: a link where only a directory will do, a path that moved while it was resolved.
    return undefined;
  }

  /** @inheritdoc */
  statPath(path: GuestPath, follow: boolean): Stat | undefined {
    if (path.parentLength < 0) {
      const stat = statx(this.#fd, addressOfPath(path));
      return follow && stat.kind === "link" ? undefined : stat;
    }
    if (!canOpenBeneath()) return undefined;
    const fd = openBeneath(this.#fd, addressOfPath(path), O.PATH | O.CLOEXEC | (follow ? 0 : O.NOFOLLOW));
    if (fd < 0) return undefined;
    try {
      return statx(fd);
    } finally {
      libc.close(fd);
    }
  }

  /** @inheritdoc */
  parentOf(path: GuestPath): Directory | undefined {
    if (!canOpenBeneath()) return undefined;
    path.bytes[path.parentLength] = 0;
    try {
      const fd = openBeneath(this.#fd, addressOfPath(path), O.PATH | O.DIRECTORY | O.CLOEXEC);
      return fd < 0 ? undefined : new KernelDirectory(fd, false);
    } finally {
      path.bytes[path.parentLength] = SLASH;
    }
  }

  /** Reads the directory from its first entry on. */
  #fromTheStart<T>(read: (fd: number) => T): T {
    if (this.#unread) {
      this.#unread = false;
      return read(this.#fd);
    }
    // A descriptor of its own, since one that only names the directory cannot be read, and one that was stands elsewhere.
    return this.#openedAnew(read);
  }

  /** Opens the directory anew for as long as something takes. */
  #openedAnew<T>(act: (fd: number) => T): T {
    const fd = this.#openHere();
    return closing({ close: () => libc.close(fd) }, () => act(fd));
  }

  #openHere(): number {
    const fd = libc.openat(this.#fd, here.address, O.RDONLY | O.DIRECTORY | O.CLOEXEC, 0);
    if (fd < 0) throw faultOf(errno[0]!);
    return fd;
  }
}

/**
 * Opens a directory of the host by its path. Links on the way are followed: the path is the user's own word.
 *
 * @param path A path of the host
 * @returns The directory
 * @throws {Fault} `ENOENT`, `ENOTDIR`, `EACCES` and others of `openat(2)`
 */
export function kernelDirectory(path: string): Directory {
  const bytes = encoder.encode(path + "\0");
  const address = addressOf(bytes, 0, bytes.length);
  const fd = libc.openat(AT.FDCWD, address, O.RDONLY | O.DIRECTORY | O.CLOEXEC, 0);
  if (fd < 0) throw faultOf(errno[0]!);
  return new KernelDirectory(fd, true);
}
