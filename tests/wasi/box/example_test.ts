import { assertEquals } from "@std/assert";
import { inRepository } from "../../repository.ts";

Deno.test("the example undoes and branches", async () => {
  const example = inRepository("examples/box/undo.ts");
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["run", "-A", "--no-check", example] })
    .output();
  assertEquals(new TextDecoder().decode(stdout).split("\n"), [
    ..."main:  value=1,main:  value=2,main:  value=1,undo the last two,main:  value=2".split(","),
    ..."other: value=1,main:  value=3,the same state: false,".split(","),
  ]);
});
