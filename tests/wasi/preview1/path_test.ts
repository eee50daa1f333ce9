import { assertEquals } from "@std/assert";
import { type Directory, memoryDirectory } from "../../../mod.ts";
import { Errno } from "../../../wasi/abi/errno.ts";
import { contentsOf, CREAT, DIRECTORY, EXCL, FD_READ, Kit, READ_WRITE, TRUNC } from "./kit.ts";

function tree(): Directory {
  const directory = memoryDirectory({ "f": "abc", "d/g": "in d", "e/": "" });
  directory.symlink("f", "to-f");
  directory.symlink("../outside", "out");
  directory.symlink("nowhere", "dangling");
  return directory;
}

function kitWith(directory: Directory, more: Partial<ConstructorParameters<typeof Kit>[0]> = {}): Kit {
  return new Kit({ preopens: [{ name: "/", directory }], ...more });
}

/** Paths that no call may take, and what each is refused with. */
const refused: [string | Uint8Array, number][] = [
  ["", Errno.ENOENT],
  ["/f", Errno.ENOTCAPABLE],
  ["..", Errno.ENOTCAPABLE],
  ["../f", Errno.ENOTCAPABLE],
  ["d/../../f", Errno.ENOTCAPABLE],
  ["f\0", Errno.EILSEQ],
  ["f\0/../../x", Errno.EILSEQ],
  [new Uint8Array([0x66, 0xff]), Errno.EILSEQ],
  ["x".repeat(4096), Errno.ENAMETOOLONG],
];

/** All calls that take one path, made with it. */
const calls: [string, (kit: Kit, path: [number, number]) => number][] = [
  ["path_open", (kit, path) => kit.call("path_open", 3, 1, ...path, CREAT | TRUNC, READ_WRITE, 0n, 0, 0)],
  ["path_filestat_get", (kit, path) => kit.call("path_filestat_get", 3, 1, ...path, 0)],
  ["path_filestat_set_times", (kit, path) => kit.call("path_filestat_set_times", 3, 1, ...path, 1n, 1n, 5)],
  ["path_create_directory", (kit, path) => kit.call("path_create_directory", 3, ...path)],
  ["path_remove_directory", (kit, path) => kit.call("path_remove_directory", 3, ...path)],
  ["path_unlink_file", (kit, path) => kit.call("path_unlink_file", 3, ...path)],
  ["path_readlink", (kit, path) => kit.call("path_readlink", 3, ...path, 0, 64, 128)],
  ["path_link from", (kit, path) => kit.call("path_link", 3, 0, ...path, 3, ...kit.text("new"))],
  ["path_link to", (kit, path) => kit.call("path_link", 3, 0, ...kit.text("f"), 3, ...path)],
  ["path_rename from", (kit, path) => kit.call("path_rename", 3, ...path, 3, ...kit.text("new"))],
  ["path_rename to", (kit, path) => kit.call("path_rename", 3, ...kit.text("f"), 3, ...path)],
  ["path_symlink", (kit, path) => kit.call("path_symlink", ...kit.text("f"), 3, ...path)],
];

for (const [name, call] of calls) {
  Deno.test(`${name} refuses paths that lead outside or are none, and changes nothing`, () => {
    const directory = tree();
    const kit = kitWith(directory);
    const before = contentsOf(directory);
    for (const [path, errno] of refused) assertEquals(call(kit, kit.text(path)), errno, JSON.stringify(path));
    assertEquals(contentsOf(directory), before);
    assertEquals(kit.guest.descriptors.count, 4);
  });
}

Deno.test("opening through a link that leads outside is refused, creating or not", () => {
  const directory = tree();
  const kit = kitWith(directory);
  for (const oflags of [0, CREAT, CREAT | TRUNC]) {
    assertEquals(
      kit.call("path_open", 3, 1, ...kit.text("out"), oflags, READ_WRITE, 0n, 0, 0),
      Errno.ENOTCAPABLE,
    );
    assertEquals(kit.call("path_open", 3, 0, ...kit.text("out"), oflags, READ_WRITE, 0n, 0, 0), Errno.ELOOP);
  }
});

Deno.test("nothing is made or dropped when the new descriptor cannot be stored", () => {
  const directory = tree();
  const kit = kitWith(directory);
  const before = contentsOf(directory);
  for (const result of [65533, -1]) {
    assertEquals(
      kit.call("path_open", 3, 0, ...kit.text("new"), CREAT, READ_WRITE, 0n, 0, result),
      Errno.EFAULT,
    );
    assertEquals(
      kit.call("path_open", 3, 0, ...kit.text("f"), TRUNC, READ_WRITE, 0n, 0, result),
      Errno.EFAULT,
    );
  }
  assertEquals(contentsOf(directory), before);
});

Deno.test("nothing is made or dropped when there is no descriptor left", () => {
  const directory = tree();
  const kit = kitWith(directory, { maxOpenFiles: 5 });
  const before = contentsOf(directory);
  const fd = kit.open("f");
  assertEquals(kit.call("path_open", 3, 0, ...kit.text("new"), CREAT, READ_WRITE, 0n, 0, 0), Errno.EMFILE);
  assertEquals(kit.call("path_open", 3, 0, ...kit.text("f"), TRUNC, READ_WRITE, 0n, 0, 0), Errno.EMFILE);
  assertEquals(contentsOf(directory), before);
  kit.must("fd_close", fd);
  assertEquals(kit.open("f"), 4);
});

Deno.test("opens that fail leave no descriptor behind", () => {
  const kit = kitWith(tree());
  for (let i = 0; i < 100; i++) {
    assertEquals(kit.call("path_open", 3, 0, ...kit.text("missing"), 0, 0n, 0n, 0, 0), Errno.ENOENT);
  }
  assertEquals(kit.open("f"), 4);
});

Deno.test("flags of opening mean what they say", () => {
  const kit = kitWith(tree());
  const open = (path: string, oflags: number, rights = FD_READ, dirflags = 0): number =>
    kit.call("path_open", 3, dirflags, ...kit.text(path), oflags, rights, 0n, 0, 0);
  assertEquals(open("f", CREAT | EXCL), Errno.EEXIST);
  assertEquals(open("f", DIRECTORY), Errno.ENOTDIR);
  assertEquals(open("d", DIRECTORY), 0);
  assertEquals(open("d", DIRECTORY, READ_WRITE), Errno.EISDIR);
  assertEquals(open("d", DIRECTORY | CREAT), Errno.EINVAL);
  assertEquals(open("to-f", 0), Errno.ELOOP);
  assertEquals(open("to-f", 0, FD_READ, 1), 0);
  assertEquals(open("dangling", CREAT | EXCL, FD_READ, 1), Errno.EEXIST);
  assertEquals(open("made", CREAT), 0);
});

Deno.test("a path begins at the descriptor it is given, and cannot leave that either", () => {
  const kit = kitWith(tree());
  const fd = kit.open("d", { rights: 0n });
  assertEquals(kit.readFrom(kit.open("g", { fd }), 9), "in d");
  for (const path of ["../f", "..", "g/../../f"]) {
    assertEquals(kit.call("path_open", fd, 0, ...kit.text(path), 0, FD_READ, 0n, 0, 0) !== 0, true);
  }
  assertEquals(kit.call("path_open", fd, 0, ...kit.text("../f"), 0, FD_READ, 0n, 0, 0), Errno.ENOTCAPABLE);
});

Deno.test("what is no directory has no paths below it", () => {
  const kit = kitWith(tree());
  const file = kit.open("f");
  for (const fd of [0, 1, file]) {
    assertEquals(kit.call("path_open", fd, 0, ...kit.text("x"), CREAT, 0n, 0n, 0, 0), Errno.ENOTDIR);
    assertEquals(kit.call("path_filestat_get", fd, 0, ...kit.text("x"), 0), Errno.ENOTDIR);
    assertEquals(kit.call("path_rename", 3, ...kit.text("f"), fd, ...kit.text("x")), Errno.ENOTDIR);
  }
});

Deno.test("a link is read as far as there is room", () => {
  const kit = kitWith(tree());
  kit.bytes.fill(0x2a, 0, 64);
  kit.must("path_readlink", 3, ...kit.text("dangling"), 0, 3, 32);
  assertEquals([kit.read(0, 4), kit.u32(32)], ["now*", 3]);
  kit.must("path_readlink", 3, ...kit.text("dangling"), 0, 16, 32);
  assertEquals([kit.read(0, 8), kit.u32(32)], ["nowhere*", 7]);
  kit.must("path_readlink", 3, ...kit.text("dangling"), 65536, 0, 32);
  assertEquals(kit.u32(32), 0);
  assertEquals(kit.call("path_readlink", 3, ...kit.text("dangling"), 65530, 7, 32), Errno.EFAULT);
  // The buffer has to be all there, however little of it is needed.
  assertEquals(kit.call("path_readlink", 3, ...kit.text("dangling"), 65500, 64, 32), Errno.EFAULT);
  assertEquals(kit.call("path_readlink", 3, ...kit.text("dangling"), 0, 16, 65533), Errno.EFAULT);
  assertEquals(kit.call("path_readlink", 3, ...kit.text("f"), 0, 16, 32), Errno.EINVAL);
});

Deno.test("files, directories and links are made, renamed and removed", () => {
  const directory = memoryDirectory({ f: "abc" });
  const kit = kitWith(directory);
  kit.must("path_create_directory", 3, ...kit.text("d"));
  kit.must("path_link", 3, 0, ...kit.text("f"), 3, ...kit.text("d/hard"));
  kit.must("path_symlink", ...kit.text("hard"), 3, ...kit.text("d/soft"));
  kit.must("path_rename", 3, ...kit.text("f"), 3, ...kit.text("g"));
  assertEquals(contentsOf(directory), { "d/": "", "d/hard": "abc", "d/soft": "-> hard", "g": "abc" });
  kit.must("path_unlink_file", 3, ...kit.text("d/soft"));
  kit.must("path_unlink_file", 3, ...kit.text("d/hard"));
  kit.must("path_remove_directory", 3, ...kit.text("d"));
  assertEquals(contentsOf(directory), { g: "abc" });
});

Deno.test("a refusal below a directory that was opened is told from its grant on", () => {
  const told: string[] = [];
  const preopens = [{ name: "/data", directory: memoryDirectory({ "d/f": "" }) }];
  const kit = new Kit({ preopens, denied: (_, path) => void told.push(path) });
  kit.must("path_open", 3, 0, ...kit.text("d"), 2, 0n, 0n, 0, 32);
  const fd = kit.u32(32);
  kit.call("path_unlink_file", fd, ...kit.text("../../x"));
  kit.call("path_link", fd, 0, ...kit.text("f"), 3, ...kit.text("../g"));
  kit.call("path_symlink", ...kit.text("/etc"), fd, ...kit.text("l"));
  assertEquals(told, ["/data/d/../../x", "/data/d/f -> /data/../g", "/etc -> /data/d/l"]);
});

Deno.test("a refusal is told with the path from its grant on", () => {
  const told: string[] = [];
  const kit = kitWith(tree(), { denied: (...what) => void told.push(what.join(" ")) });
  kit.call("path_open", 3, 0, ...kit.text("../secret"), 0, 0n, 0n, 0, 0);
  kit.call("path_rename", 3, ...kit.text("f"), 3, ...kit.text("/g"));
  kit.call("path_filestat_get", 3, 0, ...kit.text("missing"), 0);
  kit.call("fd_write", 0, 0, 0, 0);
  assertEquals(told, [
    "path_open /../secret ENOTCAPABLE",
    "path_rename /f -> /g ENOTCAPABLE",
    "fd_write  ENOTCAPABLE",
  ]);
});

Deno.test("what is told of a refusal does not grow with each directory that is opened from another", () => {
  const told: string[] = [];
  const preopens = [{ name: "/data", directory: memoryDirectory() }];
  const kit = new Kit({ preopens, denied: (_, path) => void told.push(path) });
  let fd = 3;
  for (let i = 0; i < 100; i++) {
    kit.must("path_open", fd, 0, ...kit.text("./".repeat(500)), 2, 0n, -1n, 0, 32);
    if (fd !== 3) kit.must("fd_close", fd);
    fd = kit.u32(32);
  }
  kit.call("path_open", fd, 0, ...kit.text("../x"), 0, 0n, 0n, 0, 0);
  assertEquals(told.map((path) => path.length), [4095 + 3]);
  assertEquals([told[0]!.slice(0, 10), told[0]!.slice(-3)], ["/data/././", "..."]);
});
