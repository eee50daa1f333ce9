/**
 * Rebuilds the guest programs: every source in the folders below has its `.wasm` beside it.
 *
 *   deno task guests            rebuild all of them
 *   deno task guests calls wat  rebuild those whose path contains one of these words
 *   deno task guests --check    build all in a scratch folder and compare with what is committed
 *
 * The same compilers give the same bytes, so a rebuild that changes nothing leaves the checkout clean.
 *
 * @module
 */

const repository = new URL("../", import.meta.url);
const folders = ["examples/copy", "examples/filter", "examples/shell", "examples/box", "tests/guests"];

/** Flags beyond the common ones, by the source they are for. */
const extraFlags: Record<string, string[]> = {
  "tests/guests/calls.c": ["-Oz"],
};

/** Guests that are libraries: they are started by `_initialize` and then called by name. */
const isLibrary = (source: string): boolean => source.startsWith("examples/box/");

/** A compiler: how to know that it is usable, what to install when it is not, and how to run it. */
interface Compiler {
  readonly packages: string;
  find(): Promise<string | undefined>;
  build(tool: string, source: string, output: string): Promise<void>;
}

async function succeeds(command: string, ...args: string[]): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command(command, { args, stderr: "null" }).output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch {
    return undefined;
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

async function compile(command: string, args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args, cwd: repository }).output();
  if (!success) throw new Error(`${command} ${args.join(" ")}\n${new TextDecoder().decode(stderr)}`);
}

const clang: Compiler = {
  packages: "clang lld wasi-libc libclang-rt-14-dev-wasm32",
  async find(): Promise<string | undefined> {
    const resources = await succeeds("clang", "-print-resource-dir");
    const ready = resources !== undefined &&
      await exists("/usr/lib/wasm32-wasi/libc.a") &&
      await exists(`${resources}/lib/wasi/libclang_rt.builtins-wasm32.a`) &&
      await succeeds("wasm-ld", "--version") !== undefined;
    return ready ? "clang" : undefined;
  },
  async build(tool: string, source: string, output: string): Promise<void> {
    const library = isLibrary(source) ? ["-mexec-model=reactor"] : [];
    await compile(tool, [
      "--target=wasm32-wasi",
      "--sysroot=/usr",
      "-O2",
      "-Wall",
      "-Wextra",
      "-Werror",
      "-Wl,--strip-debug",
      ...library,
      ...extraFlags[source] ?? [],
      source,
      "-o",
      output,
    ]);
  },
};

const rustc: Compiler = {
  packages: "rustc libstd-rust-dev-wasm32 lld",
  async find(): Promise<string | undefined> {
    if (await succeeds("wasm-ld", "--version") === undefined) return undefined;
    // A newer rustc calls this target another name: Debian's own is looked for first.
    for (const candidate of ["/usr/bin/rustc", "rustc"]) {
      const library = await succeeds(candidate, "--target", "wasm32-wasi", "--print", "target-libdir");
      if (library && await exists(library)) return candidate;
    }
    return undefined;
  },
  async build(tool: string, source: string, output: string): Promise<void> {
    const library = isLibrary(source) ? ["--crate-type", "cdylib"] : [];
    await compile(tool, [
      "--target=wasm32-wasi",
      "--edition=2021",
      "-Clinker=wasm-ld",
      "-Copt-level=s",
      "-Clto",
      "-Ccodegen-units=1",
      "-Cpanic=abort",
      "-Cstrip=symbols",
      "-Dwarnings",
      ...library,
      source,
      "-o",
      output,
    ]);
  },
};

const wabt: Compiler = {
  packages: "wabt",
  async find(): Promise<string | undefined> {
    return await succeeds("wat2wasm", "--version") ? "wat2wasm" : undefined;
  },
  async build(tool: string, source: string, output: string): Promise<void> {
    // Function names are kept: the tests look for them in the stack of a trap.
    const flags = ["--debug-names", "--enable-exceptions", "--enable-memory64"];
    await compile(tool, [...flags, source, "-o", output]);
  },
};

/** Bytes that no assembler would write: pairs of hex digits, and comments after `;`. */
const hexadecimal: Compiler = {
  packages: "",
  find: (): Promise<string> => Promise.resolve("hex"),
  async build(_tool: string, source: string, output: string): Promise<void> {
    const text = await Deno.readTextFile(new URL(source, repository));
    await Deno.writeFile(output, Uint8Array.fromHex(text.replace(/;.*|\s/g, "")));
  },
};

const compilers: Record<string, Compiler> = { c: clang, rs: rustc, wat: wabt, hex: hexadecimal };

/** `demo.c` and `demo.rs` live side by side, so a Rust program's name says so. */
function outputOf(source: string): string {
  return source.endsWith(".rs") ? source.replace(/\.rs$/, "_rust.wasm") : source.replace(/\.\w+$/, ".wasm");
}

async function sources(): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    for await (const entry of Deno.readDir(new URL(folder, repository))) {
      const extension = entry.name.split(".").pop() ?? "";
      if (entry.isFile && extension in compilers) found.push(`${folder}/${entry.name}`);
    }
  }
  return found.sort();
}

function same(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && a.length === b.length && a.every((byte, index) => byte === b[index]);
}

async function main(args: string[]): Promise<number> {
  const check = args.includes("--check");
  const wanted = args.filter((arg) => !arg.startsWith("--"));
  const unknown = args.find((arg) => arg.startsWith("--") && arg !== "--check");
  if (unknown) {
    console.error(`error: Unknown flag "${unknown}"\n  hint: deno task guests [--check] [WORD...]`);
    return 2;
  }

  const chosen = (await sources()).filter((source) =>
    wanted.length === 0 || wanted.some((word) => source.includes(word))
  );
  if (chosen.length === 0) {
    console.error(`error: No guest source matches "${wanted.join(" ")}"`);
    return 2;
  }

  const scratch = await Deno.makeTempDir({ prefix: "keyhole-guests-" });
  const tools = new Map<Compiler, string | undefined>();
  const missing = new Set<string>();
  let built = 0, changed = 0, skipped = 0;
  try {
    for (const source of chosen) {
      const compiler = compilers[source.split(".").pop()!];
      if (!tools.has(compiler)) tools.set(compiler, await compiler.find());
      const tool = tools.get(compiler);
      if (tool === undefined) {
        console.log(`skipped    ${source}`);
        missing.add(compiler.packages);
        skipped++;
        continue;
      }
      // Built aside and then moved, so that a failing compiler leaves the committed program alone.
      const fresh = `${scratch}/guest.wasm`;
      await compiler.build(tool, source, fresh);
      const bytes = await Deno.readFile(fresh);
      const output = outputOf(source);
      const target = new URL(output, repository);
      const before = await Deno.readFile(target).catch(() => undefined);
      const differs = !same(bytes, before);
      if (differs && !check) await Deno.writeFile(target, bytes);
      console.log(
        `${differs ? check ? "DIFFERS   " : "rebuilt   " : "unchanged "} ${output} (${bytes.length} bytes)`,
      );
      built++;
      if (differs) changed++;
    }
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }

  console.log(
    `${built} built, ${changed} ${check ? "differ from what is committed" : "changed"}, ${skipped} skipped`,
  );
  if (missing.size > 0) {
    console.error(`error: ${skipped} guests need compilers that were not found`);
    console.error(`  hint: apt-get install ${[...new Set([...missing].join(" ").split(" "))].join(" ")}`);
  }
  return missing.size > 0 || (check && changed > 0) ? 1 : 0;
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : error}`);
    Deno.exit(1);
  }
}
