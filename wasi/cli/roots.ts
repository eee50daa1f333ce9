/**
 * Where every path begins.
 *
 * @module
 */
import { formatHint } from "../../caps/cli/messages.ts";
import { directoryNameOf, type MountSetting } from "../../caps/cli/mount_settings.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";

/** Where absolute paths begin, and where relative ones do. */
export type Root = "/" | ".";

const ROOTS: readonly Root[] = ["/", "."];

/**
 * The directories in which everything lies that no grant covers. Where one of them is granted, a guest's library may take
 * the other for the same, so then there is none, and that is said.
 *
 * @param mounts What is granted
 * @param done What would be done about paths in them: `asked about`
 * @param terminal Where it is said
 * @returns Their names
 */
export function rootsBeside(
  mounts: readonly MountSetting[],
  done: string,
  terminal: Terminal,
): readonly Root[] {
  const granted = mounts.map(directoryNameOf);
  const root = ROOTS.find((root) => granted.includes(root));
  if (root === undefined) return ROOTS;
  const note = `Next to a mount of "${root}" nothing can be ${done}: it is where every path begins`;
  terminal.complain(formatHint(note, terminal.colour));
  return [];
}
