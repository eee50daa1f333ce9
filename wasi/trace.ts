/**
 * One line for each call that a guest makes.
 *
 * @module
 */
import { Errno, errnoName } from "./abi/errno.ts";
import type { Layout } from "./abi/layout.ts";
import type { Guest } from "./guest.ts";
import type { Import, Value } from "./preview1/call.ts";
import { decoderOf, resultDecoderOf } from "./trace_decoders.ts";
import { signatures } from "./trace_signatures.ts";

/**
 * Makes of an import one that tells of each call: `fd_seek(fd=4, offset=0, whence=END) = 0 -> 37`.
 *
 * @param guest The guest
 * @param name The name of the call
 * @param run What is called
 * @param layout Which form of WASI it belongs to
 * @param tell Receives each line
 * @returns The import that tells
 */
export function traced(
  guest: Guest,
  name: string,
  run: Import,
  layout: Layout,
  tell: (line: string) => void,
): Import {
  const signature = signatureOf(name);
  return (...values) => {
    // Before the call: what it reads may be overwritten by what it writes.
    const call = `${name}(${signature.parameters.map((show) => show(guest, values, layout)).join(", ")})`;
    const told = (errno: number): number => {
      if (errno !== Errno.SUCCESS) tell(`${call} = ${errno} ${errnoName(errno)}`);
      else tell(`${call} = 0${signature.results.map((show) => show(guest, values)).join("")}`);
      return errno;
    };
    try {
      const outcome = run(...values);
      return typeof outcome === "number" ? told(outcome) : outcome.then(told);
    } catch (error) {
      // It does not return: the guest exits, or is ended.
      tell(call);
      throw error;
    }
  };
}

/** How the parameters and results of a call are shown. */
interface Signature {
  readonly parameters: readonly ((guest: Guest, values: readonly Value[], layout: Layout) => string)[];
  readonly results: readonly ((guest: Guest, values: readonly Value[]) => string)[];
}

/** Takes a signature apart, and finds for each of its words which values it stands for. */
function signatureOf(name: string): Signature {
  const words = (signatures[name] ?? "").split(" ").filter((word) => word !== "");
  const signature = { parameters: [], results: [] } as {
    parameters: Signature["parameters"][number][];
    results: Signature["results"][number][];
  };
  let index = 0;
  for (const word of words) {
    const at = index;
    if (word.startsWith(">")) {
      const show = resultDecoderOf(word.slice(1));
      signature.results.push((guest, values) => show(guest, values[at] as number));
      index++;
      continue;
    }
    const [label, kind] = word.split(":") as [string, string];
    const { width, show } = decoderOf(kind);
    signature.parameters.push((guest, values, layout) => {
      const text = show(guest, values[at]!, values[at + 1], layout);
      return label === "" ? text : `${label}=${text}`;
    });
    index += width;
  }
  return signature;
}
