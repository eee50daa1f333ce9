/** Every kind of directory that the table is run against. */
import { loadLibC } from "../../../caps/host/libc.ts";
import { type Directory, memoryDirectory, observe, overlay, quota } from "../../../mod.ts";
import { hostBacking } from "./host_room.ts";
import { type Backing, memoryBacking } from "./room.ts";

const kernel = loadLibC()
  ? [hostBacking("kernel", "kernel"), hostBacking("kernel, walked", "kernel", walked)]
  : [];

/** Names that an overlay hides are still there below. Above is memory, whatever is below. */
const OVERLAID = { countsHidden: true, holds: true, linkTimes: true };

export const BACKINGS: readonly Backing[] = [
  memoryBacking(),
  { ...memoryBacking("overlay over memory", (it) => overlay(it)), ...OVERLAID },
  memoryBacking("overlay over an empty directory", (it) => overlay(memoryDirectory(), it)),
  memoryBacking("quota over memory", (it) => quota(it, { bytes: 2 ** 40, entries: 5000, fileSize: 2 ** 40 })),
  ...kernel,
  memoryBacking("observed memory", (it) => observe(it, {})),
  hostBacking("observed host", loadLibC() ? "kernel" : "portable", (it) => observe(it, {})),
  hostBacking("quota over host", loadLibC() ? "kernel" : "portable", (it) => quota(it, {})),
  {
    ...hostBacking("overlay over host", loadLibC() ? "kernel" : "portable", (it) => overlay(it)),
    ...OVERLAID,
  },
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
