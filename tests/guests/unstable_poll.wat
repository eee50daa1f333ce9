;; In `wasi_unstable`, a subscription is 56 bytes: the clock's own userdata at 16 comes before its id.
;; Polls a monotonic clock for 5 ms beside one for an hour and prints: errno 0, one event, its userdata 11,
;; its error 0, its type 0, and 1 when at least 5 ms went by.
(module
  (import "wasi_unstable" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_unstable" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (import "wasi_unstable" "clock_time_get" (func $clock_time_get (param i32 i64 i32) (result i32)))
  (memory (export "memory") 1)

  ;; A line on stdout: the number, unsigned and in decimal. Uses the bytes below 128.
  (func $print_line (param $number i64)
    (local $at i32)
    (local.set $at (i32.const 63))
    (i32.store8 (local.get $at) (i32.const 10))
    (loop $digit
      (local.set $at (i32.sub (local.get $at) (i32.const 1)))
      (i32.store8 (local.get $at)
        (i32.wrap_i64 (i64.add (i64.const 48) (i64.rem_u (local.get $number) (i64.const 10)))))
      (local.set $number (i64.div_u (local.get $number) (i64.const 10)))
      (br_if $digit (i32.eqz (i64.eqz (local.get $number)))))
    (i32.store (i32.const 64) (local.get $at))
    (i32.store (i32.const 68) (i32.sub (i32.const 64) (local.get $at)))
    (drop (call $fd_write (i32.const 1) (i32.const 64) (i32.const 1) (i32.const 72))))

  (func $now (result i64)
    (drop (call $clock_time_get (i32.const 1) (i64.const 1) (i32.const 128)))
    (i64.load (i32.const 128)))

  ;; Everything that is not stored here is zero: the type (clock), the precision, the flags (relative).
  (func $subscribe (param $at i32) (param $userdata i64) (param $nanoseconds i64)
    (i64.store (local.get $at) (local.get $userdata))
    (i64.store offset=16 (local.get $at) (i64.const 0x7777777777777777))
    (i32.store offset=24 (local.get $at) (i32.const 1))
    (i64.store offset=32 (local.get $at) (local.get $nanoseconds)))

  (func (export "_start")
    (local $before i64)
    (call $subscribe (i32.const 256) (i64.const 10) (i64.const 3600000000000))
    (call $subscribe (i32.const 312) (i64.const 11) (i64.const 5000000))
    (local.set $before (call $now))
    (call $print_line
      (i64.extend_i32_u (call $poll_oneoff (i32.const 256) (i32.const 512) (i32.const 2) (i32.const 640))))
    (call $print_line (i64.load32_u (i32.const 640)))
    (call $print_line (i64.load (i32.const 512)))
    (call $print_line (i64.load16_u (i32.const 520)))
    (call $print_line (i64.load8_u (i32.const 522)))
    (call $print_line
      (i64.extend_i32_u
        (i64.ge_u (i64.sub (call $now) (local.get $before)) (i64.const 5000000))))))
