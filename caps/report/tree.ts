/**
 * The names that were touched, as a tree.
 *
 * @module
 */
import type { Touch } from "../report.ts";

/** A part of a tree. */
export interface TreeNode {
  /** Its name: one, or several with slashes between where nothing else branches off; `.` for the mount itself. */
  readonly name: string;
  /** What was done with it. */
  readonly touch: Touch | undefined;
  /** What lies below it. */
  readonly children: readonly TreeNode[];
}

interface Branch {
  touch: Touch | undefined;
  readonly children: Map<string, Branch>;
}

/**
 * Makes a tree of paths.
 *
 * @param touched What was done with each
 * @returns The tree
 *
 * @example
 * ```ts
 * import { touchTree } from "./tree.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const counts = { calls: 1, bytesRead: 0, bytesWritten: 0, changes: "none", did: {} } as const;
 * const tree = touchTree([{ path: "a/b/c", ...counts }, { path: "a/b/d", ...counts }]);
 * assertEquals(tree.map(({ name, children }) => [name, children.map(({ name }) => name)]), [["a/b", ["c", "d"]]]);
 * ```
 */
export function touchTree(touched: readonly Touch[]): TreeNode[] {
  const root: Branch = { touch: undefined, children: new Map() };
  for (const touch of touched) {
    let branch = root;
    for (const name of touch.path === "" ? ["."] : touch.path.split("/")) {
      let next = branch.children.get(name);
      if (next === undefined) branch.children.set(name, next = { touch: undefined, children: new Map() });
      branch = next;
    }
    branch.touch = touch;
  }
  return childrenOf(root);
}

function childrenOf(branch: Branch): TreeNode[] {
  return Array.from(branch.children, ([name, child]) => {
    // A path that nothing branches off from is one step, so that depth does not grow without need.
    while (child.touch === undefined && child.children.size === 1) {
      const [[below, only]] = child.children as unknown as [[string, Branch]];
      name += `/${below}`;
      child = only;
    }
    return { name, touch: child.touch, children: childrenOf(child) };
  });
}
