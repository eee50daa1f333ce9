;; An export named `then` must not make the instance look like a promise: it traps when called.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (func (export "then") (param i32 i32) unreachable)
  (func (export "_start") (call $proc_exit (i32.const 6))))
