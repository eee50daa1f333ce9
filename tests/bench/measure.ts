/**
 * Measuring whole processes, interleaved, and what they measure themselves.
 *
 * @module
 */

/** What is known of one finished process. */
export interface Finished {
  /** From start to end, in milliseconds. */
  readonly milliseconds: number;
  /** Standard output and error. */
  readonly output: string;
  /** The exit code. */
  readonly code: number;
}

/**
 * Runs a command to its end.
 *
 * @param command The program and its arguments
 * @param stdin What it reads
 * @returns What is known of it
 */
export async function runOnce(
  command: readonly string[],
  stdin: "null" | Uint8Array = "null",
): Promise<Finished> {
  const started = performance.now();
  const child = new Deno.Command(command[0]!, {
    args: command.slice(1),
    stdin: stdin === "null" ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
  }).spawn();
  if (stdin !== "null") {
    const writer = child.stdin.getWriter();
    await writer.write(stdin).then(() => writer.close()).catch(() => {});
  }
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return {
    milliseconds: performance.now() - started,
    output: decoder.decode(stdout) + decoder.decode(stderr),
    code,
  };
}

/**
 * Measures several things in turn, A B C A B C ..., so that a machine that gets slower does so for all.
 *
 * @param things What to measure: each returns a number, or `undefined` when it cannot be measured
 * @param rounds How often, after one round that does not count
 * @returns For each the median of its numbers, `undefined` for what cannot be measured
 */
export async function interleaved(
  things: readonly (() => Promise<number | undefined>)[],
  rounds: number,
): Promise<(number | undefined)[]> {
  const numbers: number[][] = things.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [index, measure] of things.entries()) {
      const number = await measure();
      if (round > 0 && number !== undefined) numbers[index]!.push(number);
    }
  }
  return numbers.map(median);
}

function median(numbers: number[]): number | undefined {
  if (numbers.length === 0) return undefined;
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
