/** Everything that can be done with a path, under names for tables. */
import {
  linkAt,
  makeDirectoryAt,
  openAt,
  readLinkAt,
  removeDirectoryAt,
  removeFileAt,
  renameAt,
  setTimesAt,
  statAt,
  symlinkAt,
} from "../../../caps/paths.ts";
import { type Directory, GuestPath, Open } from "../../../mod.ts";

type Operation = (root: Directory, path: string) => unknown;

function opening(how: number, follow: boolean): Operation {
  return (root, path) => openAt(root, GuestPath.of(path), how, follow).close();
}

const of = GuestPath.of;

export const OPERATIONS = {
  "read": opening(Open.read, true),
  "read, no follow": opening(Open.read, false),
  "write": opening(Open.read | Open.write, true),
  "create": opening(Open.write | Open.create, true),
  "create new": opening(Open.write | Open.create | Open.exclusive, true),
  "truncate": opening(Open.write | Open.truncate, true),
  "truncate, no follow": opening(Open.write | Open.truncate, false),
  "open directory": opening(Open.read | Open.directory, true),
  "list": (root, path) => {
    const opened = openAt(root, of(path), Open.directory, true);
    try {
      if (opened.kind === "directory") opened.list();
    } finally {
      opened.close();
    }
  },
  "stat": (root, path) => statAt(root, of(path), true),
  "stat, no follow": (root, path) => statAt(root, of(path), false),
  "make directory": (root, path) => makeDirectoryAt(root, of(path)),
  "remove directory": (root, path) => removeDirectoryAt(root, of(path)),
  "remove file": (root, path) => removeFileAt(root, of(path)),
  "rename from": (root, path) => renameAt(root, of(path), root, of("renamed")),
  "rename to": (root, path) => renameAt(root, of("file.txt"), root, of(path)),
  "link from": (root, path) => linkAt(root, of(path), false, root, of("linked")),
  "link from, follow": (root, path) => linkAt(root, of(path), true, root, of("linked")),
  "link to": (root, path) => linkAt(root, of("file.txt"), false, root, of(path)),
  "make link": (root, path) => symlinkAt(of("file.txt"), root, of(path)),
  "read link": (root, path) => readLinkAt(root, of(path)),
  "set times": (root, path) => setTimesAt(root, of(path), true, 5_000_000_000n, 5_000_000_000n),
  "set times, no follow": (root, path) => setTimesAt(root, of(path), false, 5_000_000_000n, 5_000_000_000n),
} satisfies Record<string, Operation>;

export type OperationName = keyof typeof OPERATIONS;

/** All operations. */
export const ALL = Object.keys(OPERATIONS) as OperationName[];

/** Those that follow a link in the last place. */
export const FOLLOWING: readonly OperationName[] = [
  "read",
  "write",
  "create",
  "truncate",
  "open directory",
  "list",
  "stat",
  "link from, follow",
  "set times",
];

/** Those that make a name. */
export const MAKING: readonly OperationName[] = ["create new", "make directory", "link to", "make link"];

/** All but some operations. */
export function allBut(...without: readonly OperationName[]): OperationName[] {
  return ALL.filter((name) => !without.includes(name));
}
