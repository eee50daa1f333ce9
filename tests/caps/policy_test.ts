import { assert, assertEquals, assertThrows } from "@std/assert";
import { parseCommandLine } from "../../caps/cli/parse.ts";
import { readSettings } from "../../caps/cli/settings.ts";
import type { RunSettings } from "../../caps/cli/run_settings.ts";
import { parsePolicy, POLICY_SCHEMA, PolicyError } from "../../caps/policy.ts";
import { directoryOf, pathForPolicy, pathInPolicy } from "../../caps/policy/paths.ts";
import { policyOfSettings, settingsOfPolicy } from "../../caps/policy/settings.ts";
import schema from "../../caps/policy/schema.json" with { type: "json" };
import project from "../../deno.json" with { type: "json" };

const place = { directory: "", current: "/me", style: "posix" } as const;

function settings(...argv: string[]): RunSettings {
  return readSettings(parseCommandLine([...argv, "m.wasm"]).flags, "posix");
}

function problemOf(policy: unknown): string {
  const text = typeof policy === "string" ? policy : JSON.stringify(policy);
  const error = assertThrows(
    () => settingsOfPolicy(parsePolicy(text), "", "posix"),
    PolicyError,
  ) as unknown as PolicyError;
  return error.hint === undefined ? error.message : `${error.message} | ${error.hint}`;
}

Deno.test("what is no policy is told with its place", () => {
  const cases: [unknown, string][] = [
    ["", "is not JSON: Unexpected end of JSON input"],
    ["null", "it must be an object"],
    ["[]", "it must be an object"],
    [{ mount: [] }, 'mount is not known | Did you mean "mounts"?'],
    [{ mounts: {} }, "mounts must be a list"],
    [{ mounts: ["x"] }, "mounts[0] must be an object"],
    [{ mounts: [{}] }, 'mounts[0] needs one of "dir", "file", "overlay", "tmp"'],
    [
      { mounts: [{ dri: "x" }] },
      'mounts[0] needs one of "dir", "file", "overlay", "tmp" | Did you mean "dir"?',
    ],
    [{ mounts: [{ dir: "x", tmp: "x" }] }, 'mounts[0] must have only one of "dir", "file", "overlay", "tmp"'],
    [
      { mounts: [{ tmp: "x" }, { dir: "" }] },
      "mounts[1].dir must be a string that is not empty, without NUL",
    ],
    [{ mounts: [{ dir: "x", as: "a\0b" }] }, "mounts[0].as must be a string that is not empty, without NUL"],
    [{ mounts: [{ dir: "x", access: "r" }] }, 'mounts[0].access must be "ro" or "rw"'],
    [{ mounts: [{ overlay: "x", access: "ro" }] }, "mounts[0].access is not known"],
    [
      { mounts: [{ tmp: "x", limits: { disc: 1 } }] },
      'mounts[0].limits.disc is not known | Did you mean "disk"?',
    ],
    [
      { mounts: [{ file: "x", as: "/a/" }] },
      'mounts[0] would be a file of the name "/a/" | Write "dir" for a directory',
    ],
    [{ env: { "A=B": "x" } }, 'env["A=B"] must have a name without "="'],
    [{ env: { "": "x" } }, 'env[""] must have a name without "="'],
    [{ env: { A: 1 } }, "env.A must be a string or an object"],
    [{ env: { A: { inherit: false } } }, "env.A.inherit must be true"],
    [{ env: { A: {} } }, 'env.A needs one of "inherit"'],
    [{ inheritEnv: "yes" }, "inheritEnv must be true or false"],
    [{ limits: { memory: "lots" } }, 'limits.memory must be a size: bytes, or "64K", "64M" or "1G"'],
    [{ limits: { memory: -1 } }, 'limits.memory must be a size: bytes, or "64K", "64M" or "1G"'],
    [
      { limits: { memory: "99999999T" } },
      'limits.memory: "99999999T" is not a size: write bytes, or 64K, 64M or 1G',
    ],
    [{ limits: { entries: 1.5 } }, "limits.entries must be a count"],
    [{ limits: { openFiles: 0 } }, "limits.openFiles must be a count from 1 to 1048576"],
    [{ limits: { timeout: 3 } }, 'limits.timeout must be a time: "300ms", "2s" or "1m"'],
    [{ limits: { timeout: "0s" } }, 'limits.timeout: "0s" is not a time: write 300ms, 2s or 1m'],
    [{ threads: 0 }, "threads must be a count from 1 to 1024"],
    [{ seed: 3 }, "seed must be a whole number as a string, or 64 hexadecimal digits"],
    [{ clock: "noon" }, "clock must be system, fixed:2026-01-31T12:00:00Z or step:10ms"],
    [{ lockdown: "on" }, 'lockdown must be "auto", "off" or "require"'],
    ['{ "__proto__": {} }', "__proto__ is not known"],
    ['{ "constructor": {} }', "constructor is not known"],
    ["[".repeat(100_000) + "]".repeat(100_000), "it must be an object"],
  ];
  for (const [policy, message] of cases) assertEquals(problemOf(policy), message);
  assert(problemOf('{\n  "env": {,}\n}').includes("(line 2 column 11)"));
});

Deno.test("a name that is given twice is refused: people read the one, parsers take the other", () => {
  const rows: [text: string, place: string][] = [
    ['{ "mounts": [], "env": {}, "mounts": [{ "dir": "/" }] }', "mounts"],
    ['{ "mounts": [{ "tmp": "a" }, { "dir": "b", "access": "ro", "access": "rw" }] }', "mounts[1].access"],
    ['{ "env": { "A": "[{,", "B": "\\"", "\\u0041": "2" } }', "env.A"],
    ['{ "users": { "ann": { "token": "x" }, "ann": { "token": "y" } } }', "users.ann"],
    ['{ "__proto__": {}, "__proto__": {} }', "__proto__"],
  ];
  for (const [text, place] of rows) {
    assertThrows(() => parsePolicy(text), PolicyError, `${place} is given twice`);
  }
  const twins =
    '{ "mounts": [{ "dir": "a", "as": "b" }, { "dir": "a", "as": "c" }], "env": { "as": "x", "dir": "a" } }';
  assertEquals(parsePolicy(twins), JSON.parse(twins));
});

Deno.test("half of a character is refused wherever it stands", () => {
  const rows: [text: string, place: string][] = [
    ['{ "env": { "A": "\\ud800" } }', "env.A"],
    ['{ "env": { "\\udc00": "x" } }', 'env["\\udc00"]'],
    ['{ "mounts": [{ "tmp": "x\\ud83d" }] }', "mounts[0].tmp"],
    ['{ "listen": ["127.0.0.1:0", "unix:\\ud83d\\ud83d"] }', "listen[1]"],
  ];
  for (const [text, place] of rows) {
    assertThrows(() => parsePolicy(text), PolicyError, `${place} has half of a surrogate pair in it`);
  }
  assertEquals(parsePolicy('{ "argv0": "\\ud83d\\ude00" }').argv0, "\u{1f600}");
});

Deno.test("a policy is what the flags say, and the other way round", () => {
  const all = settings(
    ...["--tmp", "/t", "--dir", "/srv/data::/in:ro", "--file", "/etc/hosts", "--overlay", "/srv::/over"],
    ...["--env", "A=1", "--env", "B", "--allow-env=C,D", "--argv0", "tool", "--stdin", "null"],
    ...["--listen", "unix:/run/s", "--allow-net=[::1]:80"],
    ...["--stdout", "/tmp/out", "--max-disk", "64M", "--max-file-size", "1M", "--max-entries", "7"],
    ...["--max-open-files", "9", "--max-memory", "1G", "--max-output", "3K", "--timeout", "1.5s"],
    ...["--clock", "fixed:2026-01-31T12:00:00Z", "--seed", "42", "--invoke", "add"],
    ...["--backend", "kernel", "--lockdown", "require"],
  );
  const policy = policyOfSettings(all, place);
  const text = JSON.stringify(policy);
  const back = readSettings([], "posix", settingsOfPolicy(parsePolicy(text), "", "posix"));
  assertEquals(policyOfSettings(back, place), policy);
  const plain = (it: RunSettings): unknown => ({
    ...it,
    variables: undefined,
    mounts: it.mounts.map(({ kind, host, guest, readOnly }) => ({ kind, host, guest, readOnly })),
  });
  assertEquals(plain(back), plain(all));
  assertEquals(settingsOfPolicy({ clock: "step:0.000001ms" }, "", "posix").clock, { kind: "step", step: 1n });
  const stepping = policyOfSettings(settings("--clock", "step:1500ms"), place);
  assertEquals(stepping.clock, "step:1500.000000ms");
});

Deno.test("who may connect is kept, though nothing of it is a flag", () => {
  const users = {
    alice: { uid: 1000, sessions: 1, limits: { idle: "1500ms", memory: 1024 } },
    bob: { uid: 7 },
  };
  const base = settingsOfPolicy(parsePolicy(JSON.stringify({ users })), "", "posix");
  assertEquals(policyOfSettings(readSettings([], "posix", base), place).users, users);
  assertEquals(policyOfSettings(readSettings([], "posix", { users: [] }), place).users, {});
  assert(!("users" in policyOfSettings(settings(), place)));
});

Deno.test("the order in which variables win is kept", () => {
  const env = (...argv: string[]): unknown => {
    const { env, inheritEnv } = policyOfSettings(settings(...argv), place);
    return [inheritEnv ?? false, env ?? {}];
  };
  assertEquals(env("--env", "A=1", "--env", "A=2"), [false, { A: "2" }]);
  assertEquals(env("--env", "A=1", "--env", "A"), [false, { A: { inherit: true } }]);
  assertEquals(env("--env", "A=1", "--allow-env=A"), [false, { A: { inherit: true, default: "1" } }]);
  assertEquals(env("--allow-env=A", "--env", "A=1"), [false, { A: "1" }]);
  assertEquals(env("--allow-env=A"), [false, { A: { inherit: true, default: null } }]);
  assertEquals(env("--env", "A=1", "--inherit-env"), [true, { A: { inherit: true, default: "1" } }]);
  assertEquals(env("--inherit-env", "--env", "A=1"), [true, { A: "1" }]);
});

Deno.test("flags beside a policy add to it and win over it", () => {
  const base = settingsOfPolicy(
    parsePolicy(JSON.stringify({
      mounts: [{ dir: "a", as: "/x", access: "rw" }, { dir: "b", as: "/y" }],
      env: { A: "1", B: "2" },
      limits: { memory: "1M", timeout: "5s" },
      stdin: "null",
    })),
    "",
    "posix",
  );
  const { flags } = parseCommandLine([
    ...["--dir", "c::/x/:ro", "--tmp", "/t", "--env", "A=3", "--timeout", "1s", "--stdin=in", "m.wasm"],
  ]);
  const both = readSettings(flags, "posix", base);
  assertEquals(both.mounts.map(({ host, guest }) => [host, guest]), [["b", "/y"], ["c", "/x/"], ["", "/t"]]);
  assertEquals(both.limits, { memory: 1 << 20, timeout: 1000 });
  assertEquals(policyOfSettings(both, place).env, { A: "3", B: "2" });
  assertEquals(both.stdin, "in");
  const readOnly = readSettings(parseCommandLine(["--read-only", "m.wasm"]).flags, "posix", base);
  assert(readOnly.mounts.every((mount) => mount.readOnly));
  assertEquals(base.mounts?.length, 2, "the policy itself is not changed");
});

Deno.test("a mount of a policy can only be read unless it says otherwise", () => {
  const { mounts = [] } = settingsOfPolicy({ mounts: [{ dir: "a" }, { file: "b" }] }, "", "posix");
  assertEquals(mounts.map(({ readOnly }) => readOnly), [true, true]);
});

Deno.test("two mounts of one name in a policy are refused", () => {
  const base = settingsOfPolicy({ mounts: [{ dir: "a", as: "/x" }, { dir: "b", as: "/x/" }] }, "", "posix");
  assertThrows(() => readSettings([], "posix", base), Error, 'Two mounts would be "/x"');
});

Deno.test("paths of a policy start from its file", () => {
  assertEquals(pathInPolicy("ci", "./docs", "posix"), "ci/docs");
  assertEquals(pathInPolicy("/", "docs", "posix"), "/docs");
  assertEquals(pathInPolicy("ci", ".", "posix"), "ci");
  assertEquals(pathInPolicy("ci", "../docs", "posix"), "ci/../docs");
  assertEquals(pathInPolicy("C:\\ci", "docs", "windows"), "C:\\ci\\docs");
  assertEquals(pathInPolicy("C:\\ci", "D:docs", "windows"), "D:docs");
  assertEquals(directoryOf("C:\\ci/p.json", "windows"), "C:\\ci");
  assertEquals(pathForPolicy("/me/ci", "/me/cider", "/me", "posix"), "/me/cider");
  assertEquals(pathForPolicy("/me/ci", "ci", "/me", "posix"), ".");
  assertEquals(pathForPolicy("/", "docs", "/", "posix"), "docs");
  const { stdin, stdout, stderr } = settingsOfPolicy(
    { stdin: "null", stdout: "inherit", stderr: "./null" },
    "ci",
    "posix",
  );
  assertEquals([stdin, stdout, stderr], ["null", "inherit", "ci/null"]);
});

Deno.test("slashes and dots that make no difference are not kept", () => {
  const forPolicy = (path: string, directory = "/me/ci"): string =>
    pathForPolicy(directory, path, "/me/ci", "posix");
  assertEquals(["./", ".", "/me/ci/", "/me//ci/."].map((path) => forPolicy(path)), [".", ".", ".", "."]);
  assertEquals(["docs/", "./docs//", "/me/ci//docs"].map((path) => forPolicy(path)), [
    "docs",
    "docs",
    "docs",
  ]);
  assertEquals([forPolicy("./", ""), forPolicy("/", ""), forPolicy("/", "/")], ["/me/ci", "/", "."]);
  assertEquals([forPolicy("./", "/me/ci/."), forPolicy("docs", "/me//ci/")], [".", "docs"]);
  assertEquals(forPolicy("../x/"), "../x", "what .. means only the disk knows");
  const onWindows = (path: string): string => pathForPolicy("C:\\ci", path, "C:\\ci", "windows");
  assertEquals([".\\", "docs/", "\\\\host\\share\\"].map(onWindows), [".", "docs", "\\\\host\\share"]);
});

Deno.test("what is read-only, and which clock there is, is kept", () => {
  const kept = (...argv: string[]): RunSettings => {
    const policy = policyOfSettings(settings(...argv), place);
    return readSettings([], "posix", settingsOfPolicy(parsePolicy(JSON.stringify(policy)), "", "posix"));
  };
  const { mounts } = kept("--read-only", "--tmp", "/t", "--overlay", "/srv::/over", "--dir", "/srv::/in");
  assertEquals(mounts.map(({ guest, readOnly }) => [guest, readOnly]), [
    ["/t", true],
    ["/over", true],
    ["/in", true],
  ]);
  assert(!kept("--tmp", "/t").mounts[0]!.readOnly);
  assertEquals(kept("--deterministic", "--clock", "fixed:0").clock, { kind: "fixed", time: 0n });
  assertEquals(kept("--deterministic").clock, { kind: "step", step: 1_000_000n });
});

Deno.test("a file that is called as one of the words for streams stays a file", () => {
  const here = { directory: "/me", current: "/me", style: "posix" } as const;
  const policy = policyOfSettings(settings("--stdin", "./null", "--stderr", "null"), here);
  assertEquals([policy.stdin, policy.stderr], ["./null", "null"]);
});

Deno.test("the schema says where it is published", () => {
  assertEquals(schema.$id, `https://jsr.io/${project.name}/${project.version}/caps/policy/schema.json`);
  assertEquals(POLICY_SCHEMA, schema.$id);
});
