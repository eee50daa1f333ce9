/**
 * Modules of the user's own, and what else a server needs of the process.
 *
 * @module
 */
import { mustNotAsk } from "../host/permitted.ts";
import { CommandError } from "./messages.ts";
import { currentFolder, reasonOf } from "./files.ts";

/** What a shell says of a command that is not there. */
const NOT_FOUND = 127;

/**
 * Loads a module.
 *
 * @param path Its path, or an address
 * @returns What it exports
 * @throws {CommandError} When it cannot be loaded
 */
export async function importModule(path: string): Promise<Record<string, unknown>> {
  const directory = new URL(`file://${encoded(currentFolder())}/`);
  const address = /^(https?|file|jsr|npm):/.test(path) ? path : new URL(encoded(path), directory).href;
  try {
    if (address.startsWith("file:")) mustNotAsk({ name: "read", path: new URL(address) });
    return await import(address);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(`Module "${path}" cannot be loaded: ${reason}`, { code: NOT_FOUND });
  }
}

/** Characters that mean something in an address; on Windows also backslashes, and a drive, which would be a scheme. */
function encoded(path: string): string {
  const slashes = Deno.build.os === "windows"
    ? path.replaceAll("\\", "/").replace(/^(?=[a-z]:)/i, "/")
    : path;
  return slashes.replaceAll("%", "%25").replaceAll("?", "%3F").replaceAll("#", "%23");
}

/**
 * Reads a text.
 *
 * @param path The file
 * @param what What it is, for the message
 * @returns The text
 * @throws {CommandError} When it cannot be read
 */
export function readText(path: string, what: string): string {
  try {
    mustNotAsk({ name: "read", path });
    return Deno.readTextFileSync(path);
  } catch (error) {
    throw new CommandError(`${what} "${path}" cannot be read: ${reasonOf(error, path)}`);
  }
}

/**
 * Hears of requests to end.
 *
 * @param ended Called at each SIGINT and SIGTERM, in place of what they do otherwise
 * @returns A function that stops hearing
 */
export function onEndSignals(ended: () => void): () => void {
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM"];
  for (const signal of signals) Deno.addSignalListener(signal, ended);
  return () => {
    for (const signal of signals) Deno.removeSignalListener(signal, ended);
  };
}

/**
 * Hears, until the process ends, of errors that nobody has caught: of timers, and of promises that nobody waits for.
 *
 * @param failed Called with each of them, in place of the end of the process
 */
export function onLateErrors(failed: (error: unknown) => void): void {
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    failed(event.error);
  });
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    failed(event.reason);
  });
}
