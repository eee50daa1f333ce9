/** A server with a guest that does what its client's first letter says, and clients that talk to it. */
import { openDoor, serve, type ServeOptions, type Server } from "../../../mod.ts";

export const SESSION_GUEST: URL = new URL("../../guests/session.wasm", import.meta.url);
export const SHELL_GUEST: URL = new URL("../../../examples/shell/shell.wasm", import.meta.url);

export type Options = Partial<ServeOptions> & { readonly guest?: URL | Uint8Array };

/** Serves while a test runs; whatever it leaves behind fails it. */
export async function withServer(
  options: Options,
  test: (server: Server, log: string[]) => Promise<void>,
): Promise<void> {
  const log: string[] = [];
  const { guest = SESSION_GUEST, ...rest } = options;
  const door = await openDoor("tcp:127.0.0.1:0", { log: (line) => log.push(line) });
  const server = await serve(guest, { door, log: (line) => log.push(line), ...rest });
  try {
    await test(server, log);
  } finally {
    await server.close();
  }
}

/** A client that speaks lines. */
export class Client {
  readonly #connection: Deno.Conn;
  #rest = "";
  readonly #buffer = new Uint8Array(65536);

  private constructor(connection: Deno.Conn) {
    this.#connection = connection;
  }

  static async to(server: { readonly address: string }): Promise<Client> {
    const [transport, ...rest] = server.address.split(":");
    return new Client(
      transport === "unix"
        ? await Deno.connect({ transport: "unix", path: rest.join(":") })
        : await Deno.connect({ hostname: "127.0.0.1", port: Number(rest.at(-1)) }),
    );
  }

  async say(text: string): Promise<void> {
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length;) at += await this.#connection.write(bytes.subarray(at));
  }

  /** The next line with its end; what there is when the connection ends. */
  async line(): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf("\n") + 1;
      if (end > 0) {
        const line = this.#rest.slice(0, end);
        this.#rest = this.#rest.slice(end);
        return line;
      }
      if (!await this.#more()) return this.rest();
    }
  }

  /** All that comes until the connection ends. */
  async all(): Promise<string> {
    while (await this.#more());
    return this.rest();
  }

  /** The last line of what comes until the connection ends, however much that is. */
  async lastLine(): Promise<string> {
    while (await this.#more()) this.#rest = this.#rest.slice(-1000);
    return this.rest().trim().split("\n").at(-1)!;
  }

  async ask(text: string): Promise<string> {
    await this.say(text);
    return await this.line();
  }

  endSide(): Promise<void> {
    return this.#connection.closeWrite();
  }

  close(): void {
    try {
      this.#connection.close();
    } catch {
      // It was closed before.
    }
  }

  private rest(): string {
    const rest = this.#rest;
    this.#rest = "";
    return rest;
  }

  async #more(): Promise<boolean> {
    const count = await this.#connection.read(this.#buffer).catch(() => null);
    if (count === null) return false;
    this.#rest += new TextDecoder().decode(this.#buffer.subarray(0, count));
    return true;
  }
}

/** Connects, and closes the connection whatever happens. */
export async function withClient<T>(
  server: { readonly address: string },
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const client = await Client.to(server);
  try {
    return await use(client);
  } finally {
    client.close();
  }
}
