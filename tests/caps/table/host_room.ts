/** Mounts on this machine, made by the machine and not through the mount. */
import { type Backend, hostDirectory } from "../../../caps/host/open.ts";
import type { Directory } from "../../../mod.ts";
import { FIXTURE } from "./fixture.ts";
import { type Backing, place, type Room } from "./room.ts";

/** A directory of this machine through one backend, wrapped or as it is. */
export function hostBacking(
  name: string,
  backend: Backend,
  wrap: (directory: Directory) => Directory = (it) => it,
): Backing {
  return {
    name,
    holds: backend === "kernel",
    linkTimes: backend === "kernel",
    open: () => hostRoom(backend, wrap),
  };
}

function hostRoom(backend: Backend, wrap: (directory: Directory) => Directory): Room {
  const scratch = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "keyhole-table-" }));
  const outside = `${scratch}/outside`;
  for (const name of ["outside", "outside/x", "mount", "other"]) Deno.mkdirSync(`${scratch}/${name}`);
  Deno.writeTextFileSync(`${outside}/secret.txt`, "secret");
  Deno.linkSync(`${outside}/secret.txt`, `${outside}/x/secret.txt`);
  build(`${scratch}/mount`, outside);
  const [inner, innerOther] = ["mount", "other"].map((name) =>
    hostDirectory(`${scratch}/${name}`, { backend })
  );
  const root = wrap(inner!);
  const other = wrap(innerOther!);
  return {
    root,
    other,
    outside,
    beside: () => [...names(scratch), ...describe(outside)].join("\n"),
    close(): void {
      for (const directory of [root, other]) directory.close();
      Deno.removeSync(scratch, { recursive: true });
    },
  };
}

function build(mount: string, outside: string): void {
  for (const [path, thing] of FIXTURE) {
    if (thing === "directory") Deno.mkdirSync(`${mount}/${path}`);
    else if ("file" in thing) Deno.writeTextFileSync(`${mount}/${path}`, thing.file);
    else if ("twin" in thing) Deno.linkSync(`${mount}/${thing.twin}`, `${mount}/${path}`);
    else Deno.symlinkSync(place(thing.link, outside, mount), `${mount}/${path}`);
  }
}

function names(path: string): string[] {
  return Array.from(Deno.readDirSync(path), (entry) => entry.name).sort();
}

/** Everything about a tree that a guest could change, but not the times of last reading. */
function describe(path: string): string[] {
  const { ino, mode, nlink, size, mtime, ctime, isDirectory } = Deno.lstatSync(path);
  const line = [path, ino, mode, nlink, size, mtime?.getTime(), ctime?.getTime()].join(" ");
  if (!isDirectory) return [`${line} ${Deno.readTextFileSync(path)}`];
  return [line, ...names(path).flatMap((name) => describe(`${path}/${name}`))];
}
