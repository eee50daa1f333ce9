/**
 * Socket files: made for their owner alone, taken over only when nobody listens, removed only if they are still ours.
 *
 * @module
 */

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
 */
export async function makeWay(path: string): Promise<void> {
  const found = lstat(path);
  if (found === undefined) return;
  if (!found.isSocket) throw new Deno.errors.AddrInUse(`"${path}" exists and is not a socket`);
  if (await answers(path)) throw new Deno.errors.AddrInUse(`Somebody listens on "${path}" already`);
  // Between asking and removing another server could have come. So the file is moved away first, in one step, and
  // asked again where nobody can replace it.
  const aside = `${path}.${crypto.randomUUID()}`;
  Deno.renameSync(path, aside);
  if (await answers(aside)) {
    // A link and not a rename: should a third server have come, its socket stays.
    Deno.linkSync(aside, path);
    Deno.removeSync(aside);
    throw new Deno.errors.AddrInUse(`Somebody listens on "${path}" already`);
  }
  Deno.removeSync(aside);
}

/**
 * Takes charge of a socket file that was just made.
 *
 * @param path Where it is
 * @param mode Who may connect, 0 to 0o777
 * @returns The file
 */
export function takeCharge(path: string, mode: number): SocketFile {
  Deno.chmodSync(path, mode);
  const made = Deno.lstatSync(path);
  return {
    remove: () => {
      const now = lstat(path);
      if (now?.isSocket && now.ino === made.ino && now.dev === made.dev) Deno.removeSync(path);
    },
  };
}

/**
 * Makes a file that has its mode from its first moment on. Without the permission to set the mask of this process the
 * mode has to follow a moment after the file.
 *
 * @param mode Its mode
 * @param make Makes it, without waiting
 * @returns What that returns
 */
export function withMode<T>(mode: number, make: () => T): T {
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
