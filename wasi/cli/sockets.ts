/**
 * From what `--listen` asks for to sockets that a guest finds open.
 *
 * @module
 */
import { formatAddress, parseAddress } from "../../caps/address.ts";
import { reasonOf } from "../../caps/cli/files.ts";
import { mustBeFreeToListen } from "../../caps/cli/listen_setting.ts";
import { CommandError } from "../../caps/cli/messages.ts";
import type { RunSettings } from "../../caps/cli/run_settings.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";
import { makeWay } from "../../caps/host/door/socket_file.ts";
import { faultFrom } from "../../caps/host/errors.ts";
import { type HostListener, listen } from "../../caps/host/listen.ts";
import { guardSockets, type SocketGuard } from "../../caps/host/socket_guard.ts";
import { printable } from "../../caps/printable.ts";
import type { Preopen } from "../guest.ts";

/** Sockets that were opened for a guest. */
export interface Sockets {
  /** What the guest finds, in the order of the flags. */
  readonly preopens: readonly Preopen[];

  /**
   * Closes the sockets and removes their files.
   *
   * @returns When what the guest wrote has left
   */
  close(): Promise<void>;
}

/**
 * Listens where a guest is to accept.
 *
 * @param settings What the flags ask for
 * @param terminal Where a port is told that the system chose
 * @returns The sockets
 * @throws {CommandError} For the first that cannot be had; those before it are closed again
 */
export async function openSockets(settings: RunSettings, terminal: Terminal): Promise<Sockets> {
  const listeners: HostListener[] = [];
  let guard: SocketGuard | undefined;
  const close = async (): Promise<void> => {
    for (const listener of listeners) listener.close();
    await Promise.all(listeners.map((listener) => listener.left()));
    await guard?.remove();
  };
  try {
    for (const address of settings.listen) listeners.push(await open(address));
    const files = listeners.flatMap(({ address }) => fileOf(address) ?? []);
    if (files.length > 0) guard = await guardSockets(files);
  } catch (error) {
    await close();
    throw error;
  }
  for (const [index, { address }] of listeners.entries()) {
    const chosen = formatAddress(parseAddress(settings.listen[index]!)) !== address;
    const told = settings.verbose || chosen && !settings.quiet;
    if (told) terminal.complain(`keyhole: listening on ${printable(address)}\n`);
  }
  return { preopens: listeners.map((listener) => ({ name: listener.address, listener })), close };
}

async function open(address: string): Promise<HostListener> {
  mustBeFreeToListen(address);
  try {
    const file = fileOf(address);
    if (file !== undefined) await makeWay(file);
    return listen(address);
  } catch (error) {
    throw new CommandError(`Cannot listen on "${address}": ${reasonFor(error)}`);
  }
}

function fileOf(address: string): string | undefined {
  const parsed = parseAddress(address);
  return parsed.transport === "unix" ? parsed.path : undefined;
}

const REASONS: Readonly<Record<string, string | undefined>> = {
  EADDRINUSE: "the address is in use",
  EADDRNOTAVAIL: "this machine has no such address",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENOENT: "its directory does not exist",
  ENOTDIR: "its directory does not exist",
  ENAMETOOLONG: "its path is too long",
  EROFS: "its directory is read-only",
};

function reasonFor(error: unknown): string {
  const fault = faultFrom(error);
  return REASONS[fault.code] ?? reasonOf(fault);
}
