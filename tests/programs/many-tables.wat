;; Grows eight tables in turn, each by itself within any limit, until one is refused; traps then.
(module
  (memory (export "memory") 1)
  (table $a 1 externref) (table $b 1 externref) (table $c 1 externref) (table $d 1 externref)
  (table $e 1 externref) (table $f 1 externref) (table $g 1 externref) (table $h 1 externref)
  (func $refused (param $size i32) (if (i32.eq (local.get $size) (i32.const -1)) (then (unreachable))))
  (func (export "_start")
    (loop $again
      (call $refused (table.grow $a (ref.null extern) (i32.const 1)))
      (call $refused (table.grow $b (ref.null extern) (i32.const 1)))
      (call $refused (table.grow $c (ref.null extern) (i32.const 1)))
      (call $refused (table.grow $d (ref.null extern) (i32.const 1)))
      (call $refused (table.grow $e (ref.null extern) (i32.const 1)))
      (call $refused (table.grow $f (ref.null extern) (i32.const 1)))
      (call $refused (table.grow $g (ref.null extern) (i32.const 1)))
      (call $refused (table.grow $h (ref.null extern) (i32.const 1)))
      (br $again))))
