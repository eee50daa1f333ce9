import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Directory, type File, GuestPath, hostDirectory, Open, readOnly } from "../../../mod.ts";
import { errno, libc } from "../../../caps/host/libc.ts";
import { defaultBackend } from "../../../caps/host/open.ts";
import { makeDirectoryAt, openAt } from "../../../caps/paths.ts";
import { names } from "../outcome.ts";

const ignore = defaultBackend() !== "kernel";
const EOPNOTSUPP = 95;

Deno.test({
  name: "a path that leads outside is still the same path after it was refused",
  ignore,
  fn: () => {
    const host = Deno.makeTempDirSync();
    Deno.mkdirSync(`${host}/in`);
    Deno.symlinkSync("..", `${host}/in/out`);
    const directory = hostDirectory(`${host}/in`);
    const path = GuestPath.of("out/stolen");
    assertThrows(() => makeDirectoryAt(directory, path), Error, "ENOTCAPABLE");
    assertEquals(path.text, "out/stolen");
    directory.close();
    Deno.removeSync(host, { recursive: true });
  },
});

Deno.test({
  name: "an append goes to the end also where Linux is emulated and has no call for it",
  ignore,
  fn: () => {
    const host = Deno.makeTempDirSync();
    const directory = hostDirectory(host);
    const [file, reader] = [Open.create | Open.write, Open.read].map((how) =>
      directory.open("f", how) as File
    );
    const text = (): string => Deno.readTextFileSync(`${host}/f`);
    const bytes = new TextEncoder().encode("abcdef");
    const { pwritev2, fcntl } = libc;
    const refusing = (): number => {
      errno[0] = EOPNOTSUPP;
      return -1;
    };
    try {
      assertEquals(file!.append(bytes, 0, 2), 2);
      Object.assign(libc, { pwritev2: refusing });
      Deno.writeTextFileSync(`${host}/f`, "and others write, ", { append: true });
      assertEquals(file!.append(bytes, 2, 4), 2);
      assertEquals([file!.appendedTo?.(), text()], [22, "aband others write, cd"]);
      assertThrows(() => reader!.append(bytes, 0, 1), Error, "EBADF");
      Object.assign(libc, { fcntl: refusing });
      assertThrows(() => file!.append(bytes, 0, 1), Error, "ENOTSUP");
      assertEquals(text(), "aband others write, cd");
      Object.assign(libc, { pwritev2 });
      assertEquals(file!.write(bytes, 4, 6, 0), 2);
      assertEquals(text(), "efand others write, cd");
    } finally {
      Object.assign(libc, { pwritev2, fcntl });
      for (const open of [file!, reader!, directory]) open.close();
      Deno.removeSync(host, { recursive: true });
    }
  },
});

Deno.test("a path of this machine with a NUL in it is not cut there", () => {
  const host = Deno.makeTempDirSync();
  assertThrows(() => hostDirectory(`${host}\0/inner`), Error, "EINVAL");
  Deno.removeSync(host);
});

Deno.test("a path of this machine with a lone surrogate opens no directory with another name", () => {
  const host = Deno.makeTempDirSync();
  Deno.mkdirSync(`${host}/\ufffd`);
  for (const backend of ignore ? ["portable"] as const : ["portable", "kernel"] as const) {
    hostDirectory(`${host}/\ufffd`, { backend }).close();
    assertThrows(() => hostDirectory(`${host}/\ud800`, { backend }), Error, "EINVAL");
  }
  Deno.removeSync(host, { recursive: true });
});

Deno.test("a backing that there is not is refused, not replaced by another", () => {
  const host = Deno.makeTempDirSync();
  const open = (path: unknown, options?: unknown) => () =>
    hostDirectory(path as string, options as { backend?: "kernel" });
  for (const backend of ["kernal", "", "auto", null, 5, ["kernel"]]) {
    assertThrows(open(host, { backend }), TypeError, ' as "backend": give "kernel" or "portable"');
  }
  for (const options of ["kernel", null, ["kernel"], new Map([["backend", "kernel"]])]) {
    assertThrows(open(host, options), TypeError, ' as "options": give a plain object');
  }
  for (const path of [undefined, null, 5, [host], { path: host }]) {
    assertThrows(open(path), TypeError, ' as "path": give a path or a URL');
  }
  open(host, { backend: undefined })().close();
  Deno.removeSync(host);
});

Deno.test({
  name: "a directory that was listed tells of what came since, however it was reached",
  ignore,
  fn: () => {
    const host = Deno.makeTempDirSync();
    Deno.mkdirSync(`${host}/inner/née`, { recursive: true });
    const root = hostDirectory(host);
    const opened = root.open("inner", Open.read | Open.directory);
    if (opened.kind !== "directory") throw new Error("A file was opened in place of a directory");
    const directories = [root.directory("inner"), opened, opened.again()];
    for (const directory of directories) assertEquals(names(directory), ["née"]);
    Deno.writeTextFileSync(`${host}/inner/later`, "");
    for (const directory of directories) assertEquals(names(directory), ["later", "née"]);
    Deno.removeSync(`${host}/inner/later`);
    for (const directory of directories) assertEquals(names(directory), ["née"]);
    for (const directory of [root, ...directories]) directory.close();
    Deno.removeSync(host, { recursive: true });
  },
});

Deno.test({
  name: "names that are not UTF-8 are left out of listings of both kinds",
  ignore,
  fn: () => {
    const host = Deno.makeTempDirSync();
    const made = new Deno.Command("bash", {
      args: ["-c", `cd "$0" && touch $'bad\\xff' $'\\xc3' $'\\xed\\xa0\\x80' née ... ..a plain`, host],
    }).outputSync();
    assert(made.success);
    const root = hostDirectory(host);
    assertEquals([...Deno.readDirSync(host)].length, 7);
    assertEquals(names(root), ["...", "..a", "née", "plain"]);
    assertEquals(names(readOnly(root)), ["...", "..a", "née", "plain"]);
    root.close();
    Deno.removeSync(host, { recursive: true });
  },
});

Deno.test({
  name: "setting no time of what is not there is an error too",
  ignore,
  fn: () => {
    const host = Deno.makeTempDirSync();
    const root = hostDirectory(host);
    assertThrows(() => root.setTimesOf("nothing", undefined, undefined), Error, "ENOENT");
    root.close();
    Deno.removeSync(host, { recursive: true });
  },
});

Deno.test({
  name: "times before 1970 are told as its beginning, those after 2262 as they are, by both backends",
  ignore,
  fn: () => {
    const host = Deno.makeTempDirSync();
    const late = new Date(Date.UTC(2400, 0, 1));
    Deno.writeTextFileSync(`${host}/early`, "");
    Deno.writeTextFileSync(`${host}/late`, "");
    Deno.utimeSync(`${host}/early`, new Date(-500), new Date(-500));
    Deno.utimeSync(`${host}/late`, late, late);
    for (const backend of ["kernel", "portable"] as const) {
      const root = hostDirectory(host, { backend });
      assertEquals([root.lookup("early").modified, root.lookup("early").accessed], [0n, 0n]);
      assertEquals(root.lookup("late").modified, BigInt(late.getTime()) * 1_000_000n);
      root.close();
    }
    Deno.removeSync(host, { recursive: true });
  },
});

function directoryWithPipe(): { host: string; root: Directory } {
  const host = Deno.makeTempDirSync();
  const made = new Deno.Command("mkfifo", { args: [`${host}/fifo`] }).outputSync();
  assert(made.success);
  return { host, root: hostDirectory(host) };
}

Deno.test({
  name: "only files and directories are handed out, whatever flags say what is expected",
  ignore,
  fn: () => {
    const { host, root } = directoryWithPipe();
    const { read, write, create, exclusive, truncate, directory } = Open;
    for (const path of ["fifo", "here/fifo"]) {
      if (path !== "fifo") {
        Deno.mkdirSync(`${host}/here`);
        Deno.renameSync(`${host}/fifo`, `${host}/here/fifo`);
      }
      const open = (how: number) => () => openAt(root, GuestPath.of(path), how, false);
      assertThrows(open(read), Error, "ENOTSUP");
      assertThrows(open(read | write), Error, "ENOTSUP");
      assertThrows(open(read | write | create), Error, "ENOTSUP");
      assertThrows(open(read | write | truncate), Error, "ENOTSUP");
      assertThrows(open(read | directory), Error, "ENOTDIR");
      assertThrows(open(read | write | create | exclusive), Error, "EEXIST");
    }
    root.close();
    Deno.removeSync(host, { recursive: true });
  },
});

Deno.test({
  name: "whether somebody reads a pipe is not told",
  ignore,
  fn: () => {
    const { host, root } = directoryWithPipe();
    const open = (): unknown => openAt(root, GuestPath.of("fifo"), Open.write, false);
    assertThrows(open, Error, "ENXIO");
    const reader = Deno.openSync(`${host}/fifo`, { read: true, write: true });
    assertThrows(open, Error, "ENXIO");
    reader.close();
    root.close();
    Deno.removeSync(host, { recursive: true });
  },
});

Deno.test({
  name: "who visits a directory can list others meanwhile",
  ignore,
  fn: () => {
    const host = Deno.makeTempDirSync();
    const expected = Array.from({ length: 100 }, (_, i) => `outer-${i}`).sort();
    for (const name of expected) Deno.writeTextFileSync(`${host}/${name}`, "");
    const other = Deno.makeTempDirSync();
    const others = Array.from({ length: 50 }, (_, i) => `${"longer".repeat(i % 7)}${i}`).sort();
    for (const name of others) Deno.writeTextFileSync(`${other}/${name}`, "");
    const [directory, inner] = [hostDirectory(host), hostDirectory(other)];
    const visited: string[] = [];
    const read = (bytes: Uint8Array, start: number, end: number): string =>
      new TextDecoder().decode(bytes.slice(start, end));
    directory.visitEntries!((bytes, start, end) => {
      if (visited.length === expected.length) throw new Error("more than there are");
      assertEquals(inner.list().map(({ name }) => name).sort(), others);
      visited.push(read(bytes, start, end));
    });
    assertEquals(visited.sort(), expected);
    for (const it of [directory, inner]) it.close();
    for (const path of [host, other]) Deno.removeSync(path, { recursive: true });
  },
});
