;; Never ends: only a limit of time stops it.
(module
  (memory (export "memory") 1)
  (func (export "_start") (loop $again (br $again))))
