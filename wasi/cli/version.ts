/**
 * `keyhole --version`.
 *
 * @module
 */
import { engineVersion, type Terminal } from "../../caps/cli/terminal.ts";
import project from "../../deno.json" with { type: "json" };

/**
 * Prints the versions of keyhole and of what it runs on.
 *
 * @param terminal Where they go
 * @returns The exit code
 */
export function version(terminal: Terminal): number {
  terminal.say(`keyhole ${project.version} (${engineVersion()})\n`);
  return 0;
}
