;; proc_exit(3) inside a catch_all that then returns as if all were well.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (try
      (do (call $proc_exit (i32.const 3)))
      (catch_all))))
