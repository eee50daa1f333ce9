/**
 * What a guest has open, captured and given back.
 *
 * What it was granted is granted anew by whoever restores it. What it opened itself is opened again by its path, within
 * these grants; a listing that was under way starts over.
 *
 * @module
 */
import { type Identity, sameObject } from "../../caps/by_object.ts";
import { type Directory, Open } from "../../caps/directory.ts";
import { isFault } from "../../caps/fault.ts";
import { GuestPath } from "../../caps/path.ts";
import { openAt, statAt } from "../../caps/paths.ts";
import type { Stat } from "../../caps/stat.ts";
import { toldPath } from "../../caps/told_path.ts";
import { DIRECTORY_RIGHTS, FILE_RIGHTS, INHERITED_RIGHTS } from "../abi/rights.ts";
import { AT_END, Descriptor } from "../descriptor.ts";
import type { DescriptorTable } from "../descriptors.ts";
import type { DescriptorState } from "./descriptor_state.ts";
import { SnapshotError } from "./error.ts";

/** How something was opened that the guest opened itself. */
interface Opening {
  readonly granted: number;
  readonly path: string;
  readonly how: number;
}

/** What of an opening is asked for again: nothing is made or cut a second time. */
const KEPT = Open.read | Open.write | Open.directory;

/** The streams that a guest starts with, in front of its directories. */
const STREAMS = 3;

/** The descriptors of a guest, and where each came from. */
export class Openings {
  readonly #table: DescriptorTable;
  readonly #directories: readonly Directory[];
  readonly #granted: readonly Descriptor[];
  readonly #openings = new WeakMap<Descriptor, Opening>();

  /**
   * Remembers what a guest begins with.
   *
   * @param table The descriptors of a guest that has not run yet
   * @param directories The directories that it was granted, which stay open when it closes its own
   */
  constructor(table: DescriptorTable, directories: readonly Directory[]) {
    this.#table = table;
    this.#directories = directories;
    this.#granted = table.entries().map(([, descriptor]) => descriptor);
  }

  /**
   * Remembers how something was opened.
   *
   * @param descriptor What was opened
   * @param parent The directory in which the path began
   * @param path The path
   * @param how A sum of {@linkcode Open} values
   */
  opened(descriptor: Descriptor, parent: Descriptor, path: string, how: number): void {
    const above = this.#openings.get(parent);
    const granted = above?.granted ?? this.#granted.indexOf(parent);
    // What is longer than any path cannot be opened again, and need not be kept whole.
    const whole = above === undefined ? path : toldPath(above.path, path);
    this.#openings.set(descriptor, { granted, path: whole, how: how & KEPT });
  }

  /**
   * Captures what is open.
   *
   * @returns Each descriptor, the lowest first
   * @throws {SnapshotError} `"unsupported"`, naming a descriptor that cannot be opened again
   */
  capture(): DescriptorState[] {
    return this.#table.entries().map(([fd, descriptor]) => {
      const { base, inheriting, flags, file } = descriptor;
      // Only this handle knows where it appended to.
      const position = file === undefined ? descriptor.position : descriptor.positionIn(file);
      const granted = this.#granted.indexOf(descriptor);
      const opening = granted >= 0 ? { granted, path: undefined, how: 0 } : this.#openingOf(fd, descriptor);
      return { fd, ...opening, base, inheriting, flags, position };
    });
  }

  #openingOf(fd: number, descriptor: Descriptor): Opening {
    const opening = this.#openings.get(descriptor);
    const resource = descriptor.file ?? descriptor.directory;
    if (opening === undefined || resource === undefined) {
      throw new SnapshotError("unsupported", `Descriptor ${fd} is a socket: no snapshot can be taken`);
    }
    const found = this.#find(opening);
    if (found === undefined || !sameObject(identityOf(found), identityOf(resource.stat()))) {
      throw new SnapshotError(
        "unsupported",
        `Descriptor ${fd}, opened as "${
          shown(opening.path)
        }", is not there any more: no snapshot can be taken`,
      );
    }
    return opening;
  }

  #find({ granted, path }: Opening): Stat | undefined {
    const root = this.#directories[granted - STREAMS];
    try {
      return root && statAt(root, GuestPath.of(path), true);
    } catch (error) {
      if (isFault(error)) return undefined;
      throw error;
    }
  }

  /**
   * Gives the guest, which has not run yet, what was open. All or nothing.
   *
   * @param states What {@linkcode Openings.capture} returned, from anywhere
   * @throws {SnapshotError} `"damaged"` for what cannot have been captured, `"unsupported"` for what was not granted or
   * cannot be opened any more
   */
  restore(states: readonly DescriptorState[]): void {
    const arranged = new Map<number, Descriptor>();
    const fresh: Descriptor[] = [];
    try {
      for (const state of states) {
        if (state.fd >= this.#table.limit || arranged.has(state.fd)) throw damaged(state.fd, "its number");
        const descriptor = this.#revive(state);
        if (state.path !== undefined) fresh.push(descriptor);
        else if ([...arranged.values()].includes(descriptor)) throw damaged(state.fd, "its origin");
        arranged.set(state.fd, descriptor);
      }
    } catch (error) {
      for (const descriptor of fresh) descriptor.close();
      throw error;
    }
    this.#table.arrange(arranged);
  }

  #revive(state: DescriptorState): Descriptor {
    const { fd, path, base, inheriting, flags, position } = state;
    const granted = this.#granted[state.granted];
    if (granted === undefined) {
      throw new SnapshotError(
        "unsupported",
        `The snapshot has descriptor ${fd} in a directory that is not granted`,
      );
    }
    if (position !== AT_END && !(position >= 0 && position <= Number.MAX_SAFE_INTEGER)) {
      throw damaged(fd, "its position");
    }
    const descriptor = path === undefined ? granted : this.#reopen(state, path);
    descriptor.base = base & mostRights(descriptor);
    descriptor.inheriting = inheriting & INHERITED_RIGHTS;
    descriptor.flags = flags;
    descriptor.position = position === AT_END ? descriptor.file?.stat().size ?? 0 : position;
    return descriptor;
  }

  #reopen({ fd, granted, how, base, inheriting, flags }: DescriptorState, path: string): Descriptor {
    const root = this.#directories[granted - STREAMS];
    if (root === undefined || (how & ~KEPT) !== 0) throw damaged(fd, "how it was opened");
    try {
      const opened = openAt(root, GuestPath.of(path), how, true);
      const descriptor = opened.kind === "file"
        ? Descriptor.ofFile(opened, base, inheriting, flags)
        : Descriptor.ofDirectory(opened, base, inheriting, flags);
      this.#openings.set(descriptor, { granted, path, how });
      return descriptor;
    } catch (error) {
      if (!isFault(error)) throw error;
      throw new SnapshotError(
        "unsupported",
        `The snapshot has "${shown(path)}" open as descriptor ${fd}, which cannot be opened: ${error.code}`,
        { cause: error },
      );
    }
  }
}

/** A snapshot gives no right that a descriptor of its kind cannot have. */
function mostRights(descriptor: Descriptor): number {
  if (descriptor.file !== undefined) return FILE_RIGHTS;
  if (descriptor.directory !== undefined) return DIRECTORY_RIGHTS;
  return descriptor.base;
}

/** A path in a message: its end, since a snapshot can hold one of millions of characters. */
function shown(path: string): string {
  return path.length > 200 ? `…${path.slice(-200)}` : path;
}

function damaged(fd: number, what: string): SnapshotError {
  return new SnapshotError("damaged", `The snapshot is damaged: descriptor ${fd} has lost ${what}`);
}

/** What an object is. The number it is told by may be made up when first asked for: a snapshot must not ask. */
function identityOf(stat: Stat): Identity {
  return stat.storage ?? stat;
}
