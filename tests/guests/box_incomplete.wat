;; A box guest that forgot `wasmbox_free`.
(module
  (import "env" "wasmbox_callback" (func $callback (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "wasmbox_initialize"))
  (func (export "wasmbox_malloc") (param $size i32) (result i32) (i32.const 1024))
  (func (export "wasmbox_send") (param $at i32) (param $length i32)))
