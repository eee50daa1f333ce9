;; No memory at all, and no call that needs one: exit code 3 is a fair result.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (func (export "_start") (call $proc_exit (i32.const 3))))
