/**
 * Which functions the engine compiles at once.
 *
 * Deno keeps the compiled code of a file for the next start, but only of functions that were compiled when the file was:
 * the others are compiled again in each process. The engine compiles at once what stands in parentheses, so that is where
 * the functions go that short runs call.
 *
 * @module
 */
import { type AnyNode, type MethodDefinition, type Node, parse } from "acorn";

/** Stands before the parenthesis of what is compiled at once: minifiers take away parentheses, but no unknown call. */
export const AT_ONCE = "__keyhole_at_once";

/** What stands in place of a piece of text. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Marks functions that are to be compiled at once.
 *
 * Functions of the whole program become variables, and methods of classes are assigned to the prototype, since neither
 * can stand in parentheses as it is. Left as they are: constructors, accessors, private methods, methods of objects and
 * those that use `super`, which can hardly be written in any other way, and functions declared within functions, which
 * may be called before the line where they stand.
 *
 * @param text A program
 * @param wanted Whether the function that stands from one offset to another is to be marked
 * @returns The same program
 * @throws {SyntaxError} For what is no program
 */
export function compileAtOnce(text: string, wanted: (start: number, end: number) => boolean): string {
  const edits: Edit[] = [];
  const insert = (at: number, text: string): void => void edits.push({ start: at, end: at, text });
  const program = parse(text, { ecmaVersion: "latest", sourceType: "module" });
  visit(program, (node, parent) => {
    if (!wanted(node.start, node.end)) return;
    switch (node.type) {
      case "FunctionDeclaration":
        if (parent !== program) return;
        insert(node.start, `var ${node.id!.name} = ${AT_ONCE}(`);
        insert(node.end, ");");
        return;
      case "ArrowFunctionExpression":
      case "FunctionExpression":
        if (isBodyOf(parent)) return;
        insert(node.start, `${AT_ONCE}(`);
        insert(node.end, ")");
        return;
      case "MethodDefinition":
        if (!isPlain(node)) return;
        edits.push({ start: node.start, end: node.value.start, text: `static { ${assignmentOf(node)}` });
        insert(node.end, "); }");
    }
  });
  return edited(text, edits);
}

/**
 * Puts what is marked into parentheses, which a minifier would have taken away.
 *
 * @param text A program, marked and then minified
 * @returns The program
 */
export function inParentheses(text: string): string {
  return text.replaceAll(`${AT_ONCE}(`, "(");
}

/** Whether what stands in something else is a part of it: a method's parameters and body, and no function by itself. */
function isBodyOf(parent: AnyNode | undefined): boolean {
  return parent?.type === "MethodDefinition" ||
    (parent?.type === "Property" && (parent.method || parent.kind !== "init"));
}

/** Whether a method may as well be a function that is assigned. */
function isPlain({ kind, computed, key, value }: MethodDefinition): boolean {
  if (kind !== "method" || computed || key.type !== "Identifier") return false;
  let plain = true;
  visit(value, (node) => {
    if (node.type === "Super") plain = false;
  });
  return plain;
}

function assignmentOf({ static: isStatic, key, value }: MethodDefinition): string {
  const target = isStatic ? "this" : "this.prototype";
  const kind = `${value.async ? "async " : ""}function${value.generator ? "*" : ""}`;
  return `${target}.${(key as { name: string }).name} = ${AT_ONCE}(${kind} `;
}

function visit(
  node: AnyNode,
  each: (node: AnyNode, parent: AnyNode | undefined) => void,
  parent?: AnyNode,
): void {
  each(node, parent);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) visit(child, each, node);
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && typeof (value as Node | null)?.type === "string";
}

function edited(text: string, edits: readonly Edit[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const edit of edits.toSorted((one, other) => one.start - other.start)) {
    pieces.push(text.slice(at, edit.start), edit.text);
    at = edit.end;
  }
  return pieces.join("") + text.slice(at);
}
