;; Starts with 65,536 pages: all 4 GiB that 32 bits can address.
(module
  (memory (export "memory") 65536)
  (func (export "_start")))
