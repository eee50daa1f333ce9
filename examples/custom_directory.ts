/**
 * A directory of your own as a mount: here one whose files are made up when they are read.
 *
 * A directory knows single names only. Paths, `..` and links are dealt with before it is asked, so what is not here
 * cannot be reached: there is no way to get the jail wrong.
 *
 *     deno run -A examples/custom_directory.ts
 *
 * @module
 */
import {
  type Directory,
  type Entry,
  Fault,
  type File,
  memoryDirectory,
  Open,
  run,
  type Stat,
} from "../mod.ts";

const encoder = new TextEncoder();

/** A file that can only be read, made of a text. */
function textFile(text: string, inode: bigint): File {
  const bytes = encoder.encode(text);
  const refuse = (): never => {
    throw Fault.of("EROFS");
  };
  return {
    kind: "file",
    stat: () => stat("file", inode, bytes.length),
    read(into, start, end, at): number {
      const piece = bytes.subarray(at, at + (end - start));
      into.set(piece, start);
      return piece.length;
    },
    write: refuse,
    append: refuse,
    setSize: refuse,
    allocate: refuse,
    setTimes: refuse,
    sync: () => {},
    close: () => {},
  };
}

function stat(kind: "file" | "directory", inode: bigint, size: number): Stat {
  return { kind, device: 1n, inode, links: 1, size, accessed: 0n, modified: 0n, changed: 0n };
}

/** A directory of greetings: every name is a file that greets it. */
function greetings(names: string[]): Directory {
  const refuse = (): never => {
    throw Fault.of("EROFS");
  };
  const inodeOf = (name: string): bigint => {
    const index = names.indexOf(name);
    if (index < 0) throw Fault.of("ENOENT");
    return BigInt(index + 2);
  };
  const textOf = (name: string): string => `Hello, ${name}!\n`;
  const directory: Directory = {
    kind: "directory",
    stat: () => stat("directory", 1n, 0),
    lookup: (name) => stat("file", inodeOf(name), textOf(name).length),
    open(name, how): File {
      const inode = inodeOf(name);
      if ((how & (Open.write | Open.truncate)) !== 0) return refuse();
      if ((how & Open.directory) !== 0) throw Fault.of("ENOTDIR");
      return textFile(textOf(name), inode);
    },
    directory(name): Directory {
      inodeOf(name);
      throw Fault.of("ENOTDIR");
    },
    readLink(name): string {
      inodeOf(name);
      throw Fault.of("EINVAL");
    },
    list: () => names.map((name): Entry => ({ name, inode: inodeOf(name), kind: "file" })),
    makeDirectory: refuse,
    removeDirectory: refuse,
    removeFile: refuse,
    rename: refuse,
    link: refuse,
    symlink: refuse,
    setTimes: refuse,
    setTimesOf: refuse,
    sync: () => {},
    close: () => {},
    again: () => directory,
  };
  return directory;
}

const copy = new URL("copy/demo.wasm", import.meta.url);
const results = memoryDirectory();

const result = await run(copy, {
  args: ["/people/Ada", "/results/greeting.txt"],
  dirs: { "/people": greetings(["Ada", "Grace"]), "/results": results },
});

const copied = results.open("greeting.txt", Open.read) as File;
const bytes = new Uint8Array(100);
console.log(new TextDecoder().decode(bytes.subarray(0, copied.read(bytes, 0, 100, 0))).trimEnd());
console.log(`${result.reason} ${result.code}`);
