;; Asks for a property that every JavaScript object inherits; it must not link.
(module
  (import "toString" "name" (func $inherited (param i32) (result externref)))
  (memory (export "memory") 1)
  (func (export "_start") (drop (call $inherited (i32.const 0)))))
