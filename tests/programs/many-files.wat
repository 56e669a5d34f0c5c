;; Creates output/00000000, output/00000001, ... and closes each, until it is refused one; the exit code is the error.
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "output/00000000")
  ;; Adds one to the decimal number that ends at `last`.
  (func $count (param $last i32)
    (if (i32.eq (i32.load8_u (local.get $last)) (i32.const 57))
      (then
        (i32.store8 (local.get $last) (i32.const 48))
        (call $count (i32.sub (local.get $last) (i32.const 1))))
      (else (i32.store8 (local.get $last) (i32.add (i32.load8_u (local.get $last)) (i32.const 1))))))
  (func (export "_start")
    (local $error i32)
    (loop $again
      ;; oflags CREAT|EXCL; rights FD_WRITE
      (local.set $error (call $path_open (i32.const 3) (i32.const 0) (i32.const 16) (i32.const 15)
        (i32.const 5) (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 0)))
      (if (local.get $error) (then (call $proc_exit (local.get $error))))
      (drop (call $fd_close (i32.load (i32.const 0))))
      (call $count (i32.const 30))
      (br $again))))
