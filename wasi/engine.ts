/**
 * What the engine has and TypeScript's library does not yet know.
 *
 * @module
 */

/** JSPI (JavaScript Promise Integration) and exceptions, with their types. */
interface NewerEngine {
  readonly Suspending: new (call: (...args: never[]) => unknown) => WebAssembly.ExportValue;
  readonly promising: (call: WebAssembly.ExportValue) => (...args: unknown[]) => Promise<unknown>;
  readonly Exception: new (...args: never[]) => Error;
  readonly SuspendError: new (...args: never[]) => Error;
}

/** Not there in every engine, and then only whoever runs something is to find that out. */
const engine = Reflect.get(globalThis, "WebAssembly") as unknown as NewerEngine;

/**
 * A function which a guest calls and which may return a promise: the guest waits, the thread does not. It can be
 * called only below a function made by {@linkcode promising}.
 *
 * @param call The function
 * @returns What goes into an import object
 */
export function suspending(call: (...args: never[]) => unknown): WebAssembly.ImportValue {
  return new engine.Suspending(call) as WebAssembly.ImportValue;
}

/**
 * A function of a guest whose call may be suspended.
 *
 * @param call An exported function
 * @returns A function that returns a promise of its result
 */
export function promising(call: WebAssembly.ExportValue): (...args: unknown[]) => Promise<unknown> {
  return engine.promising(call);
}

/**
 * Whether something can be imported as a function.
 *
 * @param value What an import object holds
 * @returns `true` for a function and for what {@linkcode suspending} makes
 */
export function isImportedFunction(value: unknown): boolean {
  return typeof value === "function" || value instanceof engine.Suspending;
}

/**
 * Whether something caught is what a function made by {@linkcode suspending} throws where nothing can be suspended.
 *
 * @param error What was caught
 * @returns `true` for `WebAssembly.SuspendError`
 */
export function cannotSuspend(error: unknown): boolean {
  return error instanceof engine.SuspendError;
}

/**
 * Whether something caught is what the engine throws in place of calling a function whose values only other modules can
 * take: `v128`, `exnref`. It is a `TypeError` like any other but for its words.
 *
 * @param error What was caught
 * @returns `true` if it is
 */
export function cannotConvert(error: unknown): boolean {
  return error instanceof TypeError && error.message.startsWith("type incompatibility when transforming");
}

/**
 * Whether something caught is an exception that a guest threw.
 *
 * @param error What was caught
 * @returns `true` for `WebAssembly.Exception`
 */
export function isGuestException(error: unknown): boolean {
  return error instanceof engine.Exception;
}
