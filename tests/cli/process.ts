/**
 * keyhole as a process, for tests.
 *
 * @module
 */

const CLI = new URL("../../cli.ts", import.meta.url).pathname;

/** How a process ended, and what it printed. */
export interface Ended {
  /** Its exit code. */
  readonly code: number;
  /** What it printed. */
  readonly stdout: string;
  /** What it complained of. */
  readonly stderr: string;
}

/**
 * Runs keyhole with all permissions.
 *
 * @param cwd The directory that it is run in
 * @param args Its arguments
 * @returns How it ended
 */
export async function keyhole(cwd: string, ...args: readonly string[]): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", CLI, ...args],
    cwd,
    stdin: "null",
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/**
 * Gives a test a directory of its own, and removes it afterwards.
 *
 * @param files What it holds at first: texts by paths, directories by paths that end with a slash
 * @param test What is done in it
 */
export async function inScratch(
  files: Readonly<Record<string, string>>,
  test: (directory: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "keyhole-test-" });
  try {
    for (const [path, text] of Object.entries(files)) {
      const parent = path.slice(0, path.lastIndexOf("/") + 1);
      await Deno.mkdir(`${directory}/${parent}`, { recursive: true });
      if (!path.endsWith("/")) await Deno.writeTextFile(`${directory}/${path}`, text);
    }
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/**
 * The path of a guest program of the tests or examples.
 *
 * @param path Its path in the repository
 * @returns Its absolute path
 */
export function guestPath(path: string): string {
  return new URL(`../../${path}`, import.meta.url).pathname;
}
