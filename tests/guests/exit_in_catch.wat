;; proc_exit(3) inside a catch_all, tried a thousand times: nothing may run after the first, however the host unwinds.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\08\00\00\00\09\00\00\00survived\n")
  (func (export "_start")
    (local $tries i32)
    (loop $again
      (local.set $tries (i32.add (local.get $tries) (i32.const 1)))
      (try
        (do (call $proc_exit (i32.const 3)))
        (catch_all
          (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 20)))
          (br_if $again (i32.lt_u (local.get $tries) (i32.const 1000))))))))
