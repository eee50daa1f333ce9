/**
 * Arguments for calls: mostly such as a program would pass, so that calls get far, and now and then any number at all.
 *
 * @module
 */
import { signatures } from "../../wasi/trace_signatures.ts";
import { FIXTURE } from "../caps/table/fixture.ts";
import type { Numbers } from "./random.ts";

/** Bytes of memory that the guest has. */
export const SIZE = 2 * 65536;

const EDGES = [
  ...[0, 1, 2, 3, 4, 5, 7, 8, 16, 24, 63, 64, 255, 256, 4095, 4096, 65535, 65536],
  ...[SIZE - 8, SIZE - 1, SIZE, SIZE + 1, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff],
];
const WIDE_EDGES = [-1n, -(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n, 2n ** 53n - 1n, 1n << 40n, 1n << 32n];

/** Names that are there, names that are not, ways out, and what is no name. */
const PATHS = [
  ...FIXTURE.keys(),
  ...["new", "dir/new", "new/x", ".", "", "dir/..", "dir/../file.txt", "dir//inner.txt", "empty/", "dir/."],
  ...["..", "../outside/secret.txt", "/", "/etc/passwd", "out/secret.txt", "up/outside/x", "../mount/dir"],
  ...["file.txt\0", "\xff\xfe", "x".repeat(300), "here/".repeat(50), "a\\b", "file.txt/x"],
];

/** Where things lie in the memory. */
const AT = { buffers: 1024, subscriptions: 2048, data: 8192, results: 16384, paths: 32768 } as const;
const PATH_ROOM = 512;

const encoder = new TextEncoder();
const paths = PATHS.map((path) => encoder.encode(path));

/** Small numbers that mean something, by how a parameter is shown in traces. */
const SENSIBLE: Readonly<Record<string, readonly number[]>> = {
  lookupflags: [0, 1],
  oflags: [0, 0, 1, 2, 4, 5, 8, 9, 13],
  fdflags: [0, 0, 0, 1, 4, 16, 31],
  fstflags: [0, 1, 2, 4, 5, 8, 10],
  whence: [0, 1, 2],
  advice: [0, 1, 2, 3, 4, 5],
  clockid: [0, 1, 2, 3],
  riflags: [0, 1, 2],
  sdflags: [1, 2, 3],
};

/** Fills a guest's memory with paths, lists of buffers, subscriptions and noise. */
export function fillMemory(numbers: Numbers, memory: WebAssembly.Memory): void {
  const view = new DataView(memory.buffer);
  for (let at = 0; at < AT.results; at += 4) view.setUint32(at, anyNumber(numbers), true);
  for (let i = 0; i < 16; i++) {
    const odd = numbers.below(8) === 0;
    view.setUint32(AT.buffers + i * 8, odd ? anyNumber(numbers) : AT.data + numbers.below(4096), true);
    view.setUint32(AT.buffers + i * 8 + 4, odd ? anyNumber(numbers) : numbers.below(600), true);
  }
  for (let i = 0; i < 16; i++) {
    const at = AT.subscriptions + i * 48;
    view.setUint8(at + 8, numbers.below(8) === 0 ? numbers.below(256) : numbers.below(3));
    view.setUint32(at + 16, numbers.below(8), true);
    view.setBigUint64(at + 24, BigInt(numbers.below(1_000_000)), true);
    view.setUint16(at + 40, numbers.below(2), true);
  }
  const bytes = new Uint8Array(memory.buffer);
  paths.forEach((path, i) => bytes.set(path, AT.paths + i * PATH_ROOM));
}

/** Values for the parameters of a call. */
export function argumentsFor(numbers: Numbers, name: string): (number | bigint)[] {
  return signatures[name]!.split(" ").filter((word) => word !== "").flatMap((word) => {
    const values = valuesFor(numbers, name, word);
    return values.map((value) => {
      if (numbers.below(12) !== 0) return value;
      return typeof value === "bigint" ? anyWide(numbers) : anyNumber(numbers) | 0;
    });
  });
}

function valuesFor(numbers: Numbers, name: string, word: string): (number | bigint)[] {
  if (word.startsWith(">")) return [AT.results + numbers.below(8192)];
  const [label, kind] = word.split(":") as [string, string];
  if (/fd$|^to$/.test(label)) return [numbers.of([3, 3, 3, 3, numbers.below(12)])];
  switch (kind) {
    case "path": {
      const which = numbers.below(paths.length);
      return [AT.paths + which * PATH_ROOM, paths[which]!.length];
    }
    case "buffers":
      return [AT.buffers + numbers.below(12) * 8, numbers.below(5)];
    case "buffer":
      return [AT.results + numbers.below(4096), numbers.below(600)];
    case "pointer":
      return [name === "poll_oneoff" && label === "in" ? AT.subscriptions : AT.results + numbers.below(4096)];
    case "rights":
      return [numbers.of([-1n, 0x1fffffffn, 0x2n, 0x42n, BigInt(numbers.below(1 << 30))])];
    case "u64":
    case "i64":
      return [BigInt(numbers.below(5000))];
    default:
      return [numbers.of(SENSIBLE[kind] ?? [0, 1, 2, 3, 4])];
  }
}

function anyNumber(numbers: Numbers): number {
  return numbers.of([numbers.of(EDGES), numbers.below(8), numbers.below(SIZE), numbers.below(2 ** 32)]);
}

function anyWide(numbers: Numbers): bigint {
  return numbers.of([
    numbers.of(WIDE_EDGES),
    BigInt.asIntN(64, BigInt(numbers.below(2 ** 32)) << BigInt(numbers.below(33))),
  ]);
}
