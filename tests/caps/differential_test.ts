/**
 * Random scripts must come to the same on every kind of directory: step by step, and in what is there in the end.
 *
 * KEYHOLE_SCRIPTS sets how many scripts a test plays, KEYHOLE_SEED where they begin.
 */
import { type Backend, hostDirectory } from "../../caps/host/open.ts";
import { loadLibC } from "../../caps/host/libc.ts";
import { memoryDirectory } from "../../mod.ts";
import { agree, type Pair } from "./differential/agree.ts";

const SEED = Number(Deno.env.get("KEYHOLE_SEED") ?? 1);
const SCRIPTS = Number(Deno.env.get("KEYHOLE_SCRIPTS") ?? 0);

function memoryAndHost(backend: Backend): Pair {
  const scratch = Deno.makeTempDirSync({ prefix: "keyhole-agree-" });
  const one = hostDirectory(scratch, { backend });
  return {
    one,
    other: memoryDirectory(),
    close(): void {
      one.close();
      Deno.removeSync(scratch, { recursive: true });
    },
  };
}

Deno.test({
  name: "memory and kernel directories agree",
  ignore: !loadLibC(),
  fn: () => agree(SEED, SCRIPTS || 2000, { held: true, links: true }, () => memoryAndHost("kernel")),
});

Deno.test("memory and portable directories agree", () => {
  agree(SEED, SCRIPTS || 400, { held: false, links: true }, () => memoryAndHost("portable"));
});
