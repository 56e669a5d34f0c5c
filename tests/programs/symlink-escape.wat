;; Makes the link output/link to ../secret/key and opens what it leads to. The exit code is the error of the opening,
;; or 100 and the error of the making.
(module
  (import "wasi_snapshot_preview1" "path_symlink" (func $path_symlink (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "../secret/key")
  (data (i32.const 32) "output/link")
  (func (export "_start")
    (local $error i32)
    (local.set $error (call $path_symlink (i32.const 16) (i32.const 13) (i32.const 3) (i32.const 32) (i32.const 11)))
    (if (local.get $error) (then (call $proc_exit (i32.add (i32.const 100) (local.get $error)))))
    (call $proc_exit (call $path_open (i32.const 3) (i32.const 1) (i32.const 32) (i32.const 11)
      (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 0)))))
