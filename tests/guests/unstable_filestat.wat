;; In `wasi_unstable`, a filestat is 56 bytes: filetype at 16, a 32-bit nlink at 20, size at 24, times from 32.
;; Makes `unstable_stat.txt` of five bytes with a second name `unstable_link.txt`, and prints, for
;; fd_filestat_get and then for path_filestat_get: filetype 4, nlink 2, size 5, 1 for a time of modification at 40
;; that is not 0, and 170 for a byte after the 56th that was not touched.
(module
  (import "wasi_unstable" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_unstable" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_unstable" "path_link" (func $path_link (param i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_unstable" "fd_filestat_get" (func $fd_filestat_get (param i32 i32) (result i32)))
  (import "wasi_unstable" "path_filestat_get"
    (func $path_filestat_get (param i32 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 128) "unstable_stat.txt")
  (data (i32.const 176) "unstable_link.txt")
  (data (i32.const 200) "hello")
  (data (i32.const 208) "\c8\00\00\00\05\00\00\00")


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

  (func $poison
    (memory.fill (i32.const 256) (i32.const 170) (i32.const 72)))

  (func $print_stat (param $errno i32)
    (if (local.get $errno) (then unreachable))
    (call $print_line (i64.load8_u (i32.const 272)))
    (call $print_line (i64.load32_u (i32.const 276)))
    (call $print_line (i64.load (i32.const 280)))
    (call $print_line (i64.extend_i32_u (i64.ne (i64.load (i32.const 296)) (i64.const 0))))
    (call $print_line (i64.load8_u (i32.const 312))))

  (func (export "_start")
    (local $fd i32)
    (local.set $fd (call $create (i32.const 17)))
    (drop (call $fd_write (local.get $fd) (i32.const 208) (i32.const 1) (i32.const 216)))
    (if (call $path_link
          (i32.const 3) (i32.const 0) (i32.const 128) (i32.const 17)
          (i32.const 3) (i32.const 176) (i32.const 17))
      (then unreachable))
    (call $poison)
    (call $print_stat (call $fd_filestat_get (local.get $fd) (i32.const 256)))
    (call $poison)
    (call $print_stat
      (call $path_filestat_get (i32.const 3) (i32.const 0) (i32.const 128) (i32.const 17) (i32.const 256)))))
