;; Takes memory page by page, writing to each, until it is refused more; the exit code is 1 then. No maximum is declared.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (local $page i32)
    (loop $again
      (local.set $page (memory.grow (i32.const 1)))
      (if (i32.eq (local.get $page) (i32.const -1)) (then (call $proc_exit (i32.const 1))))
      (i32.store (i32.shl (local.get $page) (i32.const 16)) (i32.const 1))
      (br $again))))
