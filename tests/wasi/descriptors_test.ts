import { assertEquals, assertThrows } from "@std/assert";
import { type Directory, memoryDirectory, Open } from "../../mod.ts";
import { Descriptor } from "../../wasi/descriptor.ts";
import { DescriptorTable } from "../../wasi/descriptors.ts";
import { inputOf } from "./preview1/kit.ts";

/** A directory that counts how often it was closed. */
function counted(): { directory: Directory; closed: number } {
  const counter = { directory: memoryDirectory(), closed: 0 };
  counter.directory.close = () => void counter.closed++;
  return counter;
}

function grant(directory: Directory = memoryDirectory()): Descriptor {
  return Descriptor.ofGrant(directory, new Uint8Array());
}

Deno.test("numbers that are not open are EBADF, whatever they are", () => {
  const table = new DescriptorTable();
  table.add(grant());
  for (const fd of [-1, -2147483648, 1, 31, 32, 4096, 2147483647]) {
    assertThrows(() => table.get(fd), "EBADF");
    assertThrows(() => table.close(fd), "EBADF");
    assertThrows(() => table.renumber(fd, 0), "EBADF");
    assertThrows(() => table.renumber(0, fd), "EBADF");
  }
  assertEquals(table.count, 1);
});

Deno.test("a new descriptor gets the lowest number that is free", () => {
  const table = new DescriptorTable(200);
  for (let fd = 0; fd < 200; fd++) assertEquals(table.add(grant()), fd);
  for (const fd of [150, 31, 32, 63, 0, 199]) table.close(fd);
  assertEquals([0, 31, 32, 63, 150, 199].map(() => table.add(grant())), [0, 31, 32, 63, 150, 199]);
});

Deno.test("beyond the limit there is EMFILE, until one is closed", () => {
  const table = new DescriptorTable(3);
  for (let i = 0; i < 3; i++) table.add(grant());
  assertThrows(() => table.mustHaveRoom(), "EMFILE");
  assertThrows(() => table.add(grant()), "EMFILE");
  table.close(1);
  assertEquals(table.add(grant()), 1);
  assertThrows(() => table.mustHaveRoom(), "EMFILE");
});

Deno.test("a limit that makes no sense is refused", () => {
  for (const limit of [0, -1, 1.5, NaN, Infinity, 2 ** 20 + 1]) {
    assertThrows(() => new DescriptorTable(limit), RangeError, "give 1 to 1048576");
  }
});

Deno.test("a descriptor that moves closes what was there, and leaves its own number free", () => {
  const table = new DescriptorTable();
  const [first, second] = [counted(), counted()];
  const moved = grant(first.directory);
  table.add(moved);
  table.add(grant(second.directory));
  table.renumber(0, 1);
  assertEquals([first.closed, second.closed], [0, 1]);
  assertEquals(table.get(1), moved);
  assertThrows(() => table.get(0), "EBADF");
  assertEquals([table.count, table.add(grant())], [1, 0]);
});

Deno.test("a descriptor that moves onto itself stays open", () => {
  const table = new DescriptorTable();
  const one = counted();
  table.add(grant(one.directory));
  table.renumber(0, 0);
  assertEquals([table.count, one.closed], [1, 0]);
});

Deno.test("a stream under two numbers closes with the last of them", () => {
  let closed = 0;
  const stream = { ...inputOf(""), close: () => void closed++ };
  const table = new DescriptorTable();
  table.add(Descriptor.ofInput(stream));
  table.add(Descriptor.ofInput(stream));
  table.close(0);
  assertEquals(closed, 0);
  table.close(1);
  assertEquals(closed, 1);
});

Deno.test("closing all closes each once", () => {
  const table = new DescriptorTable();
  const all = [counted(), counted(), counted()];
  for (const { directory } of all) table.add(grant(directory));
  table.close(1);
  table.closeAll();
  table.closeAll();
  assertEquals(all.map(({ closed }) => closed), [1, 1, 1]);
  assertEquals([table.count, table.add(grant())], [0, 0]);
});

Deno.test("a file's kind is asked of the file once", () => {
  const directory = memoryDirectory({ file: "x" });
  const file = directory.open("file", Open.read);
  if (file.kind !== "file") throw new Error("not a file");
  let asked = 0;
  const stat = file.stat.bind(file);
  file.stat = () => (asked++, stat());
  const descriptor = Descriptor.ofFile(file, 0, 0, 0);
  assertEquals([descriptor.filetype, descriptor.filetype, asked], [4, 4, 1]);
});

Deno.test("all are closed, also when closing some of them fails, and the first failure is told", () => {
  const broken = (message: string): Directory => {
    const directory = memoryDirectory();
    directory.close = () => {
      throw new Error(message);
    };
    return directory;
  };
  const [first, last] = [counted(), counted()];
  const table = new DescriptorTable();
  for (const directory of [first.directory, broken("second"), broken("first"), last.directory]) {
    table.add(grant(directory));
  }
  assertThrows(() => table.closeAll(), Error, "first");
  assertEquals([first.closed, last.closed, table.count], [1, 1, 0]);
});
