import { assertEquals, assertThrows } from "@std/assert";
import { parseCount, parseDuration, parseSize, QuantityError } from "../../caps/limits_text.ts";

Deno.test("sizes are read", () => {
  const sizes: [string, number][] = [
    ["0", 0],
    ["1", 1],
    ["100B", 100],
    ["64K", 65536],
    ["64k", 65536],
    ["64KB", 65536],
    ["64KiB", 65536],
    ["64M", 64 * 2 ** 20],
    ["1G", 2 ** 30],
    ["2T", 2 ** 41],
    ["9007199254740991", Number.MAX_SAFE_INTEGER],
  ];
  for (const [text, bytes] of sizes) assertEquals(parseSize(text), bytes, text);
});

Deno.test("times are read", () => {
  const times: [string, number][] = [
    ["300ms", 300],
    ["2s", 2000],
    ["1m", 60_000],
    ["1h", 3_600_000],
    ["1.5s", 1500],
    ["0.5ms", 0.5],
  ];
  for (const [text, milliseconds] of times) assertEquals(parseDuration(text), milliseconds, text);
});

Deno.test("what is no quantity is refused", () => {
  for (
    const text of [
      "",
      " 1",
      "-1",
      "1.5K",
      "K",
      "1X",
      "64iB",
      "0x10",
      "1e3",
      "1_000",
      "9007199254740992",
      "9T9",
      "9000000T",
    ]
  ) {
    assertThrows(() => parseSize(text), QuantityError, "is not a size", text);
  }
  for (const text of ["", "2", "0s", "-1s", "s", "2S", "1d", ".5s", "1.s", "2 s", "1e3s", "Infinitys"]) {
    assertThrows(() => parseDuration(text), QuantityError, "is not a time", text);
  }
  for (const text of ["", "-1", "1.0", "1K", "0x1", "9007199254740992"]) {
    assertThrows(() => parseCount(text), QuantityError, "is not a count", text);
  }
});
