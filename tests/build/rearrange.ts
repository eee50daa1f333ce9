/**
 * How a bundle is rearranged so that it starts sooner.
 *
 * The bundler wraps every module that a dynamic import can reach in a function of its own, since it cannot know which of
 * them are needed at once, and the engine makes all these functions at each start. Here the modules stand in three rooms,
 * one inside the other: what every run needs lies flat at the top; what runs with directories need besides lies flat in
 * one function; everything else stays wrapped in a function within that, into which the engine does not look until one
 * of them is asked for.
 *
 * @module
 */
import { AT_ONCE } from "./at_once.ts";
import { BundleText, rewriteImports, unwrap } from "./bundle_text.ts";

/**
 * Rearranges a bundle.
 *
 * @param text The bundle, not minified
 * @param needed Paths of the modules that short runs need, by the repository
 * @returns The same program
 * @throws {Error} When the bundler wraps modules in a form that is not known here
 */
export function rearrange(text: string, needed: ReadonlySet<string>): string {
  const bundle = new BundleText(text);
  const inits = [...bundle.modules.keys()];
  const top = new Set<string>();
  bundle.collectNeeds(bundle.entry, top);
  const middle = new Set<string>();
  const known = new Set(top);
  for (const { init, path } of bundle.modules.values()) {
    if (!needed.has(path) || top.has(init)) continue;
    bundle.collectNeeds(`${init}();\n`, known);
  }
  for (const init of known) if (!top.has(init)) middle.add(init);
  const inner = new Set(inits.filter((init) => !known.has(init)));

  const asked = { middle: new Set<string>(), inner: new Map<string, string>() };
  const inMiddle = (code: string): string =>
    rewriteImports(code, inner, (init, exports) => {
      asked.inner.set(init, exports);
      return `__inner().${init}()`;
    });
  const atTop = (code: string): string => {
    const imported = rewriteImports(code, middle, (_init, exports) => {
      asked.middle.add(exports);
      return `__middle().${exports}`;
    });
    return rewriteImports(imported, inner, (init, exports) => {
      asked.inner.set(init, exports);
      return `__middle().inner().${init}()`;
    });
  };
  const codeOf = (inits: Iterable<string>): string =>
    Array.from(inits, (init) => bundle.codeOf(bundle.modules.get(init)!.path)).join("");

  const topCode = unwrap(atTop(codeOf(top) + bundle.entry), known);
  const middleCode = unwrap(inMiddle(codeOf(middle)), known);
  const innerCode = unwrap(codeOf(inner), known);
  const offered = [...asked.inner].map(([init, exports]) => `${init}: () => (${init}(), ${exports})`);
  return `${bundle.head}var __madeMiddle;
function __middle() { return __madeMiddle ??= __makeMiddle(); }
var __makeMiddle = ${AT_ONCE}(function () {
${middleCode}var __madeInner;
function __inner() { return __madeInner ??= __makeInner(); }
function __makeInner() {
${innerCode}return { ${offered.join(", ")} };
}
return { ${[...asked.middle, "inner: __inner"].join(", ")} };
});
${topCode}`;
}
