/**
 * Copying from one directory to another, whatever they are.
 *
 * @module
 */
import { closing } from "../closing.ts";
import { type Directory, Open } from "../directory.ts";
import { findEntry, openFile } from "../entries.ts";
import type { File } from "../file.ts";
import { mustHaveHeadroom } from "../headroom.ts";

/** Bytes copied at once. */
const CHUNK = 65536;
const NEW = Open.read | Open.write | Open.create | Open.exclusive;

/**
 * Does something in a directory and puts its times back: a copy is no change that anyone should see.
 *
 * @param directory The directory
 * @param act What is done there
 * @returns What that returned
 */
export function keepingTimes<T>(directory: Directory, act: () => T): T {
  const { accessed, modified } = directory.stat();
  return closing({ close: () => directory.setTimes(accessed, modified) }, act);
}

/**
 * Copies a file to another directory, under the same name.
 *
 * @param from The directory that holds it
 * @param to The directory that receives the copy
 * @param name Its name
 * @param whole Whether its contents are wanted
 * @returns The copy, open for reading and writing
 * @throws {Fault} What the two throw; then there is no copy
 */
export function copyFile(from: Directory, to: Directory, name: string, whole: boolean): File {
  if (!whole) return openFile(to, name, NEW);
  return closing(
    openFile(from, name, Open.read),
    (original) => filled(openFile(to, name, NEW), original, () => to.removeFile(name)),
  );
}

/**
 * Copies an open file to one that has no name and is gone when it is closed.
 *
 * @param from The file, open for reading
 * @param directory Where the copy is made
 * @returns The copy, open for reading and writing
 * @throws {Fault} What the two throw
 */
export function namelessCopy(from: File, directory: Directory): File {
  mustHaveHeadroom();
  const name = freeName(directory);
  return keepingTimes(directory, () => {
    const copy = openFile(directory, name, NEW);
    return closing({ close: () => directory.removeFile(name) }, () => filled(copy, from, () => {}));
  });
}

/**
 * Makes the times of a directory those that it has when something was removed from it: only it knows what time it is.
 *
 * @param directory The directory
 * @throws {Fault} What it throws; then nothing has changed
 */
export function touch(directory: Directory): void {
  const name = freeName(directory);
  openFile(directory, name, NEW).close();
  directory.removeFile(name);
}

function freeName(directory: Directory): string {
  let name = ".removed";
  while (findEntry(directory, name) !== undefined) name += "+";
  return name;
}

/** Fills a copy. Whatever comes in between, it is undone: half a copy would pass for all that there is. */
function filled(copy: File, from: File, undo: () => void): File {
  let whole = false;
  const close = (): void => {
    if (whole) return;
    copy.close();
    undo();
  };
  return closing({ close }, () => {
    copyContents(from, copy);
    whole = true;
    return copy;
  });
}

function copyContents(from: File, to: File): void {
  const buffer = new Uint8Array(CHUNK);
  for (let at = 0;;) {
    const count = from.read(buffer, 0, CHUNK, at);
    if (count === 0) return;
    for (let done = 0; done < count;) done += to.write(buffer, done, count, at + done);
    at += count;
  }
}
