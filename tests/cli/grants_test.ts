/**
 * What flags grant to a guest, seen from inside.
 */
import { assertEquals } from "@std/assert";
import { guestPath, inScratch, keyhole, keyholeInShell, keyholeWith } from "./process.ts";

const calls = guestPath("tests/guests/calls.wasm");

/** What the workbench guest answers, a line an operation. */
async function answers(cwd: string, ...args: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await keyhole(cwd, ...args);
  assertEquals([code, stderr], [0, ""]);
  return stdout.trimEnd().split("\n").map((line) => line.replace(/^.*? = /, ""));
}

Deno.test("a guest's arguments are its own, whatever they look like", async () => {
  const [line] = await answers(".", calls, "args", "print:", "print:--dir", "print:-h", "print:--");
  assertEquals(
    line!.startsWith('OK 6 "calls.wasm" "args" "print:" "print:--dir" "print:-h" "print:--"'),
    true,
    line,
  );
});

Deno.test("a guest's own name is the module's last name, or what --argv0 says", async () => {
  assertEquals(await answers(".", calls, "args"), ['OK 2 "calls.wasm" "args"']);
  assertEquals(await answers(".", "--argv0", "some/thing else", calls, "args"), [
    'OK 2 "some/thing else" "args"',
  ]);
});

Deno.test("a guest has the variables that it was given, and no other", async () => {
  const environ = async (...flags: string[]): Promise<string[]> => {
    const env = { KEYHOLE_A: "1", KEYHOLE_B: "two words" };
    const { stdout } = await keyholeWith({ env }, ".", ...flags, calls, "environ");
    return [...stdout.matchAll(/"(.*?)"/g)].map((match) => match[1]!);
  };
  assertEquals(await environ(), []);
  assertEquals(await environ("--env", "A=1=2", "--env=B="), ["A=1=2", "B="]);
  assertEquals(await environ("--env", "KEYHOLE_B"), ["KEYHOLE_B=two words"]);
  assertEquals(await environ("--allow-env=KEYHOLE_A,KEYHOLE_NOT_SET"), ["KEYHOLE_A=1"]);
  assertEquals(await environ("--env=__proto__=x"), ["__proto__=x"]);
  const all = await environ("--inherit-env", "--env", "KEYHOLE_A=2");
  assertEquals(all.filter((variable) => variable.startsWith("KEYHOLE_")).toSorted(), [
    "KEYHOLE_A=2",
    "KEYHOLE_B=two words",
  ]);
});

Deno.test("mounts have the names that they were given, in the order of the flags", async () => {
  await inScratch({ "data/in.txt": "hello" }, async (directory) => {
    const flags = [
      "--tmp",
      "/t",
      "--dir",
      "data:ro",
      "--mapdir",
      "/m::data",
      "--allow-read=.",
      "--dir=data::d",
    ];
    const [line] = await answers(directory, ...flags, calls, "preopens");
    assertEquals(line, 'OK 3="/t" 4="data" 5="/m" 6="." 7="d"');
  });
});

Deno.test("what is granted for reading is not changed", async () => {
  await inScratch({ "data/in.txt": "hello" }, async (directory) => {
    const operations = ["get:in.txt", "put:in.txt:x", "put:new.txt:x", "unlink:in.txt", "mkdir:sub"];
    const refused = ['OK "hello"', "EROFS", "EROFS", "EROFS", "EROFS"];
    const before = (await Deno.stat(`${directory}/data`)).mtime;
    for (const flags of [["--dir=data:ro"], ["--allow-read=data"], ["--dir", "data", "--read-only"]]) {
      const told = await answers(directory, ...flags, calls, ...operations);
      assertEquals(told.map((line) => line.replace(/ \d+ "/, ' "')), refused, flags.join(" "));
    }
    assertEquals([...Deno.readDirSync(`${directory}/data`)].map((entry) => entry.name), ["in.txt"]);
    assertEquals((await Deno.stat(`${directory}/data`)).mtime, before);
  });
});

Deno.test("a granted file comes without its neighbours", async () => {
  await inScratch({ "data/a.txt": "a", "data/b.txt": "b", "c.txt": "c" }, async (directory) => {
    const flags = ["--file", "data/a.txt:ro", "--file=c.txt::data/c.txt", "--file", "c.txt::/etc/conf"];
    const operations = [
      "preopens",
      "list:.",
      "get:b.txt",
      "put:a.txt:x",
      "put:c.txt:new",
      "unlink:c.txt",
      "put:d.txt:x",
    ];
    const told = await answers(directory, ...flags, calls, ...operations);
    assertEquals(told[0], 'OK 3="data" 4="/etc"');
    assertEquals(
      told[1]!.includes("a.txt") && told[1]!.includes("c.txt") && !told[1]!.includes("b.txt"),
      true,
      told[1],
    );
    assertEquals(told[2], "ENOENT");
    assertEquals(told[3], "EROFS");
    assertEquals(told.slice(5), ["EROFS", "EROFS"]);
    assertEquals(await Deno.readTextFile(`${directory}/c.txt`), "new");
    assertEquals(await Deno.readTextFile(`${directory}/data/a.txt`), "a");
  });
});

Deno.test("a slash at the end of a name is no part of what a program finds", async () => {
  await inScratch({ "work/a.txt": "a" }, async (directory) => {
    for (
      const [flag, name] of [["work/", "work"], ["work//::/in//", "/in"], ["work::/", "/"], [
        "./work/",
        "./work",
      ]]
    ) {
      assertEquals(
        (await answers(directory, "--dir", flag!, calls, "preopens"))[0],
        `OK 3=${JSON.stringify(name)}`,
      );
    }
  });
});

Deno.test("a directory in memory is empty at first and leaves nothing behind", async () => {
  await inScratch({}, async (directory) => {
    const told = await answers(directory, "--tmp", "/tmp", calls, "put:a:hello", "get:a");
    assertEquals(told[1]!.endsWith('"hello"'), true, told[1]);
    assertEquals([...Deno.readDirSync(directory)], []);
  });
});

Deno.test("limits on files are limits over all mounts", async () => {
  await inScratch({ "a/": "", "b/": "" }, async (directory) => {
    const flags = ["--dir=a::/a", "--dir=b::/b"];
    const put = ["put:@/a@x:1234", "put:@/b@x:5678", "put:@/b@y:9"];
    assertEquals((await answers(directory, "--max-disk", "8", ...flags, calls, ...put))[2], "EDQUOT");
    assertEquals(
      (await answers(directory, "--max-file-size", "3", ...flags, calls, "put:@/a@z:1234"))[0],
      "EFBIG",
    );
    assertEquals(
      (await answers(directory, "--max-entries", "1", ...flags, calls, "mkdir:@/a@n", "mkdir:@/b@n"))[1],
      "ENOSPC",
    );
    assertEquals(
      (await answers(directory, "--max-open-files", "5", ...flags, calls, "open:@/a@x"))[0],
      "EMFILE",
    );
  });
});

Deno.test("what an overlay copies counts as room that it takes, and nothing that it hides is credited", async () => {
  await inScratch({ "a/large": "x".repeat(5000), "a/small": "12345678" }, async (directory) => {
    const within = async (...operations: string[]): Promise<string[]> =>
      await answers(directory, "--max-disk", "1000", "--overlay", "a", calls, ...operations);
    const written = await within(
      "put:large:x:DSYNC",
      "unlink:large",
      "put:new:x",
      `put:more:${"y".repeat(1000)}`,
    );
    assertEquals(written, ["EDQUOT", "OK", "OK", "EDQUOT"]);
    const small = await within("put:small:9:APPEND", "get:small");
    assertEquals(small, ["OK", 'OK 9 "123456789"']);
    const policy = { mounts: [{ overlay: "a", as: "o", limits: { disk: 1000 } }] };
    await Deno.writeTextFile(`${directory}/policy.json`, JSON.stringify(policy));
    const own = await answers(
      directory,
      "--policy",
      "policy.json",
      calls,
      "put:large:x:DSYNC",
      "put:new:x",
    );
    assertEquals(own, ["EDQUOT", "OK"]);
    // As large as it was, a file of any size can be worked on.
    const inPlace = await answers(
      directory,
      "--max-file-size=10",
      "--overlay",
      "a",
      calls,
      "put:large:y:DSYNC",
    );
    assertEquals(inPlace, ["OK"]);
    assertEquals((await Deno.readTextFile(`${directory}/a/large`)).length, 5000);
  });
});

Deno.test("the same seed and clock give the same run", async () => {
  const operations = ["clock:REALTIME", "clock:REALTIME", "clock:MONOTONIC", "random:16"];
  const once = await answers(".", "--deterministic", calls, ...operations);
  assertEquals(await answers(".", "--deterministic", calls, ...operations), once);
  const other = await answers(".", "--deterministic", "--seed", "1", calls, ...operations);
  assertEquals(other.slice(0, 3), once.slice(0, 3));
  assertEquals(other[3] === once[3], false);
  assertEquals(await answers(".", "--clock=fixed:86400", calls, "clock:REALTIME"), ["OK 86400000000000"]);
  // An hour's sleep takes no time.
  assertEquals(
    (await answers(".", "--clock", "step:1s", calls, "sleep:3600000000000"))[0]!.startsWith("OK"),
    true,
  );
});

Deno.test("--verbose says what is granted, and by whom it is guarded", async () => {
  await inScratch({ "data/": "" }, async (directory) => {
    const flags = [
      "--verbose",
      "--backend=portable",
      "--dir=data:ro",
      "--tmp=/t",
      "--env",
      "A=1",
      "--stderr=e.txt",
    ];
    const { stderr } = await keyhole(directory, ...flags, calls, "exit:0");
    assertEquals(stderr.split("\n").slice(0, 3), [
      'keyhole: "data" is the directory "data", read only, guarded by keyhole (portable backend)',
      'keyhole: "/t" is an empty directory in memory',
      "keyhole: variables A",
    ]);
    assertEquals(stderr.includes("keyhole: stderr: e.txt\n"), true, stderr);
    assertEquals(stderr.includes("keyhole: lockdown: off\n"), true, stderr);
  });
});

Deno.test("an export is called with typed arguments, and its results are printed", async () => {
  const reactor = guestPath("tests/guests/reactor.wasm");
  const rows: [name: string, args: string[], code: number, stdout: string, stderr: string][] = [
    ["add", ["2", "40"], 0, "42\n", ""],
    ["add", ["0x10", "-1"], 0, "15\n", ""],
    ["mul64", ["4294967296", "3"], 0, "12884901888\n", ""],
    ["half", ["5"], 0, "2.5\n", ""],
    ["pair", [], 0, "7\n9007199254740993\n", ""],
    ["add", ["2"], 2, "", 'error: The function "add" takes (i32, i32), 1 given\n'],
    ["add", ["2", "x"], 2, "", 'error: "x" is not a value of type i32\n'],
  ];
  for (const [name, args, code, stdout, stderr] of rows) {
    assertEquals(await keyhole(".", "--invoke", name, reactor, ...args), { code, stdout, stderr });
  }
});

Deno.test({
  name: "a variable that is not UTF-8 cannot be passed on, and is left out of all",
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    const set = `KEYHOLE_A=$(printf 'x\\377') "$@"`;
    const stderr = 'error: Variable "KEYHOLE_A" is not UTF-8, so it cannot be passed on\n';
    for (const flag of ["--env=KEYHOLE_A", "--allow-env=KEYHOLE_A"]) {
      assertEquals(await keyholeInShell(set, ".", flag, calls, "environ"), { code: 2, stdout: "", stderr });
    }
    const all = await keyholeInShell(set, ".", "--inherit-env", calls, "environ");
    assertEquals([all.code, all.stdout.includes("KEYHOLE_A"), all.stderr], [0, false, ""]);
  },
});
