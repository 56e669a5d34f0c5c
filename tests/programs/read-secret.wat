;; Copies the file that its first argument names to stdout, then stdin to stderr; with a second argument the file is opened
;; for writing instead. The exit code is the first error.
(module
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (func $check (param $error i32)
    (if (local.get $error) (then (call $proc_exit (local.get $error)))))
  (func $copy (param $from i32) (param $to i32)
    (local $left i32)
    (loop $again
      (i32.store (i32.const 0) (i32.const 8192)) ;; the one vector: address, length
      (i32.store (i32.const 4) (i32.const 4096))
      (call $check (call $fd_read (local.get $from) (i32.const 0) (i32.const 1) (i32.const 8)))
      (local.set $left (i32.load (i32.const 8)))
      (if (i32.eqz (local.get $left)) (then (return)))
      (loop $rest ;; a write may take less than all
        (i32.store (i32.const 4) (local.get $left))
        (call $check (call $fd_write (local.get $to) (i32.const 0) (i32.const 1) (i32.const 8)))
        (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.load (i32.const 8))))
        (local.set $left (i32.sub (local.get $left) (i32.load (i32.const 8))))
        (br_if $rest (local.get $left)))
      (br $again)))
  (func (export "_start")
    (local $length i32)
    (call $check (call $args_sizes_get (i32.const 16) (i32.const 20)))
    (call $check (call $args_get (i32.const 64) (i32.const 1024)))
    (loop $measure
      (if (i32.load8_u (i32.add (i32.load (i32.const 68)) (local.get $length)))
        (then
          (local.set $length (i32.add (local.get $length) (i32.const 1)))
          (br $measure))))
    (call $check (call $path_open (i32.const 3) (i32.const 1) (i32.load (i32.const 68)) (local.get $length)
      (i32.const 0)
      (select (i64.const 64) (i64.const 2) (i32.eq (i32.load (i32.const 16)) (i32.const 3)))
      (i64.const 0) (i32.const 0) (i32.const 24)))
    (call $copy (i32.load (i32.const 24)) (i32.const 1))
    (call $copy (i32.const 0) (i32.const 2))))
