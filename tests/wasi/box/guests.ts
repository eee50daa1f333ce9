/** The example guests, and boxes of them whose messages are collected. */
import { Box } from "../../../wasi/box.ts";
import { type BoxModule, loadBoxModule } from "../../../wasi/box/module.ts";
import type { BoxOptions } from "../../../wasi/box/options.ts";
import { wat } from "../binary/wat.ts";

/** The bytes of one of the example guests. */
export function guestBytes(name: string): Uint8Array<ArrayBuffer> {
  return Deno.readFileSync(new URL(`../../../examples/box/${name}.wasm`, import.meta.url));
}

/** A box, and what its guest sent so far. */
export interface Opened {
  readonly box: Box;
  readonly messages: string[];
  /** Sends messages and returns what the guest sent since. */
  say(...messages: string[]): Promise<string[]>;
}

/** Opens a box of an example guest, or of a module. */
export async function open(
  source: string | Uint8Array<ArrayBuffer> | BoxModule,
  options: BoxOptions<string> & { codec?: undefined } = {},
): Promise<Opened> {
  const messages: string[] = [];
  const module = typeof source === "string" ? guestBytes(source) : source;
  const box = await Box.open(module, { onMessage: (message) => messages.push(message), ...options });
  return { box, messages, say: (...all) => say(box, messages, ...all) };
}

/** Sends messages to a box and returns what was collected since. */
export async function say(box: Box, messages: string[], ...all: string[]): Promise<string[]> {
  messages.length = 0;
  for (const message of all) await box.send(message);
  return [...messages];
}

/** A guest in text form: the exports of a box around what is given. Messages lie at 1024. */
export function guest(
  { send = "", initialize = "", more = "", memory = "1" }: {
    send?: string;
    initialize?: string;
    more?: string;
    memory?: string;
  },
): Uint8Array<ArrayBuffer> {
  return wat(`(module
    (import "env" "wasmbox_callback" (func $callback (param i32 i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
    (memory (export "memory") ${memory})
    (func (export "wasmbox_initialize") ${initialize})
    (func (export "wasmbox_malloc") (param i32) (result i32) (i32.const 1024))
    (func (export "wasmbox_free") (param i32 i32))
    (func (export "wasmbox_send") (param $at i32) (param $length i32) ${send})
    ${more})`);
}

/** The module of an example guest, for several boxes. */
export function moduleOf(name: string): Promise<BoxModule> {
  return loadBoxModule(guestBytes(name));
}
