/**
 * A second wall, built by the kernel: Landlock confines the calling thread to the directories that were granted.
 *
 * The walk and `openat2` are the first wall. If either had a hole, a file, exec or network call of this thread outside
 * the mounts would still fail in the kernel. It cannot be taken down again and holds for threads begun afterwards.
 *
 * @module
 */
import type { Directory } from "../directory.ts";
import { addressOf } from "./address_of.ts";
import { KernelDirectory } from "./kernel.ts";
import { AT, errno, libc, loadLibC, O, SystemCall } from "./libc.ts";

/** Rights of files and directories, in the order in which Landlock gained them. */
const FS = {
  EXECUTE: 1 << 0,
  WRITE_FILE: 1 << 1,
  READ_FILE: 1 << 2,
  READ_DIR: 1 << 3,
  REMOVE_DIR: 1 << 4,
  REMOVE_FILE: 1 << 5,
  MAKE_DIR: 1 << 7,
  MAKE_REG: 1 << 8,
  MAKE_SYM: 1 << 12,
  REFER: 1 << 13,
  TRUNCATE: 1 << 14,
} as const;

const READING = FS.READ_FILE | FS.READ_DIR;
const WRITING = READING | FS.WRITE_FILE | FS.REMOVE_DIR | FS.REMOVE_FILE | FS.MAKE_DIR | FS.MAKE_REG |
  FS.MAKE_SYM | FS.REFER | FS.TRUNCATE;

/** All rights of files that a version knows: what is handled is denied unless granted. */
const HANDLED: Record<number, bigint> = { 2: 0x3fffn, 3: 0x7fffn, 4: 0x7fffn, 5: 0xffffn };
const TCP = 0x3n;
const SCOPES = 0x3n;
const CREATE_RULESET_VERSION = 1n;
const RULE_PATH_BENEATH = 1n;
const PR_SET_NO_NEW_PRIVS = 38n;

/** A directory that stays reachable. */
export interface Reachable {
  /** The directory, of the kernel backing. */
  readonly directory: Directory;
  /** Whether only reading stays possible. */
  readonly readOnly: boolean;
}

/**
 * Tells which version of Landlock there is.
 *
 * @returns Its number, at least 2; `undefined` where there is none, or one too old to move files between directories
 */
export function lockdownVersion(): number | undefined {
  if (!loadLibC()) return undefined;
  const version = call("landlock_create_ruleset", 0n, 0n, CREATE_RULESET_VERSION);
  return version >= 2 ? version : undefined;
}

/**
 * Confines the calling thread, for good, to some directories. Descriptors that are open already go on working.
 *
 * @param reachable The directories
 * @returns Which version of Landlock now confines the thread
 * @throws {Error} When the kernel cannot do it, or a directory is not of the kernel backing; the thread is as before
 *
 * @example
 * ```ts
 * import { lockdownVersion } from "./lockdown.ts";
 * import { assert } from "@std/assert";
 *
 * const version = lockdownVersion();
 * assert(version === undefined || version >= 2);
 * ```
 */
export function lockdown(reachable: readonly Reachable[]): number {
  const version = lockdownVersion();
  if (version === undefined) throw new Error("The kernel has no Landlock that could be used");
  const attributes = new BigUint64Array(3);
  attributes[0] = HANDLED[version] ?? HANDLED[5]!;
  attributes[1] = TCP;
  attributes[2] = SCOPES;
  const size = version >= 6 ? 24n : version >= 4 ? 16n : 8n;
  const bytes = new Uint8Array(attributes.buffer);
  const ruleset = call("landlock_create_ruleset", addressOf(bytes, 0, bytes.length), size);
  if (ruleset < 0) throw failed("landlock_create_ruleset");
  try {
    for (const { directory, readOnly } of reachable) {
      if (!(directory instanceof KernelDirectory)) {
        throw new Error("Lockdown needs directories of the kernel backend");
      }
      allow(ruleset, directory.fd, BigInt(readOnly ? READING : WRITING) & attributes[0]);
    }
    allowOwnMap(ruleset);
    if (call("prctl", PR_SET_NO_NEW_PRIVS, 1n) < 0) throw failed("prctl");
    if (call("landlock_restrict_self", BigInt(ruleset)) < 0) throw failed("landlock_restrict_self");
  } finally {
    libc.close(ruleset);
  }
  return version;
}

/**
 * Deno asks where the stack of its thread ends when it has to parse something, which libc looks up in this file; where
 * it may not, Deno aborts. The file tells of this process alone.
 */
function allowOwnMap(ruleset: number): void {
  const path = new TextEncoder().encode("/proc/self/maps\0");
  const fd = libc.openat(AT.FDCWD, addressOf(path, 0, path.length), O.RDONLY | O.CLOEXEC, 0);
  if (fd < 0) return;
  try {
    allow(ruleset, fd, BigInt(FS.READ_FILE));
  } finally {
    libc.close(fd);
  }
}

function allow(ruleset: number, fd: number, rights: bigint): void {
  const rule = new DataView(new ArrayBuffer(12));
  rule.setBigUint64(0, rights, true);
  rule.setInt32(8, fd, true);
  const bytes = new Uint8Array(rule.buffer);
  const address = addressOf(bytes, 0, bytes.length);
  if (call("landlock_add_rule", BigInt(ruleset), RULE_PATH_BENEATH, address) < 0) {
    throw failed("landlock_add_rule");
  }
}

function call(name: keyof typeof SystemCall, one: bigint, two = 0n, three = 0n, four = 0n): number {
  return libc.syscall(SystemCall[name], one, two, three, four, 0n);
}

function failed(call: string): Error {
  return new Error(`The call ${call} failed with error ${errno[0]}`);
}
