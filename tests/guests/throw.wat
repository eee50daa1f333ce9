;; Ends with an exception of its own that nobody catches.
(module
  (tag $mine (param i32))
  (memory (export "memory") 1)
  (func (export "_start") (throw $mine (i32.const 42))))
