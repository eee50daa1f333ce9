/**
 * What a tree looks like from the host: every name, kind, size, mode, time, link count, target and content.
 *
 * @module
 */

/**
 * Describes a tree. Two descriptions are equal when nothing in the tree was touched.
 *
 * @param path A directory of the host; links in it are not followed
 * @returns One line for each entry
 */
export async function fingerprint(path: string): Promise<string[]> {
  const lines = [await describe(path, ".")];
  const names = [];
  for await (const entry of Deno.readDir(path)) names.push(entry.name);
  for (const name of names.sort()) {
    const inner = `${path}/${name}`;
    lines.push(await describe(inner, name));
    if ((await Deno.lstat(inner)).isDirectory) {
      for (const line of (await fingerprint(inner)).slice(1)) lines.push(`${name}/${line}`);
    }
  }
  return lines;
}

async function describe(path: string, name: string): Promise<string> {
  const { isFile, isSymlink, size, mode, mtime, ctime, nlink, ino } = await Deno.lstat(path);
  let content = "";
  if (isFile) content = await digest(await Deno.readFile(path));
  if (isSymlink) content = await Deno.readLink(path);
  return JSON.stringify([name, ino, size, mode, nlink, mtime?.getTime(), ctime?.getTime(), content]);
}

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
