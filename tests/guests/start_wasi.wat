;; The start section calls the host before any export exists, and `_start` calls it again.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\10\00\00\00\0e\00\00\00")
  (data (i32.const 8) "\20\00\00\00\07\00\00\00")
  (data (i32.const 16) "start section\n")
  (data (i32.const 32) "_start\n")
  (global $answer (mut i32) (i32.const -1))
  (func $early
    (global.set $answer (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 48))))
  (start $early)
  ;; The errno that the start section got.
  (func (export "answer") (result i32) (global.get $answer))
  (func (export "_start")
    (drop (call $fd_write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 48)))))
