import { assert, assertEquals } from "@std/assert";
import { asWritten } from "../../caps/report/as_written.ts";
import { hintFor } from "../../caps/report/hint.ts";
import { noticeOwnRefusals } from "../../caps/report/own_refusals.ts";
import { reportPage } from "../../caps/report/page.ts";
import { reportTable } from "../../caps/report/table.ts";
import { reportJson } from "../../caps/cli/report_file.ts";
import { parseCommandLine } from "../../caps/cli/parse.ts";
import { readSettings } from "../../caps/cli/settings.ts";
import type { FaultCode } from "../../caps/fault.ts";
import { captureOutput } from "../../mod.ts";
import { report } from "./reports.ts";

Deno.test("a hint names the grant that a refused access would have taken", () => {
  const hint = (path: string, code: FaultCode, ...flags: string[]): string | undefined => {
    const { mounts, readOnly } = readSettings(parseCommandLine([...flags, "m.wasm"]).flags, "posix");
    return hintFor({ call: "path_open", path, code, count: 1 }, mounts, readOnly);
  };
  const nothing = (path: string): string => `The program asked for "${path}", which no grant covers: `;
  const leaving = (path: string, granted: string): string =>
    `The program asked for "${path}", which leads out of "${granted}", the directory it was granted`;
  const changing = (path: string): string => `The program wanted to change "${path}"`;
  const cases: [string, FaultCode, string[], string | undefined][] = [
    ["/data/x", "ENOTCAPABLE", [], `${nothing("/data/x")}--dir DIR::/data`],
    ["/x", "ENOTCAPABLE", [], `${nothing("/x")}--file FILE::/x`],
    ["x", "ENOTCAPABLE", [], `${nothing("x")}--dir .`],
    ["a/b/x", "ENOTCAPABLE", [], `${nothing("a/b/x")}--dir a/b`],
    ["my dir/x", "ENOTCAPABLE", [], `${nothing("my dir/x")}--dir 'my dir'`],
    ["/in/../out/x", "ENOTCAPABLE", ["--dir", "a::/in"], leaving("/in/../out/x", "/in")],
    ["/in/../out/x", "ENOTCAPABLE", ["--dir", "a::/in", "--dir", "b::/out"], leaving("/in/../out/x", "/in")],
    ["docs/../zz", "ENOTCAPABLE", ["--dir", "docs"], leaving("docs/../zz", "docs")],
    ["docs/../zz", "ENOTCAPABLE", ["--dir", "docs", "--dir", "."], leaving("docs/../zz", "docs")],
    ["./docs//../../zz", "ENOTCAPABLE", ["--dir", "."], leaving("./docs//../../zz", ".")],
    ["/in/sub/../x", "ENOTCAPABLE", ["--dir=a::/in", "--dir=b::/in/sub"], leaving("/in/sub/../x", "/in/sub")],
    ["/in/a -> /in/../b", "ENOTCAPABLE", ["--dir", "a::/in"], leaving("/in/../b", "/in")],
    [
      "/x/../y",
      "ENOTCAPABLE",
      ["--file", "a::/x/a"],
      'The program asked for "/x/../y", which leads out of "/x", where only single files are granted',
    ],
    ["/a/b/../x", "ENOTCAPABLE", [], `${nothing("/a/b/../x")}--dir DIR::/a`],
    ["a/../b/x", "ENOTCAPABLE", [], `${nothing("a/../b/x")}--dir .`],
    ["../../a/../x", "ENOTCAPABLE", ["--dir", "."], `${nothing("../../a/../x")}--dir ../..`],
    ["a/../../x", "ENOTCAPABLE", [], 'The program asked for "a/../../x", which no grant covers'],
    ["/../x", "ENOTCAPABLE", [], 'The program asked for "/../x", which no grant covers'],
    ["..", "ENOTCAPABLE", ["--dir", "."], `${nothing("..")}--dir ..`],
    ["../x", "ENOTCAPABLE", ["--dir", "."], `${nothing("../x")}--dir ..`],
    ["/inner/x", "ENOTCAPABLE", ["--dir", "a::/in"], `${nothing("/inner/x")}--dir DIR::/inner`],
    [
      "/in/link",
      "ENOTCAPABLE",
      ["--dir", "a::/in"],
      'The program asked for "/in/link", which leads out of "/in", the directory it was granted',
    ],
    [
      "/in/a -> /out/b",
      "ENOTCAPABLE",
      ["--dir", "a::/in"],
      `${nothing("/out/b")}--dir DIR::/out`,
    ],
    [
      "/in/d/x",
      "EROFS",
      ["--dir", "a::/in:ro"],
      'The program wanted to change "/in/d/x", which is granted for reading only: --dir a::/in',
    ],
    [
      "/etc/app.conf",
      "EROFS",
      ["--file", "app.conf::/etc/app.conf:ro"],
      'The program wanted to change "/etc/app.conf", which is granted for reading only: --file app.conf::/etc/app.conf',
    ],
    [
      "/etc/new",
      "EROFS",
      ["--file", "app.conf::/etc/app.conf"],
      'The program wanted to change "/etc/new", where only single files are granted: --dir DIR::/etc',
    ],
    [
      "/t/x",
      "EROFS",
      ["--tmp", "/t", "--read-only"],
      `${changing("/t/x")}, and --read-only lets nothing be changed`,
    ],
    [
      "/in/x",
      "EROFS",
      ["--dir", "a::/in", "--read-only"],
      `${changing("/in/x")}, and --read-only lets nothing be changed`,
    ],
    [
      "/sys/x",
      "EROFS",
      ["--dir", "/sys"],
      `${changing("/sys/x")}, which is on a file system of this machine that is read-only`,
    ],
    [
      "/etc/app.conf",
      "EROFS",
      ["--file", "app.conf::/etc/app.conf"],
      `${changing("/etc/app.conf")}, where only single files are granted: --dir DIR::/etc`,
    ],
    [
      "/in/q/../sub/x",
      "EROFS",
      ["--dir", "a::/in:ro", "--dir", "b::/in/sub"],
      `${changing("/in/q/../sub/x")}, which is granted for reading only: --dir a::/in`,
    ],
    ["-dash/x", "ENOTCAPABLE", [], `${nothing("-dash/x")}--dir=-dash`],
    [
      "-dash/x",
      "EROFS",
      ["--dir=-dash:ro"],
      `${changing("-dash/x")}, which is granted for reading only: --dir=-dash`,
    ],
    ["a::b/x", "ENOTCAPABLE", [], 'The program asked for "a::b/x", which no grant covers'],
    ["/a::b/x", "ENOTCAPABLE", [], 'The program asked for "/a::b/x", which no grant covers'],
    ["a:ro/x", "ENOTCAPABLE", [], `${nothing("a:ro/x")}--dir a:ro:rw`],
    ["/in/x", "EACCES", ["--dir", "a::/in"], undefined],
    ["", "ENOTCAPABLE", [], undefined],
  ];
  for (const [path, code, flags, text] of cases) assertEquals(hint(path, code, ...flags), text);
});

Deno.test("a path gets its slash back when the arguments show that it had one", () => {
  assertEquals(asWritten("a/b", ["t", "--out=/a/b"]), "/a/b");
  assertEquals(asWritten("a/b", ["t", "a/b"]), "a/b");
  assertEquals(asWritten("etc/ssl/cert.pem", ["t"]), "/etc/ssl/cert.pem");
  assertEquals(asWritten("config", ["t"]), "config");
  assertEquals(asWritten("../x", ["t"]), "../x");
  assertEquals(asWritten("/a -> b", ["t", "/b"]), "/a -> /b");
  assertEquals(asWritten("a/b", ["t", "./a/b"]), "a/b");
  assertEquals(asWritten("a/b", ["t", "/srv/a/b", "x/a/b"]), "/a/b", "these are other paths");
  assertEquals(asWritten("a/b/c", ["t", "./a"]), "a/b/c");
  assertEquals(asWritten("a", ["t", "/a/b"]), "/a", "what is on the way is written alike");
  assertEquals(asWritten("a::b/c", ["t", "a::b/c"]), "a::b/c", "what separates words may be part of a name");
  assertEquals(asWritten("a,b/c", ["t", "--in=a,b/c"]), "a,b/c");
  assertEquals(asWritten("a:b/c", ["t", "/a:b/c"]), "/a:b/c");
  assertEquals(asWritten("a/b", ["t", "a", "/a/b"]), "/a/b", "the argument that says most counts");
});

Deno.test("a path that no argument has is the one that is there, a relative one first", () => {
  const there = (...paths: string[]) => (path: string): boolean => paths.includes(path);
  assertEquals(asWritten("a/b", ["t"], there("a/b", "/a/b")), "a/b");
  assertEquals(asWritten("a/b", ["t"], there("/a/b", "a")), "/a/b");
  assertEquals(asWritten("a/new", ["t"], there("a", "/a")), "a/new");
  assertEquals(asWritten("a/new", ["t"], there("/a")), "/a/new");
  assertEquals(asWritten("a", ["t"], there("/a")), "/a");
  assertEquals(asWritten(".a/b", ["t"], there("/.a")), "/.a/b");
});

Deno.test("a link that begins at the root is told as such, whatever is granted", () => {
  const mounts = [{ kind: "directory", host: "/", guest: "/", readOnly: false, flag: "dir" }] as const;
  const hint = (path: string): string | undefined =>
    hintFor({ call: "path_symlink", path, code: "ENOTCAPABLE", count: 1 }, mounts);
  assertEquals(
    hint("/etc/passwd"),
    'The program wanted to make a link to "/etc/passwd", and a link has to say the way from where it lies',
  );
  assertEquals(hint("../x"), undefined);
});

Deno.test("a refusal by the program's own library is noticed once, and nothing is changed", () => {
  const output = captureOutput();
  let count = 0;
  const stderr = noticeOwnRefusals(output, false, () => count++);
  for (const text of ["fine\n", "x: Capabilities insufficient\n", "y: capabilities insufficient\n"]) {
    const bytes = new TextEncoder().encode(text);
    stderr.write(bytes, 0, bytes.length);
  }
  assertEquals(count, 1);
  assertEquals(output.text(), "fine\nx: Capabilities insufficient\ny: capabilities insufficient\n");
  const says = (text: string, bare: boolean): boolean => {
    let noticed = false;
    const bytes = new TextEncoder().encode(text);
    noticeOwnRefusals(captureOutput(), bare, () => noticed = true).write(bytes, 0, bytes.length);
    return noticed;
  };
  assertEquals(says("all is well, apabilities insuf", true), false);
  for (const text of ["x: No such file or directory (os error 44)", "open x: Bad file number"]) {
    assertEquals([says(text, false), says(text, true)], [false, true]);
  }
});

Deno.test("the table tells what was granted, touched, refused and spent", () => {
  assertEquals(
    reportTable(report),
    `tool.wasm exited with 1 after 12 ms

Granted
                              calls    read  written
  /in        /srv/data    ro      3  64 KiB        -
    .        list                 1       -        -
    a\\u{1b}  open read            2  64 KiB        -
    x        ENOENT               1       -        -
  /etc/conf  the file /c  rw      2       -  5 bytes
  /tmp       in memory    rw

  variables  LANG
  stdin      null
  stdout     inherit
  stderr     inherit

Refused
  /in/../x  path_open  ENOTCAPABLE  2 times
  -         fd_write   ENOTCAPABLE  once

Spent
  time    12 ms    of 5 s
  memory  128 KiB  no limit
`,
  );
});

Deno.test("JSON of a report is the report, with lists of numbers in one line", () => {
  const text = reportJson(report);
  assertEquals(JSON.parse(text), report);
  assert(text.includes('"calls": [1, 0, 7]'), text);
  const tricky = { ...report, program: "[\n  1,\n  2\n]" };
  assertEquals(JSON.parse(reportJson(tricky)), tricky);
});

Deno.test("names that a guest made up mean nothing to the browser or the terminal", () => {
  const nasty = `<script>alert(1)</script>"'&\x1b[2J\u202e`;
  const touched = [{ ...report.used!.mounts[0]!.touched[0]!, path: `${nasty}/${nasty}` }];
  const page = reportPage({
    ...report,
    program: nasty,
    exit: { reason: "trap", code: 134, message: nasty },
    denied: [{ call: "path_open", path: nasty, code: "ENOTCAPABLE", count: 1 }],
    used: { ...report.used!, mounts: [{ ...report.used!.mounts[0]!, name: nasty, touched }] },
  });
  assert(!page.includes("<script"), page);
  assert(!page.includes("\x1b") && !page.includes("\u202e"));
  assert(page.includes("&#60;script&#62;alert(1)&#60;/script&#62;&#34;&#39;&#38;\\u{1b}[2J\\u{202e}"));
  assert(!/\b(src|href)=|https?:\/\/|url\(|@import/.test(page), "it loads nothing");
});

Deno.test("a tree as deep as a path can be makes a page", () => {
  const deep = { ...report.used!.mounts[0]!.touched[0]!, path: "a/".repeat(2000) + "b" };
  const levels = Array.from({ length: 1000 }, (_, depth) => ({ ...deep, path: "a/".repeat(depth) + "a" }));
  const page = reportPage({
    ...report,
    used: { ...report.used!, mounts: [{ ...report.used!.mounts[0]!, touched: [...levels, deep] }] },
  });
  assert(page.endsWith("</html>\n"));
});
