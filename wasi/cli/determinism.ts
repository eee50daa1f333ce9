/**
 * `--deterministic`: what a guest finds looks the same on every machine.
 *
 * @module
 */
import { Deterministic } from "../../caps/deterministic.ts";
import { steadyInput, steadyOutput } from "../../caps/streams/steady.ts";
import type { Report, Timeline } from "../../caps/report.ts";
import type { Grants } from "./grants.ts";
import type { StandardStreams } from "./streams.ts";

/**
 * Makes directories look the same on every machine.
 *
 * @param grants The directories that a guest finds
 * @returns The same, with numbers and times that say nothing about the disk
 */
export function steadyGrants(grants: Grants): Grants {
  const deterministic = new Deterministic();
  const mounts = grants.mounts.map(({ name, directory }) => {
    return { name, directory: deterministic.directory(directory) };
  });
  return { ...grants, mounts };
}

/**
 * Makes streams look the same whatever they are connected to.
 *
 * @param streams The streams of a guest
 * @returns The same as pipes whose bytes have all arrived
 */
export function steadyStreams({ stdin, stdout, stderr }: StandardStreams): StandardStreams {
  const output = steadyOutput(stdout);
  return {
    stdin: steadyInput(stdin),
    stdout: output,
    stderr: stderr === stdout ? output : steadyOutput(stderr),
  };
}

/**
 * Makes a report tell nothing about when it was made and how long the run took.
 *
 * @param report The report
 * @returns The same, begun when 1970 did and over at once
 */
export function timeless(report: Report): Report {
  const { used, limits } = report;
  return {
    ...report,
    started: new Date(0).toISOString(),
    duration: 0,
    used: used && { ...used, timeline: atOnce(used.timeline) },
    limits: { ...limits, ...limits.timeout && { timeout: { ...limits.timeout, spent: 0 } } },
  };
}

function atOnce({ calls, bytesRead, bytesWritten }: Timeline): Timeline {
  const total = (numbers: readonly number[]): number[] => [numbers.reduce((sum, each) => sum + each, 0)];
  return { step: 1, calls: total(calls), bytesRead: total(bytesRead), bytesWritten: total(bytesWritten) };
}
