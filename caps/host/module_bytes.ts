/**
 * The bytes of a module that a library user names.
 *
 * @module
 */

/**
 * Reads a module from where it is.
 *
 * @param source A path of this machine, or a URL (`file:`, `http:`, `https:`, `data:`)
 * @returns All its bytes
 * @throws {Deno.errors.NotFound} And other errors of Deno, when it cannot be read
 * @throws {TypeError} When it cannot be fetched
 */
export async function readModuleBytes(source: string | URL): Promise<Uint8Array<ArrayBuffer>> {
  const url = source instanceof URL
    ? source
    : /^(https?|data|file):/i.test(source)
    ? new URL(source)
    : undefined;
  if (url === undefined) return await Deno.readFile(source);
  if (url.protocol === "file:") return await Deno.readFile(url);
  const response = await fetch(url);
  if (!response.ok) {
    await response.body?.cancel();
    throw new Deno.errors.NotFound(`Module "${url}" was not found: the server answers ${response.status}`);
  }
  return new Uint8Array(await response.arrayBuffer());
}

/**
 * Reads a module from a file, without waiting.
 *
 * @param source A path of this machine, or a `file:` URL
 * @returns All its bytes
 * @throws {Deno.errors.NotFound} And other errors of Deno, when it cannot be read
 */
export function readModuleBytesSync(source: string | URL): Uint8Array<ArrayBuffer> {
  return Deno.readFileSync(source);
}
