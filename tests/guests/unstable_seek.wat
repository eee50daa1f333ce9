;; In `wasi_unstable`, fd_seek counts whence as current 0, end 1, start 2: expects 2, 5, 9 and errno 28 as lines.
;; Writes ten bytes to `unstable_seek.txt` in the first granted directory.
(module
  (import "wasi_unstable" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_unstable" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_unstable" "fd_seek" (func $fd_seek (param i32 i64 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 128) "unstable_seek.txt")
  (data (i32.const 192) "0123456789")
  (data (i32.const 208) "\c0\00\00\00\0a\00\00\00")


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

  ;; Creates a file by the name at 128 in the first granted directory and answers its descriptor.
  (func $create (param $length i32) (result i32)
    (if (call $path_open
          (i32.const 3) (i32.const 0) (i32.const 128) (local.get $length)
          (i32.const 9) (i64.const 0x0be001ff) (i64.const 0) (i32.const 0) (i32.const 160))
      (then unreachable))
    (i32.load (i32.const 160)))

  (func $seek_and_print (param $fd i32) (param $offset i64) (param $whence i32)
    (local $errno i32)
    (local.set $errno
      (call $fd_seek (local.get $fd) (local.get $offset) (local.get $whence) (i32.const 224)))
    (call $print_line
      (select (i64.extend_i32_u (local.get $errno)) (i64.load (i32.const 224)) (local.get $errno))))

  (func (export "_start")
    (local $fd i32)
    (local.set $fd (call $create (i32.const 17)))
    (drop (call $fd_write (local.get $fd) (i32.const 208) (i32.const 1) (i32.const 216)))
    (call $seek_and_print (local.get $fd) (i64.const 2) (i32.const 2))
    (call $seek_and_print (local.get $fd) (i64.const 3) (i32.const 0))
    (call $seek_and_print (local.get $fd) (i64.const -1) (i32.const 1))
    (call $seek_and_print (local.get $fd) (i64.const 0) (i32.const 3))))
