/**
 * Which permissions Deno has to be started with.
 *
 * @module
 */
import { parseAddress } from "../address.ts";
import { directoryOf } from "../policy/paths.ts";
import { socketHost } from "../host/permitted.ts";
import type { PathStyle } from "../mount.ts";
import { addressOf } from "./download.ts";
import { CommandError, shellWord } from "./messages.ts";
import type { RunSettings } from "./run_settings.ts";

/** What grants alone do not tell. */
export interface PermissionFacts {
  /** The module, as the user wrote it; `undefined` when none was named. */
  readonly module: string | undefined;
  /** The policy's file, if there is one. */
  readonly policy: string | undefined;
  /** Whether the kernel guards directories: then libc reaches them, and Deno is not asked for each. */
  readonly kernel: boolean;
  /** Whose rules paths follow. */
  readonly style: PathStyle;
}

/**
 * The permissions that a run needs, and no others.
 *
 * @param settings What it grants
 * @param facts What grants alone do not tell
 * @returns Deno's flags, each as a shell has to be given it
 * @throws {CommandError} With 127 for a module whose address is none
 *
 * @example
 * ```ts
 * import { permissionsFor } from "./permissions.ts";
 * import { readSettings } from "./settings.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const settings = readSettings([{ name: "dir", value: "docs:ro" }], "posix");
 * const facts = { module: "tool.wasm", policy: undefined, kernel: false, style: "posix" } as const;
 * assertEquals(permissionsFor(settings, facts), ["--allow-read=tool.wasm,docs"]);
 * assertEquals(permissionsFor(settings, { ...facts, kernel: true }), ["--allow-read=tool.wasm", "--allow-ffi"]);
 * ```
 */
export function permissionsFor(settings: RunSettings, facts: PermissionFacts): string[] {
  const needs = new Needs();
  const { module, policy } = facts;
  if (module !== undefined && /^https?:\/\//i.test(module)) needs.net.add(addressOf(module).host);
  else if (module !== undefined && module !== "-") needs.read.add(pathOf(module));
  if (policy !== undefined) needs.read.add(policy);
  for (const mount of settings.mounts) addMount(needs, mount, facts);
  addStreams(needs, settings, facts);
  for (const variable of settings.variables) {
    if ("passOn" in variable) { for (const name of variable.passOn ?? [ALL]) needs.env.add(name); }
    else if (variable.value === undefined) needs.env.add(variable.name);
  }
  for (const address of settings.listen) addListener(needs, address);
  for (const file of [settings.report, settings.trace?.file]) {
    if (file === undefined || file === "-") continue;
    // What is open is looked at, too: whether it is a file, and still the one of that name.
    for (const kind of [needs.read, needs.write]) kind.add(file);
  }
  if (settings.savePolicy !== undefined) needs.write.add(settings.savePolicy);
  // What will be asked for is not known, and is then opened as a mount would be.
  if (settings.prompt) { for (const kind of [needs.read, needs.write]) kind.add(ALL); }
  const guarded = settings.mounts.some(({ kind }) => kind !== "memory") || settings.prompt;
  const own = settings.limits.timeout !== undefined || settings.lockdown === "require";
  if (facts.kernel && (guarded || own)) needs.ffi = true;
  return needs.flags();
}

/** Stands for everything of a kind. */
const ALL = "";

class Needs {
  readonly read = new Set<string>();
  readonly write = new Set<string>();
  readonly env = new Set<string>();
  readonly net = new Set<string>();
  ffi = false;

  flags(): string[] {
    const { read, write, env, net } = this;
    const scoped = Object.entries({ read, write, env, net }).flatMap(([kind, values]) => {
      if (values.size === 0) return [];
      // No value of Deno's flags can have a comma in it.
      const all = [...values].some((value) => value === ALL || value.includes(","));
      return [all ? `--allow-${kind}` : shellWord(`--allow-${kind}=${[...values].join(",")}`)];
    });
    return this.ffi ? [...scoped, "--allow-ffi"] : scoped;
  }
}

function addMount(
  needs: Needs,
  { kind, host, readOnly }: RunSettings["mounts"][number],
  { kernel, style }: PermissionFacts,
): void {
  if (kind === "memory") return;
  // Where a single file really lies is asked of Deno, whoever opens it then.
  if (kind === "file") needs.read.add(host);
  if (kernel) return;
  const directory = kind === "file" ? directoryOf(host, style) || "." : host;
  needs.read.add(directory);
  if (!readOnly && kind !== "overlay") needs.write.add(directory);
}

function addStreams(needs: Needs, settings: RunSettings, { kernel, style }: PermissionFacts): void {
  for (const name of ["stdin", "stdout", "stderr"] as const) {
    const file = settings[name];
    if (file === "inherit" || file === "null") continue;
    const directory = directoryOf(file, style) || ".";
    // A file that is not there yet is looked for in its directory.
    needs.read.add(name === "stdin" && kernel ? file : directory);
    if (name !== "stdin" && !kernel) needs.write.add(directory);
    if (kernel) needs.ffi = true;
  }
}

function addListener(needs: Needs, address: string): void {
  const parsed = parseAddress(address);
  if (parsed.transport === "tcp") {
    const { hostname, port } = parsed;
    needs.net.add(`${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`);
    return;
  }
  for (const kind of [needs.read, needs.write]) kind.add(parsed.path);
  needs.net.add(socketHost(parsed.path));
}

function pathOf(module: string): string {
  if (!module.startsWith("file:")) return module;
  try {
    // As Deno does: a percent sign that begins no code stands for itself.
    return decodeURIComponent(new URL(module).pathname.replace(/%(?![\da-f]{2})/gi, "%25"));
  } catch {
    throw new CommandError(`Module "${module}" cannot be read: it is not a valid address`, { code: 127 });
  }
}
