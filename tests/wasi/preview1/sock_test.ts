import { assertEquals } from "@std/assert";
import { memoryDirectory } from "../../../mod.ts";
import { Errno } from "../../../wasi/abi/errno.ts";
import { abis, inputOf, Kit, listenerOf, TestConnection } from "./kit.ts";

const NONBLOCK = 4, PEEK = 1, WAITALL = 2;

/** A guest with a connection as descriptor 4. */
function connected(): { kit: Kit; connection: TestConnection } {
  const connection = new TestConnection();
  const kit = new Kit({ preopens: [{ name: "tcp", listener: listenerOf(connection) }] });
  kit.must("sock_accept", 3, 0, 0);
  assertEquals(kit.u32(0), 4);
  return { kit, connection };
}

Deno.test("what is no socket is ENOTSOCK, what is not open EBADF", () => {
  const kit = new Kit({ preopens: [{ name: "/", directory: memoryDirectory({ f: "" }) }] });
  const file = kit.open("f");
  for (
    const [fd, errno] of [[0, Errno.ENOTSOCK], [3, Errno.ENOTSOCK], [file, Errno.ENOTSOCK], [
      9,
      Errno.EBADF,
    ]] as const
  ) {
    assertEquals(kit.call("sock_accept", fd, 0, 0), errno);
    assertEquals(kit.call("sock_recv", fd, 0, 0, 0, 0, 4), errno);
    assertEquals(kit.call("sock_send", fd, 0, 0, 0, 0), errno);
    assertEquals(kit.call("sock_shutdown", fd, 1), errno);
  }
});

Deno.test("nobody is accepted when the descriptor cannot be stored, or there is none left", () => {
  const connection = new TestConnection();
  const listener = listenerOf(connection);
  const kit = new Kit({ preopens: [{ name: "tcp", listener }], maxOpenFiles: 4 });
  assertEquals(kit.call("sock_accept", 3, 0, 65533), Errno.EFAULT);
  assertEquals(kit.call("sock_accept", 3, 0, 0), Errno.EMFILE);
  kit.must("fd_close", 0);
  assertEquals(kit.call("sock_accept", 3, 1, 0), Errno.EINVAL);
  assertEquals(kit.call("sock_accept", 3, -1, 0), Errno.EINVAL);
  assertEquals(listener.ready(), 1);
  kit.must("sock_accept", 3, NONBLOCK, 0);
  assertEquals(kit.u32(0), 0);
  kit.must("fd_fdstat_get", 0, 64);
  assertEquals([kit.bytes[64], kit.view.getUint16(66, true)], [6, NONBLOCK]);
});

Deno.test("with nobody waiting, a listener that must not wait says EAGAIN", () => {
  const kit = new Kit({ preopens: [{ name: "tcp", listener: listenerOf() }] });
  kit.must("fd_fdstat_set_flags", 3, NONBLOCK);
  assertEquals(kit.call("sock_accept", 3, 0, 0), Errno.EAGAIN);
});

Deno.test("a listener does not talk and a connection does not accept", () => {
  const { kit } = connected();
  assertEquals(kit.call("sock_recv", 3, 0, 0, 0, 0, 4), Errno.ENOTCONN);
  assertEquals(kit.call("sock_send", 3, 0, 0, 0, 0), Errno.ENOTCONN);
  assertEquals(kit.call("sock_shutdown", 3, 1), Errno.ENOTCONN);
  assertEquals(kit.call("sock_accept", 4, 0, 0), Errno.EINVAL);
  assertEquals(kit.call("fd_read", 3, ...kit.buffers(16, [2000, 1]), 8), Errno.EBADF);
});

Deno.test("receiving takes what is there, peeking leaves it", () => {
  const { kit, connection } = connected();
  connection.arrive("hello");
  const list = kit.buffers(16, [2000, 2], [3000, 6]);
  kit.view.setUint16(12, 0xffff, true);
  kit.must("sock_recv", 4, ...list, PEEK, 8, 12);
  assertEquals([kit.u32(8), kit.read(2000, 2), kit.read(3000, 3), kit.view.getUint16(12, true)], [
    5,
    "he",
    "llo",
    0,
  ]);
  kit.must("sock_recv", 4, ...kit.buffers(16, [2000, 3]), PEEK, 8, 12);
  assertEquals([kit.u32(8), kit.read(2000, 3)], [3, "hel"]);
  kit.must("sock_recv", 4, ...list, 0, 8, 12);
  assertEquals([kit.u32(8), kit.read(2000, 2)], [5, "he"]);
  connection.finish();
  kit.must("sock_recv", 4, ...list, 0, 8, 12);
  assertEquals(kit.u32(8), 0);
});

Deno.test("receiving all stops at the end, and where it must not wait at what there is", () => {
  const { kit, connection } = connected();
  connection.arrive("hello");
  kit.must("fd_fdstat_set_flags", 4, NONBLOCK);
  const list = kit.buffers(16, [2000, 2], [3000, 6]);
  kit.must("sock_recv", 4, ...list, WAITALL, 8, 12);
  assertEquals([kit.u32(8), kit.read(2000, 2), kit.read(3000, 3)], [5, "he", "llo"]);
  assertEquals(kit.call("sock_recv", 4, ...list, WAITALL, 8, 12), Errno.EAGAIN);
  connection.arrive("abc");
  connection.finish();
  kit.must("sock_recv", 4, ...list, WAITALL, 8, 12);
  assertEquals(kit.u32(8), 3);
});

Deno.test("flags that mean nothing are refused", () => {
  const { kit, connection } = connected();
  connection.arrive("hello");
  const list = kit.buffers(16, [2000, 2]);
  for (const flags of [4, -1, 65536]) {
    assertEquals(kit.call("sock_recv", 4, ...list, flags, 8, 12), Errno.EINVAL);
  }
  for (const flags of [1, -1]) assertEquals(kit.call("sock_send", 4, ...list, flags, 8), Errno.EINVAL);
  for (const how of [0, 4, 7, -1]) assertEquals(kit.call("sock_shutdown", 4, how), Errno.EINVAL);
  assertEquals([connection.ready(), connection.sent, connection.ended], [5, [], []]);
});

Deno.test("sending and writing are the same, and so are receiving and reading", () => {
  const { kit, connection } = connected();
  kit.must("sock_send", 4, ...kit.buffers(16, kit.text("ab"), kit.text("c")), 0, 8);
  kit.write(4, "d");
  assertEquals(new TextDecoder().decode(new Uint8Array(connection.sent)), "abcd");
  connection.arrive("xyz");
  assertEquals(kit.readFrom(4, 2), "xy");
});

Deno.test("each direction can be ended", () => {
  const { kit, connection } = connected();
  for (const how of [1, 2, 3]) kit.must("sock_shutdown", 4, how);
  assertEquals(connection.ended, ["true false", "false true", "true true"]);
  kit.must("fd_close", 4);
  assertEquals(connection.closed, true);
});

Deno.test("rights that were taken away are missed by sockets, too", () => {
  const { kit, connection } = connected();
  connection.arrive("hello");
  kit.must("fd_fdstat_set_rights", 4, 0n, 0n);
  const list = kit.buffers(16, [2000, 2]);
  assertEquals(kit.call("sock_recv", 4, ...list, 0, 8, 12), Errno.ENOTCAPABLE);
  assertEquals(kit.call("sock_send", 4, ...list, 0, 8), Errno.ENOTCAPABLE);
  assertEquals(kit.call("sock_shutdown", 4, 1), Errno.ENOTCAPABLE);
  kit.must("fd_fdstat_set_rights", 3, 0n, 0n);
  assertEquals(kit.call("sock_accept", 3, 0, 0), Errno.ENOTCAPABLE);
});

Deno.test("wasi_unstable has no sock_accept", () => {
  const kit = new Kit({ abi: abis.unstable, stdin: inputOf("") });
  assertEquals("sock_accept" in kit.table, false);
  assertEquals(kit.call("sock_shutdown", 0, 1), Errno.ENOTSOCK);
});
