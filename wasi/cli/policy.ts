/**
 * `keyhole policy`: policies made of reports, and their schema.
 *
 * @module
 */
import { CommandError } from "../../caps/cli/messages.ts";
import type { CommandLine } from "../../caps/cli/parse.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";
import schema from "../../caps/policy/schema.json" with { type: "json" };

/**
 * Prints the schema of policies.
 *
 * @param line The command line
 * @param terminal Where it goes
 * @returns The exit code
 * @throws {CommandError} When nothing was asked for
 */
export function policy(line: CommandLine, terminal: Terminal): Promise<number> {
  if (line.flags.some(({ name }) => name === "schema")) {
    terminal.say(JSON.stringify(schema, null, 2) + "\n");
    return Promise.resolve(0);
  }
  throw new CommandError("No report given", { hint: "Write keyhole policy --from REPORT" });
}
