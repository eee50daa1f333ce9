/**
 * `keyhole policy`: policies made of reports, and their schema.
 *
 * @module
 */
import { CommandError, formatHint } from "../../caps/cli/messages.ts";
import type { FlagName } from "../../caps/cli/flags.ts";
import type { CommandLine } from "../../caps/cli/parse.ts";
import { writeFile } from "../../caps/cli/output_file.ts";
import { policyFromReport } from "../../caps/cli/policy_file.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";
import schema from "../../caps/policy/schema.json" with { type: "json" };

/**
 * Prints the smallest policy that would have sufficed for a run, or the schema of policies.
 *
 * @param line The command line
 * @param terminal Where it goes
 * @returns The exit code
 * @throws {CommandError} For a report that cannot be used
 */
export function policy(line: CommandLine, terminal: Terminal): number {
  const given = (name: FlagName): string | undefined => line.flags.find((flag) => flag.name === name)?.value;
  const output = given("output") ?? "-";
  if (given("schema") !== undefined) {
    put(JSON.stringify(schema, null, 2) + "\n", output, terminal);
    return 0;
  }
  const report = given("from");
  if (report === undefined) {
    throw new CommandError("No report given", { hint: "Write keyhole policy --from REPORT" });
  }
  const made = policyFromReport(report, output === "-" ? undefined : output, terminal.pathStyle);
  put(made.text, output, terminal);
  for (const note of made.notes) terminal.complain(formatHint(note, terminal.colour));
  return 0;
}

function put(text: string, output: string, terminal: Terminal): void {
  if (output === "-") terminal.say(text);
  else writeFile(output, new TextEncoder().encode(text));
}
