import { assert, assertEquals } from "@std/assert";
import { inspectModule } from "../../wasi/inspection.ts";
import { inspectionText } from "../../wasi/cli/inspect.ts";
import { type RequestedGrants, requestedGrants } from "../../wasi/requested_grants.ts";

const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

function section(contents: string | Uint8Array): number[] {
  const bytes = typeof contents === "string" ? new TextEncoder().encode(contents) : contents;
  const name = new TextEncoder().encode("keyhole.grants");
  const size = 1 + name.length + bytes.length;
  const number = [(size & 0x7f) | 0x80, (size >> 7 & 0x7f) | 0x80, size >> 14];
  return [0, ...number, name.length, ...name, ...bytes];
}

const asked = (...contents: (string | Uint8Array)[]): RequestedGrants | undefined =>
  requestedGrants(new Uint8Array([...HEADER, ...contents.flatMap(section)]));

Deno.test("a module asks for files and variables", () => {
  assertEquals(asked(), undefined);
  const policy = { mounts: [{ dir: "data", as: "/data" }], env: { LANG: { inherit: true } } };
  assertEquals(asked(JSON.stringify(policy)), { policy });
});

Deno.test("whatever else a module has there is told, and nothing comes of it", () => {
  const cases: [string | Uint8Array, string][] = [
    ["", "is not JSON: Unexpected end of JSON input"],
    ["null", "it must be an object"],
    ['{ "lockdown": "off" }', 'no module can ask for "lockdown"'],
    ['{ "limits": { "memory": "1G" } }', 'no module can ask for "limits"'],
    ['{ "stdin": "/etc/passwd" }', 'no module can ask for "stdin"'],
    ['{ "users": { "a": { "uid": 0 } } }', 'no module can ask for "users"'],
    ['{ "inheritEnv": true }', 'no module can ask for "inheritEnv"'],
    ['{ "mounts": [{ "dir": "/", "acess": "rw" }] }', "mounts[0].acess is not known"],
    ['{ "__proto__": { "mounts": [] } }', "__proto__ is not known"],
    [new Uint8Array([0x7b, 0xff, 0x7d]), "it is not UTF-8"],
    [" ".repeat(65537), "it has more than 65536 bytes"],
    ["[".repeat(65536), "is not JSON: "],
  ];
  for (const [contents, problem] of cases) {
    const found = asked(contents);
    assert(
      found !== undefined && "problem" in found && found.problem.startsWith(problem),
      JSON.stringify(found),
    );
  }
  assertEquals(asked("{}", "{}"), { problem: "there are several sections of that name" });
});

Deno.test("inspect shows what a module asks for, and a terminal does not obey it", async () => {
  const policy = { mounts: [{ dir: "da\x1b[2Jta", as: "/data" }, { tmp: "/tmp" }], env: { LANG: "C" } };
  const bytes = new Uint8Array([...HEADER, ...section(JSON.stringify(policy))]);
  const inspection = await inspectModule(bytes);
  assertEquals(inspection.requested, { policy });
  const text = inspectionText("m.wasm", inspection);
  assert(text.includes("It asks for (and has none of it until you grant it)\n"), text);
  assert(
    text.includes("  da\\u{1b}[2Jta as /data (ro)\n  in memory as /tmp (rw)\n  the variable LANG\n"),
    text,
  );
  const broken = await inspectModule(new Uint8Array([...HEADER, ...section("{")]));
  assert(inspectionText("m.wasm", broken).includes("what cannot be read: is not JSON"));
});
