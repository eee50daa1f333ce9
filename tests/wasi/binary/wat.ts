import wabt from "wabt";

/** What the text format parser calls the proposals that it does not accept unasked. */
const FEATURES = {
  exceptions: true,
  threads: true,
  tail_call: true,
  memory64: true,
  multi_memory: true,
  extended_const: true,
  relaxed_simd: true,
};

const parser = await wabt();

/** Turns the text format into a module; it is not validated, so that broken ones can be made too. */
export function wat(text: string, debugNames = false): Uint8Array<ArrayBuffer> {
  const parsed = parser.parseWat("test.wat", text, FEATURES);
  try {
    return new Uint8Array(parsed.toBinary({ write_debug_names: debugNames }).buffer);
  } finally {
    parsed.destroy();
  }
}

/** Reads a module with other eyes than the engine's: where known sections lie among those with names counts here. */
export function mustBeReadable(bytes: Uint8Array<ArrayBuffer>): void {
  // It reads the whole buffer that the bytes lie in.
  const read = parser.readWasm(bytes.slice(), { ...FEATURES, readDebugNames: true });
  try {
    read.validate();
  } finally {
    read.destroy();
  }
}

/** A module by hand: for what the text format parser does not know. */
export function moduleOf(...sections: readonly (readonly number[])[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);
}

/** One section: its id, its length, its contents. */
export function section(id: number, contents: readonly number[]): number[] {
  return [id, ...leb(contents.length), ...contents];
}

/** A code section of functions without locals of their own. */
export function code(...bodies: readonly (readonly number[])[]): number[] {
  const functions = bodies.map((body) => [...leb(body.length + 1), 0, ...body]);
  return section(10, [...leb(bodies.length), ...functions.flat()]);
}

/** An unsigned number in LEB128. */
export function leb(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 0x80; value >>>= 7) bytes.push(value & 0x7f | 0x80);
  return [...bytes, value];
}
