/**
 * What short runs do: which functions they call and which modules they need.
 *
 * @module
 */

/** What short runs did. */
export interface Profile {
  /** The functions that were called: where they begin and end, as `START-END`. */
  readonly functions: ReadonlySet<string>;
  /** Paths of the modules that were run, by the repository. */
  readonly modules: ReadonlySet<string>;
}

/** What Deno writes of each file that ran. */
interface Coverage {
  readonly url: string;
  readonly functions: readonly {
    readonly functionName: string;
    /** The first one is the whole function. */
    readonly ranges: readonly Range[];
  }[];
}

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

/**
 * Runs a program and looks at what it calls.
 *
 * @param file Its path: a bundle that is not minified
 * @param runs The arguments of each run
 * @param scratch A folder to write to
 * @returns What all runs together did
 * @throws {Error} When a run fails
 */
export async function profileOf(
  file: string,
  runs: readonly (readonly string[])[],
  scratch: string,
): Promise<Profile> {
  const folder = `${scratch}/profile`;
  for (const args of runs) {
    const options = { args: ["run", "-A", "--no-config", `--coverage=${folder}`, file, ...args] };
    const { success, stderr } = await new Deno.Command(Deno.execPath(), options).output();
    if (!success) throw new Error(`Profiling failed:\n${new TextDecoder().decode(stderr)}`);
  }
  const functions = new Set<string>();
  const modules = new Set<string>();
  for (const { functionName, ranges } of await calledFunctions(folder, file)) {
    const { startOffset, endOffset } = ranges[0]!;
    functions.add(`${startOffset}-${endOffset}`);
    if (functionName.endsWith(".ts")) modules.add(functionName);
  }
  return { functions, modules };
}

async function calledFunctions(folder: string, file: string): Promise<Coverage["functions"]> {
  const all: Coverage["functions"][number][] = [];
  for await (const { name } of Deno.readDir(folder)) {
    const coverage: Coverage = JSON.parse(await Deno.readTextFile(`${folder}/${name}`));
    if (!decodeURI(coverage.url).endsWith(file.replaceAll("\\", "/"))) continue;
    all.push(...coverage.functions.filter(({ ranges }) => ranges[0]!.count > 0));
  }
  return all;
}
