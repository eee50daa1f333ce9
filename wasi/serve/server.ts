/**
 * The server: lets clients in, keeps their sessions, and ends them.
 *
 * @module
 */
import { printable } from "../../caps/printable.ts";
import type { Peer, Visitor } from "../../caps/visitor.ts";
import type { Server } from "../serve.ts";
import { type Admission, readToken } from "./admission.ts";
import { describeEnd, refusal, type SessionEnd } from "./farewell.ts";
import { MOST_SESSIONS } from "./limits.ts";
import { Lobby } from "./lobby.ts";
import { describeError } from "./log.ts";
import { checkAdmission } from "./options.ts";
import { Session } from "./session.ts";
import type { Shared } from "./shared.ts";

/** How many clients may be told at once that they are refused; beyond that, connections are just closed. */
const MOST_REFUSALS = 256;
/** How long a client may take to hear that it is refused, in milliseconds. */
const REFUSAL_PATIENCE = 1000;

/** Why nobody is let in any more. */
const SHUTTING_DOWN = "the server is shutting down";
/** How sessions end with the server. */
const CLOSED: SessionEnd = { reason: "closed", message: SHUTTING_DOWN };

/** The server behind `serve()`. */
export class KeyholeServer implements Server {
  /** Where clients come in. */
  readonly address: string;
  /** Settles when the last session has ended after the server was closed. */
  readonly finished: Promise<void>;
  readonly #shared: Shared;
  readonly #lobby = new Lobby();
  readonly #sessions = new Set<Session>();
  readonly #ofUser = new Map<string, number>();
  readonly #most: number;
  /** Clients that have come and not gone yet. */
  #clients = 0;
  /** Those of them that were let in. */
  #admitted = 0;
  #refusals = 0;
  #number = 0;
  #closed = false;
  /** What the door has failed with. */
  #failure: { readonly error: unknown } | undefined;
  #finish: () => void = () => {};

  /**
   * @param shared What all sessions share
   */
  constructor(shared: Shared) {
    this.#shared = shared;
    this.address = shared.options.door.address;
    this.#most = Math.min(MOST_SESSIONS, shared.options.total?.sessions ?? MOST_SESSIONS);
    this.finished = new Promise((resolve, reject) =>
      this.#finish = () => this.#failure === undefined ? resolve() : reject(this.#failure.error)
    );
    // A program that does not wait for the end is not to be ended by what this server ended with.
    this.finished.catch(() => {});
    void this.#letIn();
  }

  /** How many sessions there are. */
  get sessions(): number {
    return this.#sessions.size;
  }

  /**
   * Closes the door, tells every client, and ends its session. Whoever is not in yet is turned away.
   *
   * @returns When the last session has ended
   * @throws {unknown} What the door has failed with
   */
  close(): Promise<void> {
    this.#closed = true;
    this.#shared.options.door.close();
    this.#lobby.clear(SHUTTING_DOWN);
    for (const session of this.#sessions) session.end(CLOSED);
    this.#finishIfDone();
    return this.finished;
  }

  async #letIn(): Promise<void> {
    try {
      for (;;) {
        const visitor = await this.#shared.options.door.accept();
        if (visitor === undefined) return;
        if (this.#closed) void this.#refuse(visitor, SHUTTING_DOWN);
        else void this.#receive(visitor);
      }
    } catch (error) {
      if (this.#closed) return;
      this.#shared.log(`nobody can be let in any more: ${describeError(error)}`);
      this.#failure = { error };
      void this.close();
    }
  }

  async #receive(visitor: Visitor): Promise<void> {
    this.#clients++;
    const id = ++this.#number;
    try {
      const admission = await this.#admission(visitor);
      if (typeof admission === "string") return await this.#refuse(visitor, admission);
      try {
        await this.#serve(id, visitor, admission);
      } finally {
        this.#forget(admission);
      }
    } catch (error) {
      this.#shared.log(`session ${id}: failed: ${describeError(error)}`);
      await this.#refuse(visitor, "internal error");
    } finally {
      this.#clients--;
      this.#finishIfDone();
    }
  }

  /** What a client gets, counted among all and among its user's, or why it is refused. */
  async #admission(visitor: Visitor): Promise<Admission | string> {
    const admission = await this.#lobby.decided((signal) => this.#decide(visitor, signal));
    if (this.#closed) return SHUTTING_DOWN;
    if (admission === undefined) return "not allowed";
    if (typeof admission === "string") return admission;
    if (this.#admitted >= this.#most) return "too many sessions, try again later";
    const { user = "", sessions = Infinity } = admission;
    const had = this.#ofUser.get(user) ?? 0;
    if (had >= sessions) return "too many sessions of this user";
    // Counted in the same breath: others may be let in before this one's session begins.
    this.#admitted++;
    this.#ofUser.set(user, had + 1);
    return admission;
  }

  async #decide({ peer, input }: Visitor, signal: AbortSignal): Promise<Admission | undefined> {
    const { token, admit } = this.#shared.options;
    const asked = typeof token === "function" ? token(peer) : token;
    const said = asked ? await readToken(input) : undefined;
    // Nobody is asked about a client that was turned away: a token may be good for one time only.
    if (signal.aborted) return undefined;
    if (admit === undefined) return token ? undefined : {};
    const admission = await admit({ peer, token: said });
    checkAdmission(admission);
    return admission;
  }

  async #serve(id: number, visitor: Visitor, admission: Admission): Promise<void> {
    const { user = "" } = admission;
    const session = new Session(id, visitor, admission, this.#shared);
    this.#sessions.add(session);
    // Between being let in and this line, the server may have been closed.
    if (this.#closed) session.end(CLOSED);
    this.#shared.log(`session ${id}: begins${described(visitor.peer, user)}`);
    try {
      const end = await session.run();
      const words = describeEnd(end);
      this.#shared.log(`session ${id}: ended${words === "" ? "" : `: ${printable(words)}`}`);
    } finally {
      this.#sessions.delete(session);
    }
  }

  #forget({ user = "" }: Admission): void {
    this.#admitted--;
    const left = this.#ofUser.get(user)! - 1;
    if (left === 0) this.#ofUser.delete(user);
    else this.#ofUser.set(user, left);
  }

  async #refuse(visitor: Visitor, why: string): Promise<void> {
    if (this.#refusals === 0) this.#shared.log(`a client is refused: ${why}`);
    const polite = this.#refusals < MOST_REFUSALS;
    this.#refusals++;
    try {
      await visitor.leave(polite ? refusal(why) : "", polite ? REFUSAL_PATIENCE : 0);
    } catch (error) {
      this.#shared.log(`a connection cannot be closed: ${describeError(error)}`);
    } finally {
      this.#refusals--;
    }
  }

  #finishIfDone(): void {
    if (!this.#closed || this.#clients > 0) return;
    this.#shared.close();
    this.#finish();
  }
}

function described({ transport, address, uid, pid, name }: Peer, user: string): string {
  const from = transport === "unix" ? uid === undefined ? "" : `uid ${uid}, pid ${pid}` : address;
  const who = [user, name, from].filter((word) => word !== undefined && word !== "").map((word) =>
    printable(word!)
  );
  return who.length === 0 ? "" : `, for ${who.join(", ")}`;
}
