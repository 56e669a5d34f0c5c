;; Asks for 4 GiB of random bytes, which it has no room for, then for as many as it has, for ever.
(module
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (memory (export "memory") 64)
  (func (export "_start")
    (loop $again
      (drop (call $random_get (i32.const 0) (i32.const -1)))
      (drop (call $random_get (i32.const 0) (i32.const 4194304)))
      (br $again))))
