;; Imports a known function with another type; ends with 0 when the call came back with 0.
(module
  (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i64 f64) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (call $proc_exit (call $fd_close (i64.const 1) (f64.const 0.5)))))
