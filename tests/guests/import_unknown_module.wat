;; Needs a module that nobody offers.
(module
  (import "elsewhere" "fetch" (func (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")))
