/**
 * The functions of the module that `--host` names.
 *
 * @module
 */
import { importModule } from "../../caps/cli/host_module.ts";
import { CommandError } from "../../caps/cli/messages.ts";
import type { Store } from "../../caps/store.ts";
import type { HostFactory, HostModule } from "../host_functions.ts";
import { ExitCode } from "../outcome.ts";

const EXAMPLE = "Look at examples/shell/host.ts";

/**
 * Loads a module and asks it for what guests may import.
 *
 * @param path Its path, or an address
 * @param store Where its state survives a restart, if it is to
 * @returns What guests may import
 * @throws {CommandError} For a module that cannot be loaded, or does not give what it should
 */
export async function loadHostFunctions(
  path: string,
  store: Store | undefined,
): Promise<readonly HostModule[]> {
  const { host } = await importModule(path);
  if (typeof host !== "function") {
    throw new CommandError(`Module "${path}" exports no function "host"`, { hint: EXAMPLE });
  }
  const modules: unknown = await called(path, () => (host as HostFactory)({ store }));
  if (Array.isArray(modules) && modules.every(isHostModule)) return modules;
  throw new CommandError(`Function "host" of module "${path}" does not return a list of hostFunctions()`, {
    hint: EXAMPLE,
  });
}

async function called(path: string, call: () => unknown): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(`Function "host" of module "${path}" failed: ${reason}`, {
      code: ExitCode.notFound,
    });
  }
}

function isHostModule(value: unknown): value is HostModule {
  if (typeof value !== "object" || value === null) return false;
  const { name, bind } = value as Partial<HostModule>;
  return typeof name === "string" && typeof bind === "function";
}
