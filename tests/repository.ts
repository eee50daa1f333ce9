/**
 * Where the repository lies: maybe below folders whose names have spaces in them.
 *
 * @module
 */
import { fromFileUrl } from "@std/path";

/**
 * The path of something in the repository.
 *
 * @param path Its path from the top, with slashes; empty for the top itself
 * @returns The path on this machine
 */
export function inRepository(path: string): string {
  return fromFileUrl(new URL(`../${path}`, import.meta.url));
}
