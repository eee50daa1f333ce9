;; Neither `_start` nor `_initialize`: nothing to run, though `add` can be called by name.
(module
  (memory (export "memory") 1)
  (func (export "add") (param i32 i32) (result i32)
    (i32.add (local.get 0) (local.get 1))))
