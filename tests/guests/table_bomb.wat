;; Grows a table until it may not, and ends with exit code 0.
(module
  (memory (export "memory") 1)
  (table $slots 1 externref)
  (func (export "_start")
    (loop $again
      (br_if $again
        (i32.ne (table.grow $slots (ref.null extern) (i32.const 65536)) (i32.const -1))))))
