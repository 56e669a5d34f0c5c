import { readFileSync } from 'node:fs';
import t from 'tap';
import { runHere } from '../../support/component-host.ts';
import { commandComponent, componentOf } from '../../support/component-text.ts';
import { repositoryRoot } from '../../support/repository.ts';

const DETERMINISM = { seed: '07'.repeat(32), realtime: '1900000000000000000' };
/** Prints a number's eight bytes. */
const PRINTING = {
  imports: `(import "wasi:io/error@0.2.0" (instance $errors (export "error" (type (sub resource)))))
    (alias export $errors "error" (type $error))
    (import "wasi:io/streams@0.2.0" (instance $streams
      (export "output-stream" (type $output (sub resource)))
      (alias outer 1 $error (type $e)) (export "error" (type $error (eq $e)))
      (type $stream-error (variant (case "last-operation-failed" (own $error)) (case "closed")))
      (export "stream-error" (type $failure (eq $stream-error)))
      (export "[method]output-stream.blocking-write-and-flush"
        (func (param "self" (borrow $output)) (param "contents" (list u8)) (result (result (error $failure)))))))
    (alias export $streams "output-stream" (type $output))
    (import "wasi:cli/stdout@0.2.0" (instance $stdout
      (alias outer 1 $output (type $o)) (export "output-stream" (type $out (eq $o)))
      (export "get-stdout" (func (result (own $out))))))
    (import "wasi:random/random@0.2.0" (instance $random (export "get-random-u64" (func (result u64)))
      (export "get-random-bytes" (func (param "len" u64) (result (list u8))))))
    (import "wasi:clocks/monotonic-clock@0.2.0" (instance $clock (export "now" (func (result u64)))))`,
};

/** Writes a random number, the time, and the bits of a NaN; gets random bytes into memory of its own. */
const everything = await componentOf(`(component
  ${PRINTING.imports}
  (core module $memory
    (memory (export "memory") 1)
    (global $next (mut i32) (i32.const 1024))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (global.get $next) (global.set $next (i32.add (global.get $next) (local.get 3)))))
  (core instance $own (instantiate $memory))
  (core func $now (canon lower (func $clock "now")))
  (core func $u64 (canon lower (func $random "get-random-u64")))
  (core func $bytes (canon lower (func $random "get-random-bytes") (memory (core memory $own "memory"))
    (realloc (core func $own "realloc"))))
  (core func $get-stdout (canon lower (func $stdout "get-stdout")))
  (core func $write (canon lower (func $streams "[method]output-stream.blocking-write-and-flush")
    (memory (core memory $own "memory"))))
  (core instance $host (export "now" (func $now)) (export "u64" (func $u64)) (export "bytes" (func $bytes))
    (export "stdout" (func $get-stdout)) (export "write" (func $write)))
  (core module $main
    (import "own" "memory" (memory 1))
    (import "host" "now" (func $now (result i64))) (import "host" "u64" (func $u64 (result i64)))
    (import "host" "bytes" (func $bytes (param i64 i32))) (import "host" "stdout" (func $stdout (result i32)))
    (import "host" "write" (func $write (param i32 i32 i32 i32)))
    (global $zero (mut f32) (f32.const 0))
    (func (export "run") (result i32)
      (i64.store (i32.const 0) (call $u64))
      (i64.store (i32.const 8) (call $now))
      (f32.store (i32.const 16) (f32.div (global.get $zero) (global.get $zero)))
      (call $bytes (i64.const 8) (i32.const 64))
      (i64.store (i32.const 20) (i64.load (i32.load (i32.const 64))))
      (call $write (call $stdout) (i32.const 0) (i32.const 28) (i32.const 72))
      (i32.const 0)))
  (core instance $instance (instantiate $main (with "own" (instance $own)) (with "host" (instance $host))))
  (func $run (result (result)) (canon lift (core func $instance "run")))
  (instance $entry (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $entry)))`);

t.test('a deterministic component sees the same time, chance and NaNs wherever it runs', async (t) => {
  const [first, again] = [
    runHere(everything, { determinism: DETERMINISM }),
    runHere(everything, { determinism: DETERMINISM }),
  ];
  t.equal(first.end, 0);
  t.same(first.bytes, again.bytes);
  t.equal(first.bytes.length, 28);
  const time = first.bytes.readBigUInt64LE(8);
  t.ok(time > 0n && time < 100_000n && time % 1000n === 0n, `${time}: some steps of a clock of its own`);
  t.equal(first.bytes.readUInt32LE(16), 0x7fc00000, 'a canonical NaN');
  const other = runHere(everything, { determinism: { ...DETERMINISM, seed: '08'.repeat(32) } });
  t.notSame(other.bytes, first.bytes);
  t.notSame(runHere(everything).bytes, runHere(everything).bytes);
});

t.test('the instructions of all modules of a component are counted together', async (t) => {
  const { end, fuel = 0 } = runHere(everything, { fuel: 1000 });
  t.equal(end, 0);
  // `run` has 25 instructions that cost, `realloc` 5.
  t.equal(fuel, 25 + 5);
  t.equal(runHere(everything, { fuel, determinism: DETERMINISM }).end, 0, 'determinism costs nothing');
  t.match(runHere(everything, { fuel: fuel - 1 }), {
    end: 'RUN_FUEL_LIMIT',
    error: { details: { limit: fuel - 1 } },
  });
});

t.test('what never ends on its own ends when its fuel does', async (t) => {
  const endless = await commandComponent({ body: '(loop (br 0)) (i32.const 0)' });
  t.equal(runHere(endless, { fuel: 100_000 }).end, 'RUN_FUEL_LIMIT');
  const starts = await commandComponent({
    fields: '(func $start (loop (br 0))) (start $start)',
    body: '(i32.const 0)',
  });
  t.equal(runHere(starts, { fuel: 100_000 }).end, 'RUN_FUEL_LIMIT', 'before it has begun');
});

t.test('what cannot be the same everywhere is refused', async (t) => {
  const atomic = await commandComponent({ body: '(drop (i32.atomic.load (i32.const 0))) (i32.const 0)' });
  t.match(runHere(atomic, { determinism: DETERMINISM }), {
    end: 'RUN_NONDETERMINISTIC',
    error: { details: { reason: 'it uses atomic instructions: 0xfe 0x10 in function 0' } },
  });
  t.equal(runHere(atomic).end, 0);
  const live = await commandComponent({ body: '(i32.const 0)' });
  t.equal(runHere(live, { determinism: DETERMINISM, live: [101] }).end, 'RUN_NONDETERMINISTIC');
});

t.test("a real program's adapter and shims are counted too, the same in every run", async (t) => {
  const walk = readFileSync(new URL('examples/components/directory-walk.wasm', repositoryRoot));
  const [first, again] = [0, 1].map(() => runHere(walk, { fuel: 1e9, determinism: DETERMINISM }));
  t.equal(first?.end, runHere(walk).end);
  t.ok((first?.fuel ?? 0) > 1000, `${first?.fuel}`);
  t.equal(first?.fuel, again?.fuel);
});
