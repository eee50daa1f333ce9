/**
 * Directories that show a few chosen files and nothing else.
 *
 * @module
 */
import { checkSettings, mustBeDirectory, mustBeText } from "./checks.ts";
import { newDevice } from "./device.ts";
import { type Directory, type Entry, Open } from "./directory.ts";
import { findEntry } from "./entries.ts";
import { Fault } from "./fault.ts";
import type { File } from "./file.ts";
import { checkName } from "./name.ts";
import { mustBeRecord } from "./record.ts";
import type { Stat } from "./stat.ts";

/** A file that is to be shown: its name, and the directory that holds it. */
export interface ChosenFile {
  /** The directory that holds the file; stays with whoever opened it. */
  readonly directory: Directory;
  /** The name of the file there. */
  readonly name: string;
}

const CHECKS = { directory: mustBeDirectory, name: mustBeText };

/**
 * A directory that shows one file. The file can be read, written and timed as the directory that holds it lets it be;
 * no name can be made, removed or changed, and a link is shown as nothing.
 *
 * @param directory The directory that holds the file
 * @param name The name of the file there
 * @param shown The name that it is shown under
 * @returns The directory
 * @throws {Fault} `EINVAL` for a `shown` that is no name
 * @throws {TypeError} For a directory that is none, and a name that is no text
 *
 * @example
 * ```ts
 * import { memoryDirectory, singleFile } from "keyhole";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const all = memoryDirectory({ "config.json": "{}", "secret.txt": "x" });
 * const one = singleFile(all, "config.json", "settings.json");
 * assertEquals(one.list().map((entry) => entry.name), ["settings.json"]);
 * assertThrows(() => one.lookup("secret.txt"), "ENOENT");
 * ```
 */
export function singleFile(directory: Directory, name: string, shown: string = name): Directory {
  return chosenFiles({ [shown]: { directory, name } });
}

/**
 * A directory that shows several files, as {@linkcode singleFile} shows one.
 *
 * @param files The files by the names that they are shown under
 * @returns The directory
 * @throws {Fault} `EINVAL` for a key that is no name
 * @throws {TypeError} For a file that is none, or of more or less than a directory and a name
 *
 * @example
 * ```ts
 * import { chosenFiles, memoryDirectory } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const etc = memoryDirectory({ "hosts": "", "passwd": "" });
 * const data = memoryDirectory({ "in.csv": "" });
 * const few = chosenFiles({ "hosts": { directory: etc, name: "hosts" }, "in": { directory: data, name: "in.csv" } });
 * assertEquals(few.list().map((entry) => entry.name), ["hosts", "in"]);
 * ```
 */
export function chosenFiles(files: Record<string, ChosenFile>): Directory {
  mustBeRecord(files, "files", 'an object such as { "hosts": { directory, name: "hosts" } }');
  const chosen = new Map(Object.entries(files));
  for (const [shown, file] of chosen) {
    checkSettings(file, shown, CHECKS);
    mustBeDirectory(file.directory, `${shown}.directory`);
    mustBeText(file.name, `${shown}.name`);
  }
  for (const shown of chosen.keys()) {
    try {
      checkName(shown);
    } catch (error) {
      throw new Fault("EINVAL", `Cannot show a file as "${shown}": use a single name`, { cause: error });
    }
  }
  return new ChosenFiles(chosen);
}

class ChosenFiles implements Directory {
  readonly kind = "directory";
  readonly #files: ReadonlyMap<string, ChosenFile>;
  readonly #stat: Stat;

  constructor(files: ReadonlyMap<string, ChosenFile>) {
    this.#files = files;
    const never = { accessed: 0n, modified: 0n, changed: 0n };
    this.#stat = { kind: "directory", device: newDevice(), inode: 1n, links: 2, size: 0, ...never };
  }

  stat(): Stat {
    return this.#stat;
  }

  lookup(name: string): Stat {
    return this.#find(name).stat;
  }

  open(name: string, how: number): File | Directory {
    if ((how & Open.create) !== 0 && !this.#files.has(name)) throw Fault.of("EROFS");
    const { file } = this.#find(name);
    if ((how & Open.create) !== 0 && (how & Open.exclusive) !== 0) throw Fault.of("EEXIST");
    if ((how & Open.directory) !== 0) throw Fault.of("ENOTDIR");
    const opened = file.directory.open(file.name, how & ~(Open.create | Open.exclusive));
    if (opened.kind === "file") return opened;
    // It was replaced since it was looked at.
    opened.close();
    throw Fault.of("ENOENT");
  }

  directory(name: string): Directory {
    this.#find(name);
    throw Fault.of("ENOTDIR");
  }

  makeDirectory(): void {
    throw Fault.of("EROFS");
  }

  removeDirectory(): void {
    throw Fault.of("EROFS");
  }

  removeFile(): void {
    throw Fault.of("EROFS");
  }

  rename(): void {
    throw Fault.of("EROFS");
  }

  link(): void {
    throw Fault.of("EROFS");
  }

  symlink(): void {
    throw Fault.of("EROFS");
  }

  readLink(name: string): string {
    this.#find(name);
    throw Fault.of("EINVAL");
  }

  list(): Entry[] {
    return Array.from(this.#files.keys()).flatMap((name) => {
      const found = findEntry(this, name);
      return found === undefined ? [] : [{ name, inode: found.inode, kind: found.kind }];
    });
  }

  setTimes(): void {
    throw Fault.of("EROFS");
  }

  setTimesOf(name: string, accessed: bigint | undefined, modified: bigint | undefined): void {
    const { file } = this.#find(name);
    file.directory.setTimesOf(file.name, accessed, modified);
  }

  sync(): void {
    // No name ever changes.
  }

  close(): void {
    // The directories stay with whoever opened them.
  }

  again(): Directory {
    return this;
  }

  #find(name: string): { file: ChosenFile; stat: Stat } {
    const file = this.#files.get(name);
    if (file === undefined) throw Fault.of("ENOENT");
    const stat = file.directory.lookup(file.name);
    // A link would have to be followed beside the file, where nothing was granted.
    if (stat.kind === "link" || stat.kind === "directory") throw Fault.of("ENOENT");
    return { file, stat };
  }
}
