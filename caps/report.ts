/**
 * Reports: what a run was granted, used, was refused and spent.
 *
 * @module
 */
import type { FaultCode } from "./fault.ts";
import type { Call } from "./observe.ts";
import type { Policy, PolicyMount } from "./policy.ts";

/** A directory that an application made: no policy can say what it is. */
export interface GrantedObject {
  /** The program's name for it. */
  readonly object: string;
}

/** What was granted, as a policy says it. Values of variables are left out, since reports are read by many. */
export interface Granted extends Omit<Policy, "mounts" | "users"> {
  /** Files and directories. */
  readonly mounts?: readonly (PolicyMount | GrantedObject)[];
}

/**
 * What was changed: nothing; what a file holds, or its times; or which names there are, which takes the directory to be
 * granted and not just the file.
 */
export type Changes = "none" | "content" | "names";

/** What was done with one name. */
export interface Touch {
  /** The path, relative to the mount; empty for the mount itself. */
  readonly path: string;
  /** How often something was done with it. */
  readonly calls: number;
  /** Bytes that were read. */
  readonly bytesRead: number;
  /** Bytes that were written. */
  readonly bytesWritten: number;
  /** What was changed, or could have been by the way in which it was opened. */
  readonly changes: Changes;
  /** What succeeded, and how often. */
  readonly did: Readonly<Partial<Record<Call, number>>>;
  /** What failed, and how often, by the codes. */
  readonly failed?: Readonly<Partial<Record<FaultCode, number>>>;
}

/** What was done with one mount. */
export interface MountUse {
  /** The program's name for it. */
  readonly name: string;
  /** How often something was done with it. */
  readonly calls: number;
  /** Bytes that were read. */
  readonly bytesRead: number;
  /** Bytes that were written. */
  readonly bytesWritten: number;
  /** What was changed, or could have been. */
  readonly changes: Changes;
  /** The names, sorted; no more than 1,000. */
  readonly touched: readonly Touch[];
  /** How often something was done with names that are not told any more. */
  readonly omitted: number;
  /** Whether a change failed as it would not have where nothing can be changed: the removal of what is not there. */
  readonly tried?: boolean;
}

/** What passed through one stream. */
export interface StreamUse {
  /** How often it was read or written. */
  readonly calls: number;
  /** How many bytes passed. */
  readonly bytes: number;
}

/** An access that was refused. */
export interface Denial {
  /** The call. */
  readonly call: string;
  /** The path as the program asked for it, two with an arrow between, or empty. */
  readonly path: string;
  /** Why. */
  readonly code: FaultCode;
  /** How often. */
  readonly count: number;
}

/** What was spent of something that can be limited. */
export interface Spent {
  /** The limit, when there was one. */
  readonly limit?: number;
  /** How much was spent, when it is known. */
  readonly spent?: number;
}

/** What can be limited: milliseconds, bytes, counts, units of fuel. */
export type Limited =
  | "timeout"
  | "memory"
  | "output"
  | "disk"
  | "fileSize"
  | "entries"
  | "openFiles"
  | "fuel";

/** What happened when: sums over stretches of equal length. */
export interface Timeline {
  /** The length of a stretch in milliseconds. */
  readonly step: number;
  /** Uses of files and streams. */
  readonly calls: readonly number[];
  /** Bytes read from files and streams. */
  readonly bytesRead: readonly number[];
  /** Bytes written to files and streams. */
  readonly bytesWritten: readonly number[];
}

/** What a guest used. */
export interface Used {
  /** The mounts, in their order. */
  readonly mounts: readonly MountUse[];
  /** Standard input. */
  readonly stdin: StreamUse;
  /** Standard output. */
  readonly stdout: StreamUse;
  /** Standard error. */
  readonly stderr: StreamUse;
  /** What happened when. */
  readonly timeline: Timeline;
}

/** How a run ended. */
export interface ReportExit {
  /**
   * Why: `exit`, `trap`, `timeout`, `limit` or `aborted`; `interrupted` when the process was ended before it could tell
   * anything.
   */
  readonly reason: string;
  /** The exit code that the run comes to. */
  readonly code: number;
  /** What happened, for a person, unless the program simply exited. */
  readonly message?: string;
}

/** What a run was granted, used, was refused and spent. */
export interface Report {
  /** The version of this form. */
  readonly version: 1;
  /** The program's own name. */
  readonly program: string;
  /** When it started, as in `2026-01-31T12:00:00.000Z`. */
  readonly started: string;
  /** How long it ran, in milliseconds. */
  readonly duration: number;
  /** How it ended. */
  readonly exit: ReportExit;
  /** What it was granted. */
  readonly granted: Granted;
  /** What it used; only there when it was watched for that. */
  readonly used?: Used;
  /** What it was refused; no more than 1,000 different accesses. */
  readonly denied: readonly Denial[];
  /** How many refusals are not told any more. */
  readonly deniedOmitted: number;
  /** What was spent, and of how much. */
  readonly limits: Readonly<Partial<Record<Limited, Spent>>>;
}
