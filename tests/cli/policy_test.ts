import { assert, assertEquals } from "@std/assert";
import { guestPath, inScratch, keyhole } from "./process.ts";

const copy = guestPath("examples/copy/demo.wasm");
const schema = guestPath("caps/policy/schema.json");

const FILES = {
  "ci/docs/a.txt": "hello",
  "ci/p.json": JSON.stringify({
    mounts: [{ dir: "docs", as: "/in" }, { dir: "../out", as: "/out", access: "rw", limits: { disk: 4 } }],
    limits: { timeout: "20s" },
  }),
  "out/": "",
};

Deno.test("a policy grants what it says, from where it lies, and no more", async () => {
  await inScratch(FILES, async (directory) => {
    const read = await keyhole(directory, "--policy", "ci/p.json", copy, "/in/a.txt", "/in/b.txt");
    assertEquals(read.code, 1);
    assert(read.stderr.includes("Read-only file system"), read.stderr);
    const full = await keyhole(directory, "--policy", "ci/p.json", copy, "/in/a.txt", "/out/b.txt");
    assertEquals(full.code, 1, "five bytes do not fit into four");
    const added = await keyhole(
      directory,
      "--policy=ci/p.json",
      "--dir=out::/out",
      copy,
      "/in/a.txt",
      "/out/b.txt",
    );
    assertEquals([added.code, added.stderr], [0, ""]);
    assertEquals(await Deno.readTextFile(`${directory}/out/b.txt`), "hello");
    assertEquals(Array.from(Deno.readDirSync(`${directory}/ci/docs`), ({ name }) => name), ["a.txt"]);
  });
});

Deno.test("what --print-policy prints grants the same, from everywhere", async () => {
  await inScratch(FILES, async (directory) => {
    const flags = ["--policy", "p.json", "--tmp", "/tmp", "--env", "A=1", "--max-memory", "16M"];
    const printed = await keyhole(`${directory}/ci`, ...flags, "--print-policy");
    assertEquals([printed.code, printed.stderr], [0, ""]);
    await Deno.writeTextFile(`${directory}/out/q.json`, printed.stdout);
    const again = await keyhole(`${directory}/out`, "--policy", "q.json", "--print-policy", "tool.wasm");
    assertEquals(again.stdout, printed.stdout);
    const run = await keyhole(directory, "--policy", "out/q.json", copy, "/in/a.txt", "/tmp/b.txt");
    assertEquals([run.code, run.stderr], [0, ""]);
  });
});

Deno.test("a policy that was saved can be read, however its directories were written", async () => {
  await inScratch({ "w/a.txt": "hello" }, async (directory) => {
    const cases = [
      ["p.json", "./", "./w/a.txt", "./w/b.txt"],
      ["p.json", `${directory}/`, `${directory}/w/a.txt`, `${directory}/w/b.txt`],
      ["w/p.json", "w/", "w/a.txt", "w/b.txt"],
    ] as const;
    for (const [policy, granted, ...args] of cases) {
      const flags = ["--report=r.json", "--save-policy", policy, "--dir", granted];
      const saved = await keyhole(directory, ...flags, copy, ...args);
      assertEquals([saved.code, saved.stderr], [0, ""]);
      const again = await keyhole(directory, "--policy", policy, copy, ...args);
      assertEquals([again.code, again.stderr], [0, ""], granted);
      await Deno.remove(`${directory}/w/b.txt`);
      const made = await keyhole(directory, "policy", "--from", "r.json", "-o", policy);
      assertEquals(made.code, 0);
      const smallest = await keyhole(directory, "--policy", policy, copy, ...args);
      assertEquals([smallest.code, smallest.stderr], [0, ""], granted);
      await Deno.remove(`${directory}/w/b.txt`);
    }
  });
});

Deno.test("who may connect grants a program nothing, is kept in policies and is told in no report", async () => {
  const users = { alice: { uid: 0, tokenHash: "ab".repeat(32), limits: { memory: 65536 } } };
  const files = {
    "p.json": JSON.stringify({ mounts: [{ dir: "docs", as: "/in" }, { tmp: "/tmp" }], users }),
    "bad.json": JSON.stringify({ users: { alice: { ...users.alice, limits: { memmory: 65536 } } } }),
    "docs/a.txt": "hello",
  };
  await inScratch(files, async (directory) => {
    const policy = ["--policy", "p.json"];
    const flags = [...policy, "--report=r.json", "--save-policy=s.json"];
    const run = await keyhole(directory, ...flags, copy, "/in/a.txt", "/tmp/b.txt");
    assertEquals([run.code, run.stderr], [0, ""], "limits of a user are not those of the program");
    const refused = await keyhole(directory, ...policy, copy, "/in/a.txt", "/in/b.txt");
    assertEquals(refused.code, 1);
    const saved = await Deno.readTextFile(`${directory}/s.json`);
    assertEquals(JSON.parse(saved).users, users);
    const printed = await keyhole(directory, ...policy, "--print-policy");
    assertEquals([printed.code, JSON.parse(printed.stdout).users], [0, users]);
    const report = await Deno.readTextFile(`${directory}/r.json`);
    assert(!report.includes("alice") && !report.includes("abab"), report);
    const made = await keyhole(directory, "policy", "--from", "r.json");
    assertEquals([made.code, "users" in JSON.parse(made.stdout)], [0, false]);
    assertEquals(await keyhole(directory, "--policy", "bad.json", copy), {
      code: 2,
      stdout: "",
      stderr: 'error: Policy "bad.json": users.alice.limits.memmory is not known\n' +
        '  hint: Did you mean "memory"?\n',
    });
    const forged = JSON.parse(report);
    forged.granted.users = users;
    await Deno.writeTextFile(`${directory}/r.json`, JSON.stringify(forged));
    const strange = await keyhole(directory, "policy", "--from", "r.json");
    assertEquals(strange.stderr, 'error: Report "r.json": granted.users is not known\n');
  });
});

Deno.test("a policy that cannot be used is one clear error", async () => {
  await inScratch(
    { "bad.json": "{ ]", "typo.json": '{ "mounts": [{ "dri": "." }] }', "d/": "" },
    async (directory) => {
      const errors: [string, string][] = [
        ["missing.json", 'error: Policy "missing.json" cannot be read: no such file or directory\n'],
        ["d", 'error: Policy "d" cannot be read: it is a directory\n'],
        [
          "typo.json",
          'error: Policy "typo.json": mounts[0] needs one of "dir", "file", "overlay", "tmp"\n' +
          '  hint: Did you mean "dir"?\n',
        ],
      ];
      for (const [file, stderr] of errors) {
        assertEquals(await keyhole(directory, "--policy", file, copy), { code: 2, stdout: "", stderr });
      }
      const broken = await keyhole(directory, "--policy", "bad.json", copy);
      assertEquals(broken.code, 2);
      assert(broken.stderr.startsWith('error: Policy "bad.json" is not JSON: '), broken.stderr);
      assertEquals(broken.stderr.split("\n").length, 2);
    },
  );
});

Deno.test("the schema is printed for editors", async () => {
  const { code, stdout } = await keyhole("/", "policy", "--schema");
  assertEquals(code, 0);
  assertEquals(JSON.parse(stdout), JSON.parse(await Deno.readTextFile(schema)));
});

Deno.test("the smallest policy of a report lets the same run happen again, and no more", async () => {
  const files = {
    "data/in/a.txt": "hello",
    "data/in/secret": "x",
    "data/out/": "",
    "unused/": "",
    "ci/": "",
  };
  await inScratch(files, async (directory) => {
    const wide = ["--dir", "data::/data", "--dir", "unused", "--tmp", "/tmp", "--env", "KEY=1"];
    const first = await keyhole(
      directory,
      ...wide,
      "--report=r.json",
      copy,
      "/data/in/a.txt",
      "/data/in/b.txt",
    );
    assertEquals([first.code, first.stderr], [0, ""]);
    const made = await keyhole(directory, "policy", "--from", "r.json", "-o", "ci/p.json");
    const note = "hint: A report holds no values of variables: KEY will be passed on\n";
    assertEquals(made, { code: 0, stdout: "", stderr: note });
    const { mounts, stdin } = JSON.parse(await Deno.readTextFile(`${directory}/ci/p.json`));
    assertEquals(mounts, [{ dir: `${directory}/data/in`, as: "/data/in", access: "rw" }]);
    assertEquals(stdin, "null");
    const again = await keyhole(
      ...[
        directory,
        "--policy",
        "ci/p.json",
        "--env",
        "KEY=1",
        copy,
        "/data/in/a.txt",
        "/data/in/b.txt",
      ] as const,
    );
    assertEquals([again.code, again.stderr], [0, ""]);
    const more = await keyhole(
      ...[
        directory,
        "--policy",
        "ci/p.json",
        "--env",
        "KEY=1",
        copy,
        "/data/in/a.txt",
        "/data/out/b.txt",
      ] as const,
    );
    assertEquals(more.code, 1);
  });
});

Deno.test("a report that no policy can be made of is one clear error", async () => {
  await inScratch({ "r.json": '{ "version": 1 }' }, async (directory) => {
    const missing = await keyhole(directory, "policy");
    assertEquals(missing, {
      code: 2,
      stdout: "",
      stderr: "error: No report given\n  hint: Write keyhole policy --from REPORT\n",
    });
    const bad = await keyhole(directory, "policy", "--from", "r.json");
    assertEquals(bad, { code: 2, stdout: "", stderr: 'error: Report "r.json": it needs "granted"\n' });
  });
});
