import { assert, assertEquals, assertThrows } from "@std/assert";
import { faultFrom, type Platform } from "../../../caps/host/errors.ts";

Deno.test("a code of the host is the fault's, whatever the class", () => {
  for (const code of ["ENOTEMPTY", "EXDEV", "EINVAL", "ENAMETOOLONG", "EISDIR", "ENOTDIR", "ELOOP"]) {
    assertEquals(faultFrom(Object.assign(new TypeError("/home/me"), { code })).code, code);
  }
  assertEquals(faultFrom(Object.assign(new Error(), { code: "EOPNOTSUPP" })).code, "ENOTSUP");
  assertEquals(faultFrom(Object.assign(new Deno.errors.NotFound(), { code: "ENOSTR" })).code, "ENOENT");
});

Deno.test("Deno's classes are known without a code", () => {
  assertEquals(faultFrom(new Deno.errors.NotCapable("x")).code, "EACCES");
  assertEquals(faultFrom(new Deno.errors.BadResource("x")).code, "EBADF");
  assertEquals(faultFrom(new Deno.errors.BrokenPipe("x")).code, "EPIPE");
});

Deno.test("a number of the operating system is read on the right one", () => {
  const error = (number: number): Error => new Error(`Failed (os error ${number})`);
  assertEquals(faultFrom(error(27), "linux").code, "EFBIG");
  assertEquals(faultFrom(error(27), "darwin").code, "EFBIG");
  assertEquals(faultFrom(error(23), "freebsd").code, "ENFILE");
  assertEquals(["linux", "darwin", "windows"].map((it) => faultFrom(error(84), it as Platform).code), [
    "EILSEQ",
    "EOVERFLOW",
    "EIO",
  ]);
  assertEquals(faultFrom(error(223), "windows").code, "EFBIG");
  assertEquals(faultFrom(error(9999), "linux").code, "EIO");
});

Deno.test("what the host has no word for is an I/O error that keeps its cause", () => {
  const error = Object.assign(new Error("/home/me/x"), { code: "ESOMETHING" });
  const fault = faultFrom(error);
  assertEquals([fault.code, fault.message], ["EIO", "EIO"]);
  assert(fault.cause === error);
});

Deno.test("a mistake in the program stays one", () => {
  assertThrows(() => faultFrom(new TypeError("undefined is not a function")), TypeError);
  assertThrows(() => faultFrom(new RangeError("offset is out of bounds")), RangeError);
});

Deno.test("what a file system of another machine says is known, though Deno has no code for it", () => {
  const rows = [["linux", 116, 122, 38], ["darwin", 70, 69, 78]] as const;
  for (const [platform, ...numbers] of rows) {
    const codes = numbers.map((number) => faultFrom(new Error(`Failed (os error ${number})`), platform).code);
    assertEquals(codes, ["ESTALE", "EDQUOT", "ENOSYS"]);
  }
});
