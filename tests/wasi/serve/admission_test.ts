import { assertEquals } from "@std/assert";
import { Client, withServer } from "./kit.ts";

Deno.test("clients of one user who are let in at the same moment are counted", () => {
  const waiting: (() => void)[] = [];
  const admit = async (): Promise<{ user: string; sessions: number }> => {
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      if (waiting.length === 4) { for (const goOn of waiting) goOn(); }
    });
    return { user: "alice", sessions: 1 };
  };
  return withServer({ admit }, async (server) => {
    const clients = await Promise.all(Array.from({ length: 4 }, () => Client.to(server)));
    const answers = await Promise.all(clients.map((client) => client.ask("e 1\n")));
    const refused = Array(3).fill("keyhole: refused: too many sessions of this user\n");
    assertEquals(answers.sort(), ["e 1\n", ...refused]);
    for (const client of clients) client.close();
  });
});
