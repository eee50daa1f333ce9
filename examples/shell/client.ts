/**
 * A client of the shell: sends what it reads, prints what it is answered.
 *
 * ```sh
 * deno run -A examples/shell/client.ts unix:/tmp/shell.sock
 * ```
 *
 * `socat - UNIX:/tmp/shell.sock` does the same.
 *
 * @module
 */
import { parseAddress } from "../../mod.ts";

/**
 * Connects to a server.
 *
 * @param address Where it listens
 * @returns The connection
 */
export async function connect(address: string): Promise<Deno.Conn> {
  const parsed = parseAddress(address);
  return parsed.transport === "unix"
    ? await Deno.connect({ transport: "unix", path: parsed.path })
    : await Deno.connect({ hostname: parsed.hostname, port: parsed.port });
}

if (import.meta.main) {
  const connection = await connect(Deno.args[0] ?? "unix:shell.sock");
  const sending = Deno.stdin.readable.pipeTo(connection.writable, { preventClose: true })
    .then(() => connection.closeWrite())
    // The server may have ended the session meanwhile; what it said about that is still to be read.
    .catch(() => {});
  await connection.readable.pipeTo(Deno.stdout.writable).catch(() => {});
  // Whoever still types has nobody to type to.
  void sending;
  Deno.exit(0);
}
