;; Traps three named calls deep; the stack of the diagnosis should show the names.
(module
  (memory (export "memory") 1)
  (func $divide_by (param $by i32) (result i32)
    (i32.div_u (i32.const 1) (local.get $by)))
  (func $compute_share (param $people i32) (result i32)
    (i32.add (i32.const 1) (call $divide_by (local.get $people))))
  (func $serve_dinner
    (drop (call $compute_share (i32.const 0))))
  (func (export "_start")
    (call $serve_dinner)))
