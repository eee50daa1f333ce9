/** A report for tests of what is made of reports. */
import type { Report, Touch } from "../../caps/report.ts";

const touch = (path: string, did: Touch["did"], bytesRead: number, failed?: Touch["failed"]): Touch => ({
  ...{ path, bytesRead, bytesWritten: 0, changes: "none", did },
  calls: Object.values(did).reduce((sum, count) => sum + count, failed === undefined ? 0 : 1),
  ...failed === undefined ? {} : { failed },
});

const conf: Touch = {
  ...{ path: "conf", calls: 2, bytesRead: 0, bytesWritten: 5, changes: "content" },
  did: { open: 1, write: 1 },
};

/** A report that has something of everything. */
export const report: Report = {
  version: 1,
  program: "tool.wasm",
  started: "2026-01-31T12:00:00.000Z",
  duration: 12,
  exit: { reason: "exit", code: 1 },
  granted: {
    mounts: [
      { dir: "/srv/data", as: "/in", access: "ro" },
      { file: "/c", as: "/etc/conf", access: "rw" },
      { tmp: "/tmp" },
    ],
    env: { LANG: { inherit: true } },
    stdin: "null",
  },
  used: {
    mounts: [
      {
        ...{ name: "/in", calls: 3, bytesRead: 65536, bytesWritten: 0, changes: "none", omitted: 0 },
        touched: [
          touch("", { list: 1 }, 0),
          touch("a\x1b", { open: 1, read: 1 }, 65536),
          touch("x", {}, 0, { ENOENT: 1 }),
        ],
      },
      {
        ...{ name: "/etc", calls: 2, bytesRead: 0, bytesWritten: 5, changes: "content", omitted: 0 },
        touched: [conf],
      },
    ],
    stdin: { calls: 0, bytes: 0 },
    stdout: { calls: 1, bytes: 3 },
    stderr: { calls: 0, bytes: 0 },
    timeline: { step: 1, calls: [1, 0, 7], bytesRead: [0, 0, 65536], bytesWritten: [0, 0, 8] },
  },
  denied: [
    { call: "path_open", path: "/in/../x", code: "ENOTCAPABLE", count: 2 },
    { call: "fd_write", path: "", code: "ENOTCAPABLE", count: 1 },
  ],
  deniedOmitted: 0,
  limits: { timeout: { limit: 5000, spent: 12 }, memory: { spent: 131072 } },
};
