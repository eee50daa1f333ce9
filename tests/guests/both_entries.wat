;; Both `_start` and `_initialize`, which no toolchain makes: exit 3 from `_start`, 4 from `_initialize`.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start") (call $proc_exit (i32.const 3)))
  (func (export "_initialize") (call $proc_exit (i32.const 4))))
