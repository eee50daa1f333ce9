;; The text-format hello of the WASI tutorial; it speaks the oldest dialect, `wasi_unstable`.
(module
  (import "wasi_unstable" "fd_write"
    (func $fd_write (param $fd i32) (param $iovs i32) (param $iovs_len i32) (param $nwritten i32) (result i32)))

  (memory (export "memory") 1)

  ;; One iovec at 0: the text starts at 8 and is 12 bytes long.
  (data (i32.const 0) "\08\00\00\00\0c\00\00\00hello world\n")

  (func (export "_start")
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 20)))))
