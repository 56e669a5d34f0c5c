;; Calls that ended Veracruz's runtime or told a program more than its rights: each one's error, a byte each, goes to
;; output/found, and then three numbers of 8 bytes: what pread got behind the end, where seek came to, how long the file is.
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_pread" (func $pread (param i32 i32 i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_seek" (func $seek (param i32 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_filestat_get" (func $stat (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_renumber" (func $renumber (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_create_directory" (func $mkdir (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 1024) "input/data")
  (data (i32.const 1040) "../secret/key")
  (data (i32.const 1056) "input/../secret/key")
  (data (i32.const 1088) "/secret/key")
  (data (i32.const 1104) "output/found")
  (data (i32.const 1120) "output")
  (global $next (mut i32) (i32.const 512))

  ;; Reading (FD_READ 2) and seeking (FD_SEEK 4), FD_FILESTAT_GET 2^21; creating 1, cutting 8.
  (func $open (param $path i32) (param $length i32) (param $rights i64) (param $flags i32) (param $result i32)
    (result i32)
    (call $path_open (i32.const 3) (i32.const 1) (local.get $path) (local.get $length) (local.get $flags)
      (local.get $rights) (i64.const 0) (i32.const 0) (local.get $result)))

  (func $note (param $error i32)
    (i32.store8 (global.get $next) (local.get $error))
    (global.set $next (i32.add (global.get $next) (i32.const 1))))

  (func (export "_start") (local $fd i32)
    ;; 0: the file that it may read.
    (call $note (call $open (i32.const 1024) (i32.const 10) (i64.const 2097158) (i32.const 0) (i32.const 0)))
    (local.set $fd (i32.load (i32.const 0)))
    ;; 1, 2: far behind the end.
    (i32.store (i32.const 16) (i32.const 2048))
    (i32.store (i32.const 20) (i32.const 64))
    (call $note (call $pread (local.get $fd) (i32.const 16) (i32.const 1) (i64.const 1000000) (i32.const 640)))
    (call $note (call $seek (local.get $fd) (i64.const 5000000) (i32.const 0) (i32.const 648)))
    ;; 3: how long it is now.
    (call $note (call $stat (local.get $fd) (i32.const 700)))
    (i64.store (i32.const 656) (i64.load (i32.const 732)))
    ;; 4 to 8: pointers and lengths that leave the memory.
    (i32.store (i32.const 24) (i32.const 0xfffffff0))
    (i32.store (i32.const 28) (i32.const 64))
    (call $note (call $read (local.get $fd) (i32.const 24) (i32.const 1) (i32.const 664)))
    (call $note (call $read (local.get $fd) (i32.const 0xfffffff8) (i32.const 1) (i32.const 664)))
    (call $note (call $read (local.get $fd) (i32.const 16) (i32.const 0x7fffffff) (i32.const 664)))
    (call $note (call $random (i32.const 65532) (i32.const 64)))
    (call $note (call $random (i32.const 0) (i32.const 0xffffffff)))
    ;; 9 to 11: other spellings of a path that it has no rights to.
    (call $note (call $open (i32.const 1040) (i32.const 13) (i64.const 2) (i32.const 0) (i32.const 0)))
    (call $note (call $open (i32.const 1056) (i32.const 19) (i64.const 2) (i32.const 0) (i32.const 0)))
    (call $note (call $open (i32.const 1088) (i32.const 11) (i64.const 2) (i32.const 0) (i32.const 0)))
    ;; 12: writing what it may only read.
    (call $note (call $open (i32.const 1024) (i32.const 10) (i64.const 64) (i32.const 0) (i32.const 0)))
    ;; 13, 14: descriptors that there are not.
    (call $note (call $stat (i32.const 99) (i32.const 700)))
    (call $note (call $renumber (i32.const 99) (local.get $fd)))
    ;; 15: a directory that there is.
    (call $note (call $mkdir (i32.const 3) (i32.const 1120) (i32.const 6)))
    (drop (call $open (i32.const 1104) (i32.const 12) (i64.const 68) (i32.const 9) (i32.const 0)))
    (i32.store (i32.const 16) (i32.const 512))
    (i32.store (i32.const 20) (i32.const 16))
    (i32.store (i32.const 24) (i32.const 640))
    (i32.store (i32.const 28) (i32.const 24))
    (drop (call $write (i32.load (i32.const 0)) (i32.const 16) (i32.const 2) (i32.const 668)))))
