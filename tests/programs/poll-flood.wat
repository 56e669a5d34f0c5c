;; Waits for as many things at once as can be asked for, and for more, for ever.
(module
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  ;; 4096 subscriptions of 48 bytes, as many events of 32: clocks, all of them 0.
  (memory (export "memory") 6)
  (func (export "_start")
    (loop $again
      (drop (call $poll_oneoff (i32.const 0) (i32.const 0) (i32.const -1) (i32.const 0)))
      (drop (call $poll_oneoff (i32.const 64) (i32.const 196672) (i32.const 4096) (i32.const 0)))
      (br $again))))
