import fc from 'fast-check';
import t from 'tap';
import wabt from 'wabt';
import { instrumentModule } from '../../../runtime/wasi/instrumented-module.ts';
import { expected, programText, tree } from './counted-programs.ts';

const tools = await wabt();
const PAGES = 16;
const MUCH = 1_000_000;

function wat(text: string): Uint8Array {
  const features = { exceptions: true, bulk_memory: true, tail_call: true, reference_types: true };
  const module = tools.parseWat('program.wat', text, features);
  return new Uint8Array(module.toBinary({}).buffer);
}

interface Counted {
  readonly used: number;
  readonly result: unknown;
  /** The message of what was thrown. */
  readonly thrown: string | undefined;
}

/** Calls `run` with its argument, and tells what that cost. */
function count(bytes: Uint8Array, argument = 0, fuel = MUCH, imports: WebAssembly.Imports = {}): Counted {
  const instrumented = instrumentModule(bytes, { fuel, deterministic: false, memoryPages: PAGES });
  const module = new WebAssembly.Module(instrumented.bytes as BufferSource);
  const { exports } = new WebAssembly.Instance(module, imports);
  const counter = exports[instrumented.exports.fuel!] as WebAssembly.Global<'i64'>;
  let result: unknown;
  let thrown: string | undefined;
  try {
    result = (exports.run as (argument: number) => unknown)(argument);
  } catch (error) {
    thrown = (error as Error).message;
  }
  return { used: fuel - Number(counter.value), result, thrown };
}

const cost = (text: string, argument = 0): number => {
  const { used, thrown } = count(wat(`(module (memory 1) ${text})`), argument);
  if (thrown !== undefined) throw new Error(thrown);
  return used;
};

t.test('each instruction that is executed costs one, those that only shape the code nothing', async (t) => {
  const run = (body: string) => `(func (export "run") (param i32) ${body})`;
  const costs: readonly (readonly [expected: number, body: string, argument?: number])[] = [
    [0, ''],
    [0, 'nop (block) (loop)'],
    [2, '(drop (i32.const 1))'],
    [2, '(block (drop (i32.const 1)))'],
    [1, 'return (drop (i32.const 1))'],
    [1, '(br 0) (drop (i32.const 1))'],
    [4, '(if (local.get 0) (then (drop (i32.const 1))) (else nop))', 1],
    [2, '(if (local.get 0) (then (drop (i32.const 1))) (else nop))', 0],
    [4, '(block (br_if 0 (local.get 0)) (drop (i32.const 1)))', 0],
    [2, '(block (br_if 0 (local.get 0)) (drop (i32.const 1)))', 1],
    [4, '(block (br_if 0 (local.get 0)) (br_if 0 (local.get 0)))', 0],
    // Six instructions a turn.
    [60, '(loop (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br_if 0 (local.get 0)))', 10],
    [4, '(block (block (br_table 0 1 (local.get 0))) (drop (i32.const 1)))', 0],
    [2, '(block (block (br_table 0 1 (local.get 0))) (drop (i32.const 1)))', 1],
  ];
  for (const [expected, body, argument] of costs) t.equal(cost(run(body), argument), expected, body);
});

t.test('calls cost what is called, however it is called and however it returns', async (t) => {
  const callee = '(func $callee (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))';
  t.equal(cost(`${callee} (func (export "run") (drop (call $callee (i32.const 1))))`), 3 + 3);
  t.equal(
    cost(`(table funcref (elem $callee)) ${callee}
      (func (export "run") (drop (call_indirect (param i32) (result i32) (i32.const 1) (i32.const 0))))`),
    4 + 3,
  );
  t.equal(cost(`${callee} (func (export "run") (result i32) (return_call $callee (i32.const 1)))`), 2 + 3);
  const recursion = `(func $down (export "run") (param i32)
    (if (local.get 0) (then (call $down (i32.sub (local.get 0) (i32.const 1))))))`;
  t.equal(cost(recursion, 100), 100 * 6 + 2);
  const throwing = `(tag $t)
    (func $throws (param i32) (drop (local.get 0)) (if (local.get 0) (then (throw $t))) (drop (i32.const 1)))
    (func (export "run") (param i32)
      (try (do (call $throws (local.get 0))) (catch $t (drop (i32.const 7)))) (drop (i32.const 8)))`;
  t.equal(cost(throwing, 0), 2 + (2 + 2 + 2) + 2);
  t.equal(cost(throwing, 1), 2 + (2 + 2 + 1) + 2 + 2);
  const locals = `(func $many (local ${'i64 '.repeat(800)})) (func (export "run") (call $many))`;
  t.equal(cost(locals), 1 + 100, 'clearing locals costs');
});

t.test('what costs by its size is charged by its size', async (t) => {
  const run = (body: string) => `(func (export "run") (param i32) ${body})`;
  t.equal(cost(run('(memory.fill (i32.const 0) (i32.const 1) (i32.const 16000))')), 4 + 1000);
  t.equal(cost(run('(memory.copy (i32.const 0) (i32.const 1) (i32.const 1600))')), 4 + 100);
  t.equal(
    cost(`(table 100 funcref) ${run('(table.fill 0 (i32.const 0) (ref.null func) (i32.const 50))')}`),
    4 + 50,
  );
  t.equal(cost(run('(drop (memory.grow (i32.const 2)))')), 3 + 2 * 4096);
  t.equal(cost(run('(drop (memory.grow (i32.const -1)))')), 3, 'what is refused is not charged');
  const grown = count(
    wat(`(module (memory 1 16) (func (export "run") (result i32)
      (i32.add (i32.mul (memory.grow (i32.const 3)) (i32.const 100)) (memory.grow (i32.const 90)))))`),
  );
  t.equal(grown.result, 99, 'the old size of 1, and -1');
});

t.test(
  'in a deterministic module a memory within its maximum grows, or the module ends and says so',
  async (t) => {
    const module = wat(
      `(module (memory 1 4) (func (export "run") (param i32) (result i32) (memory.grow (local.get 0))))`,
    );
    // An engine that has no memory left: it refuses what is within the maximum that the pass was told of.
    const { bytes, exports: names } = instrumentModule(module, {
      fuel: undefined,
      deterministic: true,
      memoryPages: 10,
    });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes as BufferSource));
    const grow = exports.run as (pages: number) => number;
    const refused = exports[names.refused!] as WebAssembly.Global<'i32'>;
    t.same([grow(3), grow(100), grow(-1), grow(0)], [1, -1, -1, 4]);
    t.equal(refused.value, 0);
    t.throws(() => grow(2), { message: 'unreachable' });
    t.equal(refused.value, 1);
  },
);

t.test('whoever has no fuel left is stopped, wherever he can go on for ever', async (t) => {
  const endless: Readonly<Record<string, string>> = {
    loop: '(func (export "run") (loop (br 0)))',
    'loop of loops': '(func (export "run") (loop (loop (block) (br 1))))',
    'loop that begins with blocks':
      '(func (export "run") (loop $a (block (block)) (if (i32.const 1) (then (br $a)))))',
    recursion: '(func $run (export "run") (call $run))',
    'mutual recursion by the table':
      '(table funcref (elem $b)) (func $a (export "run") (call_indirect (i32.const 0))) (func $b (call $a))',
    'tail calls': '(func $run (export "run") (return_call $run))',
    exceptions:
      '(tag $t) (func $throws (throw $t)) (func (export "run") (loop $a (try (do (call $throws)) (catch_all (br $a)))))',
    'caught by itself': `(func $run (export "run") (try (do (loop (br 0))) (catch_all (call $run))))`,
    'huge fills':
      '(func (export "run") (loop (memory.fill (i32.const 0) (i32.const 0) (i32.const 65536)) (br 0)))',
  };
  for (const [what, text] of Object.entries(endless)) {
    const { used, thrown } = count(wat(`(module (memory 1) ${text})`), 0, 5000);
    t.equal(thrown, 'unreachable', what);
    t.ok(used > 5000 && used < 5000 + 4200, `${what}: ${used}`);
  }
});

t.test('the count says so too where the end came before a look at it', async (t) => {
  const straight = wat(
    `(module (memory 1) (func (export "run") ${'(drop (i32.const 1))'.repeat(100)} (block) ))`,
  );
  t.equal(count(straight, 0, 200).used, 200);
  t.match(count(straight, 0, 199), { used: 200, thrown: 'unreachable' });
  const branches = wat(
    `(module (memory 1) (func (export "run") (param i32) (block (br_if 0 (local.get 0)) ${'(drop (i32.const 1))'.repeat(100)})))`,
  );
  t.match(
    count(branches, 0, 100),
    { used: 202, thrown: undefined },
    'no look behind the branch: below zero it is',
  );
});

t.test('imports find the count as it is, and leave it', async (t) => {
  const module = wat(`(module (import "host" "seen" (func $seen)) (memory 1)
    (func (export "run") (param i32)
      (drop (i32.const 1)) (call $seen) (loop (call $seen) (local.set 0 (i32.add (local.get 0) (i32.const 1)))
        (br_if 0 (i32.lt_u (local.get 0) (i32.const 3))))))`);
  const instrumented = instrumentModule(module, { fuel: MUCH, deterministic: false, memoryPages: PAGES });
  const seen: number[] = [];
  const instance: WebAssembly.Instance = new WebAssembly.Instance(
    new WebAssembly.Module(instrumented.bytes as BufferSource),
    {
      host: {
        seen: () => seen.push(MUCH - Number((instance.exports['truce:fuel'] as WebAssembly.Global).value)),
      },
    },
  );
  (instance.exports.run as (argument: number) => void)(0);
  // A stretch is paid for when it begins.
  t.same(seen, [3, 12, 21, 30]);
});

t.test('a module keeps its names, indices and start function', async (t) => {
  const { bytes, exports } = instrumentModule(
    wat(`(module
      (import "host" "log" (func $log (param i32)))
      (global $own (export "truce:fuel") (mut i32) (i32.const 5))
      (memory (export "memory") 1)
      (table (export "table") 2 funcref) (elem (i32.const 0) $first $second)
      (data (i32.const 8) "data")
      (func $first (result i32) (i32.const 1))
      (func $second (result i32) (global.get $own))
      (func $begin (call $log (i32.const 9)))
      (start $begin))`),
    { fuel: MUCH, deterministic: true, memoryPages: PAGES },
  );
  t.same(exports, { fuel: "truce:fuel'", refused: 'truce:refused', start: 'truce:start' });
  const logged: number[] = [];
  const module = new WebAssembly.Module(bytes as BufferSource);
  const instance = new WebAssembly.Instance(module, { host: { log: (value: number) => logged.push(value) } });
  t.same(logged, [], 'it does not start by itself');
  (instance.exports['truce:start'] as () => void)();
  t.same(logged, [9]);
  const table = instance.exports.table as WebAssembly.Table;
  t.same(
    [0, 1].map((index) => (table.get(index) as () => number)()),
    [1, 5],
  );
  t.equal(Buffer.from((instance.exports.memory as WebAssembly.Memory).buffer, 8, 4).toString(), 'data');
});

t.test("an index of ours is not the program's to use", async (t) => {
  const module = wat(
    '(module (memory 1) (global $g (mut i64) (i64.const 0)) (func (export "run") (global.set $g (i64.const 1))))',
  );
  const at = module.lastIndexOf(0x24) + 1;
  t.equal(module[at], 0);
  module[at] = 1;
  t.throws(() => instrumentModule(module, { fuel: 1, deterministic: false, memoryPages: PAGES }), {
    code: 'MODULE_INVALID',
  });
});

t.test('whatever a program does, its count is that of the instructions it executed', async () => {
  fc.assert(
    fc.property(tree, fc.nat(255), (program, argument) => {
      const { used, thrown } = count(wat(programText(program)), argument);
      const counted = expected(program, argument);
      if (thrown !== undefined || used !== counted)
        throw new Error(`${used} instead of ${counted}: ${thrown}`);
    }),
    { numRuns: 300 },
  );
});

t.test('a handler that never runs does not hide that the fuel is out', async (t) => {
  const handler = '(try (do) (catch_all (drop (i32.const 0))))';
  const turn = '(local.set 0 (i32.sub (local.get 0) (i32.const 1)))';
  const bodies = {
    loop: `(loop ${handler} ${turn} (br_if 0 (local.get 0)))`,
    function: `${handler} (if (local.get 0) (then ${turn} (call 0 (local.get 0)) (call 0 (local.get 0))))`,
  };
  for (const [name, body] of Object.entries(bodies)) {
    const module = wat(`(module (memory 1) (func (export "run") (param i32) ${body}))`);
    const { used, thrown } = count(module, name === 'loop' ? 1_000_000 : 20, 1000);
    t.equal(thrown, 'unreachable', name);
    t.ok(used < 1100, `${name} used ${used}`);
  }
});
