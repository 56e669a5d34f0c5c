;; Creates a file and renames it there and back for ever; where that is refused, the exit code is the error.
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_rename" (func $path_rename (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "output/a")
  (data (i32.const 32) "output/b")
  (func $check (param $error i32) (if (local.get $error) (then (call $proc_exit (local.get $error)))))
  (func (export "_start")
    (call $check (call $path_open (i32.const 3) (i32.const 0) (i32.const 16) (i32.const 8)
      (i32.const 5) (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 0)))
    (loop $again
      (call $check (call $path_rename
        (i32.const 3) (i32.const 16) (i32.const 8) (i32.const 3) (i32.const 32) (i32.const 8)))
      (call $check (call $path_rename
        (i32.const 3) (i32.const 32) (i32.const 8) (i32.const 3) (i32.const 16) (i32.const 8)))
      (br $again))))
