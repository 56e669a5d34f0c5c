import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { fromHex, toHex } from '../../proto/bytes.ts';
import { jsonDouble } from '../../proto/native-modules/json-double.ts';
import { MAXIMUM_NATIVE_REQUEST } from '../../proto/native-modules/names.ts';
import { encodeCipherRequest, readNativeRequest } from '../../proto/native-modules/requests.ts';
import { PostcardError, PostcardReader } from '../../proto/postcard/reader.ts';
import { PostcardWriter } from '../../proto/postcard/writer.ts';

const hex = (text: string): Uint8Array => fromHex(text.replaceAll(/[ |\n]/g, ''))!;
const reader = (text: string) => new PostcardReader(hex(text), 1 << 16);
const invalid = (message: RegExp) => ({ name: 'PostcardError', incomplete: false, message });
const write = () => new PostcardWriter();

// Source: postcard 1.0, spec/src/wire-format.md, its tables and examples.
t.test('numbers read as the specification of postcard shows them', (t) => {
  for (const [bytes, value] of [
    ['00', 0],
    ['7f', 127],
    ['80 01', 128],
    ['ff 7f', 16383],
    ['80 80 01', 16384],
    ['ff ff 03', 65535],
    // Longer than it has to be, which the specification allows up to the bytes that the type can need.
    ['80 00', 0],
    ['80 80 00', 0],
  ] as const)
    t.equal(reader(bytes).u16(), value, bytes);
  for (const bytes of ['80 80 80 00', 'ff ff 07', 'ff ff 83 00'])
    t.throws(() => reader(bytes).u16(), invalid(/more than 16 bits/), bytes);
  for (const [bytes, value] of [
    ['00', 0],
    ['01', -1],
    ['02', 1],
    ['7e', 63],
    ['7f', -64],
    ['80 01', 64],
    ['ff ff 03', -32768],
    ['ff ff ff ff 0f', -2147483648],
  ] as const)
    t.equal(reader(bytes).i32(), value, bytes);
  t.equal(reader('ff ff ff ff ff ff ff ff ff 01').u64(), 2n ** 64n - 1n);
  t.equal(reader('ff ff ff ff ff ff ff ff ff 01').i64(), -(2n ** 63n));
  t.throws(() => reader('ff ff ff ff ff ff ff ff ff 02').u64(), invalid(/64 bits/));
  t.equal(reader('00 00 00 00 c0 00 40 c0').f64(), -32.005859375);
  t.end();
});

t.test('what is no value of its kind is refused, what only ends too early is not yet one', (t) => {
  t.throws(() => reader('02').bool(), invalid(/a bool of 2/));
  t.throws(() => reader('03').variant(3), invalid(/variant 3 of 3/));
  t.throws(() => reader('02 c3 28').string(), invalid(/UTF-8/));
  t.throws(() => reader('02 61 62').char(), invalid(/not one character/));
  t.throws(() => reader('00').char(), invalid(/not one character/));
  t.throws(() => reader('05 61').char(), invalid(/5 bytes/), 'known before they have come');
  t.throws(() => reader('ff ff ff ff 0f').length(), invalid(/a length of 4294967295/));
  t.throws(() => reader('81 80 04').bytes(), invalid(/more than 65536|a length/), 'never as many as that');
  for (const bytes of ['', '80', '04 61 62 63'])
    t.throws(() => reader(bytes).bytes(), { name: 'PostcardError', incomplete: true }, `'${bytes}'`);
  t.equal(reader('04 f0 9f 98 80').char(), '😀');
  t.equal(reader('03 ef bb bf').string(), '\ufeff', 'a byte order mark is a character like others');
  t.end();
});

t.test('what is written reads back, whatever it is', (t) => {
  const value = fc.record({
    bool: fc.boolean(),
    u16: fc.integer({ min: 0, max: 0xffff }),
    u32: fc.integer({ min: 0, max: 0xffffffff }),
    u64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    i32: fc.integer({ min: -0x80000000, max: 0x7fffffff }),
    i64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    f64: fc.double(),
    text: fc.string({ unit: 'grapheme' }),
    char: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    bytes: fc.uint8Array(),
  });
  fc.assert(
    fc.property(value, (of) => {
      const bytes = write()
        .bool(of.bool)
        .unsigned(of.u16)
        .unsigned(of.u32)
        .unsigned(of.u64)
        .signed(of.i32)
        .signed(of.i64)
        .f64(of.f64)
        .string(of.text)
        .string(of.char)
        .bytes(of.bytes)
        .finish();
      const read = (from: Uint8Array) => {
        const all = new PostcardReader(from, 1 << 16);
        const found = {
          bool: all.bool(),
          u16: all.u16(),
          u32: all.u32(),
          u64: all.u64(),
          i32: all.i32(),
          i64: all.i64(),
          f64: all.f64(),
          text: all.string(),
          char: all.char(),
          bytes: all.bytes().slice(),
        };
        return { found, rest: all.rest };
      };
      assert.deepEqual(read(bytes), { found: { ...of }, rest: 0 });
      assert.throws(() => read(bytes.subarray(0, -1)), { incomplete: true });
    }),
  );
  t.end();
});

const KEY = Buffer.from('aujourdhuimamane');
const IV = Buffer.from('stmorteoupeutetr');
const AEAD = {
  mode: 'gcm',
  key: KEY,
  iv: IV,
  aad: hex('01 02'),
  inputPath: '/input/a',
  outputPath: '/output/b',
  encrypt: true,
} as const;
const COUNTER = { ...AEAD, mode: 'ctr', aad: new Uint8Array(0), encrypt: false } as const;
const KEY_AND_IV = '61756a6f7572646875696d616d616e65 73746d6f7274656f7570657574657472';
const PATHS = '08 2f696e7075742f61 09 2f6f75747075742f62';

t.test('requests have the bytes that docs/native-modules.md shows', (t) => {
  t.equal(toHex(encodeCipherRequest(AEAD)), toHex(hex(`${KEY_AND_IV} 02 0102 ${PATHS} 01`)));
  t.equal(toHex(encodeCipherRequest(COUNTER)), toHex(hex(`${KEY_AND_IV} ${PATHS} 00`)));
  const asked = readNativeRequest('AEAD Service', hex(`${KEY_AND_IV} 02 0102 ${PATHS} 01`));
  t.match(asked, {
    kind: 'cipher',
    mode: 'gcm',
    inputPath: '/input/a',
    outputPath: '/output/b',
    encrypt: true,
  });
  t.match(readNativeRequest('Counter mode AES Service', encodeCipherRequest(COUNTER)), {
    ...COUNTER,
    kind: 'cipher',
  });
  t.throws(() => encodeCipherRequest({ ...AEAD, key: KEY.subarray(1) }), RangeError);
  t.throws(() => encodeCipherRequest({ ...AEAD, iv: KEY.subarray(4) }), RangeError);
  t.throws(() => encodeCipherRequest({ ...AEAD, mode: 'ctr' }), RangeError);
  t.end();
});

t.test(
  'a request that comes in pieces is whole with its last byte, and one with more behind it is none',
  (t) => {
    for (const [module, request] of [
      ['AEAD Service', encodeCipherRequest(AEAD)],
      ['Counter mode AES Service', encodeCipherRequest(COUNTER)],
      ['Postcard Service', hex('01 02 05 02 06 02 07')],
    ] as const) {
      for (let length = 0; length < request.length; length++)
        t.equal(
          readNativeRequest(module, request.subarray(0, length)),
          undefined,
          `${module}, ${length} bytes`,
        );
      t.ok(readNativeRequest(module, request));
      t.throws(
        () => readNativeRequest(module, Buffer.concat([request, KEY])),
        invalid(/16 bytes behind its end/),
      );
    }
    t.end();
  },
);

t.test('no further bytes make a request of wrong ones', (t) => {
  const of = (paths: string, flag = '01') => hex(`${KEY_AND_IV} ${paths} ${flag}`);
  const refused = (bytes: Uint8Array, message: RegExp) =>
    t.throws(() => readNativeRequest('Counter mode AES Service', bytes), invalid(message));
  const path = (text: string) => toHex(write().string(text).finish());
  refused(of(PATHS, '02'), /a bool of 2/);
  for (const bad of ['/input/../a', '/input//a', './a', '', '/a\0b', '/in/', 'stdin', '/'])
    refused(of(`${path(bad)} ${path('/b')}`), /path/);
  refused(hex(`${KEY_AND_IV} ffffffff0f`), /a length of/);
  refused(hex(`${KEY_AND_IV} ffffffffffffffffff7f`), /64 bits/);
  const announced = write().fixed(KEY).fixed(IV).unsigned(MAXIMUM_NATIVE_REQUEST).finish();
  t.throws(() => readNativeRequest('AEAD Service', announced), invalid(/more than 1048576 bytes/));
  t.match(readNativeRequest('Counter mode AES Service', of(`${path('a')} ${path('b')}`)), {
    inputPath: '/a',
    outputPath: '/b',
  });
  t.end();
});

t.test('any bytes make a task, or none yet, or an error of their own', (t) => {
  const modules = ['AEAD Service', 'Counter mode AES Service', 'Postcard Service'] as const;
  fc.assert(
    fc.property(fc.constantFrom(...modules), fc.uint8Array({ maxLength: 200 }), (module, bytes) => {
      try {
        readNativeRequest(module, bytes);
      } catch (error) {
        if (!(error instanceof PostcardError)) throw error;
      }
    }),
    { numRuns: 2000 },
  );
  t.end();
});

/** One Struct1, in bytes and in JSON. */
const STRUCT1 = {
  bytes: write()
    .f64(1)
    .f64(-0.5)
    .f64(1e300)
    .signed(-1)
    .signed(2)
    .signed(2n ** 62n)
    .string('a')
    .string('"')
    .string('é'),
  json: '"f1":1.0,"f2":-0.5,"f3":1e300,"i1":-1,"i2":2,"i3":4611686018427387904,"c1":"a","c2":"\\"","c3":"é"',
};

t.test('the Postcard Service writes the JSON that serde_json writes', (t) => {
  const characters = [...'hello world'];
  const bytes = write()
    .unsigned(1)
    .unsigned(0)
    .unsigned(1)
    .unsigned(2)
    .unsigned(2n ** 64n - 1n);
  bytes.fixed(STRUCT1.bytes.finish()).unsigned(3);
  for (const character of characters) bytes.string(character);
  for (let index = 0; index < 7; index++) bytes.unsigned(index);
  for (let index = 0; index < 13; index++) bytes.signed(-index);
  bytes.unsigned(1).signed(-5);
  bytes.unsigned(1);
  for (let index = 0; index < 5; index++) bytes.unsigned(65535);
  bytes.unsigned(2).unsigned(9);
  const task = readNativeRequest('Postcard Service', bytes.finish());
  if (task?.kind !== 'text') throw new Error('no text');
  t.equal(task.outputPath, '/services/postcard_result.dat');
  t.equal(
    task.text,
    `[{"e1":{"ENUM2_1":{"u1":1,"u2":2,"u3":18446744073709551615,"t1":{${STRUCT1.json},` +
      `"e1":{"ENUM1_4":["h","e","l","l","o"," ","w","o","r","l","d"]}},"array1":[0,1,2,3,4,5,6],` +
      '"array2":[0,-1,-2,-3,-4,-5,-6,-7,-8,-9,-10,-11,-12],"e1":{"ENUM1_2":-5}}},' +
      '"e2":{"ENUM2_2":[65535,65535,65535,65535,65535]},"e3":{"ENUM2_3":9}}]',
  );
  t.match(readNativeRequest('Postcard Service', hex('00')), { text: '[]' });
  t.end();
});

t.test('doubles have the form that serde_json gives them', (t) => {
  for (const [value, text] of [
    [0, '0.0'],
    [-0, '-0.0'],
    [1, '1.0'],
    [0.1, '0.1'],
    [-12.34, '-12.34'],
    [123456789, '123456789.0'],
    [1e15, '1000000000000000.0'],
    [1e16, '1e16'],
    [1.5e16, '1.5e16'],
    [1.5e15, '1500000000000000.0'],
    [1e-5, '0.00001'],
    [1.25e-6, '1.25e-6'],
    [5e-324, '5e-324'],
    [Number.MAX_VALUE, '1.7976931348623157e308'],
    [Number.NaN, 'null'],
    [Number.NEGATIVE_INFINITY, 'null'],
  ] as const)
    t.equal(jsonDouble(value), text);
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) =>
      Object.is(Number(jsonDouble(value)), value),
    ),
  );
  t.end();
});
