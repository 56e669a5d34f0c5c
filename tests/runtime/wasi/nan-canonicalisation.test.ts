import fc from 'fast-check';
import t from 'tap';
import wabt from 'wabt';
import { instrumentModule } from '../../../runtime/wasi/instrumented-module.ts';

const tools = await wabt();
const CANONICAL = 0x7ff8000000000000n;
const CANONICAL_32 = 0x7fc00000n;
/** Quiet, negative, and with something of its own in every part. */
const ODD = 0xfffc123456789abcn;
const ODD_32 = 0xffe12345n;

function compile(text: string, deterministic = true): WebAssembly.Exports {
  const module = tools.parseWat('program.wat', text, { bulk_memory: true });
  const original = new Uint8Array(module.toBinary({}).buffer);
  const bytes = deterministic
    ? instrumentModule(original, { fuel: undefined, deterministic, memoryPages: 1 }).bytes
    : original;
  return new WebAssembly.Instance(new WebAssembly.Module(bytes as BufferSource)).exports;
}

/** The bits that a function body leaves, which has `$x`, a float with the given bits, and `$zero`. */
function bits(type: 'f32' | 'f64', expression: string, input: bigint, deterministic = true): bigint {
  const integer = type === 'f64' ? 'i64' : 'i32';
  const { run } = compile(
    `(module (memory 1) (global $kept (mut ${type}) (${type}.const 0))
      (func $through (param ${type}) (result ${type}) (local.get 0))
      (func (export "run") (param ${integer}) (result ${integer}) (local $x ${type}) (local $zero ${type}) (local $y ${type})
      (local.set $x (${type}.reinterpret_${integer} (local.get 0)))
      ${expression}))`,
    deterministic,
  );
  const result = (run as (input: bigint | number) => bigint | number)(
    type === 'f64' ? BigInt.asIntN(64, input) : Number(BigInt.asIntN(32, input)),
  );
  return type === 'f64' ? BigInt.asUintN(64, result as bigint) : BigInt(result as number) & 0xffffffffn;
}

const unary = ['ceil', 'floor', 'trunc', 'nearest', 'sqrt'];
const binary = ['add', 'sub', 'mul', 'div', 'min', 'max'];

t.test('every NaN that the specification leaves open is the canonical one', async (t) => {
  const read = { f64: 'i64.reinterpret_f64', f32: 'i32.reinterpret_f32' } as const;
  for (const [type, odd, canonical] of [
    ['f64', ODD, CANONICAL],
    ['f32', ODD_32, CANONICAL_32],
  ] as const) {
    for (const name of unary)
      t.equal(
        bits(type, `(${read[type]} (${type}.${name} (local.get $x)))`, odd),
        canonical,
        `${type}.${name}`,
      );
    for (const name of binary)
      for (const operands of ['(local.get $x) (local.get $zero)', '(local.get $zero) (local.get $x)'])
        t.equal(
          bits(type, `(${read[type]} (${type}.${name} ${operands}))`, odd),
          canonical,
          `${type}.${name}`,
        );
    t.equal(
      bits(type, `(${read[type]} (${type}.div (local.get $zero) (local.get $zero)))`, 0n),
      canonical,
      '0/0',
    );
  }
  t.equal(
    bits('f64', '(i64.reinterpret_f64 (f64.promote_f32 (f32.demote_f64 (local.get $x))))', ODD),
    CANONICAL,
  );
  t.equal(
    bits('f32', '(i32.reinterpret_f32 (f32.demote_f64 (f64.promote_f32 (local.get $x))))', ODD_32),
    CANONICAL_32,
  );
  t.not(
    bits('f64', '(i64.reinterpret_f64 (f64.div (local.get $zero) (local.get $zero)))', 0n, false),
    bits('f64', '(i64.reinterpret_f64 (f64.add (local.get $x) (local.get $zero)))', ODD, false),
    'not so without',
  );
});

t.test('wherever such a NaN goes before it is seen, it is canonical', async (t) => {
  const sum = '(f64.add (local.get $x) (local.get $zero))';
  const seen: Readonly<Record<string, string>> = {
    'through memory': `(f64.store (i32.const 0) ${sum}) (i64.load (i32.const 0))`,
    'through a local': `(local.set $y ${sum}) (i64.reinterpret_f64 (local.get $y))`,
    'through a global': `(global.set $kept ${sum}) (i64.reinterpret_f64 (global.get $kept))`,
    'through a call': `(i64.reinterpret_f64 (call $through ${sum}))`,
    'through a block': `(i64.reinterpret_f64 (block (result f64) (br 0 ${sum})))`,
    'through a choice': `(i64.reinterpret_f64 (select ${sum} (local.get $x) (i32.const 1)))`,
    'through the sign of another': `(i64.reinterpret_f64 (f64.copysign (f64.const 1) ${sum}))`,
    'through its own sign': `(i64.reinterpret_f64 (f64.abs ${sum}))`,
    'behind other values': `(i64.xor (i64.const 0) (i64.reinterpret_f64 ${sum}))`,
    'past other values': `${sum} (i64.const 1) (drop) (i64.reinterpret_f64)`,
    'teed on its way to a sum': `(drop (f64.add (local.tee $y ${sum}) (local.get $zero))) (i64.reinterpret_f64 (local.get $y))`,
  };
  for (const [what, expression] of Object.entries(seen))
    t.equal(
      bits('f64', expression, ODD),
      what === 'through the sign of another' ? 0x3ff0000000000000n : CANONICAL,
      what,
    );
});

t.test('what only moves a float keeps every bit of it', async (t) => {
  const moved: Readonly<Record<string, bigint>> = {
    '(i64.reinterpret_f64 (local.get $x))': ODD,
    '(i64.reinterpret_f64 (f64.neg (local.get $x)))': ODD & ~(1n << 63n),
    '(i64.reinterpret_f64 (f64.copysign (local.get $x) (f64.const 1)))': ODD & ~(1n << 63n),
    '(f64.store (i32.const 0) (local.get $x)) (i64.load (i32.const 0))': ODD,
    '(i64.reinterpret_f64 (call $through (local.get $x)))': ODD,
    '(i64.reinterpret_f64 (f64.const nan:0x123))': 0x7ff0000000000123n,
  };
  for (const [expression, expected] of Object.entries(moved))
    t.equal(bits('f64', expression, ODD), expected, expression);
});

const vector = (operation: string, lane: string, operands = '(local.get $x) (local.get $x)') =>
  compile(`(module (memory 1) (func (export "run") (param i64) (result i64) (local $x v128)
    (local.set $x (i64x2.splat (local.get 0)))
    (i64x2.extract_lane 1 (${lane}.${operation} ${operands}))))`).run as (input: bigint) => bigint;

t.test('lanes of vectors are canonical too', async (t) => {
  const two32 = (CANONICAL_32 << 32n) | CANONICAL_32;
  for (const [lane, input, canonical] of [
    ['f64x2', ODD, CANONICAL],
    ['f32x4', (ODD_32 << 32n) | ODD_32, two32],
  ] as const) {
    for (const name of unary)
      t.equal(vector(name, lane, '(local.get $x)')(BigInt.asIntN(64, input)), canonical, `${lane}.${name}`);
    for (const name of binary)
      t.equal(vector(name, lane)(BigInt.asIntN(64, input)), canonical, `${lane}.${name}`);
    for (const name of ['pmin', 'pmax'])
      t.equal(
        BigInt.asUintN(64, vector(name, lane)(BigInt.asIntN(64, input))),
        input,
        `${lane}.${name} moves`,
      );
  }
  // The lanes of one instruction's result are not those of the next one's operands.
  const other = '(f32x4.add (local.get $x) (local.get $x)) (v128.const i64x2 0 0)';
  t.equal(vector('pmax', 'f64x2', other)(BigInt.asIntN(64, (ODD_32 << 32n) | ODD_32)), two32);
});

t.test('a NaN that is only computed with costs nothing', async (t) => {
  const size = (body: string) => {
    const module = tools.parseWat('x', `(module (memory 1) (func (param f64 f64) (result f64) ${body}))`);
    const bytes = new Uint8Array(module.toBinary({}).buffer);
    return (
      instrumentModule(bytes, { fuel: undefined, deterministic: true, memoryPages: 1 }).bytes.length -
      bytes.length
    );
  };
  const one = size('(f64.add (local.get 0) (local.get 1))');
  t.equal(size('(f64.mul (f64.sub (local.get 0) (local.get 1)) (f64.add (local.get 0) (local.get 1)))'), one);
  t.equal(size('(f64.sqrt (f64.mul (f64.load (i32.const 8)) (f64.add (local.get 0) (f64.const 1))))'), one);
  t.ok(size('(drop (f64.lt (f64.add (local.get 0) (local.get 1)) (f64.const 1))) (local.get 0)') < one);
  t.ok(
    size('(local.set 0 (f64.add (local.get 0) (local.get 1))) (f64.add (local.get 0) (local.get 1))') > one,
  );
});

t.test('instructions whose results the specification leaves to the machine are refused', async (t) => {
  /** One function of these instructions, which the engine need not know. */
  const moduleOf = (...body: readonly number[]) =>
    Uint8Array.of(
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...[1, 4, 1, 0x60, 0, 0],
      ...[3, 2, 1, 0],
      ...[10, body.length + 4, 1, body.length + 2, 0, ...body, 0x0b],
    );
  const relaxedMultiplyAdd = moduleOf(0xfd, 0x85, 0x02);
  const atomicLoad = moduleOf(0xfe, 0x10, 2, 0);
  for (const [module, reason] of [
    [relaxedMultiplyAdd, 'it uses relaxed vector instructions: 0xfd 0x105 in function 0'],
    [atomicLoad, 'it uses atomic instructions: 0xfe 0x10 in function 0'],
  ] as const) {
    t.throws(() => instrumentModule(module, { fuel: undefined, deterministic: true, memoryPages: 1 }), {
      code: 'RUN_NONDETERMINISTIC',
      details: { reason, function: 0 },
    });
    t.doesNotThrow(() => instrumentModule(module, { fuel: 1, deterministic: false, memoryPages: 1 }));
  }
});

/** Expressions of floats over `$x`, `$y` and constants. */
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 6 },
    fc.constantFrom(
      '(local.get $x)',
      '(local.get $y)',
      '(local.get $zero)',
      '(f64.const inf)',
      '(f64.const -nan:0x80001)',
    ),
    fc
      .tuple(fc.constantFrom(...unary, 'abs', 'neg'), tie('expression'))
      .map(([name, of]) => `(f64.${name} ${of})`),
    fc
      .tuple(fc.constantFrom(...binary, 'copysign'), tie('expression'), tie('expression'))
      .map(([name, left, right]) => `(f64.${name} ${left} ${right})`),
    tie('expression').map((of) => `(f64.promote_f32 (f32.demote_f64 ${of}))`),
    tie('expression').map((of) => `(local.tee $y ${of})`),
    tie('expression').map((of) => `(call $through ${of})`),
    fc
      .tuple(tie('expression'), tie('expression'))
      .map(([left, right]) => `(select ${left} ${right} (f64.lt ${right} ${left}))`),
  ),
}));

t.test('where nothing is written, nothing would have been seen', async () => {
  fc.assert(
    fc.property(expression, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (text, input) => {
      const helper = (type: 'f32' | 'f64') => `(func $${type} (param ${type}) (result ${type})
        (select (local.get 0) (${type}.const nan) (${type}.eq (local.get 0) (local.get 0))))`;
      const integer = BigInt.asIntN(64, input);
      const reference = compile(
        `(module (memory 1) ${helper('f32')} ${helper('f64')}
          (func $through (param f64) (result f64) (local.get 0))
          (func (export "run") (param i64) (result i64) (local $x f64) (local $zero f64) (local $y f64)
          (local.set $x (f64.reinterpret_i64 (local.get 0))) (i64.reinterpret_f64 ${wrapped(text)})))`,
        false,
      ).run as (input: bigint) => bigint;
      const actual = bits('f64', `(i64.reinterpret_f64 ${text})`, input);
      const expected = BigInt.asUintN(64, reference(integer));
      if (actual !== expected)
        throw new Error(`${text}: ${actual.toString(16)} instead of ${expected.toString(16)}`);
    }),
    { numRuns: 300 },
  );
});

const opens =
  /^\((f64|f32)\.(?:ceil|floor|trunc|nearest|sqrt|add|sub|mul|div|min|max|demote_f64|promote_f32) /;

/** The text with each instruction whose NaN is open inside a call of `$f32` or `$f64`. */
function wrapped(text: string): string {
  const ends: string[] = [];
  let out = '';
  for (let at = 0; at < text.length; at++) {
    if (text[at] === ')') out += `)${ends.pop()}`;
    else if (text[at] === '(') {
      const type = opens.exec(text.slice(at))?.[1];
      ends.push(type === undefined ? '' : ')');
      out += type === undefined ? '(' : `(call $${type} (`;
    } else out += text[at];
  }
  return out;
}
