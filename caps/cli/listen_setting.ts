/**
 * What `--listen` and `--allow-net` ask for.
 *
 * @module
 */
import { formatAddress, parseAddress } from "../address.ts";
import { isPermitted, mayUseSocket, socketHost } from "../host/permitted.ts";
import { CommandError } from "./messages.ts";

/** What a guest can have of the network. */
const HINT = "A program can have listening sockets and nothing else of the network: write --listen";

/**
 * Reads one `--listen`.
 *
 * @param value The value
 * @returns The address, which can be one
 * @throws {CommandError} For what is none
 *
 * @example
 * ```ts
 * import { readListen } from "./listen_setting.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(readListen("127.0.0.1:8080"), "127.0.0.1:8080");
 * assertThrows(() => readListen("8080"), Error, '"8080" is not an address');
 * ```
 */
export function readListen(value: string): string {
  try {
    parseAddress(value);
    return value;
  } catch {
    const port = /^:?(\d{1,5})$/.exec(value)?.[1];
    throw new CommandError(`"${value}" is not an address`, {
      hint: port === undefined
        ? "Write HOST:PORT, tcp:HOST:PORT or unix:PATH"
        : `Say on which interface: 127.0.0.1:${port} for this machine alone, 0.0.0.0:${port} for everybody`,
    });
  }
}

/**
 * Reads one `--allow-net`: Deno's word for both directions, of which a guest can have one.
 *
 * @param value The value, empty for none
 * @returns Addresses to listen on
 * @throws {CommandError} For anything that would let the guest reach out
 *
 * @example
 * ```ts
 * import { readAllowNet } from "./listen_setting.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(readAllowNet("127.0.0.1:80,[::1]:80"), ["127.0.0.1:80", "[::1]:80"]);
 * assertThrows(() => readAllowNet("example.com"), Error, "cannot be granted");
 * ```
 */
export function readAllowNet(value: string): string[] {
  return value.split(",").map((address) => {
    try {
      return readListen(address);
    } catch {
      const what = address === "" ? "The network" : `The network at "${address}"`;
      throw new CommandError(`${what} cannot be granted`, { hint: `${HINT} 127.0.0.1:8080` });
    }
  });
}

/**
 * Refuses to listen where Deno would not let keyhole. Asked before it tries, so that Deno asks nobody.
 *
 * @param address Where
 * @throws {CommandError} When a permission is missing, with the flag of Deno that gives it
 *
 * @example
 * ```ts
 * import { mustBeFreeToListen } from "./listen_setting.ts";
 *
 * mustBeFreeToListen("127.0.0.1:8080"); // with --allow-net
 * ```
 */
export function mustBeFreeToListen(address: string): void {
  const missing = missingToListen(address);
  if (missing === undefined) return;
  throw new CommandError(`Deno was not given the permission to listen on "${address}"`, {
    hint: `Start keyhole with deno run ${missing}, or with -A`,
  });
}

function missingToListen(address: string): string | undefined {
  const parsed = parseAddress(address);
  const lacks = (permission: Deno.PermissionDescriptor): boolean => !isPermitted(permission);
  if (parsed.transport === "tcp") {
    const host = formatAddress(parsed).slice("tcp:".length);
    return lacks({ name: "net", host }) ? `--allow-net=${host}` : undefined;
  }
  const { path } = parsed;
  if (lacks({ name: "read", path })) return `--allow-read=${path}`;
  if (lacks({ name: "write", path })) return `--allow-write=${path}`;
  return mayUseSocket(path) ? undefined : `--allow-net=${socketHost(path)}`;
}
