;; A client of a server chooses by its first letter what its guest does, well or badly:
;; e echo the line, s spin, f flood, m take all memory, t trap, r read on after the end, x exit with 3,
;; w write to a descriptor that was never given, c call in a loop, l complain on stderr, p peek at its own memory.
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 8192) "secret of nobody\n")

  ;; Writes a range to a descriptor and returns the errno.
  (func $write (param $fd i32) (param $at i32) (param $length i32) (result i32)
    (local $errno i32)
    (block $done
      (loop $more
        (br_if $done (i32.eqz (local.get $length)))
        (i32.store (i32.const 16) (local.get $at))
        (i32.store (i32.const 20) (local.get $length))
        (local.set $errno (call $fd_write (local.get $fd) (i32.const 16) (i32.const 1) (i32.const 24)))
        (br_if $done (local.get $errno))
        (local.set $at (i32.add (local.get $at) (i32.load (i32.const 24))))
        (local.set $length (i32.sub (local.get $length) (i32.load (i32.const 24))))
        (br $more)))
    (local.get $errno))

  ;; Reads what there is to 1024 and returns how many bytes that is, or -1.
  (func $read (result i32)
    (i32.store (i32.const 0) (i32.const 1024))
    (i32.store (i32.const 4) (i32.const 4096))
    (if (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)) (then (return (i32.const -1))))
    (i32.load (i32.const 8)))

  (func $is (param $letter i32) (result i32)
    (i32.eq (i32.load8_u (i32.const 1024)) (local.get $letter)))

  (func (export "_start")
    (local $length i32)
    (loop $next
      (local.set $length (call $read))
      (if (i32.le_s (local.get $length) (i32.const 0)) (then (return)))
      (if (call $is (i32.const 101)) (then ;; e
        (if (call $write (i32.const 1) (i32.const 1024) (local.get $length)) (then (call $proc_exit (i32.const 1))))))
      (if (call $is (i32.const 115)) (then (loop $spin (br $spin)))) ;; s
      (if (call $is (i32.const 102)) (then ;; f
        (loop $flood
          (br_if $flood (i32.eqz (call $write (i32.const 1) (i32.const 0) (i32.const 65536)))))))
      (if (call $is (i32.const 109)) (then ;; m
        (loop $grow
          (memory.fill
            (i32.shl (memory.grow (i32.const 1)) (i32.const 16))
            (i32.const 1) (i32.const 65536))
          (br $grow))))
      (if (call $is (i32.const 116)) (then (unreachable))) ;; t
      (if (call $is (i32.const 114)) (then (loop $reading (drop (call $read)) (br $reading)))) ;; r
      (if (call $is (i32.const 120)) (then (call $proc_exit (i32.const 3)))) ;; x
      (if (call $is (i32.const 119)) (then ;; w: answers with one digit for each descriptor from 3 to 9
        (local.set $length (i32.const 3))
        (loop $each
          (i32.store8 (i32.add (i32.const 2048) (local.get $length))
            (i32.add (i32.const 48)
              (i32.ne (call $write (local.get $length) (i32.const 1024) (i32.const 1)) (i32.const 8))))
          (local.set $length (i32.add (local.get $length) (i32.const 1)))
          (br_if $each (i32.lt_u (local.get $length) (i32.const 10))))
        (i32.store8 (i32.const 2058) (i32.const 10))
        (drop (call $write (i32.const 1) (i32.const 2051) (i32.const 7)))
        (drop (call $write (i32.const 1) (i32.const 2058) (i32.const 1)))))
      (if (call $is (i32.const 99)) (then ;; c
        (loop $calling (drop (call $random_get (i32.const 2048) (i32.const 8))) (br $calling))))
      (if (call $is (i32.const 108)) (then ;; l
        (drop (call $write (i32.const 2) (i32.const 1024) (local.get $length)))
        (drop (call $write (i32.const 1) (i32.const 1024) (local.get $length)))))
      (if (call $is (i32.const 112)) (then ;; p: shows what lies at 8192, then leaves the line there
        (drop (call $write (i32.const 1) (i32.const 8192) (i32.const 17)))
        (memory.copy (i32.const 8192) (i32.const 1024) (local.get $length))))
      (br $next))))
