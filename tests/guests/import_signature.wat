;; Imports a known function with another type, which is refused: the engine would convert and the call would not know.
(module
  (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i64 f64) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (call $proc_exit (call $fd_close (i64.const 1) (f64.const 0.5)))))
