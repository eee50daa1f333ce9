/**
 * A program with live state that gives everybody who connects a shell to look at it and change it:
 *
 * ```sh
 * deno run -A examples/shell/server.ts unix:/tmp/shell.sock [state-file]
 * ```
 *
 * `keyhole serve` does the same without a program; this one also uses the state itself.
 *
 * @module
 */
import { fileStore, openDoor, serve, type Server } from "../../mod.ts";
import { shellHost } from "./host.ts";
import { ShellState } from "./state.ts";

/**
 * Serves the shell.
 *
 * @param address Where clients connect
 * @param state The state, which they and the caller share
 * @param log Receives a line for each session that begins or ends
 * @returns The server
 */
export async function serveShell(
  address: string,
  state: ShellState,
  log: (line: string) => void = console.error,
): Promise<Server> {
  return await serve(new URL("shell.wasm", import.meta.url), {
    door: await openDoor(address, { log }),
    host: [shellHost(state)],
    limits: { idle: 600_000, memory: 16 << 20, callsPerSecond: 10_000 },
    log,
  });
}

if (import.meta.main) {
  const [address = "unix:shell.sock", path] = Deno.args;
  const store = path === undefined ? undefined : fileStore(path);
  const state = new ShellState(store);
  const server = await serveShell(address, state);
  console.error(`listening on ${server.address}`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => void server.close());
  }
  // The program's own use of the state: a count for every minute that it has been up.
  const minutes = setInterval(() => void state.add(1), 60_000);
  await server.finished;
  clearInterval(minutes);
  await store?.close();
  Deno.exit(0);
}
