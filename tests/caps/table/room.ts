/** A mount to attack, what lies beside it, and a second mount. */
import { type Directory, memoryDirectory } from "../../../mod.ts";
import { put } from "../outcome.ts";
import { FIXTURE } from "./fixture.ts";

/** One mount with the fixture in it. */
export interface Room {
  /** The mount. */
  readonly root: Directory;
  /** Another mount of the same kind, empty. */
  readonly other: Directory;
  /** The absolute path of a directory beside the mount; of no meaning to a memory mount. */
  readonly outside: string;
  /** Describes everything beside the mount, down to the times. */
  beside(): string;
  /** Clears away. */
  close(): void;
}

/** A kind of directory under test. */
export interface Backing {
  readonly name: string;
  /** Whether a directory that is held goes on meaning the same one when it is renamed. */
  readonly holds: boolean;
  /** Whether the times of a link itself can be set. */
  readonly linkTimes: boolean;
  /** Whether names that are only hidden still count as links. */
  readonly countsHidden?: boolean;
  open(): Room;
}

/** Fills a mount through its own methods. */
export function fill(root: Directory, outside: string, mount: string): void {
  for (const [path, thing] of FIXTURE) {
    const names = path.split("/");
    const name = names.pop()!;
    const parent = names.reduce((directory, next) => directory.directory(next), root);
    if (thing === "directory") parent.makeDirectory(name);
    else if ("file" in thing) put(parent, name, thing.file);
    else if ("twin" in thing) root.link(thing.twin, parent, name);
    else parent.symlink(place(thing.link, outside, mount), name);
  }
}

/** A target with its placeholders filled in. */
export function place(target: string, outside: string, mount: string): string {
  return target.replace("OUTSIDE", outside).replace("MOUNT", mount);
}

/** A memory directory, wrapped or as it is. */
export function memoryBacking(
  name = "memory",
  wrap: (directory: Directory) => Directory = (it) => it,
): Backing {
  return {
    name,
    holds: true,
    linkTimes: true,
    open(): Room {
      const inner = memoryDirectory();
      fill(inner, "/outside", "/mount");
      return {
        root: wrap(inner),
        other: wrap(memoryDirectory()),
        outside: "/outside",
        beside: () => "",
        close: () => {},
      };
    },
  };
}
