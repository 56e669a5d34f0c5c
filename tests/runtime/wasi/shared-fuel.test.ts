import fc from 'fast-check';
import t from 'tap';
import wabt from 'wabt';
import { type InstrumentedModule, instrumentModule } from '../../../runtime/wasi/instrumented-module.ts';
import { expected, programText, tree } from './counted-programs.ts';

const tools = await wabt();
const MUCH = 1_000_000;

function wat(text: string): Uint8Array {
  const features = { exceptions: true, bulk_memory: true, tail_call: true, mutable_globals: true };
  return new Uint8Array(tools.parseWat('part.wat', text, features).toBinary({}).buffer);
}

/** What modules share that may execute `fuel` instructions together. */
class Parts {
  readonly counter: WebAssembly.Global<'i64'>;
  readonly #fuel: number;

  constructor(fuel = MUCH) {
    this.#fuel = fuel;
    this.counter = new WebAssembly.Global({ value: 'i64', mutable: true }, BigInt(fuel));
  }

  get used(): number {
    return this.#fuel - Number(this.counter.value);
  }

  add(module: Uint8Array, imports: WebAssembly.Imports = {}, deterministic = false): WebAssembly.Exports {
    return this.instance(
      instrumentModule(module, { fuel: 'shared', deterministic, memoryPages: 16 }),
      imports,
    );
  }

  instance({ bytes, sharedFuel }: InstrumentedModule, imports: WebAssembly.Imports): WebAssembly.Exports {
    const counter = { [sharedFuel!]: { [sharedFuel!]: this.counter } };
    const module = new WebAssembly.Module(bytes as BufferSource);
    return new WebAssembly.Instance(module, { ...imports, ...counter }).exports;
  }
}

const run = (exports: WebAssembly.Exports, argument = 0): unknown =>
  (exports.run as (argument: number) => unknown)(argument);

t.test('whatever a program does, it costs the same from a shared counter', async () => {
  fc.assert(
    fc.property(tree, fc.nat(255), (program, argument) => {
      const parts = new Parts();
      run(parts.add(wat(programText(program))), argument);
      const counted = expected(program, argument);
      if (parts.used !== counted) throw new Error(`${parts.used} instead of ${counted}`);
    }),
    { numRuns: 200 },
  );
});

t.test('modules that call one another, also by way of the host, count together', async (t) => {
  const parts = new Parts();
  const inner = parts.add(
    wat('(module (func (export "add") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1))))'),
  );
  let outer: WebAssembly.Exports;
  const host = { back: () => (outer.once as () => void)() };
  outer = parts.add(
    wat(`(module (import "inner" "add" (func $add (param i32) (result i32))) (import "host" "back" (func $back))
      (func (export "once") (drop (i32.const 1)))
      (func (export "run") (param i32) (result i32)
        (drop (i32.const 2)) (call $back) (call $add (call $add (i32.const 5)))))`),
    { inner, host },
  );
  t.equal(run(outer), 7);
  // Its own six, twice the three of `add`, and the two of `once`.
  t.equal(parts.used, 6 + 2 * 3 + 2);
});

t.test('who has used up what all have is stopped, whichever module goes on', async (t) => {
  const parts = new Parts(10_000);
  const first = parts.add(
    wat(`(module (table (export "table") 2 funcref) (type $step (func (param i32)))
      (elem (i32.const 0) $run)
      (func $run (export "run") (param i32) (call_indirect (type $step) (local.get 0) (i32.const 1))))`),
  );
  const second = parts.add(
    wat(`(module (import "first" "table" (table 2 funcref)) (type $step (func (param i32)))
      (elem (i32.const 1) $run)
      (func $run (export "run") (param i32) (return_call_indirect (type $step) (local.get 0) (i32.const 0))))`),
    { first },
  );
  t.throws(() => run(first), { message: 'unreachable' });
  t.ok(parts.used > 10_000 && parts.used < 10_050, `${parts.used}`);
  t.throws(() => run(second), { message: 'unreachable' }, 'nor does anything begin again');
});

t.test('a module finds its own globals wherever it names them', async (t) => {
  const host = {
    at: new WebAssembly.Global({ value: 'i32' }, 3),
    'truce:fuel': new WebAssembly.Global({ value: 'i32' }, 40),
  };
  const module = wat(`(module
    (import "host" "at" (global $at i32))
    (import "truce:fuel" "truce:fuel" (global $same i32))
    (global $copy i32 (global.get $at))
    (global $own (export "own") (mut i32) (i32.const 7))
    (export "imported" (global $same))
    (memory (export "memory") 1)
    (table (export "table") 8 funcref)
    (elem (global.get $at) $get)
    (elem $passive func $get)
    (data (global.get $at) "data")
    (data $kept "kept")
    (func $get (export "get") (result i32) (i32.add (global.get $same) (global.get $copy)))
    (func (export "run") (param i32) (result i32)
      (memory.init $kept (i32.const 100) (i32.const 0) (i32.const 4))
      (table.init $passive (i32.const 0) (i32.const 0) (i32.const 1))
      (global.set $own (i32.add (global.get $own) (local.get 0)))
      (global.get $own)))`);
  const parts = new Parts();
  const exports = parts.add(module, { host, 'truce:fuel': host }, true);
  t.same([run(exports, 2), run(exports, 3)], [9, 12]);
  t.equal((exports.own as WebAssembly.Global).value, 12);
  t.equal((exports.imported as WebAssembly.Global).value, 40);
  t.equal((exports.get as () => number)(), 43);
  const table = exports.table as WebAssembly.Table;
  t.same([table.get(0) === exports.get, table.get(3) === exports.get, table.get(1)], [true, true, null]);
  const { buffer } = exports.memory as WebAssembly.Memory;
  t.equal(Buffer.from(buffer, 3, 4).toString(), 'data');
  t.equal(Buffer.from(buffer, 100, 4).toString(), 'kept');
});

t.test('all forms of segments and expressions are kept', async (t) => {
  const features = { bulk_memory: true, reference_types: true };
  const text = `(module
    (global $f funcref (ref.func $one)) (global $n externref (ref.null extern))
    (global $v (mut i64) (i64.const -5)) (global $d f64 (f64.const 0.5)) (global $s f32 (f32.const 1.5))
    (table $a 4 funcref) (table $b (export "b") 4 funcref)
    (elem (table $b) (i32.const 0) func $one $two)
    (elem (table $b) (i32.const 2) funcref (ref.func $two) (ref.null func))
    (elem (i32.const 0) funcref (ref.null func) (ref.func $one))
    (elem declare func $two) (elem funcref (ref.func $one))
    (func $one (export "one") (result i64) (global.get $v)) (func $two (result i64) (i64.const 2))
    (func (export "run") (param i32) (global.set $v (i64.extend_i32_u (local.get 0)))))`;
  const exports = new Parts().add(
    new Uint8Array(tools.parseWat('all.wat', text, features).toBinary({}).buffer),
  );
  const table = exports.b as WebAssembly.Table;
  const at = (index: number) => (table.get(index) as (() => bigint) | null)?.();
  t.same([0, 1, 2, 3].map(at), [-5n, 2n, 2n, undefined]);
  run(exports, 8);
  t.equal((exports.one as () => bigint)(), 8n);
});

t.test('programs with any number of globals do the same as before', async () => {
  const operation = fc.record({ writes: fc.boolean(), global: fc.nat(), value: fc.integer() });
  const shape = fc.record({
    imported: fc.nat(4),
    own: fc.integer({ min: 1, max: 130 }),
    operations: fc.array(operation, { maxLength: 20 }),
  });
  fc.assert(
    fc.property(shape, ({ imported, own, operations }) => {
      const all = imported + own;
      const body = operations.map(({ writes, global, value }) =>
        writes
          ? `(global.set ${global % all} (i32.const ${value | 0}))`
          : `(global.set ${global % all} (i32.xor (global.get ${value >>> (0 % all) ? (value >>> 0) % all : 0}) (local.get 0)))`,
      );
      const module = wat(`(module
        ${Array.from({ length: imported }, (_, index) => `(import "host" "${index}" (global (mut i32)))`).join('')}
        ${Array.from({ length: own }, (_, index) => `(global (mut i32) (i32.const ${index}))`).join('')}
        ${Array.from({ length: all }, (_, index) => `(export "${index}" (global ${index}))`).join('')}
        (func (export "run") (param i32) ${body.join('')}))`);
      const outcome = (start: (imports: WebAssembly.Imports) => WebAssembly.Exports): number[] => {
        const globals = Array.from(
          { length: imported },
          (_, index) => new WebAssembly.Global({ value: 'i32', mutable: true }, -index),
        );
        const exports = start({ host: Object.fromEntries(globals.entries()) });
        run(exports, 99);
        return Array.from({ length: all }, (_, index) => (exports[index] as WebAssembly.Global).value);
      };
      const before = outcome(
        (imports) =>
          new WebAssembly.Instance(new WebAssembly.Module(module as BufferSource), imports).exports,
      );
      const after = outcome((imports) => new Parts().add(module, imports));
      if (before.join() !== after.join()) throw new Error(`${after} instead of ${before}`);
    }),
    { numRuns: 100 },
  );
});

t.test('a module without functions, or that imports its memory, is rewritten as well', async (t) => {
  const parts = new Parts();
  const { table, memory } = parts.add(
    wat('(module (table (export "table") 1 funcref) (memory (export "memory") 1 2))'),
  );
  const host = { table, memory } as WebAssembly.ModuleImports;
  const exports = parts.add(
    wat(`(module (import "host" "table" (table 1 funcref)) (import "host" "memory" (memory 1))
      (func (export "run") (param i32) (result i32) (memory.grow (local.get 0))))`),
    { host },
  );
  t.same([run(exports, 1), run(exports, 1)], [1, -1]);
  t.ok(parts.used > 4096, 'a page costs');
});
