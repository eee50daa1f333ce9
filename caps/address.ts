/**
 * Addresses of sockets as a person writes them.
 *
 * @module
 */
import { mustBeText } from "./checks.ts";

/** Where a socket listens. */
export type Address =
  | {
    /** A port of this machine. */
    readonly transport: "tcp";
    /** A name or number of one of its interfaces. */
    readonly hostname: string;
    /** The port, 0 to 65535; 0 lets the system choose. */
    readonly port: number;
  }
  | {
    /** A socket file. */
    readonly transport: "unix";
    /** Its path. */
    readonly path: string;
  };

/**
 * Takes an address apart. The interface has to be said: nothing listens on all of them by leaving it out.
 *
 * @param text `HOST:PORT`, `tcp:HOST:PORT` or `unix:PATH`; an IPv6 number stands in brackets
 * @returns The address
 * @throws {TypeError} For anything else
 *
 * @example
 * ```ts
 * import { parseAddress } from "keyhole";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(parseAddress("tcp:[::1]:8080"), { transport: "tcp", hostname: "::1", port: 8080 });
 * assertEquals(parseAddress("unix:run/shell"), { transport: "unix", path: "run/shell" });
 * assertThrows(() => parseAddress(":8080"), TypeError, "HOST:PORT");
 * ```
 */
export function parseAddress(text: string): Address {
  mustBeText(text, "address");
  if (text.startsWith("unix:") && text.length > 5) return { transport: "unix", path: text.slice(5) };
  const parts = /^(?:tcp:)?(?:\[([0-9a-f:.]+)\]|([^\s:/[\]]+)):(\d{1,5})$/i.exec(text);
  const port = Number(parts?.[3]);
  if (parts === null || port > 65535) {
    throw new TypeError(`Cannot use the address "${text}": give HOST:PORT, tcp:HOST:PORT or unix:PATH`);
  }
  return { transport: "tcp", hostname: parts[1] ?? parts[2]!, port };
}

/**
 * Writes an address as {@linkcode parseAddress} reads it.
 *
 * @param address The address
 * @returns The text
 *
 * @example
 * ```ts
 * import { formatAddress } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatAddress({ transport: "tcp", hostname: "::1", port: 80 }), "tcp:[::1]:80");
 * ```
 */
export function formatAddress(address: Address): string {
  if (address.transport === "unix") return `unix:${address.path}`;
  const { hostname, port } = address;
  return hostname.includes(":") ? `tcp:[${hostname}]:${port}` : `tcp:${hostname}:${port}`;
}
