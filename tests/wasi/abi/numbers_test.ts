import { assertEquals, assertThrows } from "@std/assert";
import { Errno, errnoName, errnoOf } from "../../../wasi/abi/errno.ts";
import { offsetOf, unsigned } from "../../../wasi/abi/numbers.ts";
import {
  DIRECTORY_RIGHTS,
  directoryRights,
  exceedsRights,
  FILE_RIGHTS,
  fileRights,
  INHERITED_RIGHTS,
  knownRights,
  Rights,
} from "../../../wasi/abi/rights.ts";

Deno.test("offsets beyond what a number holds exactly are refused, never rounded", () => {
  assertEquals(offsetOf(9007199254740991n, "EFBIG"), Number.MAX_SAFE_INTEGER);
  assertThrows(() => offsetOf(9007199254740992n, "EFBIG"), "EFBIG");
  assertThrows(() => offsetOf(2n ** 63n - 1n, "EFBIG"), "EFBIG");
  // 2^63 and more arrive as negative numbers.
  assertThrows(() => offsetOf(-(2n ** 63n), "EFBIG"), "EINVAL");
  assertThrows(() => offsetOf(-1n, "EFBIG"), "EINVAL");
});

Deno.test("64-bit parameters lose their sign", () => {
  assertEquals(unsigned(-1n), 0xffff_ffff_ffff_ffffn);
});

Deno.test("error numbers are those of the standard, and only real names have one", () => {
  assertEquals(Object.values(Errno), Array.from({ length: 77 }, (_, i) => i));
  assertEquals([errnoOf("ENOENT"), errnoOf("EXDEV"), errnoOf("ENOTCAPABLE")], [44, 75, 76]);
  for (const code of ["constructor", "__proto__", "toString", ""]) {
    assertEquals(errnoOf(code as "EIO"), undefined);
  }
  assertEquals([errnoName(0), errnoName(76), errnoName(77)], ["SUCCESS", "ENOTCAPABLE", "77"]);
});

Deno.test("a file is never more than its directory hands on, nor read or written unless asked for", () => {
  assertEquals(fileRights(~0, INHERITED_RIGHTS), FILE_RIGHTS);
  assertEquals(fileRights(~0, 0), 0);
  assertEquals(fileRights(0, INHERITED_RIGHTS) & (Rights.FD_READ | Rights.FD_WRITE | Rights.FD_ALLOCATE), 0);
  const size = Rights.FD_ALLOCATE | Rights.FD_FILESTAT_SET_SIZE;
  const writing = Rights.FD_WRITE | size;
  assertEquals(fileRights(Rights.FD_WRITE, INHERITED_RIGHTS) & writing, writing);
  assertEquals(fileRights(Rights.FD_WRITE, INHERITED_RIGHTS & ~size) & writing, Rights.FD_WRITE);
  assertEquals(fileRights(writing, INHERITED_RIGHTS & ~Rights.FD_WRITE) & writing, 0);
});

Deno.test("a directory can neither be read, written nor sought in as a file", () => {
  const ofFiles = Rights.FD_READ | Rights.FD_WRITE | Rights.FD_SEEK | Rights.FD_FILESTAT_SET_SIZE;
  assertEquals(DIRECTORY_RIGHTS & ofFiles, 0);
  assertEquals(directoryRights(Rights.PATH_OPEN), Rights.PATH_OPEN);
});

Deno.test("rights that mean nothing are dropped when opening, and cannot be added", () => {
  assertEquals(knownRights(-1n), 0x3fff_ffff);
  assertEquals(knownRights(1n << 40n), 0);
  assertEquals(exceedsRights(1n << 40n, INHERITED_RIGHTS), true);
  assertEquals(exceedsRights(-1n, INHERITED_RIGHTS), true);
  assertEquals(exceedsRights(BigInt(Rights.FD_READ), Rights.FD_READ), false);
});
