/**
 * Socket files: made for their owner alone, taken over only when nobody listens, removed only if they are still ours.
 *
 * @module
 */
import { splitPath } from "../paths.ts";
import { isPermitted, mayUseSocket, mustBePermitted } from "../permitted.ts";

/** A socket file that exists. */
export interface SocketFile {
  /** Removes it, unless somebody else has put something in its place. */
  remove(): void;
}

/**
 * Makes way for a socket file: one that is left over from a program that has ended is removed.
 *
 * @param path Where it is to be
 * @returns When the name is free
 * @throws {Deno.errors.AddrInUse} When somebody listens there, or the name is taken by anything but a socket
 * @throws {Deno.errors.NotCapable} When Deno does not permit to move one that is left over
 */
export async function makeWay(path: string): Promise<void> {
  const found = lstat(path);
  if (found === undefined) return;
  if (!found.isSocket) throw new Deno.errors.AddrInUse(`"${path}" exists and is not a socket`);
  if (await answers(path)) throw new Deno.errors.AddrInUse(`Somebody listens on "${path}" already`);
  // Between asking and removing another server could have come. So the file is moved away first, in one step, and
  // asked again where nobody can replace it.
  const aside = `${path}.${crypto.randomUUID()}`;
  mustBePermitted({ name: "read", path: aside }, { name: "write", path: aside });
  if (!mayUseSocket(aside)) throw new Deno.errors.NotCapable(`"${aside}" may not be asked`);
  Deno.renameSync(path, aside);
  if (await answers(aside)) {
    // A link and not a rename: should a third server have come, its socket stays.
    Deno.linkSync(aside, path);
    Deno.removeSync(aside);
    throw new Deno.errors.AddrInUse(`Somebody listens on "${path}" already`);
  }
  Deno.removeSync(aside);
}

/** A socket that listens on a file. */
export interface ListeningFile extends SocketFile {
  /** The socket. */
  readonly listener: Deno.UnixListener;
  /** The path that the kernel knows it by. */
  readonly boundTo: string;
}

/**
 * Listens on a new socket file, which has its mode from its first moment on.
 *
 * Deno removes whatever lies at the path of a listener when that is closed, be it somebody else's. So the socket is
 * made beside its place and then linked to it: what Deno removes is not there any more. Without the permission for more
 * of the directory than its place it has to be made there.
 *
 * @param path Where it is to be
 * @param mode Who may connect, 0 to 0o777
 * @returns The socket
 * @throws {Deno.errors.AddrInUse} When the name is taken
 * @throws {Error} When it cannot be made for another reason
 */
export function listenOnFile(path: string, mode: number): ListeningFile {
  const [parent, name] = splitPath(path, Deno.build.os);
  // Short: the kernel takes no more than some hundred bytes.
  const made = `${path.slice(0, path.length - name.length)}.${crypto.randomUUID().slice(0, 6)}`;
  const files = isPermitted({ name: "read", path: parent }, { name: "write", path: parent });
  const beside = files && mayUseSocket(made);
  const boundTo = beside ? made : path;
  const listener = withMode(mode, () => Deno.listen({ transport: "unix", path: boundTo }));
  try {
    Deno.chmodSync(boundTo, mode);
    if (beside) linkInPlace(boundTo, path);
    return { listener, boundTo, remove: remover(path) };
  } catch (error) {
    listener.close();
    throw error;
  }
}

function linkInPlace(made: string, path: string): void {
  try {
    Deno.linkSync(made, path);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    throw new Deno.errors.AddrInUse(`Somebody listens on "${path}" already`);
  }
  Deno.removeSync(made);
}

function remover(path: string): () => void {
  const made = Deno.lstatSync(path);
  return () => {
    const now = lstat(path);
    if (now?.isSocket && now.ino === made.ino && now.dev === made.dev) Deno.removeSync(path);
  };
}

/** Makes a file with a mode. Without the permission to set the mask of this process the mode follows a moment later. */
function withMode<T>(mode: number, make: () => T): T {
  if (Deno.permissions.querySync({ name: "sys", kind: "umask" }).state !== "granted") return make();
  const before = Deno.umask(~mode & 0o777);
  try {
    return make();
  } finally {
    Deno.umask(before);
  }
}

async function answers(path: string): Promise<boolean> {
  try {
    (await Deno.connect({ transport: "unix", path })).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused || error instanceof Deno.errors.NotFound) return false;
    // A queue that is full, or a file that we may not use: somebody may well be there.
    return true;
  }
}

function lstat(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
