;; Asks what time it is; the exit code is the error, or 200 where the time is 0.
(module
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock_time_get (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (local $error i32)
    (local.set $error (call $clock_time_get (i32.const 0) (i64.const 1) (i32.const 0)))
    (if (local.get $error) (then (call $proc_exit (local.get $error))))
    (if (i64.eqz (i64.load (i32.const 0))) (then (call $proc_exit (i32.const 200))))
    (call $proc_exit (i32.const 0))))
