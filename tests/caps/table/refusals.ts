/** Paths that must be refused: what is tried, where, and the answer. */
import type { FaultCode } from "../../../mod.ts";
import { OUTWARD } from "./fixture.ts";
import { ALL, allBut, FOLLOWING, MAKING, type OperationName } from "./operations.ts";

/** Each operation at each path fails with the code, and changes nothing. OUTSIDE stands for an absolute path. */
export interface Refusal {
  readonly title: string;
  readonly paths: readonly string[];
  readonly answers: readonly (readonly [readonly OperationName[], FaultCode])[];
}

const behind = (ends: readonly string[]) => OUTWARD.flatMap((link) => ends.map((end) => link + end));
const LONG = "n".repeat(256);

export const REFUSALS: readonly Refusal[] = [
  {
    title: "dots lead nowhere outside, not even out and back",
    paths: [
      "..",
      "../",
      "../.",
      "../..",
      "../outside",
      "../outside/secret.txt",
      "../outside/new.txt",
      "../missing",
      "../mount",
      "../mount/file.txt",
      "./..",
      "./../x",
      ".//..//x",
      "dir/../..",
      "dir/../../mount/file.txt",
      "dir/../../outside/secret.txt",
      "dir/sub/../../../outside/secret.txt",
      "dir/sub/../../../../../../../../etc/passwd",
      "to-dir/../../outside/secret.txt",
      "to-dir/sub/top/..",
      "here/..",
      "here/here/../../x",
      "empty/../../x/..",
    ],
    answers: [[ALL, "ENOTCAPABLE"]],
  },
  {
    title: "absolute paths are outside wherever they lead",
    paths: [
      "/",
      "//",
      "/.",
      "/..",
      "/file.txt",
      "//file.txt",
      "/etc/passwd",
      "OUTSIDE",
      "OUTSIDE/secret.txt",
    ],
    answers: [[ALL, "ENOTCAPABLE"]],
  },
  {
    title: "links on the way do not lead outside",
    paths: behind(["/x", "/secret.txt", "/new.txt", "/../file.txt", "/..", "//x", "/./x", "/x/"]),
    answers: [[ALL, "ENOTCAPABLE"]],
  },
  {
    title: "links in the last place do not lead outside",
    paths: OUTWARD,
    answers: [
      [FOLLOWING, "ENOTCAPABLE"],
      [MAKING, "EEXIST"],
      [["read, no follow", "truncate, no follow"], "ELOOP"],
      [["remove directory"], "ENOTDIR"],
    ],
  },
  {
    title: "slashes and dots behind a link do not open it",
    paths: behind(["/", "//", "///"]),
    answers: [
      [FOLLOWING, "ENOTCAPABLE"],
      [["create new"], "EISDIR"],
      [["make directory", "link to", "make link"], "EEXIST"],
      [["read, no follow", "truncate, no follow", "stat, no follow", "set times, no follow"], "ELOOP"],
      [["read link"], "ELOOP"],
      [["remove directory", "remove file", "rename from", "rename to", "link from"], "ENOTDIR"],
    ],
  },
  {
    title: "a dot behind a link does not open it",
    paths: behind(["/.", "//.", "/./", "/././"]),
    answers: [
      [FOLLOWING, "ENOTCAPABLE"],
      [["create new"], "EISDIR"],
      [["make directory", "link to", "make link"], "EEXIST"],
      [["read, no follow", "truncate, no follow", "stat, no follow", "set times, no follow"], "ELOOP"],
      [["read link"], "ELOOP"],
      [["remove directory", "rename from", "rename to"], "EINVAL"],
      [["remove file", "link from"], "ENOTDIR"],
    ],
  },
  {
    title: "an absolute target is not told",
    paths: OUTWARD.filter((name) => name.includes("abs") || name === "root"),
    answers: [[["read link"], "ENOTCAPABLE"]],
  },
  {
    title: "loops end",
    paths: ["self", "loop-a", "loop-b", "growing"],
    answers: [[FOLLOWING, "ELOOP"], [MAKING, "EEXIST"], [["read, no follow"], "ELOOP"]],
  },
  {
    title: "loops on the way end",
    paths: ["self/x", "self/..", "loop-a/x", "dir/../loop-b/x", "growing/x", "self/x/"],
    answers: [[ALL, "ELOOP"]],
  },
  {
    title: "a link to nothing is nothing",
    paths: ["dangling-deep", "dangling-deep/"],
    answers: [[FOLLOWING, "ENOENT"]],
  },
  {
    title: "behind a link to nothing is nothing",
    paths: ["dangling/x", "dangling/..", "dangling/../file.txt", "dangling-deep/x"],
    answers: [[ALL, "ENOENT"]],
  },
  {
    title: "nothing lies in a file",
    paths: [
      "file.txt/x",
      "file.txt/..",
      "file.txt/../file.txt",
      "file.txt/./x",
      "to-file/x",
      "chain/..",
      "dir/back/x",
    ],
    answers: [[ALL, "ENOTDIR"]],
  },
  {
    title: "a file with a slash is no directory",
    paths: ["file.txt/", "one.txt//", "dir/inner.txt/"],
    answers: [
      [["create", "create new"], "EISDIR"],
      [["make directory", "link to", "make link"], "EEXIST"],
      [allBut("create", "create new", "make directory", "link to", "make link"), "ENOTDIR"],
    ],
  },
  {
    title: "a link to a file with a slash is no directory",
    paths: ["to-file/", "chain//", "to-file/.", "through/"],
    answers: [
      [
        ["read", "write", "truncate", "open directory", "list", "stat", "link from, follow", "set times"],
        "ENOTDIR",
      ],
      [["create", "create new"], "EISDIR"],
      [["make directory", "link to", "make link"], "EEXIST"],
    ],
  },
  {
    title: "what is not there is not there",
    paths: ["missing", "dir/missing", "to-dir/missing", "dir/sub/top/missing"],
    answers: [[
      allBut("create", "create new", "make directory", "rename to", "link to", "make link"),
      "ENOENT",
    ]],
  },
  {
    title: "nothing lies in what is not there",
    paths: ["missing/x", "missing/..", "missing/../file.txt", "missing/./x", "dir/missing/x/y"],
    answers: [[ALL, "ENOENT"]],
  },
  {
    title: "what is not there is no directory, whatever the slash says",
    paths: ["missing/", "dir/missing//"],
    answers: [
      [
        ["read", "write", "truncate", "stat", "list", "remove directory", "remove file", "rename from"],
        "ENOENT",
      ],
      [["link from", "link to", "make link", "read link", "set times", "set times, no follow"], "ENOENT"],
      [["create", "create new"], "EISDIR"],
      [["rename to"], "ENOTDIR"],
    ],
  },
  {
    title: "an empty path is nothing",
    paths: [""],
    answers: [[ALL, "ENOENT"]],
  },
  {
    title: "names end at 255 bytes and paths at 4095",
    paths: [
      LONG,
      `${LONG}/x`,
      `dir/${LONG}`,
      `to-dir/${LONG}`,
      "é".repeat(128),
      `${LONG}/..`,
      "a/".repeat(2048),
    ],
    answers: [[ALL, "ENAMETOOLONG"]],
  },
  {
    title: "a NUL and half a character are in no name",
    paths: ["file.txt\0", "\0", "file\0.txt", "dir/\0/x", "dir/inner.txt\0x", "\ud800", "dir/\udfff.txt"],
    answers: [[ALL, "EILSEQ"]],
  },
  {
    title: "a directory is no file",
    paths: ["dir", "to-dir", "dir/sub"],
    answers: [[["write", "create", "truncate"], "EISDIR"], [MAKING, "EEXIST"], [
      ["link from, follow"],
      "EPERM",
    ]],
  },
  {
    title: "a directory that is not empty stays",
    paths: ["dir", "dir/sub", "dir/", "dir/sub/", "to-dir/sub"],
    answers: [
      [["remove directory"], "ENOTEMPTY"],
      [["remove file"], "EISDIR"],
      [["link from"], "EPERM"],
    ],
  },
  {
    title: "a file does not replace a directory",
    paths: ["dir", "empty", "dir/sub"],
    answers: [[["rename to"], "EISDIR"], [["read link"], "EINVAL"]],
  },
  {
    title: "dots and slashes behind a directory mean the directory",
    paths: ["dir/.", "dir/./", "empty//."],
    answers: [
      [["write", "truncate", "create", "create new"], "EISDIR"],
      [["make directory", "link to", "make link"], "EEXIST"],
      [["remove directory", "rename from", "rename to", "read link"], "EINVAL"],
      [["remove file"], "EISDIR"],
      [["link from", "link from, follow"], "EPERM"],
    ],
  },
  {
    title: "the root cannot be changed from inside",
    paths: [".", "./", "././/.", "dir/..", "to-dir/..", "dir/sub/../..", "empty/../."],
    answers: [
      [["write", "truncate", "create"], "EISDIR"],
      [MAKING, "EEXIST"],
      [["remove directory", "rename from", "rename to"], "EBUSY"],
      [["remove file"], "EISDIR"],
      [["link from", "link from, follow"], "EPERM"],
      [["read link"], "EINVAL"],
    ],
  },
  {
    title: "only links say something",
    paths: ["file.txt", "dir", "to-dir/inner.txt"],
    answers: [[["read link"], "EINVAL"]],
  },
  {
    title: "a file is entered by no name",
    paths: ["file.txt", "to-file", "chain", "through"],
    answers: [[["open directory", "list"], "ENOTDIR"], [MAKING, "EEXIST"]],
  },
];
