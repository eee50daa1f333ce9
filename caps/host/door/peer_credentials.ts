/**
 * Who is at the other end of a Unix socket, as the kernel tells.
 *
 * Deno does not say which descriptor a connection has. But connections are accepted one after the other, and a new one
 * is the only socket of its listener whose cookie (a number that the kernel gives to no second socket) is not known
 * yet: so it is found by looking.
 *
 * @module
 */

/** The process at the other end, as it was when it connected. */
export interface Credentials {
  /** The process. */
  readonly pid: number;
  /** The user it ran as. */
  readonly uid: number;
  /** The group it ran as. */
  readonly gid: number;
}

/** One connection whose credentials were found. */
export interface FoundPeer extends Credentials {
  /** To be called when the connection is closed. */
  readonly forget: () => void;
}

const symbols = {
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
} as const;

/** Of Linux, the same on x86-64 and arm64. */
const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
const SO_ACCEPTCONN = 30;
const SO_COOKIE = 57;
const AF_UNIX = 1;

/** No process has more descriptors that are worth looking at. */
const HIGHEST = 1 << 16;

/** Finds the connections of one listener. */
export class PeerFinder {
  readonly #libc: Deno.DynamicLibrary<typeof symbols>["symbols"];
  readonly #path: Uint8Array;
  /** Descriptors of connections that are open. */
  readonly #open = new Set<number>();
  /** Cookies by descriptors of connections that were given up, and may not be closed yet. */
  readonly #closing = new Map<number, bigint>();

  /**
   * Prepares to look.
   *
   * @param path The socket file, as it was given to the listener
   * @returns The finder; `undefined` where there is no way: only Linux with FFI allowed has one
   */
  static for(path: string): PeerFinder | undefined {
    if (Deno.build.os !== "linux") return undefined;
    if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return undefined;
    return new PeerFinder(Deno.dlopen("libc.so.6", symbols).symbols, path);
  }

  private constructor(libc: Deno.DynamicLibrary<typeof symbols>["symbols"], path: string) {
    this.#libc = libc;
    this.#path = new TextEncoder().encode(path);
  }

  /**
   * Finds the connection that was accepted last. To be called after each one, before the next is accepted.
   *
   * @returns Who is at its other end; `undefined` when it cannot be told
   */
  find(): FoundPeer | undefined {
    for (let fd = 3; fd < HIGHEST; fd++) {
      if (this.#open.has(fd)) continue;
      const cookie = this.#cookieOf(fd);
      if (cookie === undefined || this.#closing.get(fd) === cookie) continue;
      this.#closing.delete(fd);
      const credentials = this.#credentialsOf(fd);
      if (credentials === undefined) continue;
      this.#open.add(fd);
      const forget = (): void => {
        this.#open.delete(fd);
        this.#closing.set(fd, cookie);
      };
      return { ...credentials, forget };
    }
    return undefined;
  }

  #cookieOf(fd: number): bigint | undefined {
    const cookie = new BigUint64Array(1);
    return this.#option(fd, SO_COOKIE, cookie) ? cookie[0] : undefined;
  }

  #credentialsOf(fd: number): Credentials | undefined {
    const listening = new Int32Array(1);
    if (!this.#option(fd, SO_ACCEPTCONN, listening) || listening[0] !== 0 || !this.#isOurs(fd)) {
      return undefined;
    }
    const credentials = new Int32Array(3);
    if (!this.#option(fd, SO_PEERCRED, credentials)) return undefined;
    const [pid, uid, gid] = credentials as unknown as [number, number, number];
    return { pid, uid: uid >>> 0, gid: gid >>> 0 };
  }

  /** Whether a socket is bound where the listener is. */
  #isOurs(fd: number): boolean {
    const name = new Uint8Array(110);
    const length = new Uint32Array([name.length]);
    if (this.#libc.getsockname(fd, name, length) !== 0) return false;
    if (new Uint16Array(name.buffer, 0, 1)[0] !== AF_UNIX) return false;
    const end = 2 + this.#path.length;
    return name[end] === 0 && this.#path.every((byte, i) => name[2 + i] === byte);
  }

  #option(fd: number, option: number, into: BigUint64Array<ArrayBuffer> | Int32Array<ArrayBuffer>): boolean {
    const length = new Uint32Array([into.byteLength]);
    return this.#libc.getsockopt(fd, SOL_SOCKET, option, into, length) === 0 && length[0] === into.byteLength;
  }
}
