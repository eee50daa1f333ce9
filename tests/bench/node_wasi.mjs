// Runs a guest with node:wasi, in Node as in Deno: node_wasi.mjs '{"guest": "a.wasm", "args": [], "dir": "/tmp/x"}'
import { readFileSync } from "node:fs";
import { WASI } from "node:wasi";

process.removeAllListeners("warning");
const { guest, args, dir } = JSON.parse(process.argv[2]);
const wasi = new WASI({
  version: "preview1",
  args: [guest, ...args],
  preopens: dir === undefined ? {} : { "/bench": dir },
  returnOnExit: true,
});
const module = new WebAssembly.Module(readFileSync(guest));
const imports = wasi.getImportObject?.() ?? { wasi_snapshot_preview1: wasi.wasiImport };
const code = wasi.start(new WebAssembly.Instance(module, imports));
process.exit(code ?? 0);
