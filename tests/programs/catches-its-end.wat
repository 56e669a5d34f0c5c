;; Ends itself, catches that, and goes on for ever.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (loop $again
      (try (do (call $proc_exit (i32.const 0))) (catch_all (br $again))))))
