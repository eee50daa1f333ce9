/**
 * Whether a path was absolute before a guest's library took it apart.
 *
 * @module
 */

/**
 * How a program most likely wrote a path. Many libraries drop the slash in front before they ask the host, so that
 * `/data/x` and `data/x` look alike. What the program was called with tells which it was; without that, a path of
 * several names is more often absolute.
 *
 * @param path The path as the host was asked for it; two with an arrow between for two
 * @param args What the program was called with
 * @returns The path, with a slash in front if it most likely had one
 *
 * @example
 * ```ts
 * import { asWritten } from "./as_written.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(asWritten("data/x", ["tool", "/data/x"]), "/data/x");
 * assertEquals(asWritten("data/x", ["tool", "--in=data/x"]), "data/x");
 * assertEquals(asWritten("etc/hosts", ["tool"]), "/etc/hosts");
 * ```
 */
export function asWritten(path: string, args: readonly string[]): string {
  return path.split(" -> ").map((it) => {
    if (it === "" || it.startsWith("/") || it.startsWith(".")) return it;
    const mentioning = args.filter((arg) => arg.includes(it));
    if (mentioning.some((arg) => arg.includes(`/${it}`))) return `/${it}`;
    return mentioning.length === 0 && it.includes("/") ? `/${it}` : it;
  }).join(" -> ");
}
