/**
 * Looking at what a server is made with, before anybody comes.
 *
 * @module
 */
import { type Check, checkSettings, mustBeFunction, mustBeText, mustHave } from "../../caps/checks.ts";
import { wrongValue } from "../../caps/record.ts";
import { checkArguments, checkHost, checkNames, checkVariables, RUN_CHECKS } from "../granted.ts";
import type { ServeOptions } from "../serve.ts";
import type { Admission } from "./admission.ts";
import { mustLimitAll, mustLimitSession } from "./limits.ts";

const checkDoor = mustHave('what "openDoor" makes', "accept", "close");

function checkToken(token: unknown, setting: string): void {
  if (typeof token !== "boolean" && typeof token !== "function") {
    throw wrongValue(token, setting, "true, false, or a function");
  }
}

function checkTime(milliseconds: unknown, setting: string): void {
  if (typeof milliseconds === "number" && milliseconds >= 0) return;
  throw wrongValue(milliseconds, setting, "milliseconds, 0 or more");
}

const checkLimits: Check = (limits): void => mustLimitSession(limits as ServeOptions["limits"]);

const SERVE_CHECKS: Readonly<Record<keyof ServeOptions, Check>> = {
  door: checkDoor,
  host: checkHost,
  args: checkArguments,
  argv0: mustBeText,
  env: checkVariables,
  dirs: checkNames,
  limits: checkLimits,
  total: (total) => mustLimitAll(total as ServeOptions["total"]),
  token: checkToken,
  admit: mustBeFunction,
  patience: checkTime,
  clocks: RUN_CHECKS.clocks,
  random: RUN_CHECKS.random,
  log: mustBeFunction,
  signal: RUN_CHECKS.signal,
};

/**
 * Makes sure that a server is made with what there is.
 *
 * @param options What was given
 * @throws {TypeError} For an option that there is not, or that makes no sense, and without a door
 * @throws {RangeError} For a limit that makes no sense
 */
export function checkServeOptions(options: unknown): void {
  checkSettings(options, "options", SERVE_CHECKS);
  checkDoor((options as ServeOptions).door, "door");
}

const ADMISSION_CHECKS: Readonly<Record<keyof Admission, Check>> = {
  user: mustBeText,
  limits: checkLimits,
  sessions: (sessions, setting) => {
    if (typeof sessions === "number" && sessions >= 0) return;
    throw wrongValue(sessions, setting, "how many there may be at once");
  },
  host: checkHost,
  env: checkVariables,
};

/**
 * Makes sure that a client gets what there is: a limit by a name that is misspelt would be none.
 *
 * @param admission What `admit` returned for it
 * @throws {TypeError | RangeError} For anything else
 */
export function checkAdmission(admission: Admission | undefined): void {
  if (admission !== undefined) checkSettings(admission, "admission", ADMISSION_CHECKS);
}
