/**
 * Makes sure that a module means the functions it imports as they are.
 *
 * The engine would convert: a call declared with other types would be made with numbers of another kind than the call
 * expects, or with too few of them.
 *
 * @module
 */
import { signatureOf } from "./abi/signatures.ts";
import { functionImports } from "./binary/function_imports.ts";
import type { Program } from "./program.ts";
import { UnusableModuleError } from "./unusable.ts";

const checked = new WeakSet<Program>();

/**
 * Refuses a module that declares a call of the system interface with another type. Of a module that came compiled, the
 * types are not known.
 *
 * @param program The module
 * @param modules The names under which the system interface is offered
 * @throws {UnusableModuleError} That names the first such call
 */
export function checkImports(program: Program, modules: readonly string[]): void {
  if (program.bytes === undefined || checked.has(program)) return;
  const imports = functionImports(program.bytes);
  if (imports === undefined) {
    throw new UnusableModuleError("The module declares its imports in a way that is not known here");
  }
  for (const { module, name, type } of imports) {
    const wanted = modules.includes(module) ? signatureOf(name) : undefined;
    if (wanted !== undefined && wanted !== type) {
      throw new UnusableModuleError(
        `The import "${module}.${name}" is declared as ${spelled(type)}, but it is ${spelled(wanted)}`,
      );
    }
  }
  checked.add(program);
}

const WORDS: Readonly<Record<string, string>> = {
  i: "i32",
  l: "i64",
  f: "f32",
  d: "f64",
  v: "v128",
  r: "ref",
};

/** A type as the text format has it: `(i32, i64) -> i32`. */
function spelled(type: string): string {
  const [parameters, results] = type.split(">").map((letters) =>
    [...letters].map((it) => WORDS[it]).join(", ")
  );
  return `(${parameters}) -> ${results === "" ? "()" : results}`;
}
