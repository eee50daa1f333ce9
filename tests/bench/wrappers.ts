/**
 * What attenuations cost: the same read and write of 64 bytes, through a directory and through one that was made less.
 *
 * @module
 */
import { type Directory, hostDirectory, Open, Quota, readOnly } from "../../mod.ts";
import { interleaved } from "./measure.ts";
import type { Row } from "./table.ts";

const CALLS = 200_000;
const SIZE = 64;
const bytes = new Uint8Array(SIZE);

/**
 * Measures wrappers.
 *
 * @param dir A folder to write to
 * @param rounds How often each is measured
 * @returns A row for reads and one for writes
 */
export async function wrappers(dir: string, rounds: number): Promise<Row[]> {
  await Deno.mkdir(dir, { recursive: true });
  await Deno.writeFile(`${dir}/wrapped`, new Uint8Array(SIZE));
  const plain = hostDirectory(dir);
  const limited = new Quota({ bytes: 1 << 30 }).directory(plain);
  const row = async (name: string, how: number, wrapped: Record<string, Directory>): Promise<Row> => {
    const all = [plain, ...Object.values(wrapped)];
    const [base, ...values] = await interleaved(all.map((directory) => timed(directory, how)), rounds);
    return {
      name,
      unit: "ns",
      base: { name: "directory", value: base },
      values: Object.fromEntries(Object.keys(wrapped).map((column, index) => [column, values[index]])),
    };
  };
  const rows = [
    await row("read of 64 bytes", Open.read, { readOnly: readOnly(plain), Quota: limited }),
    await row("write of 64 bytes", Open.write, { Quota: limited }),
  ];
  plain.close();
  return rows;
}

function timed(directory: Directory, how: number): () => Promise<number> {
  return () => {
    const file = directory.open("wrapped", how);
    if (file.kind !== "file") throw new Error("Not a file");
    const start = performance.now();
    for (let call = 0; call < CALLS; call++) {
      if (how === Open.read) file.read(bytes, 0, SIZE, 0);
      else file.write(bytes, 0, SIZE, 0);
    }
    const taken = performance.now() - start;
    file.close();
    return Promise.resolve(taken / CALLS * 1e6);
  };
}
