import { assert, assertEquals } from "@std/assert";
import type { CommandName } from "../../caps/cli/command_names.ts";
import { COMMANDS } from "../../caps/cli/commands.ts";
import { FLAG_GROUPS } from "../../caps/cli/flag_groups.ts";
import { type FlagName, FLAGS, flagsOf } from "../../caps/cli/flags.ts";
import { commandHelp, mainHelp } from "../../caps/cli/help.ts";
import { parseCommandLine } from "../../caps/cli/parse.ts";
import { readSettings } from "../../caps/cli/settings.ts";

const NAMES = Object.keys(COMMANDS) as CommandName[];

Deno.test("help fits 80 columns and has no trailing blanks", () => {
  for (const text of [mainHelp(), ...NAMES.map(commandHelp)]) {
    for (const line of text.split("\n")) {
      assert(line.length <= 80, line);
      assertEquals(line, line.trimEnd());
    }
    assert(text.endsWith("\n") && !text.endsWith("\n\n"));
  }
});

Deno.test("help names every flag of its command, once, and no other", () => {
  for (const command of NAMES.filter((name) => name !== "help")) {
    const shown = [...commandHelp(command).matchAll(/^ {2}(?:-\w, )?--([\w-]+)/gm)].map((match) => match[1]!);
    assertEquals(shown.toSorted(), flagsOf(command).toSorted());
  }
});

Deno.test("every flag is in one group", () => {
  const grouped = FLAG_GROUPS.flatMap((group) => group.flags);
  assertEquals(grouped.toSorted(), Object.keys(FLAGS).toSorted() as FlagName[]);
});

Deno.test("every example in the help is a command line that keyhole takes", () => {
  const examples = [
    ...FLAG_GROUPS.flatMap((group) => group.example ?? []),
    ...NAMES.map((name) => COMMANDS[name].example).filter((example) => !example.startsWith("eval")),
  ];
  assert(examples.length > 8);
  for (const example of examples) {
    const [keyhole, ...argv] = example.replace(/ > .*/, "").split(" ");
    assertEquals(keyhole, "keyhole");
    const { command, flags, operands } = parseCommandLine(argv);
    if (command === "run") readSettings(flags, "posix");
    assert(operands.length >= COMMANDS[command].operandCount[0], example);
  }
});
