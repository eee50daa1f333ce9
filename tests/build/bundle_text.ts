/**
 * What the bundler writes: each module behind its path, most of them in a wrapper that runs when it is first needed.
 *
 * @module
 */

/** A module in its wrapper. */
const WRAPPED = /^var (init_\w+) = __esm\(\{\n {2}"([^"]+)"\(\) \{\n(.*?)^ {2}\}\n\}\);\n/gms;
/** A static import of a wrapped module. */
const NEEDED = /^ *(init_\w+)\(\);\n/gm;
/** What a dynamic import of a wrapped module evaluates to. */
const IMPORTED = /\((init_\w+)\(\), (\w+)\)/g;

/** A module of a bundle. */
export interface BundledModule {
  /** The name of what runs it. */
  readonly init: string;
  /** Its path in the repository. */
  readonly path: string;
  /** What runs it, as a text: the imports, then what its variables hold. */
  readonly body: string;
}

/** A bundle that is not minified, taken apart. */
export class BundleText {
  /** What stands before the first module. */
  readonly head: string;
  /** The modules that are wrapped, by what runs them. */
  readonly modules = new Map<string, BundledModule>();
  readonly #sections: readonly Section[];

  /**
   * Takes a bundle apart.
   *
   * @param text The bundle
   * @throws {Error} When it is written in a form that is not known here
   */
  constructor(text: string) {
    const parts = text.split(/^\/\/ (\S+)\n/m);
    const sections: Section[] = [];
    for (let i = 1; i < parts.length; i += 2) sections.push({ path: parts[i]!, code: parts[i + 1]! });
    this.head = parts[0]!;
    this.#sections = sections;
    for (const [, init, path, body] of text.matchAll(WRAPPED)) {
      this.modules.set(init!, { init: init!, path: path!, body: body! });
    }
    if (this.modules.size !== text.split(" = __esm(").length - 1) {
      throw new Error("The bundler wraps modules in a form that is not known here");
    }
  }

  /** The code of the modules that are not wrapped: what runs first. */
  get entry(): string {
    const wrapped = new Set(Array.from(this.modules.values(), ({ path }) => path));
    return this.#sections.filter(({ path }) => !wrapped.has(path)).map(({ code }) => code).join("");
  }

  /**
   * The code of a module, wrapper and all.
   *
   * @param path Its path in the repository
   * @returns The text
   */
  codeOf(path: string): string {
    return this.#sections.filter((section) => section.path === path).map(({ code }) => code).join("");
  }

  /**
   * What a text needs to have run before it, and what that needs, the first one first.
   *
   * @param code The text
   * @param known What has run already; what is found is added
   */
  collectNeeds(code: string, known: Set<string>): void {
    for (const [, init] of code.matchAll(NEEDED)) {
      if (known.has(init!)) continue;
      this.collectNeeds(this.modules.get(init!)!.body, known);
      known.add(init!);
    }
  }
}

interface Section {
  readonly path: string;
  readonly code: string;
}

/**
 * Takes modules out of their wrappers, so that they run where they stand.
 *
 * @param code The text
 * @param inits What runs them
 * @returns The text without their wrappers, and without anything that waits for them to run
 */
export function unwrap(code: string, inits: ReadonlySet<string>): string {
  return code
    .replace(WRAPPED, (all, init, _path, body) => inits.has(init) ? body : all)
    .replace(NEEDED, (all, init) => inits.has(init) ? "" : all)
    .replace(IMPORTED, (all, init, exports) => inits.has(init) ? exports : all);
}

/**
 * Rewrites dynamic imports.
 *
 * @param code The text
 * @param inits What runs the modules whose imports are rewritten
 * @param write What stands there then, by what runs the module and what it exports
 * @returns The text
 */
export function rewriteImports(
  code: string,
  inits: ReadonlySet<string>,
  write: (init: string, exports: string) => string,
): string {
  return code.replace(IMPORTED, (all, init, exports) => inits.has(init) ? write(init, exports) : all);
}
