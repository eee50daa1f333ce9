;; A library: `_initialize` once, then typed exports. Every export traps before `_initialize` ran.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (global $initialized (mut i32) (i32.const 0))

  (func (export "_initialize")
    (if (global.get $initialized) (then unreachable))
    (global.set $initialized (i32.const 1)))

  (func $require_initialized
    (if (i32.eqz (global.get $initialized)) (then unreachable)))

  (func (export "add") (param i32 i32) (result i32)
    (call $require_initialized)
    (i32.add (local.get 0) (local.get 1)))

  (func (export "mul64") (param i64 i64) (result i64)
    (call $require_initialized)
    (i64.mul (local.get 0) (local.get 1)))

  (func (export "half") (param f64) (result f64)
    (call $require_initialized)
    (f64.div (local.get 0) (f64.const 2)))

  (func (export "half32") (param f32) (result f32)
    (call $require_initialized)
    (f32.div (local.get 0) (f32.const 2)))

  (func (export "pair") (result i32 i64)
    (call $require_initialized)
    (i32.const 7)
    (i64.const 9007199254740993))

  ;; Prints its argument, unsigned and in decimal, as a line on stdout.
  (func (export "log") (param $number i32)
    (local $at i32)
    (call $require_initialized)
    (local.set $at (i32.const 63))
    (i32.store8 (local.get $at) (i32.const 10))
    (loop $digit
      (local.set $at (i32.sub (local.get $at) (i32.const 1)))
      (i32.store8 (local.get $at)
        (i32.add (i32.const 48) (i32.rem_u (local.get $number) (i32.const 10))))
      (br_if $digit (local.tee $number (i32.div_u (local.get $number) (i32.const 10)))))
    (i32.store (i32.const 0) (local.get $at))
    (i32.store (i32.const 4) (i32.sub (i32.const 64) (local.get $at)))
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))

  (func (export "fail")
    unreachable)

  (global (export "answer") i32 (i32.const 42)))
