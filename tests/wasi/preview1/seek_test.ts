import { assertEquals } from "@std/assert";
import { memoryDirectory } from "../../../mod.ts";
import { Errno } from "../../../wasi/abi/errno.ts";
import { abis, Kit } from "./kit.ts";

const FD_TELL = 32n, FD_SEEK = 4n;

function opened(abi = abis.preview1): { kit: Kit; fd: number } {
  const kit = new Kit({ preopens: [{ name: "/", directory: memoryDirectory({ f: "0123456789" }) }], abi });
  return { kit, fd: kit.open("f") };
}

Deno.test("a position can be anywhere from 0 to 2^53 - 1, and nowhere else", () => {
  const { kit, fd } = opened();
  const most = 2n ** 53n - 1n;
  for (
    const [offset, whence, expected] of [[4n, 0, 4n], [-1n, 1, 3n], [5n, 2, 15n], [-10n, 2, 0n], [
      most,
      0,
      most,
    ]] as const
  ) {
    kit.must("fd_seek", fd, offset, whence, 0);
    assertEquals(kit.u64(0), expected);
  }
  kit.must("fd_seek", fd, 3n, 0, 0);
  for (
    const [offset, whence] of [[-1n, 0], [-4n, 1], [-11n, 2], [most, 1], [most + 1n, 0], [
      2n ** 63n - 1n,
      2,
    ]] as const
  ) {
    assertEquals(kit.call("fd_seek", fd, offset, whence, 0), Errno.EINVAL);
  }
  kit.must("fd_tell", fd, 0);
  assertEquals(kit.u64(0), 3n);
});

Deno.test("a whence that means nothing is refused, also one that an array would know", () => {
  const { kit, fd } = opened();
  for (const whence of [3, -1, 255, 256, 0x7fff_ffff]) {
    assertEquals(kit.call("fd_seek", fd, 0n, whence, 0), Errno.EINVAL);
  }
});

Deno.test("a position that cannot be reported does not move", () => {
  const { kit, fd } = opened();
  for (const result of [65529, -8, -1]) assertEquals(kit.call("fd_seek", fd, 5n, 0, result), Errno.EFAULT);
  kit.must("fd_tell", fd, 65528);
  assertEquals(kit.u64(65528), 0n);
});

Deno.test("wasi_unstable counts whence in another order", () => {
  const { kit, fd } = opened(abis.unstable);
  kit.must("fd_seek", fd, 4n, 2, 0);
  assertEquals(kit.u64(0), 4n);
  kit.must("fd_seek", fd, 1n, 0, 0);
  assertEquals(kit.u64(0), 5n);
  kit.must("fd_seek", fd, -1n, 1, 0);
  assertEquals(kit.u64(0), 9n);
});

Deno.test("telling takes the right to tell or to seek, moving the right to seek", () => {
  const { kit, fd } = opened();
  kit.must("fd_fdstat_set_rights", fd, FD_TELL | FD_SEEK, 0n);
  kit.must("fd_fdstat_set_rights", fd, FD_TELL, 0n);
  kit.must("fd_tell", fd, 0);
  kit.must("fd_seek", fd, 0n, 1, 0);
  assertEquals(kit.call("fd_seek", fd, 1n, 1, 0), Errno.ENOTCAPABLE);
  assertEquals(kit.call("fd_seek", fd, 0n, 0, 0), Errno.ENOTCAPABLE);
  kit.must("fd_fdstat_set_rights", fd, 0n, 0n);
  assertEquals(kit.call("fd_tell", fd, 0), Errno.ENOTCAPABLE);
});

Deno.test("only files have positions", () => {
  const { kit } = opened();
  assertEquals([kit.call("fd_seek", 0, 0n, 0, 0), kit.call("fd_tell", 1, 0)], [Errno.ESPIPE, Errno.ESPIPE]);
  assertEquals([kit.call("fd_seek", 3, 0n, 0, 0), kit.call("fd_tell", 3, 0)], [Errno.EISDIR, Errno.EISDIR]);
});
