/**
 * An open file of the host, by its descriptor.
 *
 * @module
 */
import { Fault } from "../fault.ts";
import type { File } from "../file.ts";
import type { Stat } from "../stat.ts";
import { addressOf, NativeBuffer } from "./address_of.ts";
import { errno, faultOf, libc } from "./libc.ts";
import { statx } from "./statx.ts";
import { timesOf } from "./times.ts";

/** The most that one read or write moves on Linux. */
const MOST = 0x7ffff000;
const RWF_APPEND = 0x10;
const AT_POSITION = -1n;
const SEEK_CUR = 1;
const EPERM = 1;
const EINVAL = 22;
const ENOSYS = 38;
const EOPNOTSUPP = 95;
const F_SETFL = 4;
const O_APPEND = 0o2000;

const vectorBuffer = new NativeBuffer(16);
const vector = new BigUint64Array(vectorBuffer.bytes.buffer);

/** A regular file of the host. Made by a kernel directory, which has checked what it is. */
export class KernelFile implements File {
  /** Tells a file from a directory. */
  readonly kind = "file";
  #fd: number;

  /** @param fd The descriptor, now owned by this object */
  constructor(fd: number) {
    this.#fd = fd;
  }

  /** @inheritdoc */
  stat(): Stat {
    return statx(this.#fd);
  }

  /** @inheritdoc */
  read(into: Uint8Array<ArrayBufferLike>, start: number, end: number, at: number): number {
    const address = addressOf(into, start, end);
    const count = libc.pread(this.#fd, address, BigInt(Math.min(end - start, MOST)), BigInt(at));
    if (count < 0) throw faultOf(errno[0]!);
    return count;
  }

  /** @inheritdoc */
  write(from: Uint8Array<ArrayBufferLike>, start: number, end: number, at: number): number {
    const address = addressOf(from, start, end);
    const count = libc.pwrite(this.#fd, address, BigInt(Math.min(end - start, MOST)), BigInt(at));
    if (count < 0) throw faultOf(errno[0]!);
    return count;
  }

  /** @inheritdoc */
  append(from: Uint8Array<ArrayBufferLike>, start: number, end: number): number {
    vector[0] = addressOf(from, start, end);
    vector[1] = BigInt(Math.min(end - start, MOST));
    // The kernel finds the end and writes there in one step, whoever else appends. It keeps the place behind as the
    // position of the descriptor, which nothing else moves.
    const count = libc.pwritev2(this.#fd, vectorBuffer.address, 1, AT_POSITION, RWF_APPEND);
    if (count >= 0) return count;
    const number = errno[0]!;
    // Emulators of Linux have no such call, and containers whose rules are older than it forbid it.
    const missing = number === EOPNOTSUPP || number === ENOSYS || number === EPERM;
    if (missing) return this.#appendByFlag(vector[0]!, vector[1]!);
    throw faultOf(number);
  }

  /** As {@linkcode KernelFile.append}: one write at the end, which is then the position, by a flag of the descriptor. */
  #appendByFlag(address: bigint, length: bigint): number {
    // Without it, the write would go to wherever the position is.
    if (libc.fcntl(this.#fd, F_SETFL, O_APPEND) < 0) throw faultOf(errno[0]!);
    const count = libc.write(this.#fd, address, length);
    const number = errno[0]!;
    // With it, positions of other writes would mean nothing.
    libc.fcntl(this.#fd, F_SETFL, 0);
    if (count < 0) throw faultOf(number);
    return count;
  }

  /** @inheritdoc */
  appendedTo(): number {
    return Number(libc.lseek(this.#fd, 0n, SEEK_CUR));
  }

  /** @inheritdoc */
  setSize(size: number): void {
    if (libc.ftruncate(this.#fd, BigInt(size)) === 0) return;
    const number = errno[0]!;
    // What Linux says of a file that is not open for writing.
    if (number === EINVAL) throw Fault.of("EBADF");
    throw faultOf(number);
  }

  /** @inheritdoc */
  allocate(offset: number, length: number): void {
    if (libc.fallocate(this.#fd, 0, BigInt(offset), BigInt(length)) === 0) return;
    const number = errno[0]!;
    if (number !== EOPNOTSUPP) throw faultOf(number);
    // A file system without the call: the size at least is as promised.
    if (offset + length > Number.MAX_SAFE_INTEGER) throw Fault.of("EFBIG");
    if (this.stat().size < offset + length) this.setSize(offset + length);
  }

  /** @inheritdoc */
  setTimes(accessed: bigint | undefined, modified: bigint | undefined): void {
    if (libc.futimens(this.#fd, timesOf(accessed, modified)) < 0) throw faultOf(errno[0]!);
  }

  /** @inheritdoc */
  sync(dataOnly: boolean): void {
    const result = dataOnly ? libc.fdatasync(this.#fd) : libc.fsync(this.#fd);
    if (result < 0) throw faultOf(errno[0]!);
  }

  /** @inheritdoc */
  close(): void {
    const fd = this.#fd;
    // First, so that nothing can come between: closed a second time, it may be another's.
    this.#fd = -1;
    if (fd >= 0) libc.close(fd);
  }
}
