/**
 * A directory that a mistake was made in, on purpose: it hands whole paths to the kernel, which follows links and dots
 * wherever they lead. Runs operations of the workbench on it, and prints their answers.
 *
 *   deno run -A broken_walker.ts off|on MOUNT OPERATION...
 *
 * With `on` the kernel's own wall is built first. It cannot be taken down again, so this is a process of its own.
 *
 * @module
 */
import { type Directory, type File, type GuestPath, hostDirectory, Open } from "../../mod.ts";
import { addressOfPath, NativeBuffer } from "../../caps/host/address_of.ts";
import { KernelDirectory } from "../../caps/host/kernel.ts";
import { KernelFile } from "../../caps/host/kernel_file.ts";
import { AT, errno, faultOf, libc, O } from "../../caps/host/libc.ts";
import { lockdown } from "../../caps/host/lockdown.ts";
import { operate } from "./attack.ts";

/** Opens a path wherever it leads. */
function openAnywhere(fd: number, path: GuestPath, how: number): File | Directory {
  let flags: number = O.CLOEXEC;
  if ((how & Open.write) !== 0) flags |= O.RDWR;
  if ((how & Open.create) !== 0) flags |= O.CREAT;
  if ((how & Open.truncate) !== 0) flags |= O.TRUNC;
  if ((how & Open.directory) !== 0) flags |= O.DIRECTORY;
  const opened = libc.openat(path.text.startsWith("/") ? AT.FDCWD : fd, addressOfPath(path), flags, 0o666);
  if (opened < 0) throw faultOf(errno[0]!);
  return (how & Open.directory) !== 0 ? new KernelDirectory(opened, true) : new KernelFile(opened);
}

function broken(directory: KernelDirectory): Directory {
  directory.openPath = (path, how) => openAnywhere(directory.fd, path, how);
  directory.again = () =>
    broken(new KernelDirectory(libc.openat(directory.fd, here.address, O.RDONLY | O.DIRECTORY, 0), true));
  return directory;
}

const here = new NativeBuffer(2);
here.bytes[0] = 0x2e;
const [wall, mount, ...operations] = Deno.args as [string, string, ...string[]];
const directory = hostDirectory(mount, { backend: "kernel" }) as KernelDirectory;
// What has to be loaded is loaded before the wall is built.
await operate(["args"], {});
if (wall === "on") lockdown([{ directory, readOnly: false }]);
const result = await operate(operations, { dirs: { "/": broken(directory) } });
console.log(result.stdoutText());
if (wall === "on") {
  for (
    const [name, attempt] of Object.entries({
      read: () => Deno.readTextFileSync(`${mount}/../outside/secret.txt`),
      write: () => Deno.writeTextFileSync(`${mount}/../outside/made.txt`, "x"),
      list: () => [...Deno.readDirSync("/")],
      remove: () => Deno.removeSync(`${mount}/../outside/secret.txt`),
      inside: () => Deno.writeTextFileSync(`${mount}/inside.txt`, "x"),
    })
  ) {
    try {
      attempt();
      console.log(`attempt(${name}) = OK`);
    } catch (error) {
      console.log(`attempt(${name}) = ${(error as Error).name}`);
    }
  }
}
