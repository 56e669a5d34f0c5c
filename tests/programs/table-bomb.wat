;; Grows a table element by element until it is refused; traps then.
(module
  (memory (export "memory") 1)
  (table $t 1 funcref)
  (func (export "_start")
    (loop $again
      (if (i32.eq (table.grow $t (ref.null func) (i32.const 1)) (i32.const -1)) (then (unreachable)))
      (br $again))))
