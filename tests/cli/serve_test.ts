import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { toFileUrl } from "@std/path";
import { pem } from "../caps/host/tls/pem.ts";
import { Client, withClient } from "../wasi/serve/kit.ts";
import { guestPath, inScratch, keyhole, startKeyhole } from "./process.ts";

const SHELL = guestPath("examples/shell/shell.wasm");
const HOST = guestPath("examples/shell/host.ts");
const isUnix = Deno.build.os !== "windows";

/** A server process, and where it listens. */
class Process {
  readonly address: string;
  readonly #process: Deno.ChildProcess;
  readonly #lines: string[];

  private constructor(process: Deno.ChildProcess, address: string, lines: string[]) {
    this.#process = process;
    this.address = address;
    this.#lines = lines;
  }

  static async start(directory: string, ...args: string[]): Promise<Process> {
    const process = startKeyhole(directory, ["serve", ...args]);
    const lines: string[] = [];
    let listening = (_: string): void => {};
    const address = new Promise<string>((resolve, reject) => {
      listening = resolve;
      void process.status.then(() => reject(new Error(`The server has ended: ${lines.join("\n")}`)));
    });
    address.catch(() => {});
    void (async (): Promise<void> => {
      let rest = "";
      for await (const text of process.stderr.pipeThrough(new TextDecoderStream())) {
        const parts = (rest + text).split("\n");
        rest = parts.pop()!;
        for (const line of parts) {
          lines.push(line);
          if (line.startsWith("listening on ")) listening(line.slice("listening on ".length));
        }
      }
    })();
    return new Process(process, await address, lines);
  }

  get log(): readonly string[] {
    return this.#lines;
  }

  async end(signal: Deno.Signal): Promise<number> {
    this.#process.kill(signal);
    return await this.ended();
  }

  async ended(): Promise<number> {
    const { code } = await this.#process.status;
    await this.#process.stdout.cancel();
    return code;
  }
}

async function serving(
  directory: string,
  args: string[],
  use: (process: Process) => Promise<void>,
): Promise<void> {
  const process = await Process.start(directory, ...args);
  try {
    await use(process);
  } finally {
    await process.end("SIGKILL").catch(() => {});
  }
}

Deno.test({
  name: "serve: a socket of one's own, the shell behind it, and an orderly end by SIGTERM and SIGINT",
  ignore: !isUnix,
  fn: () =>
    inScratch({}, async (directory) => {
      for (const signal of ["SIGTERM", "SIGINT"] as const) {
        await serving(directory, ["--listen", "unix:s", "--host", HOST, SHELL], async (process) => {
          assertEquals(process.address, "unix:s");
          const path = `${directory}/s`;
          assertEquals((await Deno.lstat(path)).mode! & 0o777, 0o600);
          await withClient({ address: `unix:${path}` }, async (client) => {
            assertEquals(await client.ask("set k v\n"), '"ok"\n');
            const ended = process.end(signal);
            assertEquals(await client.all(), "keyhole: session ended: the server is shutting down\n");
            assertEquals(await ended, 0);
          });
          assertEquals([...Deno.readDirSync(directory)], []);
          assert(process.log.some((line) => line.includes("session 1: begins")));
        });
      }
    }),
});

Deno.test({
  name: "serve: a client that speaks only through socat",
  ignore: !isUnix || !(await has("socat")),
  fn: () =>
    inScratch(
      {},
      (directory) =>
        serving(directory, ["--listen", "unix:s", "--host", HOST, SHELL], async () => {
          const process = new Deno.Command("socat", {
            args: ["-t", "5", "-", "UNIX:s"],
            cwd: directory,
            stdin: "piped",
            stdout: "piped",
          }).spawn();
          const writer = process.stdin.getWriter();
          await writer.write(new TextEncoder().encode("hello\nadd 2\nsum\n"));
          await writer.close();
          const { stdout } = await process.output();
          assertEquals(new TextDecoder().decode(stdout), '"hello\\n"\n"ok"\n"2"\nkeyhole: session ended\n');
        }),
    ),
});

async function hashOf(token: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What a server says to a client that says something and then listens. */
async function answerTo(process: Process, text: string): Promise<string> {
  let answer = "";
  await withClient(process, async (client) => {
    await client.say(text);
    answer = await client.all();
  });
  return answer;
}

Deno.test("serve: the users of a policy, each with its own limit, and nobody else", async () => {
  const policy = {
    limits: { memory: "4M", output: 12 },
    users: {
      alice: { tokenHash: await hashOf("open sesame"), limits: { bytesOut: 5 } },
      bob: { tokenHash: await hashOf("let me in"), sessions: 0 },
      carol: { tokenHash: await hashOf("friend"), limits: { bytesOut: "1K" } },
    },
  };
  const files = {
    "p.json": JSON.stringify(policy),
    "nobody.json": '{ "users": {} }',
    "users.json": JSON.stringify({ dave: { tokenHash: await hashOf("swordfish") } }),
  };
  const refused = "keyhole: refused: not allowed\n";
  const alice = '"hell\nkeyhole: session ended: the guest has answered more than 5 bytes\n';
  const dave = '"hello\\n"\n"h\nkeyhole: session ended: the guest has answered more than 12 bytes\n';
  await inScratch(files, async (directory) => {
    // A client that is let in by mistake is told so soon, in place of an answer that never ends.
    const flags = ["--listen", "tcp:127.0.0.1:0", "--idle", "10s", "--host", HOST];
    await serving(directory, [...flags, "--policy", "p.json", SHELL], async (process) => {
      for (const guess of ["guess\n", "\n", "alice\n", `${policy.users.alice.tokenHash}\n`]) {
        assertEquals(await answerTo(process, `${guess}hello\n`), refused);
      }
      assertEquals(await answerTo(process, "open sesame\nhello\n"), alice);
      assertMatch(await answerTo(process, "let me in\nhello\n"), /^keyhole: refused: /);
      await withClient(process, async (client) => {
        assertEquals(await client.ask("friend\nhello\n"), '"hello\\n"\n');
      });
      assertMatch(process.log.join("\n"), /begins, for carol/);
    });
    const both = [...flags, "--policy", "p.json", "--users", "users.json", SHELL];
    await serving(directory, both, async (process) => {
      assertEquals(await answerTo(process, "open sesame\nhello\n"), refused, "the file of users wins");
      assertEquals(
        await answerTo(process, "swordfish\nhello\nhello\n"),
        dave,
        "the policy's limit of output",
      );
    });
    await serving(directory, [...flags, "--policy", "nobody.json", SHELL], async (process) => {
      assertEquals(await answerTo(process, "hello\n"), refused, "an empty table lets nobody in");
    });
  });
});

Deno.test({
  name: "serve: listens where the policy says, unless a flag says otherwise",
  ignore: !isUnix,
  fn: () =>
    inScratch({ "p.json": '{ "listen": ["unix:door"] }' }, async (directory) => {
      const flags = ["--host", HOST, "--policy", "p.json"];
      await serving(directory, [...flags, SHELL], async (process) => {
        assertMatch(process.log.join("\n"), /listening on unix:.*door$/m);
        await withClient({ address: `unix:${directory}/door` }, async (client) => {
          assertEquals(await client.ask("hello\n"), '"hello\\n"\n');
        });
      });
      await serving(directory, ["--listen", "tcp:127.0.0.1:0", ...flags, SHELL], async (process) => {
        assertMatch(process.log.join("\n"), /listening on tcp:127/);
        await withClient(process, async (client) => {
          assertEquals(await client.ask("hello\n"), '"hello\\n"\n');
        });
      });
    }),
});

Deno.test("serve: users of a table are told apart by their tokens", async () => {
  const tokenHash = await hashOf("open sesame");
  const table = JSON.stringify({ alice: { tokenHash, limits: { bytesOut: 5 } } });
  await inScratch({ "users.json": table }, (directory) =>
    serving(
      directory,
      ["--listen", "tcp:127.0.0.1:0", "--users", "users.json", "--host", HOST, SHELL],
      async (process) => {
        assertEquals(await answerTo(process, "guess\n"), "keyhole: refused: not allowed\n");
        assertEquals(
          await answerTo(process, "open sesame\nhello\n"),
          '"hell\nkeyhole: session ended: the guest has answered more than 5 bytes\n',
        );
      },
    ));
});

Deno.test({
  name: "serve: who a process runs as is enough to be let in, and another user is not",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inScratch({
      "me.json": JSON.stringify({ me: { uid: Deno.uid() } }),
      "other.json": JSON.stringify({ other: { uid: Deno.uid()! + 1 } }),
    }, async (directory) => {
      const args = ["--listen", "unix:s", "--host", HOST];
      await serving(directory, [...args, "--users", "me.json", SHELL], async (process) => {
        await withClient({ address: `unix:${directory}/s` }, async (client) => {
          assertEquals(await client.ask("sum\n"), '"0"\n');
        });
        assertMatch(process.log.join("\n"), new RegExp(`begins, for me, uid ${Deno.uid()}, pid \\d+`));
      });
      await serving(directory, [...args, "--users", "other.json", SHELL], () =>
        withClient({ address: `unix:${directory}/s` }, async (client) => {
          assertEquals(await client.all(), "keyhole: refused: not allowed\n");
        }));
    }),
});

Deno.test({
  name: "serve: who is known by another proof is not asked for a token, and everybody else is",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const bob = { tokenHash: await hashOf("open sesame") };
    const table = (uid: number): string => JSON.stringify({ bob, someone: { uid } });
    const files = { "me.json": table(Deno.uid()!), "other.json": table(Deno.uid()! + 1) };
    await inScratch(files, async (directory) => {
      const args = ["--listen", "unix:s", "--host", HOST];
      const door = { address: `unix:${directory}/s` };
      await serving(
        directory,
        [...args, "--users", "me.json", SHELL],
        (process) =>
          withClient(door, async (client) => {
            assertEquals(await client.ask("set k v\n"), '"ok"\n');
            assertMatch(process.log.join("\n"), /begins, for someone, /);
          }),
      );
      await serving(
        directory,
        [...args, "--users", "other.json", SHELL],
        (process) =>
          withClient(door, async (client) => {
            assertEquals(await client.ask("open sesame\nset k v\n"), '"ok"\n');
            assertMatch(process.log.join("\n"), /begins, for bob, /);
          }),
      );
    });
  },
});

Deno.test("serve: whom a certificate names is let in over TLS and not asked for a token, and nobody else", async () => {
  const users = { alice: { certificate: "alice" }, bob: { tokenHash: await hashOf("open sesame") } };
  const file = (name: string): string => guestPath(`tests/caps/host/tls/${name}.pem`);
  const connect = (process: Process, who: string): Promise<Deno.TlsConn> =>
    Deno.connectTls({
      hostname: "localhost",
      port: Number(process.address.split(":").at(-1)),
      caCerts: [pem("authority")],
      cert: pem(who),
      key: pem(`${who}.key`),
    });
  await inScratch({ "users.json": JSON.stringify(users) }, (directory) =>
    serving(directory, [
      ...["--listen", "localhost:0", "--users", "users.json", "--host", HOST],
      ...["--tls-cert", file("localhost"), "--tls-key", file("localhost.key")],
      ...["--tls-client-ca", file("authority"), SHELL],
    ], async (process) => {
      const stranger = await connect(process, "stranger");
      await assertRejects(() => new Response(stranger.readable).text());
      const alice = await connect(process, "alice");
      await alice.write(new TextEncoder().encode("add 2\nsum\nexit 0\n"));
      assertEquals(await new Response(alice.readable).text(), '"ok"\n"2"\nkeyhole: session ended\n');
      assertMatch(process.log.join("\n"), /session 1: begins, for alice, alice, /);
    }));
});

Deno.test("serve: limits by flags", () =>
  inScratch({}, (directory) =>
    serving(
      directory,
      [
        ...["--listen", "tcp:127.0.0.1:0", "--fuel", "5000000", "--max-memory", "1M", "--idle", "10s"],
        ...["--max-sessions", "1", "--max-calls", "1000", guestPath("tests/guests/session.wasm")],
      ],
      async (process) => {
        const first = await Client.to(process);
        assertEquals(await first.ask("e\n"), "e\n");
        await withClient(process, async (client) => {
          assertEquals(await client.all(), "keyhole: refused: too many sessions, try again later\n");
        });
        await first.say("s");
        assertEquals(await first.all(), "keyhole: session ended: fuel limit of 5000000 reached\n");
        first.close();
      },
    )));

Deno.test("serve: what is wrong is told before anybody comes", () =>
  inScratch({
    "users.json": '{ "a": { "uid": 1, "limits": { "memmory": "1M" } } }',
    "policy.json": '{ "users": { "a": { "sessions": 1 } } }',
    "wall.json": '{ "lockdown": "require" }',
    "quiet.json": '{ "stderr": "null" }',
    "call.json": '{ "invoke": "main" }',
    "doors.json": '{ "listen": ["unix:a", "unix:b"] }',
    "nothing.ts": "export const nothing = 1;",
    "throws.ts": 'export function host() { throw new Error("no data base"); }',
    "refuses.ts": 'export function host() { return Promise.reject(new Error("no data base")); }',
    "empty.ts": "export function host() {}",
    "object.ts": "export function host() { return {}; }",
    "number.ts": "export function host() { return [5]; }",
    "module.wasm": "no module",
  }, async (directory) => {
    const told = async (...args: string[]): Promise<string> => {
      const { code, stderr } = await keyhole(directory, "serve", ...args);
      assert(code !== 0);
      return stderr.split("\n")[0]!;
    };
    const listen = ["--listen", "tcp:127.0.0.1:0"];
    assertEquals(await told(SHELL), "error: Nothing to listen on");
    assertEquals(await told("--listen", "nowhere", SHELL), 'error: "nowhere" is not an address');
    assertEquals(
      await told(...listen, ...listen, SHELL),
      'error: Flag "--listen" was given twice: serve has one door',
    );
    assertEquals(
      await told("--policy", "doors.json", SHELL),
      "error: The policy listens on 2 addresses: serve has one door",
    );
    for (const [file, what] of [["wall", "lockdown"], ["quiet", "stderr"], ["call", "invoke"]]) {
      assertEquals(
        await told(...listen, "--policy", `${file}.json`, SHELL),
        `error: The policy's "${what}" cannot hold for a server`,
      );
    }
    assertMatch(
      await told(...listen, "--tls-cert", "c", SHELL),
      /^error: TLS needs a certificate and its key/,
    );
    assertMatch(
      await told(...listen, "--host", "none.ts", SHELL),
      /^error: Module "none\.ts" cannot be loaded/,
    );
    assertEquals(
      await told(...listen, "--host", "nothing.ts", SHELL),
      'error: Module "nothing.ts" exports no function "host"',
    );
    for (const file of ["throws.ts", "refuses.ts"]) {
      assertEquals(
        await told(...listen, "--host", file, SHELL),
        `error: Function "host" of module "${file}" failed: no data base`,
      );
    }
    for (const file of ["empty.ts", "object.ts", "number.ts"]) {
      assertEquals(
        await told(...listen, "--host", file, SHELL),
        `error: Function "host" of module "${file}" does not return a list of hostFunctions()`,
      );
    }
    assertEquals(
      await told(...listen, SHELL),
      `error: Module "${SHELL}" cannot be used: unknown import: function "host.host_add", ` +
        'nothing is offered under "host"',
    );
    assertMatch(
      await told(...listen, "--users", "users.json", SHELL),
      /^error: Table of users "users\.json": a\.limits\.memmory is not known/,
    );
    assertMatch(
      await told(...listen, "--policy", "policy.json", "--users", "none.json", SHELL),
      /^error: Policy "policy\.json": users\.a needs one of "certificate", "uid", "tokenHash"/,
    );
    assertMatch(await told(...listen, "--state", "users.json", SHELL), /is not a log of keyhole/);
    assertMatch(await told(...listen, "module.wasm"), /not a WebAssembly module/);
    assertMatch(await told(...listen, "--max-sessions", "9000", SHELL), /takes 1 to 8000/);
    assertMatch(await told(...listen, "--socket-mode", "999", SHELL), /is not a mode/);
    assertEquals([...Deno.readDirSync(directory)].length, 13);
  }));

/** A module of functions for the shell that fails when its directory has a file `now`. */
const failing = (how: string): string => `
  export { host } from ${JSON.stringify(toFileUrl(HOST))};
  const timer = setInterval(() => {
    try { Deno.statSync("now"); } catch { return; }
    clearInterval(timer);
    ${how}
  }, 1);`;

Deno.test("serve: an error that nobody catches ends the server in order, and is told in one line", async () => {
  const files = {
    "throws.ts": failing('throw new Error("too\\nlate");'),
    "rejects.ts": failing('setInterval(() => Promise.reject(new Error("too\\nlate")), 1);'),
  };
  for (const module of Object.keys(files)) {
    await inScratch(files, async (directory) => {
      const door = isUnix ? "unix:s" : "tcp:127.0.0.1:0";
      await serving(directory, ["--listen", door, "--host", module, SHELL], async (process) => {
        const address = isUnix ? `unix:${directory}/s` : process.address;
        await withClient({ address }, async (client) => {
          assertEquals(await client.ask("set k v\n"), '"ok"\n');
          await Deno.writeTextFile(`${directory}/now`, "");
          assertEquals(await client.all(), "keyhole: session ended: the server is shutting down\n");
        });
        assertEquals(await process.ended(), 125);
        const told = process.log.filter((line) => !/^(session \d+|listening)/.test(line));
        assertEquals(told, [`error: Module "${module}" failed: Error: too\\u{a}late`]);
        const left = [...Deno.readDirSync(directory)].map(({ name }) => name);
        assertEquals(left.sort(), ["now", ...Object.keys(files)].sort());
      });
    });
  }
});

Deno.test("serve: an error that nobody catches before anybody has come ends the server too", () =>
  inScratch({
    "early.ts": `export { host } from ${
      JSON.stringify(toFileUrl(HOST))
    }; Promise.reject(new Error("early"));`,
  }, async (directory) => {
    const args = ["--listen", "tcp:127.0.0.1:0", "--host", "early.ts", SHELL];
    const { code, stderr } = await keyhole(directory, "serve", ...args);
    assertEquals(code, 125);
    assertEquals(stderr.split("\n").filter((line) => !line.startsWith("listening")), [
      'error: Module "early.ts" failed: Error: early',
      "",
    ]);
  }));

/** How often a server is killed; `KEYHOLE_KILLS=100` takes a minute or two. */
const KILLS = Number(Deno.env.get("KEYHOLE_KILLS") ?? 10);

Deno.test("serve: a server that is killed while it writes loses nothing that it has acknowledged", () =>
  inScratch({}, async (directory) => {
    const acknowledged = new Map<string, string>();
    let counts = 0;
    let sent = 0;
    for (let round = 0; round < KILLS; round++) {
      const args = ["--listen", "tcp:127.0.0.1:0", "--host", HOST, "--state", "state"];
      const process = await Process.start(directory, ...args, SHELL);
      await withClient(process, async (client) => {
        for (const [key, value] of acknowledged) {
          assertEquals(await client.ask(`get ${key}\n`), `"${value}"\n`);
        }
        const sum = Number((await client.ask("sum\n")).slice(1, -2));
        assert(sum >= counts && sum <= sent, `${sum} counts, of ${counts} to ${sent}`);
        counts = sent = sum;
      });
      const clients = await Promise.all(Array.from({ length: 4 }, () => Client.to(process)));
      let killed = false;
      const writing = clients.map(async (client, i) => {
        for (let n = 0; !killed; n++) {
          const key = `${i}-${n % 5}`, value = `${round}-${n}`;
          if (await client.ask(`set ${key} ${value}\n`) !== '"ok"\n') {
            // Whether a change counts that was not acknowledged, nobody knows; from here on it is not asked for.
            acknowledged.delete(key);
            return;
          }
          acknowledged.set(key, value);
          sent++;
          if (await client.ask("add 1\n") !== '"ok"\n') return;
          counts++;
        }
      });
      await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 100));
      await process.end("SIGKILL");
      killed = true;
      await Promise.all(writing);
      for (const client of clients) client.close();
    }
    assert(counts > KILLS && acknowledged.size > 0);
  }));

async function has(program: string): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args: ["-V"], stdout: "null", stderr: "null" }).output())
      .success;
  } catch {
    return false;
  }
}
