import { assertEquals } from "@std/assert";
import { flagsOf } from "../../caps/cli/flags.ts";
import { nearest } from "../../caps/nearest.ts";

Deno.test("a slip finds the flag that was meant, nonsense finds none", () => {
  const slips: [string, string | undefined][] = [
    ["dri", "dir"],
    ["DIR", "dir"],
    ["dirs", "dir"],
    ["mapdri", "mapdir"],
    ["enviroment", undefined],
    ["inheritenv", "inherit-env"],
    ["verbos", "verbose"],
    ["stdn", "stdin"],
    ["qiuet", "quiet"],
    ["x", undefined],
    ["", undefined],
    ["toString", undefined],
  ];
  for (const [typed, meant] of slips) assertEquals(nearest(typed, flagsOf("run")), meant, typed);
});
