;; Creates files with names of 255 bytes, each another, until it is refused one; the exit code is the error.
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "output/")
  (func (export "_start")
    (local $error i32) (local $number i32)
    (memory.fill (i32.const 23) (i32.const 110) (i32.const 255))
    (loop $again
      ;; The last six letters are the number, a letter for four bits.
      (i32.store8 (i32.const 277) (i32.add (i32.const 97) (i32.and (local.get $number) (i32.const 15))))
      (i32.store8 (i32.const 276)
        (i32.add (i32.const 97) (i32.and (i32.shr_u (local.get $number) (i32.const 4)) (i32.const 15))))
      (i32.store8 (i32.const 275)
        (i32.add (i32.const 97) (i32.and (i32.shr_u (local.get $number) (i32.const 8)) (i32.const 15))))
      (i32.store8 (i32.const 274)
        (i32.add (i32.const 97) (i32.and (i32.shr_u (local.get $number) (i32.const 12)) (i32.const 15))))
      (i32.store8 (i32.const 273)
        (i32.add (i32.const 97) (i32.and (i32.shr_u (local.get $number) (i32.const 16)) (i32.const 15))))
      (local.set $number (i32.add (local.get $number) (i32.const 1)))
      (local.set $error (call $path_open (i32.const 3) (i32.const 0) (i32.const 16) (i32.const 262)
        (i32.const 5) (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 0)))
      (if (local.get $error) (then (call $proc_exit (local.get $error))))
      (drop (call $fd_close (i32.load (i32.const 0))))
      (br $again))))
