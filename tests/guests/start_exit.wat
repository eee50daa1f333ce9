;; The start section ends the process with exit code 5; `_start` must not run.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (func $early (call $proc_exit (i32.const 5)))
  (start $early)
  (func (export "_start") unreachable))
