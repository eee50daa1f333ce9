/**
 * Modules from the web.
 *
 * @module
 */
import { ModuleTooLongError, readResponse } from "../host/module_bytes.ts";
import { mustBePermitted } from "../host/permitted.ts";
import { reasonOf } from "./files.ts";
import { CommandError } from "./messages.ts";

/** The exit code for a module that is not there or cannot be fetched. */
const NOT_FOUND = 127;

/**
 * Fetches a module.
 *
 * @param address Its address
 * @param progress Called now and then with the bytes received and, when known, all there are to come
 * @returns All its bytes
 * @throws {CommandError} With 127 when it cannot be fetched
 */
export async function download(
  address: string,
  progress: (received: number, total: number | undefined) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    mustBePermitted({ name: "net", host: addressOf(address).host });
    const response = await fetch(address);
    if (!response.ok) {
      await response.body?.cancel();
      throw new CommandError(`Module "${address}" was not found: the server answers ${response.status}`, {
        code: NOT_FOUND,
      });
    }
    // What is counted is what comes out of the decoder, so a compressed length would be wrong.
    const length = response.headers.has("content-encoding") ? null : response.headers.get("content-length");
    const total = length === null ? undefined : Number(length);
    return await readResponse(response, (received) => progress(received, total));
  } catch (error) {
    if (error instanceof CommandError || error instanceof ModuleTooLongError) throw error;
    if (error instanceof Deno.errors.NotCapable) {
      const hint = `Start keyhole with deno run --allow-net=${new URL(address).host}, or with -A`;
      throw new CommandError(`Module "${address}" cannot be fetched: ${error.message}`, {
        code: NOT_FOUND,
        hint,
      });
    }
    throw new CommandError(`Module "${address}" cannot be fetched: ${causeOf(error)}`, { code: NOT_FOUND });
  }
}

/**
 * Takes apart where a module is on the web.
 *
 * @param module Its address, as the user wrote it
 * @returns The same, taken apart
 * @throws {CommandError} With 127 when it is no address
 *
 * @example
 * ```ts
 * import { addressOf } from "./download.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(addressOf("https://example.com:8443/tool.wasm").host, "example.com:8443");
 * ```
 */
export function addressOf(module: string): URL {
  if (URL.canParse(module)) return new URL(module);
  throw new CommandError(`Module "${module}" cannot be fetched: it is not a valid address`, {
    code: NOT_FOUND,
  });
}

/** That a fetch failed is all that its error says; why, its cause does. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return reasonOf(cause).replace(/^error sending request .*?: client error \(\w+\): /i, "");
}

/**
 * How far a download is, as a line for a terminal that the next one overwrites.
 *
 * @param name What is fetched
 * @param received Bytes that are here
 * @param total Bytes that there are, if known
 * @returns The line, not ended
 *
 * @example
 * ```ts
 * import { progressLine } from "./download.ts";
 * import { assert } from "@std/assert";
 *
 * assert(progressLine("tool.wasm", 1 << 20, 4 << 20).endsWith("Fetching tool.wasm: 1.0 of 4.0 MiB"));
 * ```
 */
export function progressLine(name: string, received: number, total: number | undefined): string {
  const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
  const all = total === undefined ? "" : ` of ${mebibytes(total)}`;
  return `\r\x1b[KFetching ${name}: ${mebibytes(received)}${all} MiB`;
}
