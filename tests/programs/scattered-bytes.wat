;; Writes one byte in every 64 KiB of a file, each further out; where that is refused, the exit code is the error.
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_pwrite" (func $fd_pwrite (param i32 i32 i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "output/scattered")
  (func $check (param $error i32) (if (local.get $error) (then (call $proc_exit (local.get $error)))))
  (func (export "_start")
    (local $at i64)
    (call $check (call $path_open (i32.const 3) (i32.const 0) (i32.const 16) (i32.const 16)
      (i32.const 1) (i64.const 68) (i64.const 0) (i32.const 0) (i32.const 0)))
    (i32.store (i32.const 64) (i32.const 16)) ;; the one vector: address, length
    (i32.store (i32.const 68) (i32.const 1))
    (loop $again
      (call $check (call $fd_pwrite
        (i32.load (i32.const 0)) (i32.const 64) (i32.const 1) (local.get $at) (i32.const 72)))
      (local.set $at (i64.add (local.get $at) (i64.const 65536)))
      (br $again))))
