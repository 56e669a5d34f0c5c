;; Makes a directory in a directory in a directory, until it is refused one; the exit code is the error.
(module
  (import "wasi_snapshot_preview1" "path_create_directory"
    (func $path_create_directory (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "output/d")
  (func $check (param $error i32) (if (local.get $error) (then (call $proc_exit (local.get $error)))))
  ;; oflags DIRECTORY; all rights, for it and what is in it
  (func $open (param $in i32) (param $path i32) (param $length i32) (result i32)
    (call $check (call $path_open (local.get $in) (i32.const 0) (local.get $path) (local.get $length)
      (i32.const 2) (i64.const 0x1fffffbf) (i64.const 0x1fffffff) (i32.const 0) (i32.const 0)))
    (i32.load (i32.const 0)))
  (func (export "_start")
    (local $directory i32) (local $deeper i32)
    (local.set $directory (call $open (i32.const 3) (i32.const 16) (i32.const 6)))
    (loop $again
      (call $check (call $path_create_directory (local.get $directory) (i32.const 23) (i32.const 1)))
      (local.set $deeper (call $open (local.get $directory) (i32.const 23) (i32.const 1)))
      (call $check (call $fd_close (local.get $directory)))
      (local.set $directory (local.get $deeper))
      (br $again))))
