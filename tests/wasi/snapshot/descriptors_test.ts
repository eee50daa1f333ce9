/** What a guest has open, as a snapshot knows it. */
import { assertEquals, assertThrows } from "@std/assert";
import { openAt } from "../../../caps/paths.ts";
import { deterministic, GuestPath, memoryDirectory, nullOutput, Open } from "../../../mod.ts";
import { DIRECTORY_RIGHTS, FILE_RIGHTS, INHERITED_RIGHTS } from "../../../wasi/abi/rights.ts";
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

Deno.test("looking for what is open gives nothing a number that a guest would see", () => {
  const table = new DescriptorTable();
  const root = deterministic(memoryDirectory({ "a": "", "d/b": "" }));
  for (let fd = 0; fd < 3; fd++) table.add(Descriptor.ofOutput(nullOutput()));
  const granted = Descriptor.ofGrant(root, new TextEncoder().encode("/"));
  table.add(granted);
  const openings = new Openings(table, [root]);
  for (const path of ["d/b", "d"]) {
    const opened = openAt(root, GuestPath.of(path), Open.read, true);
    const descriptor = opened.kind === "file"
      ? Descriptor.ofFile(opened, FILE_RIGHTS, INHERITED_RIGHTS, 0)
      : Descriptor.ofDirectory(opened, DIRECTORY_RIGHTS, INHERITED_RIGHTS, 0);
    table.add(descriptor);
    openings.opened(descriptor, granted, path, Open.read);
  }
  assertEquals(openings.capture().map(({ path }) => path).slice(4), ["d/b", "d"]);
  assertEquals(root.lookup("a").inode, 1n);
});
