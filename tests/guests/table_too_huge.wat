;; Starts with a table that no engine accepts.
(module
  (memory (export "memory") 1)
  (table 4294967295 funcref)
  (func (export "_start")))
