;; Grows to 65,536 pages and writes the last 8 bytes of the address space; exit 9 where it cannot grow.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (if (i32.eq (memory.grow (i32.const 65535)) (i32.const -1)) (then (call $proc_exit (i32.const 9))))
    (i64.store (i32.const -8) (i64.const 0x0a65676465206e6f))
    (i32.store (i32.const -16) (i32.const -8))
    (i32.store (i32.const -12) (i32.const 8))
    (call $proc_exit (call $fd_write (i32.const 1) (i32.const -16) (i32.const 1) (i32.const -20)))))
