import { assertEquals, assertThrows } from "@std/assert";
import { GuestPath, hostDirectory } from "../../../mod.ts";
import { defaultBackend } from "../../../caps/host/open.ts";
import { makeDirectoryAt } from "../../../caps/paths.ts";

const ignore = defaultBackend() !== "kernel";

Deno.test({
  name: "a path that leads outside is still the same path after it was refused",
  ignore,
  fn: () => {
    const host = Deno.makeTempDirSync();
    Deno.mkdirSync(`${host}/in`);
    Deno.symlinkSync("..", `${host}/in/out`);
    const directory = hostDirectory(`${host}/in`);
    const path = GuestPath.of("out/stolen");
    assertThrows(() => makeDirectoryAt(directory, path), Error, "ENOTCAPABLE");
    assertEquals(path.text, "out/stolen");
    directory.close();
    Deno.removeSync(host, { recursive: true });
  },
});

Deno.test("a path of this machine with a NUL in it is not cut there", () => {
  const host = Deno.makeTempDirSync();
  assertThrows(() => hostDirectory(`${host}\0/inner`), Error, "EINVAL");
  Deno.removeSync(host);
});
