;; A box guest whose count lives in a global that it does not export: only a snapshot of globals keeps it.
;; Every message is answered with one byte, the count.
(module
  (import "env" "wasmbox_callback" (func $callback (param i32 i32)))
  (memory (export "memory") 1)
  (global $count (mut i32) (i32.const 0))
  (func (export "wasmbox_initialize"))
  (func (export "wasmbox_malloc") (param $size i32) (result i32) (i32.const 1024))
  (func (export "wasmbox_free") (param $at i32) (param $size i32))
  (func (export "wasmbox_send") (param $at i32) (param $length i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (i32.store8 (i32.const 0) (global.get $count))
    (call $callback (i32.const 0) (i32.const 1))))
