/**
 * keyhole as a process, for tests.
 *
 * @module
 */
import { inRepository } from "../repository.ts";

const CLI = inRepository("cli.ts");

/** How a process ended, and what it printed. */
export interface Ended {
  /** Its exit code. */
  readonly code: number;
  /** What it printed. */
  readonly stdout: string;
  /** What it complained of. */
  readonly stderr: string;
}

/** What a process is given besides arguments. */
export interface Circumstances {
  /** What it reads; nothing unless given. */
  readonly stdin?: string | Uint8Array<ArrayBuffer>;
  /** Variables that it has besides ours. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs keyhole with all permissions.
 *
 * @param cwd The directory that it is run in
 * @param args Its arguments
 * @returns How it ended
 */
export function keyhole(cwd: string, ...args: readonly string[]): Promise<Ended> {
  return keyholeWith({}, cwd, ...args);
}

/**
 * Runs keyhole with all permissions, and with input or variables.
 *
 * @param circumstances What it is given
 * @param cwd The directory that it is run in
 * @param args Its arguments
 * @returns How it ended
 */
export async function keyholeWith(
  { stdin, env }: Circumstances,
  cwd: string,
  ...args: readonly string[]
): Promise<Ended> {
  const process = startKeyhole(cwd, args, stdin === undefined ? "null" : "piped", env);
  if (stdin !== undefined) {
    const writer = process.stdin.getWriter();
    await writer.write(typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin);
    await writer.close();
  }
  const { code, stdout, stderr } = await process.output();
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/**
 * Runs keyhole with all permissions, and a POSIX shell around it.
 *
 * @param script What the shell is told, with `"$@"` for keyhole, such as `"$@" 2>/dev/full`
 * @param cwd The directory that it is run in
 * @param args Its arguments
 * @returns How it ended
 */
export async function keyholeInShell(
  script: string,
  cwd: string,
  ...args: readonly string[]
): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: ["-c", script, "sh", Deno.execPath(), "run", "-A", "--no-check", "--no-code-cache", CLI, ...args],
    cwd,
    stdin: "null",
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
  }).output();
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/**
 * Starts keyhole with all permissions.
 *
 * @param cwd The directory that it is run in
 * @param args Its arguments
 * @param stdin What it reads from
 * @param env Variables that it has besides ours
 * @returns The process
 */
export function startKeyhole(
  cwd: string,
  args: readonly string[],
  stdin: "null" | "piped" = "null",
  env: Readonly<Record<string, string>> = {},
): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", CLI, ...args],
    cwd,
    stdin,
    stdout: "piped",
    stderr: "piped",
    // What looks for a newer Deno has things to say of its own.
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...env },
  }).spawn();
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
  return inRepository(path);
}
