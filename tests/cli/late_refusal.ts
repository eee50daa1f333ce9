/** Runs keyhole in a thread in which the kernel refuses one more wall: there may be sixteen. */
import { processTerminal } from "../../caps/cli/terminal.ts";
import { lockdown } from "../../caps/host/lockdown.ts";
import { main } from "../../wasi/cli/main.ts";
import { hostDirectory } from "../../mod.ts";

const everything = hostDirectory("/", { backend: "kernel" });
for (let walls = 0; walls < 16; walls++) lockdown([{ directory: everything, readOnly: false }]);
everything.close();
const terminal = processTerminal();
await terminal.end(await main(terminal));
