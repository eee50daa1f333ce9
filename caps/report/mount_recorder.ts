/**
 * Counting what is done with one mount.
 *
 * @module
 */
import { Open } from "../directory.ts";
import type { FaultCode } from "../fault.ts";
import type { Call, Watcher } from "../observe.ts";
import type { Changes, MountUse, Touch } from "../report.ts";

/** The most names that are told of one mount. */
const MOST = 1000;

/** Calls that change which names there are, and those that change what a name stands for. */
const CHANGES: Readonly<Partial<Record<Call, Changes>>> = {
  makeDirectory: "names",
  removeDirectory: "names",
  removeFile: "names",
  rename: "names",
  link: "names",
  symlink: "names",
  setTimes: "content",
  setSize: "content",
  allocate: "content",
};

/** What a grant to only read answers to whoever wants to change something, and what no other grant changes. */
const SAME_READ_ONLY: readonly FaultCode[] = ["EROFS", "EEXIST", "ENOTCAPABLE", "EACCES", "EPERM"];
/** What only a grant to change things answers. */
const LIMITS: readonly FaultCode[] = ["ENOSPC", "EDQUOT", "EFBIG"];

interface NameCounts {
  calls: number;
  bytesRead: number;
  bytesWritten: number;
  changes: Changes;
  readonly did: Map<Call, number>;
  readonly failed: Map<FaultCode, number>;
}

/** Who watches one mount for a report. */
export class MountRecorder implements Watcher {
  readonly #name: string;
  readonly #passed: (read: number, written: number) => void;
  #total = { calls: 0, bytesRead: 0, bytesWritten: 0 };
  readonly #names = new Map<string, NameCounts>();
  /** All names together that are not told any more. */
  #others: NameCounts = noCounts();
  #omitted = 0;
  #tried = false;

  /**
   * @param name The program's name for the mount
   * @param passed Told of each call, with the bytes that it read and wrote
   */
  constructor(name: string, passed: (read: number, written: number) => void) {
    this.#name = name;
    this.#passed = passed;
  }

  /** Forgets everything so far. */
  forget(): void {
    this.#total = { calls: 0, bytesRead: 0, bytesWritten: 0 };
    this.#names.clear();
    this.#others = noCounts();
    this.#omitted = 0;
    this.#tried = false;
  }

  /** Counts a call; what fails is taken back by {@linkcode MountRecorder.failed}. */
  called(call: Call, path: string, to?: string): void {
    this.#count(call, path, 0, 0);
    if (to !== undefined) this.#add(call, to, 0, 0);
  }

  /** Counts a failure, on both sides of what has two. */
  failed(call: Call, path: string, code: FaultCode, to?: string): void {
    // Reads and writes are told by their bytes, so one that fails has not been counted yet.
    if (call === "read" || call === "write") this.#count(call, path, 0, 0);
    const isChange = CHANGES[call] !== undefined && !SAME_READ_ONLY.includes(code);
    if (isChange || LIMITS.includes(code)) this.#tried = true;
    for (const name of to === undefined ? [path] : [path, to]) {
      const counts = this.#countsOf(name);
      increase(counts.did, call, -1);
      increase(counts.failed, code, 1);
    }
  }

  /** Notes how something was opened, and as what: a directory that is open was entered. */
  opened(path: string, how: number, kind: "file" | "directory"): void {
    const counts = this.#countsOf(path);
    if (kind === "directory") increase(counts.did, "directory", 1);
    if ((how & Open.create) !== 0) counts.changes = "names";
    else if ((how & (Open.write | Open.truncate)) !== 0) {
      counts.changes = strongest([counts.changes, "content"]);
    }
  }

  /** Counts bytes that were read. */
  read(path: string, bytes: number): void {
    this.#count("read", path, bytes, 0);
  }

  /** Counts bytes that were written. */
  wrote(path: string, bytes: number): void {
    this.#count("write", path, 0, bytes);
  }

  /** What was done so far. */
  get use(): MountUse {
    const touched = Array.from(this.#names, ([path, counts]) => touch(path, counts));
    const others = touch("", this.#others);
    return {
      name: this.#name,
      ...this.#total,
      changes: strongest([others, ...touched].map(({ changes }) => changes)),
      touched: touched.sort((one, other) => one.path < other.path ? -1 : 1),
      omitted: this.#omitted,
      ...this.#tried ? { tried: true } : {},
    };
  }

  #count(call: Call, path: string, read: number, written: number): void {
    this.#passed(read, written);
    this.#total.calls++;
    this.#total.bytesRead += read;
    this.#total.bytesWritten += written;
    this.#add(call, path, read, written);
  }

  #add(call: Call, path: string, read: number, written: number): void {
    const counts = this.#countsOf(path);
    if (counts === this.#others) this.#omitted++;
    counts.calls++;
    counts.bytesRead += read;
    counts.bytesWritten += written;
    increase(counts.did, call, 1);
  }

  #countsOf(path: string): NameCounts {
    let counts = this.#names.get(path);
    if (counts === undefined) {
      if (this.#names.size >= MOST) return this.#others;
      this.#names.set(path, counts = noCounts());
    }
    return counts;
  }
}

function noCounts(): NameCounts {
  return {
    ...{ calls: 0, bytesRead: 0, bytesWritten: 0, changes: "none" },
    did: new Map(),
    failed: new Map(),
  };
}

function increase<K>(counts: Map<K, number>, key: K, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}

function strongest(changes: readonly Changes[]): Changes {
  return changes.includes("names") ? "names" : changes.includes("content") ? "content" : "none";
}

function touch(path: string, { did, failed, changes, ...counts }: NameCounts): Touch {
  return {
    path,
    ...counts,
    changes: strongest([changes, ...Array.from(did.keys(), (call) => CHANGES[call] ?? "none")]),
    did: Object.fromEntries(did),
    ...failed.size === 0 ? {} : { failed: Object.fromEntries(failed) },
  };
}
