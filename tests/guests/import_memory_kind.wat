;; Imports `env.memory` as a function.
(module
  (import "env" "memory" (func))
  (memory (export "memory") 1)
  (func (export "_start")))
