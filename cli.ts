#!/usr/bin/env -S deno run -A
/**
 * The command line of keyhole: `deno run -A cli.ts --help` tells all of it.
 *
 * @module
 */
import { letCodeBeKept, processTerminal } from "./caps/cli/terminal.ts";
import { main } from "./wasi/cli/main.ts";

if (import.meta.main) {
  const terminal = processTerminal();
  await letCodeBeKept();
  await terminal.end(await main(terminal));
}
