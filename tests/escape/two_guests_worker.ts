/**
 * A guest in a thread of its own. Told `{ mount, operations, seconds }`, it runs the operations on the mount, again and
 * again until the time is over, and answers with what all the runs said.
 *
 * @module
 */
import { hostDirectory } from "../../mod.ts";
import { operate } from "./attack.ts";

interface Task {
  readonly mount: string;
  readonly operations: readonly string[];
  readonly seconds: number;
}

const worker = self as unknown as {
  onmessage: (event: MessageEvent<Task>) => void;
  postMessage(answer: string): void;
};

worker.onmessage = async ({ data: { mount, operations, seconds } }): Promise<void> => {
  const directory = hostDirectory(mount, { backend: "kernel" });
  const end = performance.now() + seconds * 1000;
  const told = new Map<string, number>();
  while (performance.now() < end) {
    const result = await operate(operations, { dirs: { "/": directory } });
    for (const line of result.stdoutText().split("\n")) told.set(line, (told.get(line) ?? 0) + 1);
  }
  directory.close();
  worker.postMessage(Array.from(told, ([line, count]) => `${count} ${line}`).join("\n"));
};
