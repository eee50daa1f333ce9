/**
 * Removing socket files when the process ends, also when a signal ends it or its main thread is confined.
 *
 * A socket file is removed with its listener. That cannot be while the kernel confines the thread (lockdown), nor when an
 * interrupt ends the process. So a thread that was begun before sees to it.
 *
 * @module
 */

/**
 * What the thread runs. Kept as text, so that it works the same from a file, a URL and inside a compiled binary. A file
 * that somebody else has put in the place is left alone.
 */
const source = `
const files = [];
const remove = () => {
  for (const { path, inode, device } of files.splice(0)) {
    try {
      const now = Deno.lstatSync(path);
      if (now.isSocket && now.ino === inode && now.dev === device) Deno.removeSync(path);
    } catch {
      // It is gone already.
    }
  }
};
for (const signal of Deno.build.os === "windows" ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM", "SIGHUP"]) {
  const ended = () => {
    remove();
    // Without a listener the signal does what it does to any process.
    Deno.removeSignalListener(signal, ended);
    Deno.kill(Deno.pid, signal);
  };
  Deno.addSignalListener(signal, ended);
}
self.onmessage = ({ data }) => {
  files.push(...data.files);
  if (!data.remove) return;
  remove();
  self.postMessage("removed");
};
self.postMessage("ready");
`;

/** A thread that removes socket files. */
export interface SocketGuard {
  /**
   * Removes the files and ends the thread.
   *
   * @returns When they are removed
   */
  remove(): Promise<void>;
}

/**
 * Starts a thread that removes socket files of this process when it is told to, or when SIGINT, SIGTERM or SIGHUP
 * ends the process. A file that is not the one which was there at first is never removed.
 *
 * @param paths The files, which exist
 * @returns How to remove them, once the thread is there
 * @throws {Error} As `Deno.lstatSync` does
 */
export async function guardSockets(paths: readonly string[]): Promise<SocketGuard> {
  const files = paths.map((path) => {
    const { ino, dev } = Deno.lstatSync(path);
    return { path, inode: ino, device: dev };
  });
  const worker = new Worker("data:text/javascript," + encodeURIComponent(source), { type: "module" });
  const answer = (): Promise<unknown> => new Promise((resolve) => worker.onmessage = resolve);
  const ready = answer();
  worker.postMessage({ files, remove: false });
  await ready;
  return {
    remove: async () => {
      const removed = answer();
      worker.postMessage({ files: [], remove: true });
      await removed;
      worker.terminate();
    },
  };
}
