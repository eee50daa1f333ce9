/** What a guest has open, as a snapshot knows it. */
import { assertThrows } from "@std/assert";
import { memoryDirectory } from "../../../mod.ts";
import { DIRECTORY_RIGHTS, INHERITED_RIGHTS } from "../../../wasi/abi/rights.ts";
import { Descriptor } from "../../../wasi/descriptor.ts";
import { DescriptorTable } from "../../../wasi/descriptors.ts";
import { Openings } from "../../../wasi/snapshot/descriptors.ts";
import { SnapshotError } from "../../../wasi/snapshot/error.ts";

Deno.test("directories that are opened one from another without end do not make a path that grows without end", () => {
  const table = new DescriptorTable();
  const root = memoryDirectory();
  const openings = new Openings(table, [root]);
  const anew = (): Descriptor => Descriptor.ofDirectory(root, DIRECTORY_RIGHTS, INHERITED_RIGHTS, 0);
  let last = anew();
  // Together longer than any text can be.
  for (let i = 0; i < 150_000; i++) {
    const next = anew();
    openings.opened(next, last, "./".repeat(2047), 0);
    last = next;
  }
  table.add(last);
  assertThrows(() => openings.capture(), SnapshotError, "is not there any more");
});
