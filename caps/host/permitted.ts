/**
 * What Deno permits, without Deno asking the user: whoever runs a program that is not trusted is not to be asked on its
 * behalf.
 *
 * @module
 */

/**
 * Tells whether Deno permits something already.
 *
 * @param permissions What is asked about
 * @returns Whether all of it is granted
 *
 * @example
 * ```ts
 * import { isPermitted } from "./permitted.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isPermitted({ name: "read", path: "." }), true);
 * ```
 */
export function isPermitted(...permissions: readonly Deno.PermissionDescriptor[]): boolean {
  return permissions.every((permission) => Deno.permissions.querySync(permission).state === "granted");
}

/**
 * Refuses what Deno would have to ask the user for.
 *
 * @param permissions What is needed
 * @throws {Deno.errors.NotCapable} When it is not granted
 */
export function mustBePermitted(...permissions: readonly Deno.PermissionDescriptor[]): void {
  if (!isPermitted(...permissions)) throw new Deno.errors.NotCapable("Deno was not given the permission");
}

/**
 * Refuses what Deno would ask the user about. Where it can ask nobody, it refuses by itself when the access is made, and
 * nothing is looked up here.
 *
 * @param permissions What is needed
 * @throws {Deno.errors.NotCapable} When it is not granted and Deno would ask
 */
export function mustNotAsk(...permissions: readonly Deno.PermissionDescriptor[]): void {
  if (Deno.stderr.isTerminal()) mustBePermitted(...permissions);
}

/**
 * Tells whether files in a directory can be changed, as far as Deno is concerned.
 *
 * @param path The directory
 * @returns Whether they can
 */
export function mayWrite(path: string): boolean {
  return isPermitted({ name: "write", path });
}

/**
 * What Deno calls a socket file where it permits the network.
 *
 * @param path The file
 * @returns Its name there, which is always a whole path
 *
 * @example
 * ```ts
 * import { socketHost } from "./permitted.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(socketHost("/run/shell"), "unix:/run/shell");
 * assertEquals(socketHost("shell"), `unix:${Deno.cwd()}/shell`);
 * ```
 */
export function socketHost(path: string): string {
  return `unix:${path.startsWith("/") ? path : `${Deno.cwd()}/${path}`}`;
}

/**
 * Tells whether Deno permits a socket file as a part of the network, besides what it asks of it as a file.
 *
 * @param path The file
 * @returns Whether it does; always, for a Deno that does not ask for that
 */
export function mayUseSocket(path: string): boolean {
  try {
    return isPermitted({ name: "net", host: socketHost(path) });
  } catch {
    return true; // An older Deno knows no such host.
  }
}

/**
 * Tells whether a thread can end the process, whatever the others do: by calling libc, or by a signal.
 *
 * @returns Whether Deno permits either
 */
export function canEndProcess(): boolean {
  return isPermitted({ name: "ffi" }) || isPermitted({ name: "run" });
}
