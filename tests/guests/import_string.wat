;; Asks for the name of a JavaScript function as a global: a host string in the guest's hands, if it linked.
(module
  (import "toString" "name" (global externref))
  (memory (export "memory") 1)
  (func (export "_start")))
