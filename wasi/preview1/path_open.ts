/**
 * Opening by path.
 *
 * @see {@link https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md#path_open}
 * @module
 */
import { Open } from "../../caps/directory.ts";
import { Fault } from "../../caps/fault.ts";
import { wrongValue } from "../../caps/record.ts";
import { openAt } from "../../caps/paths.ts";
import { Oflags } from "../abi/flags.ts";
import { directoryRights, fileRights, knownRights, READING, Rights } from "../abi/rights.ts";
import { Descriptor } from "../descriptor.ts";
import type { Guest } from "../guest.ts";
import { mustBeFdflags } from "./fd_fdstat.ts";
import { mustBeDirectory } from "./named.ts";
import { follows, pathFrom, takePath } from "./path_arguments.ts";

const ALL_OFLAGS: number = Oflags.CREAT | Oflags.DIRECTORY | Oflags.EXCL | Oflags.TRUNC;

/**
 * Opens a file or directory. Whether a file can be read and written follows from the rights asked for, as far as the
 * directory hands them on. Nothing is opened or made unless the result can be stored.
 *
 * @param guest The guest
 * @param fd The directory in which the path begins
 * @param dirflags A sum of {@linkcode Lookupflags}
 * @param pointer Where the path lies
 * @param length Its length in bytes
 * @param oflags A sum of {@linkcode Oflags}
 * @param base The rights asked for
 * @param _inheriting The rights to hand on that are asked for: those of the directory are handed on
 * @param fdflags A sum of {@linkcode Fdflags}
 * @param resultPointer Where the number of the new descriptor goes
 * @throws {Fault} `EBADF`, `ENOTDIR`, `ENOTCAPABLE`, `EINVAL`, `EFAULT`, `EMFILE`, and as {@linkcode openAt}
 * @throws {TypeError} When a directory of the application gives something else than a file or a directory
 */
export function path_open(
  guest: Guest,
  fd: number,
  dirflags: number,
  pointer: number,
  length: number,
  oflags: number,
  base: bigint,
  _inheriting: bigint,
  fdflags: number,
  resultPointer: number,
): void {
  const { memory, descriptors } = guest;
  const path = takePath(guest.path, guest, pointer, length);
  const parent = descriptors.get(fd);
  const root = mustBeDirectory(parent);
  guest.base = parent;
  parent.require(rightsToOpen(oflags));
  mustBeFdflags(fdflags);
  const follow = follows(dirflags);
  memory.range(resultPointer, 4);
  descriptors.mustHaveRoom();

  const asked = knownRights(base) & parent.inheriting;
  const how = howToOpen(oflags, asked);
  const opened = openAt(root, path, how, follow);
  // An application's own directory can give anything, a promise above all.
  if (opened?.kind !== "file" && opened?.kind !== "directory") {
    throw wrongValue(opened, path.text, "a File or a Directory, at once");
  }
  const descriptor = opened.kind === "file"
    ? Descriptor.ofFile(opened, fileRights(asked, parent.inheriting), parent.inheriting, fdflags)
    : Descriptor.ofDirectory(opened, directoryRights(parent.inheriting), parent.inheriting, fdflags);
  if (opened.kind === "directory" && guest.options.denied !== undefined) {
    descriptor.path = pathFrom(parent, path.text);
  }
  guest.options.opened?.(descriptor, parent, path.text, how);
  memory.writeU32(resultPointer, descriptors.add(descriptor));
}

function rightsToOpen(oflags: number): number {
  let rights: number = Rights.PATH_OPEN;
  if ((oflags & Oflags.CREAT) !== 0) rights |= Rights.PATH_CREATE_FILE;
  if ((oflags & Oflags.TRUNC) !== 0) rights |= Rights.PATH_FILESTAT_SET_SIZE;
  return rights;
}

function howToOpen(oflags: number, rights: number): number {
  if ((oflags & ~ALL_OFLAGS) !== 0) throw Fault.of("EINVAL");
  let how = 0;
  if ((rights & READING) !== 0) how |= Open.read;
  if ((rights & Rights.FD_WRITE) !== 0) how |= Open.write;
  if ((oflags & Oflags.CREAT) !== 0) how |= Open.create;
  if ((oflags & Oflags.EXCL) !== 0) how |= Open.exclusive;
  if ((oflags & Oflags.TRUNC) !== 0) how |= Open.truncate;
  if ((oflags & Oflags.DIRECTORY) !== 0) {
    // Nothing makes a directory by opening it.
    if ((oflags & Oflags.CREAT) !== 0) throw Fault.of("EINVAL");
    how |= Open.directory;
  }
  return how;
}
