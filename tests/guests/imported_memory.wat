;; Takes its memory from the host and exports it again.
(module
  (import "env" "memory" (memory 2 16))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (export "memory" (memory 0))
  (data (i32.const 0) "\08\00\00\00\09\00\00\00imported\n")
  (func (export "_start")
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 20)))))
