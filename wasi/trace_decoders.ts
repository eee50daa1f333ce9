/**
 * How parameters and results are shown in traces. Whatever a guest passes, something is shown and nothing is thrown.
 *
 * @module
 */
import { isFault } from "../caps/fault.ts";
import { Clockid, Fdflags, Fstflags, Lookupflags, Oflags, Riflags, Sdflags, Whence } from "./abi/flags.ts";
import type { Layout } from "./abi/layout.ts";
import type { GuestMemory } from "./abi/memory.ts";
import { unsigned } from "./abi/numbers.ts";
import { Rights } from "./abi/rights.ts";
import type { Guest } from "./guest.ts";
import type { Value } from "./preview1/call.ts";

/** How one kind of parameter is shown. */
export interface Decoder {
  /** How many values it takes. */
  readonly width: 1 | 2;
  /** Shows them. */
  readonly show: (guest: Guest, value: Value, next: Value | undefined, layout: Layout) => string;
}

/** How a result is shown: by where it was stored. */
export type ResultDecoder = (guest: Guest, pointer: number) => string;

/** The longest text that is shown, in bytes. */
const LONGEST_TEXT = 200;
/** The most buffers whose lengths are added up. */
const MOST_BUFFERS = 1024;

/**
 * How a kind of parameter is shown. The tables are made for the first run that is traced: most runs are not.
 *
 * @param kind A word of `trace_signatures.ts`
 * @returns What shows it
 */
export function decoderOf(kind: string): Decoder {
  return (decoders ??= makeDecoders())[kind]!;
}

/**
 * How a kind of result is shown.
 *
 * @param kind A word of `trace_signatures.ts`, without its `>`
 * @returns What shows it
 */
export function resultDecoderOf(kind: string): ResultDecoder {
  return (results ??= makeResults())[kind]!;
}

let decoders: ReturnType<typeof makeDecoders> | undefined;
let results: ReturnType<typeof makeResults> | undefined;

/** The kinds of parameters. */
const makeDecoders = (): Readonly<Record<string, Decoder>> => ({
  i32: one((value) => String(value)),
  u32: one((value) => String(Number(value) >>> 0)),
  i64: one((value) => String(value)),
  u64: one((value) => String(unsigned(BigInt(value)))),
  pointer: one((value) => `0x${(Number(value) >>> 0).toString(16)}`),
  clockid: one(enumeration(Clockid)),
  advice: one(enumeration({ NORMAL: 0, SEQUENTIAL: 1, RANDOM: 2, WILLNEED: 3, DONTNEED: 4, NOREUSE: 5 })),
  fdflags: one(flags(Fdflags)),
  fstflags: one(flags(Fstflags)),
  lookupflags: one(flags(Lookupflags)),
  oflags: one(flags(Oflags)),
  riflags: one(flags(Riflags)),
  sdflags: one(flags(Sdflags)),
  rights: one(flags(Rights)),
  whence: {
    width: 1,
    show: (_, value, __, { whence }) => enumeration(Whence)(whence[Number(value)] ?? Number(value)),
  },
  path: two(({ memory }, pointer, length) => text(memory, pointer, length)),
  buffer: two((_, __, length) => `${length >>> 0} bytes`),
  buffers: two(({ memory }, pointer, count) => buffers(memory, pointer, count)),
});

/** What is found where a result was stored, by its kind. */
const makeResults = (): Readonly<Record<string, ResultDecoder>> => ({
  u16: () => "",
  u32: ({ memory }, pointer) => ` -> ${memory.readU32(pointer)}`,
  u64: ({ memory }, pointer) => ` -> ${memory.view.getBigUint64(memory.range(pointer, 8), true)}`,
  fd: ({ memory }, pointer) => ` -> fd ${memory.readU32(pointer)}`,
  prestat: ({ memory }, pointer) => ` -> name of ${memory.readU32(pointer + 4)} bytes`,
  fdstat: ({ memory }, pointer) => {
    const at = memory.range(pointer, 24);
    const set = flags(Fdflags)(memory.view.getUint16(at + 2, true));
    const rights = flags(Rights)(memory.view.getUint32(at + 8, true));
    return ` -> filetype=${memory.view.getUint8(at)}, flags=${set}, rights=${rights}`;
  },
});

function one(show: (value: Value) => string): Decoder {
  return { width: 1, show: (_, value) => show(value) };
}

function two(show: (guest: Guest, pointer: number, length: number) => string): Decoder {
  return {
    width: 2,
    show: (guest, pointer, length) => {
      try {
        return show(guest, Number(pointer), Number(length));
      } catch (error) {
        if (!isFault(error)) throw error;
        return `outside the memory: 0x${(Number(pointer) >>> 0).toString(16)}, ${Number(length) >>> 0}`;
      }
    },
  };
}

function enumeration(names: Readonly<Record<string, number>>): (value: Value) => string {
  return (value) => Object.keys(names).find((name) => names[name] === Number(value)) ?? String(value);
}

function flags(names: Readonly<Record<string, number>>): (value: Value) => string {
  return (value) => {
    let rest = unsigned(BigInt(value));
    const set: string[] = [];
    for (const [name, bit] of Object.entries(names)) {
      if ((rest & BigInt(bit)) === 0n) continue;
      set.push(name);
      rest &= ~BigInt(bit);
    }
    if (rest !== 0n || set.length === 0) set.push(rest === 0n ? "0" : `0x${rest.toString(16)}`);
    return set.join("|");
  };
}

function text(memory: GuestMemory, pointer: number, length: number): string {
  const start = memory.range(pointer, length);
  const size = length >>> 0;
  const bytes = memory.bytes.slice(start, start + Math.min(size, LONGEST_TEXT));
  const shown = JSON.stringify(new TextDecoder().decode(bytes as Uint8Array<ArrayBuffer>));
  return size > LONGEST_TEXT ? `${shown}... (${size} bytes)` : shown;
}

function buffers(memory: GuestMemory, pointer: number, count: number): string {
  const table = memory.array(pointer, count, 8);
  const named = count >>> 0;
  const word = named === 1 ? "iovec" : "iovecs";
  if (named > MOST_BUFFERS) return `${named} ${word}`;
  let total = 0;
  for (let i = 0; i < named; i++) total += memory.view.getUint32(table + i * 8 + 4, true);
  return `${named} ${word} ${total} bytes`;
}
