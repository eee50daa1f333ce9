/**
 * `keyhole serve MODULE`: a guest for each client that connects.
 *
 * @module
 */
import { exitCodeOf, reasonOf } from "../../caps/cli/files.ts";
import { onEndSignals, onLateErrors, readText } from "../../caps/cli/host_module.ts";
import { mustBeFreeToListen } from "../../caps/cli/listen_setting.ts";
import { CommandError, formatError } from "../../caps/cli/messages.ts";
import type { CommandLine } from "../../caps/cli/parse.ts";
import type { RunSettings } from "../../caps/cli/run_settings.ts";
import { readServeSettings, type ServeSettings } from "../../caps/cli/serve_flags.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";
import { openDoor } from "../../caps/host/door/open.ts";
import { surviveFileSizeLimit } from "../../caps/host/file_size_signal.ts";
import { fileStore } from "../../caps/host/log_store.ts";
import { PolicyError } from "../../caps/policy.ts";
import type { Store } from "../../caps/store.ts";
import { parseUsers, type User } from "../../caps/users.ts";
import type { Door } from "../../caps/visitor.ts";
import { ExitCode } from "../outcome.ts";
import { serve as serveGuests, type ServeOptions, type Server } from "../serve.ts";
import { admitUsers, askForToken } from "../serve/users.ts";
import { openGrants } from "./grants.ts";
import { loadHostFunctions } from "./host_functions.ts";
import { loadModule, programName } from "./module_source.ts";
import { mustHold } from "./open_files.ts";
import { settingsOf } from "./settings.ts";
import { clocksOf, randomOf } from "./time_and_chance.ts";
import { collectVariables } from "./variables.ts";

/**
 * Serves a program until the process is asked to end.
 *
 * @param line The command line
 * @param terminal The process
 * @returns The exit code: 0 after SIGINT or SIGTERM, 130 when a second one came before all sessions had ended, 125 when
 * something has failed that concerns all of them
 * @throws {CommandError} For whatever is wrong before the first client
 * @throws {UnusableModuleError} For a module that cannot be run
 */
export async function serve(line: CommandLine, terminal: Terminal): Promise<number> {
  const settings = await settingsOf(line, terminal);
  mustServe(settings);
  const own = readServeSettings(line.flags, settings.listen);
  const [module, ...args] = line.operands as [string, ...string[]];
  const bytes = await loadModule(module, terminal, settings.quiet);
  const log = (text: string): void => settings.quiet ? undefined : terminal.complain(`${text}\n`);
  const clocks = await clocksOf(settings);
  const access = accessOf(own.users === undefined ? settings.users : readUsers(own.users));
  const store = own.state === undefined ? undefined : openStore(own.state, log);
  const closing: (() => void | Promise<void>)[] = store === undefined ? [] : [() => store.close()];
  let server: Server | undefined;
  let failed = false;
  onLateErrors((error) => {
    if (!failed) terminal.complain(formatError({ message: lateMessage(own.host, error) }, terminal.colour));
    failed = true;
    void server?.close();
  });
  // One guest's file is not to end the sessions of all.
  surviveFileSizeLimit();
  try {
    const grants = await openGrants(settings, clocks);
    closing.push(() => grants.close());
    const { memory, timeout, openFiles, fuel, output } = settings.limits;
    if (openFiles !== undefined) mustHold(openFiles, grants.mounts.length);
    const host = own.host === undefined ? [] : await loadHostFunctions(own.host, store);
    const door = await open(own, log);
    closing.push(() => door.close());
    server = await serveGuests(bytes, {
      door,
      host,
      args,
      argv0: settings.argv0 ?? programName(module, terminal.pathStyle),
      env: collectVariables(settings.variables, terminal),
      dirs: Object.fromEntries(grants.mounts.map(({ name, directory }) => [name, directory])),
      limits: {
        ...own.limits,
        bytesOut: own.limits.bytesOut ?? output,
        memory,
        timeout,
        openFiles,
        fuel,
      },
      total: own.total,
      ...access,
      clocks,
      random: await randomOf(settings),
      log,
    });
    let asked = 0;
    closing.push(onEndSignals(() => {
      if (++asked > 1) terminal.exit(ExitCode.interrupted);
      void server?.close();
    }));
    log(`listening on ${server.address}`);
    if (failed) void server.close();
    await server.finished;
    return failed ? ExitCode.limit : 0;
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

/** Whose error it is cannot be told; it is most likely of the module that runs beside the server. */
function lateMessage(module: string | undefined, error: unknown): string {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return `${module === undefined ? "keyhole" : `Module "${module}"`} failed: ${reason}`;
}

/** Refuses what a policy may ask of a run, and what no server could keep. */
function mustServe({ lockdown, threads, invoke, stdin, stdout, stderr }: RunSettings): void {
  const cannot = (what: string, why: string): never => {
    throw new CommandError(`The policy's "${what}" cannot hold for a server`, { hint: why });
  };
  if (lockdown === "require") cannot("lockdown", "Functions of the host keep all your rights in its thread");
  if (threads !== undefined) cannot("threads", "The programs of all clients share one thread");
  if (invoke !== undefined) cannot("invoke", "Each client's program is started as usual");
  for (const [name, value] of Object.entries({ stdin, stdout, stderr })) {
    if (value !== "inherit") cannot(name, "The client is at the other end of all streams");
  }
}

async function open({ listen, tls, mode }: ServeSettings, log: (text: string) => void): Promise<Door> {
  const pem = tls && {
    cert: readText(tls.cert, "Certificate"),
    key: readText(tls.key, "Key"),
    clientCa: tls.clientCa === undefined ? undefined : readText(tls.clientCa, "Certificate"),
  };
  mustBeFreeToListen(listen);
  try {
    return await openDoor(listen, { tls: pem, mode, log });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(`Cannot listen on "${listen}": ${reason}`);
  }
}

function openStore(path: string, log: (text: string) => void): Store {
  try {
    const store = fileStore(path);
    if (store.cut > 0) {
      log(`"${path}" ended in ${store.cut} bytes of an unfinished change, now in "${path}.cut"`);
    }
    return store;
  } catch (error) {
    throw new CommandError(`Cannot keep state in "${path}": ${reasonOf(error)}`, { code: exitCodeOf(error) });
  }
}

function accessOf(users: readonly User[] | undefined): Pick<ServeOptions, "admit" | "token"> {
  return users === undefined ? {} : { admit: admitUsers(users), token: askForToken(users) };
}

function readUsers(path: string): User[] {
  const text = readText(path, "Table of users");
  try {
    return parseUsers(text);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw new CommandError(`Table of users "${path}": ${error.message}`, { hint: error.hint });
  }
}
