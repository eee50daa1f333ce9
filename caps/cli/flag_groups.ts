/**
 * The flags in groups, as the help shows them.
 *
 * @module
 */
import type { FlagName } from "./flags.ts";

/** Flags that belong together in the help. */
export interface FlagGroup {
  /** What they are about. */
  readonly title: string;
  /** A command line that shows them at work. */
  readonly example?: string;
  /** The flags. */
  readonly flags: readonly FlagName[];
}

/** The flags in the order of the help. */
export const FLAG_GROUPS: readonly FlagGroup[] = [
  {
    title: "Files: a program sees none until you grant them",
    example: "keyhole --dir docs:ro --tmp /tmp convert.wasm docs/a.md /tmp/a.html",
    flags: ["dir", "mapdir", "file", "tmp", "overlay", "read-only", "allow-read", "allow-write"],
  },
  {
    title: "Variables and arguments: none but those you name",
    example: "keyhole --env LANG --env DEBUG=1 tool.wasm --its-own-flag",
    flags: ["env", "inherit-env", "allow-env", "argv0"],
  },
  {
    title: "Streams: inherited unless you say otherwise",
    example: "keyhole --stdin words.txt --stderr null sort.wasm > sorted.txt",
    flags: ["stdin", "stdout", "stderr"],
  },
  {
    title: "Network: none but sockets to listen on",
    example: "keyhole --listen 127.0.0.1:8080 --dir site:ro httpd.wasm",
    flags: ["listen", "allow-net"],
  },
  {
    title: "Limits: SIZE is in bytes, or 64K, 64M, 1G",
    example: "keyhole --timeout 10s --max-disk 64M --dir out tool.wasm",
    flags: [
      "timeout",
      "fuel",
      "max-memory",
      "max-output",
      "max-disk",
      "max-file-size",
      "max-entries",
      "max-open-files",
    ],
  },
  {
    title: "Time and chance",
    example: "keyhole --clock fixed:2026-01-31 --seed 42 game.wasm",
    flags: ["clock", "seed", "deterministic"],
  },
  {
    title: "Running",
    example: "keyhole --invoke add math.wasm 2 3",
    flags: ["invoke", "threads", "backend", "lockdown"],
  },
  {
    title: "Serving: a program for each client",
    example: "keyhole serve --listen unix:shell.sock --host host.ts shell.wasm",
    flags: ["socket-mode", "tls-cert", "tls-key", "tls-client-ca", "users", "host", "state"],
  },
  {
    title: "Limits of each session, and of all together",
    flags: [
      "idle",
      "max-bytes-in",
      "max-bytes-out",
      "max-calls",
      "max-sessions",
      "total-fuel",
      "total-memory",
      "total-bytes-in",
      "total-bytes-out",
      "total-calls",
    ],
  },
  {
    title: "The box",
    example: "keyhole box --replay counter.journal --entries 3 counter.wasm",
    flags: ["journal", "replay", "entries", "roll-back", "raw", "freeze-time"],
  },
  {
    title: "Grants in a file",
    example: "keyhole --policy ci/tool.json --timeout 1m tool.wasm",
    flags: ["policy", "print-policy", "print-permissions", "save-policy"],
  },
  {
    title: "Watching",
    example: "keyhole --explain --report run.html tool.wasm",
    flags: ["explain", "prompt", "report", "trace", "quiet", "verbose"],
  },
  { title: "From where", flags: ["from", "schema"] },
  { title: "Output", flags: ["init", "json", "output"] },
  { title: "Help", flags: ["help", "version"] },
];
