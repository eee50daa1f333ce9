/** Every kind of directory that the table is run against. */
import { loadLibC } from "../../../caps/host/libc.ts";
import type { Directory } from "../../../mod.ts";
import { hostBacking } from "./host_room.ts";
import { type Backing, memoryBacking } from "./room.ts";

const kernel = loadLibC()
  ? [hostBacking("kernel", "kernel"), hostBacking("kernel, walked", "kernel", walked)]
  : [];

export const BACKINGS: readonly Backing[] = [
  memoryBacking(),
  ...kernel,
  hostBacking("portable", "portable"),
  hostBacking("portable, walked", "portable", walked),
];

/** A directory without its short cuts, so that the walk has to do it all. */
function walked(directory: Directory): Directory {
  for (const name of ["openPath", "statPath", "parentOf"]) {
    Object.defineProperty(directory, name, { value: undefined });
  }
  return directory;
}
