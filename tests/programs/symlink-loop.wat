;; Makes two links that lead to each other and opens one; the exit code is the error.
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_symlink" (func $path_symlink (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "output/a")
  (data (i32.const 32) "output/b")
  (func $check (param $error i32) (if (local.get $error) (then (call $proc_exit (local.get $error)))))
  (func (export "_start")
    (call $check (call $path_symlink (i32.const 39) (i32.const 1) (i32.const 3) (i32.const 16) (i32.const 8)))
    (call $check (call $path_symlink (i32.const 23) (i32.const 1) (i32.const 3) (i32.const 32) (i32.const 8)))
    (call $check (call $path_open (i32.const 3) (i32.const 1) (i32.const 16) (i32.const 8)
      (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 0)))))
