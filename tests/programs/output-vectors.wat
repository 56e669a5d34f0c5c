;; Prints one megabyte 1024 times with one call; where that is refused, the exit code is the error.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 17)
  (func (export "_start")
    (local $at i32)
    (loop $fill
      (i32.store (local.get $at) (i32.const 65536))
      (i32.store (i32.add (local.get $at) (i32.const 4)) (i32.const 1048576))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (br_if $fill (i32.lt_u (local.get $at) (i32.const 8192))))
    (loop $again
      (if (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1024) (i32.const 8192))
        (then (call $proc_exit (i32.const 1))))
      (br $again))))
