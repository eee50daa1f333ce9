/**
 * What to say when something cannot be granted.
 *
 * @module
 */
import { exitCodeOf, kindOfPath, reasonOf } from "../../caps/cli/files.ts";
import { CommandError, shellWord } from "../../caps/cli/messages.ts";
import { mountFlag } from "../../caps/cli/mount_flag.ts";
import type { MountSetting } from "../../caps/cli/mount_settings.ts";
import type { Fault } from "../../caps/fault.ts";

/**
 * The error for a grant that cannot be made.
 *
 * @param mount The grant
 * @param fault Why not
 * @returns The error to throw
 */
export function explainMount(mount: MountSetting, fault: Fault): CommandError {
  const { host, kind } = mount;
  const what = kind === "file" ? `File "${host}"` : `Directory "${host}"`;
  switch (fault.code) {
    case "ENOENT":
      return new CommandError(`${what} does not exist`, { hint: hintForMissing(mount) });
    case "ENOTDIR":
      return new CommandError(`"${host}" is not a directory`, {
        hint: kindOfPath(host) === "file"
          ? hintForOther("For a single file, write", "file", mount)
          : undefined,
      });
    case "EISDIR":
      return new CommandError(`"${host}" is a directory`, { hint: hintForOther("Write", "dir", mount) });
    case "ENXIO":
      return new CommandError(`"${host}" is a device, pipe or socket, and only files can be granted`);
    case "ENOTSUP":
      return new CommandError("The kernel backend needs Linux, and Deno with --allow-ffi", {
        hint: "Leave --backend out, and the best there is is taken",
      });
    case "EACCES":
    case "EPERM":
      return new CommandError(`${what} cannot be opened: permission denied`, {
        hint: "Its own mode may forbid it, or Deno was started without --allow-read and --allow-write for it",
      });
    default:
      return new CommandError(`${what} cannot be opened: ${reasonOf(fault)}`, { code: exitCodeOf(fault) });
  }
}

function hintForOther(advice: string, flag: "dir" | "file", mount: MountSetting): string | undefined {
  const text = mountFlag(flag, mount);
  return text && `${advice} ${text}`;
}

function hintForMissing({ host, guest, flag, kind, readOnly }: MountSetting): string | undefined {
  if (guest !== host && kindOfPath(guest) === kind) {
    const swapped = flag === "mapdir" ? `${host}::${guest}` : `${guest}::${host}`;
    return `Did you swap HOST and GUEST? --${flag} ${shellWord(swapped + (readOnly ? ":ro" : ""))}`;
  }
  // What Deno puts for bytes that are no text.
  if (host.includes("\ufffd")) {
    return "A name that is not UTF-8 cannot be given: change to the folder, and write .";
  }
  return kind === "directory" ? `To make it: mkdir -p ${shellWord(host)}` : undefined;
}
