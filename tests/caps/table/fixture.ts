/** What every mount of the directory table holds at first. */

/** Contents of a file, the target of a link, or an empty directory. */
export type Thing = { file: string } | { link: string } | { twin: string } | "directory";

/**
 * In link targets, OUTSIDE and MOUNT stand for the absolute paths of the directory beside the mount and of the mount.
 * Directories come before what is in them.
 */
export const FIXTURE: ReadonlyMap<string, Thing> = new Map<string, Thing>([
  ["file.txt", { file: "hello" }],
  ["one.txt", { file: "twins" }],
  ["two.txt", { twin: "one.txt" }],
  ["dir", "directory"],
  ["dir/inner.txt", { file: "inner" }],
  ["dir/sub", "directory"],
  ["dir/sub/deep.txt", { file: "deep" }],
  ["empty", "directory"],
  // Links that stay inside.
  ["to-file", { link: "file.txt" }],
  ["to-dir", { link: "dir" }],
  ["to-dir-slash", { link: "dir/" }],
  ["to-inner", { link: "./dir//inner.txt" }],
  ["chain", { link: "chain-2" }],
  ["chain-2", { link: "to-file" }],
  ["dir/back", { link: "../file.txt" }],
  ["dir/sub/top", { link: "../.." }],
  ["here", { link: "." }],
  ["through", { link: "to-dir/sub/../inner.txt" }],
  // Links that lead nowhere.
  ["dangling", { link: "nowhere" }],
  ["dangling-deep", { link: "nowhere/deeper" }],
  ["self", { link: "self" }],
  ["loop-a", { link: "loop-b" }],
  ["loop-b", { link: "dir/../loop-a" }],
  ["growing", { link: "growing/x" }],
  // Links that lead outside.
  ["out", { link: "../outside" }],
  ["out-slash", { link: "../outside/" }],
  ["out-file", { link: "../outside/secret.txt" }],
  ["out-new", { link: "../outside/new.txt" }],
  ["out-missing", { link: "../missing/new.txt" }],
  ["out-abs", { link: "OUTSIDE" }],
  ["out-abs-file", { link: "OUTSIDE/secret.txt" }],
  ["out-abs-new", { link: "OUTSIDE/new.txt" }],
  ["out-chain", { link: "out-chain-2" }],
  ["out-chain-2", { link: "dir/sub/out" }],
  ["dir/sub/out", { link: "../../../outside" }],
  ["out-by-dir", { link: "to-dir/../../outside" }],
  ["out-here", { link: "here/.." }],
  ["root", { link: "/" }],
  ["up", { link: ".." }],
  ["and-back", { link: "../mount/dir" }],
  ["abs-back", { link: "MOUNT/dir" }],
]);

/** Links that lead outside, all of them. */
export const OUTWARD: readonly string[] = Array.from(FIXTURE.keys()).slice(
  Array.from(FIXTURE.keys()).indexOf("out"),
);
