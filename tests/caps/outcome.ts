/** What an operation comes to, for comparing. */
import { assertEquals } from "@std/assert";
import { type Directory, type Entry, type File, isFault, Open } from "../../mod.ts";

/** The code of the fault that a call ends in, or "done". Anything else thrown is a bug and goes on. */
export function outcome(call: () => unknown): string {
  try {
    call();
    return "done";
  } catch (error) {
    if (isFault(error)) return error.code;
    throw error;
  }
}

/** A file opened by name, which must be one. */
export function file(directory: Directory, name: string, how: number): File {
  const opened = directory.open(name, how);
  if (opened.kind !== "file") throw new Error(`"${name}" is a directory`);
  return opened;
}

/** Makes or replaces a file. */
export function put(directory: Directory, name: string, text: string): void {
  const opened = file(directory, name, Open.write | Open.create | Open.truncate);
  const bytes = new TextEncoder().encode(text);
  opened.write(bytes, 0, bytes.length, 0);
  opened.close();
}

/** The contents of an open file. */
export function contents(opened: File): string {
  const bytes = new Uint8Array(opened.stat().size);
  let done = 0;
  while (done < bytes.length) {
    const count = opened.read(bytes, done, bytes.length, done);
    if (count === 0) break;
    done += count;
  }
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, done));
}

/** The contents of a file by name. */
export function text(directory: Directory, name: string): string {
  const opened = file(directory, name, Open.read);
  try {
    return contents(opened);
  } finally {
    opened.close();
  }
}

/** The names in a directory, sorted. Whether entries are kept or visited, they are the same. */
export function names(directory: Directory): string[] {
  const entries = directory.list();
  const visited: Entry[] = [];
  const taken = directory.visitEntries?.((bytes, start, end, inode, kind) =>
    visited.push({
      name: new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.slice(start, end)),
      inode,
      kind,
    })
  );
  assertEquals(visited, taken === true ? entries : []);
  return entries.map((entry) => entry.name).sort();
}

/** Everything below a directory as lines of text, sorted: kinds, link counts of files, contents and targets. */
export function tree(directory: Directory, prefix = ""): string[] {
  return directory.list().flatMap(({ name, kind }) => {
    const path = prefix + name;
    if (kind === "link") return [`${path} -> ${directory.readLink(name)}`];
    if (kind === "file") return [`${path} x${directory.lookup(name).links} ${text(directory, name)}`];
    const child = directory.directory(name);
    try {
      return [`${path}/`, ...tree(child, `${path}/`)];
    } finally {
      child.close();
    }
  }).sort();
}
