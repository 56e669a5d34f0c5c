;; Makes a file of 2^40 bytes of nothing, then a larger one, for ever; where that is refused, the exit code is the error.
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_filestat_set_size" (func $set_size (param i32 i64) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "output/giant")
  (func $check (param $error i32) (if (local.get $error) (then (call $proc_exit (local.get $error)))))
  (func (export "_start")
    (local $size i64)
    (local.set $size (i64.const 0x10000000000))
    (call $check (call $path_open (i32.const 3) (i32.const 0) (i32.const 16) (i32.const 12)
      (i32.const 1) (i64.const 0x400000) (i64.const 0) (i32.const 0) (i32.const 0)))
    (loop $again
      (call $check (call $set_size (i32.load (i32.const 0)) (local.get $size)))
      (local.set $size (i64.add (local.get $size) (local.get $size)))
      (br $again))))
