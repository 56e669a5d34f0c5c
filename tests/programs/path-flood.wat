;; Looks for files at the longest path there can be, of as many names as it can have, for ever.
(module
  (import "wasi_snapshot_preview1" "path_filestat_get"
    (func $path_filestat_get (param i32 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 2)
  (func (export "_start")
    (local $at i32)
    ;; "././././..."
    (memory.fill (i32.const 0) (i32.const 46) (i32.const 65536))
    (loop $fill
      (i32.store8 (i32.add (local.get $at) (i32.const 1)) (i32.const 47))
      (local.set $at (i32.add (local.get $at) (i32.const 2)))
      (br_if $fill (i32.lt_u (local.get $at) (i32.const 65536))))
    (loop $again
      (drop (call $path_filestat_get
        (i32.const 3) (i32.const 1) (i32.const 0) (i32.const 65536) (i32.const 65536)))
      (drop (call $path_filestat_get
        (i32.const 3) (i32.const 1) (i32.const 0) (i32.const 4095) (i32.const 65536)))
      (drop (call $path_filestat_get
        (i32.const 3) (i32.const 1) (i32.const 0) (i32.const 511) (i32.const 65536)))
      (br $again))))
