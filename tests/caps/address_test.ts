import { assertEquals, assertThrows } from "@std/assert";
import { formatAddress, parseAddress } from "../../mod.ts";

Deno.test("an address says an interface and a port, or a file", () => {
  for (
    const [text, hostname, port] of [
      ["127.0.0.1:80", "127.0.0.1", 80],
      ["tcp:localhost:0", "localhost", 0],
      ["[::1]:65535", "::1", 65535],
      ["tcp:[fe80::1]:7", "fe80::1", 7],
    ] as const
  ) {
    const address = parseAddress(text);
    assertEquals(address, { transport: "tcp", hostname, port });
    assertEquals(parseAddress(formatAddress(address)), address);
  }
  for (const path of ["/run/x", "x", "a:b:1", "127.0.0.1:80"]) {
    const address = parseAddress("unix:" + path);
    assertEquals(address, { transport: "unix", path });
    assertEquals(parseAddress(formatAddress(address)), address);
  }
});

Deno.test("what leaves out a part, or says more, is no address", () => {
  const bad = [
    "",
    ":80",
    "80",
    "tcp::80",
    "host",
    "host:",
    "host:65536",
    "host:-1",
    "host:1.5",
    "host:http",
    "unix:",
  ];
  for (
    const text of [...bad, "::1:80", "[::1]", "[]:80", "[host]:80", "host:80/x", "udp:host:80", "a b:80"]
  ) {
    assertThrows(() => parseAddress(text), TypeError, JSON.stringify(text).slice(1, -1));
  }
});
