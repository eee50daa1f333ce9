/**
 * Living through a journal: what came to a box then comes to it again, and has to come out alike.
 *
 * @module
 */
import { SnapshotError } from "../snapshot/error.ts";
import { type JournalEntry, JournalError } from "./journal.ts";
import type { Lives } from "./lives.ts";
import { readerOf } from "./saved_state.ts";

/**
 * Lives through the entries of a journal.
 *
 * @param lives The lives of a box that has begun and heard nothing yet
 * @param entries All entries of the journal
 * @param most How many to live through; all unless given
 * @param stopped Called when a limit stops the guest over the last entry of all. The process that wrote it may have
 * ended before the guest was done, so that nobody knows whether it would have been stopped then
 * @returns When it is done
 * @throws {JournalError} When something else happens than then: the guest fails, a limit stops it over another entry, or
 * a snapshot does not fit what is granted
 */
export async function reliveAll<Message>(
  lives: Lives<Message>,
  entries: readonly JournalEntry[],
  most: number | undefined,
  stopped: () => void,
): Promise<void> {
  const read = readerOf(lives.making.module);
  for (const [at, entry] of entries.slice(0, most).entries()) {
    if (lives.poisoned && entry.kind !== "restore") {
      throw new JournalError(
        `The guest fails over entry ${at} of the journal, as it did not then: grant it the same as then`,
      );
    }
    try {
      await lives.relive(entry, read, () => {
        if (at === entries.length - 1) return stopped();
        throw new JournalError(
          `A limit stops the guest over entry ${at + 1} of the journal, as none did then: give it more`,
        );
      });
    } catch (error) {
      if (!(error instanceof SnapshotError)) throw error;
      throw new JournalError(`Entry ${at + 1} of the journal cannot be lived through: ${error.message}`, {
        cause: error,
      });
    }
  }
}
