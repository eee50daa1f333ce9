/**
 * Two thousand sessions in one process, five bad guests among them: how long the good ones wait for an answer, and how
 * much memory a session takes.
 *
 * ```sh
 * deno run -A tests/bench/serve.ts [sessions] [seconds]
 * ```
 *
 * The server is a process of its own, so that its memory and its answers are not those of its clients.
 *
 * @module
 */
import { openDoor, serve } from "../../mod.ts";
import { Client, SESSION_GUEST } from "../wasi/serve/kit.ts";

const sessions = Number(Deno.args[0] ?? 2000);
const seconds = Number(Deno.args[1] ?? 60);
/** With and without bad guests in turn, since a machine is not equally fast all the time. */
const ROUNDS = 5;

/** Serves until its standard input ends. */
async function beServer(path: string): Promise<void> {
  const server = await serve(SESSION_GUEST, {
    door: await openDoor(`unix:${path}`),
    limits: { memory: 16 << 20, bytesOut: 64 << 20, fuel: 3_000_000_000 },
  });
  console.log("listening");
  await Deno.stdin.read(new Uint8Array(1));
  await server.close();
}

async function measure(): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "keyhole-bench-" });
  const path = `${directory}/s`;
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", import.meta.filename!, "server", path],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const output = process.stdout.getReader();
  await output.read();
  try {
    await compare({ address: `unix:${path}` }, process.pid);
  } finally {
    process.kill("SIGKILL");
    await process.status;
    await output.cancel();
    await process.stdin.close().catch(() => {});
    await Deno.remove(directory, { recursive: true });
  }
}

async function compare(server: { readonly address: string }, pid: number): Promise<void> {
  const before = residentOf(pid);
  const clients: Client[] = [];
  while (clients.length < sessions) {
    // A queue of the kernel's that is full refuses at once.
    const client = await Client.to(server).catch(() =>
      new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 5))
    );
    if (client !== undefined) clients.push(client);
  }
  await Promise.all(clients.map((client) => client.ask("e hello\n")));
  const idle = residentOf(pid);
  const perSession = (idle - before) / sessions;
  console.log(
    `${sessions} sessions, ${(perSession / 1024).toFixed(1)} KiB resident each (${mebibytes(idle)} in all)`,
  );

  const alone = new Answers(), together = new Answers();
  let ends: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await answers(clients, seconds / ROUNDS / 2, alone);
    const bad = ["s", "f", "m", "t", "r"].map((letter) => misbehave(server, letter));
    await answers(clients, seconds / ROUNDS / 2, together);
    ends = await Promise.all(bad);
  }
  console.log(`answers without bad guests:   ${alone}`);
  console.log(`answers with five bad guests: ${together}`);
  const moved = (together.median / alone.median).toFixed(2);
  console.log(`the median moved by ${moved}x; resident ${mebibytes(residentOf(pid))}`);
  console.log("how the bad guests ended (spin, flood, memory bomb, trap, half-closed):");
  for (const end of ends) console.log(end);
  const answered = await Promise.all(clients.map((client) => client.ask("e bye\n")));
  console.log(
    `${answered.filter((line) => line === "e bye\n").length} of ${sessions} sessions answer at the end`,
  );
  for (const client of clients) client.close();
}

/** A guest that behaves badly, until it is ended. */
async function misbehave(server: { readonly address: string }, letter: string): Promise<string> {
  const client = await Client.to(server);
  const begun = performance.now();
  await client.say(letter);
  if (letter === "r") await client.endSide();
  const last = await client.lastLine();
  client.close();
  return `  ${letter}: ${last} (after ${((performance.now() - begun) / 1000).toFixed(1)} s)`;
}

/** Answers that were waited for, in milliseconds. */
class Answers {
  readonly #times: number[] = [];

  add(time: number): void {
    this.#times.push(time);
  }

  get median(): number {
    return this.#at(0.5);
  }

  #at(share: number): number {
    return this.#times.sort((a, b) => a - b)[Math.floor(this.#times.length * share)] ?? NaN;
  }

  toString(): string {
    const time = (share: number): string => `${this.#at(share).toFixed(3)} ms`;
    return `median ${time(0.5)}, 99 of 100 within ${time(0.99)}, slowest ${
      time(0.9999)
    } (${this.#times.length} answers)`;
  }
}

/** Lets every session in turn say something and waits for the answer: some two hundred in a second, as people type. */
async function answers(clients: readonly Client[], seconds: number, into: Answers): Promise<void> {
  const end = performance.now() + seconds * 1000;
  for (let i = 0; performance.now() < end; i++) {
    const begun = performance.now();
    await clients[i % clients.length]!.ask("e hello\n");
    into.add(performance.now() - begun);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Bytes of a process that are in memory, as Linux tells. */
function residentOf(pid: number): number {
  const line = Deno.readTextFileSync(`/proc/${pid}/status`).split("\n").find((line) =>
    line.startsWith("VmRSS")
  );
  return Number(line?.split(/\s+/)[1]) * 1024;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}

if (Deno.args[0] === "server") await beServer(Deno.args[1]!);
else await measure();
