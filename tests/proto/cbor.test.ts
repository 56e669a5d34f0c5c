import { Decoder, Encoder } from 'cbor-x';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { concatBytes, fromHex, toHex } from '../../proto/bytes.ts';
import { type CborReadOptions, decodeCbor } from '../../proto/cbor/reader.ts';
import { CborFloat, type CborKey, CborTag, type CborValue } from '../../proto/cbor/values.ts';
import { encodeCbor } from '../../proto/cbor/writer.ts';
import { TruceError } from '../../proto/errors.ts';

const hex = (text: string): Uint8Array => fromHex(text.replaceAll(' ', ''))!;
const map = (...entries: [CborKey, CborValue][]) => new Map(entries);
const everything: CborReadOptions = {
  indefinite: { maps: true, arrays: true },
  shortestForm: false,
  tags: [0, 1, 18, 32],
  floats: true,
  undefined: true,
};

function refuses(t: Test, encoded: string, reason: string | RegExp, options?: CborReadOptions): void {
  t.throws(
    () => decodeCbor(hex(encoded), options),
    { code: 'CBOR_INVALID', details: { reason } },
    `${encoded} ${reason}`,
  );
}

t.test('the examples of RFC 8949 appendix A are read and written', async (t) => {
  const both: [string, CborValue][] = [
    ['00', 0],
    ['17', 23],
    ['1818', 24],
    ['18ff', 255],
    ['190100', 256],
    ['1903e8', 1000],
    ['1a00010000', 65_536],
    ['1a000f4240', 1_000_000],
    ['1affffffff', 0xffff_ffff],
    ['1b0000000100000000', 0x1_0000_0000],
    ['1b000000e8d4a51000', 1_000_000_000_000],
    ['1b001fffffffffffff', Number.MAX_SAFE_INTEGER],
    ['1b0020000000000000', 1n << 53n],
    ['1bffffffffffffffff', 18_446_744_073_709_551_615n],
    ['20', -1],
    ['3863', -100],
    ['3903e7', -1000],
    ['3b001ffffffffffffe', -Number.MAX_SAFE_INTEGER],
    ['3b001fffffffffffff', -(1n << 53n)],
    ['3bffffffffffffffff', -18_446_744_073_709_551_616n],
    ['f4', false],
    ['f5', true],
    ['f6', null],
    ['f7', undefined],
    ['40', new Uint8Array()],
    ['4401020304', Uint8Array.of(1, 2, 3, 4)],
    ['60', ''],
    ['6449455446', 'IETF'],
    ['62225c', '"\\'],
    ['62c3bc', '\u00fc'],
    ['64f0908591', '\u{10151}'],
    ['80', []],
    ['8301820203820405', [1, [2, 3], [4, 5]]],
    [
      '98190102030405060708090a0b0c0d0e0f101112131415161718181819',
      Array.from({ length: 25 }, (_, index) => index + 1),
    ],
    ['a0', map()],
    ['a201020304', map([1, 2], [3, 4])],
    ['a26161016162820203', map(['a', 1], ['b', [2, 3]])],
    ['c074323031332d30332d32315432303a30343a30305a', new CborTag(0, '2013-03-21T20:04:00Z')],
    ['d818456449455446', new CborTag(24, Uint8Array.of(0x64, 0x49, 0x45, 0x54, 0x46))],
    ['fb3ff199999999999a', new CborFloat(1.1)],
  ];
  for (const [encoded, value] of both) {
    t.strictSame(
      decodeCbor(hex(encoded), { ...everything, tags: [0, 24], shortestForm: true }),
      value,
      encoded,
    );
    t.equal(toHex(encodeCbor(value)), encoded);
  }
  const readOnly: [string, CborValue][] = [
    ['f90001', new CborFloat(2 ** -24)],
    ['f90400', new CborFloat(0.00006103515625)],
    ['f97bff', new CborFloat(65_504)],
    ['f9c400', new CborFloat(-4)],
    ['f97c00', new CborFloat(Number.POSITIVE_INFINITY)],
    ['f97e00', new CborFloat(Number.NaN)],
    ['fa47c35000', new CborFloat(100_000)],
    ['9fff', []],
    ['9f018202039f0405ffff', [1, [2, 3], [4, 5]]],
    ['bf61610161629f0203ffff', map(['a', 1], ['b', [2, 3]])],
    ['826161bf61626163ff', ['a', map(['b', 'c'])]],
    ['1800', 0],
    ['1b0000000000000001', 1],
    ['5900024142', Uint8Array.of(0x41, 0x42)],
  ];
  for (const [encoded, value] of readOnly) t.strictSame(decodeCbor(hex(encoded), everything), value, encoded);
});

t.test('what a format does not ask for is refused', async (t) => {
  refuses(t, 'bf01 02ff', 'an indefinite length is not allowed here');
  refuses(t, 'bf01 02ff', 'an indefinite length is not allowed here', { indefinite: { arrays: true } });
  refuses(t, '9fff', 'an indefinite length is not allowed here', { indefinite: { maps: true } });
  refuses(t, '5f4101ff', 'an indefinite length is not allowed here', everything);
  refuses(t, '7f6161ff', 'an indefinite length is not allowed here', everything);
  refuses(t, 'd280', 'a tag that is not allowed here');
  refuses(t, 'd380', 'a tag that is not allowed here', { tags: [18] });
  refuses(t, 'f90000', 'floats are not allowed here');
  refuses(t, 'f7', 'undefined is not allowed here');
  for (const long of [
    '1817',
    '1900ff',
    '1a0000ffff',
    '1b00000000ffffffff',
    '5800',
    '7800',
    '9800',
    'b800',
    '3800',
  ])
    refuses(t, long, 'a length or integer is not in its shortest form');
});

t.test('malformed and ambiguous CBOR is refused whatever the options', async (t) => {
  for (const options of [undefined, everything]) {
    refuses(t, '', 'the input ends too early', options);
    refuses(t, '1a0000', 'the input ends too early', options);
    refuses(t, '4301', 'the input ends too early', options);
    refuses(t, '5bffffffffffffffff00', 'the input ends too early', options);
    refuses(t, '9bffffffffffffffff00', 'more members than the input can hold', options);
    refuses(t, 'ba7fffffff00', 'more members than the input can hold', options);
    refuses(t, 'a1 01', 'more members than the input can hold', options);
    refuses(t, '0000', 'bytes follow the value', options);
    refuses(t, 'a201 0001 01', 'a duplicate key', options);
    refuses(t, 'a2 6161 00 6161 01', 'a duplicate key', options);
    refuses(t, 'a1 4101 00', 'a key that is neither an integer nor text', options);
    refuses(t, 'a1 80 00', 'a key that is neither an integer nor text', options);
    refuses(t, 'a1 f6 00', 'a key that is neither an integer nor text', options);
    for (const text of ['61ff', '62c080', '63eda080', '64f4908080', '61c3'])
      refuses(t, text, 'invalid UTF-8', options);
    for (const reserved of ['1c', '3d', '5e', '9c', 'be', 'dd'])
      refuses(t, `${reserved}00`, 'a reserved length', options);
    for (const simple of ['e0', 'f3', 'f818', 'f8ff', 'fc', 'fe'])
      refuses(t, simple, 'an unknown simple value', options);
    refuses(t, 'ff', 'a break without an indefinite length', options);
    refuses(t, '81ff', 'a break without an indefinite length', options);
    refuses(t, 'df00', 'an indefinite length is not allowed here', options);
    refuses(t, '1f', 'an indefinite length is not allowed here', options);
  }
  refuses(t, 'bf01ff', 'a break without an indefinite length', everything);
  refuses(t, 'bf0102', 'the input ends too early', everything);
  refuses(t, 'bf01020103ff', 'a duplicate key', everything);
  refuses(t, 'a2 01 00 1801 00', 'a duplicate key', everything);
});

t.test('size, depth and number of items are bounded', async (t) => {
  const nested = (depth: number): Uint8Array =>
    concatBytes(new Uint8Array(depth).fill(0x81), Uint8Array.of(0));
  t.ok(decodeCbor(nested(16)));
  t.throws(() => decodeCbor(nested(17)), {
    code: 'CBOR_INVALID',
    details: { offset: 16, reason: 'too deep' },
  });
  t.throws(() => decodeCbor(nested(65), { maximumDepth: 1e9 }), { code: 'CBOR_INVALID' });
  t.throws(() => decodeCbor(new Uint8Array(100_000).fill(0xd2), { tags: [18] }), {
    code: 'CBOR_INVALID',
    details: { reason: 'too deep' },
  });
  t.throws(() => decodeCbor(new Uint8Array(1_000_000).fill(0x9f), everything), {
    code: 'CBOR_INVALID',
    details: { reason: 'too deep' },
  });
  t.throws(() => decodeCbor(hex('4401020304'), { maximumLength: 4 }), {
    code: 'CBOR_INVALID',
    details: { reason: 'more than 4 bytes' },
  });
  t.throws(() => decodeCbor(hex('83010203'), { maximumItems: 3 }), {
    code: 'CBOR_INVALID',
    details: { reason: 'too many items' },
  });
  const wide = concatBytes(hex('9a000f0000'), new Uint8Array(0xf0000));
  t.throws(() => decodeCbor(wide), { code: 'CBOR_INVALID', details: { reason: 'too many items' } });
});

t.test('byte strings are views of the input', async (t) => {
  const input = hex('00 8243010203 40').subarray(1);
  const [first] = decodeCbor(input) as [Uint8Array];
  t.equal(first.buffer, input.buffer);
  t.equal(first.byteOffset, input.byteOffset + 2);
});

t.test('the writer refuses what CBOR cannot say exactly', async (t) => {
  for (const value of [1.5, Number.NaN, 2 ** 53, 1n << 64n, -(1n << 64n) - 1n, 'half \ud800'])
    t.throws(() => encodeCbor(value), RangeError);
  let deep: CborValue = 0;
  for (let depth = 0; depth < 70; depth++) deep = [deep];
  t.throws(() => encodeCbor(deep), RangeError);
});

const integer = fc.oneof(
  fc.maxSafeInteger(),
  fc.bigInt({ min: 1n << 53n, max: (1n << 64n) - 1n }),
  fc.bigInt({ min: -(1n << 63n), max: -(1n << 53n) }),
);
const text = fc.string({ unit: 'grapheme' });
const { value } = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    integer,
    text,
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array(),
    fc.array(tie('value'), { maxLength: 6 }),
    fc
      .array(fc.tuple(fc.oneof(text, fc.integer()), tie('value')), { maxLength: 6 })
      .map((entries) => new Map(entries)),
  ),
}));

const oracleOptions = {
  mapsAsObjects: false,
  useRecords: false,
  tagUint8Array: false,
  variableMapSize: true,
};

/** cbor-x gives Buffers, and numbers for integers that are exact as one. */
function plain(found: unknown): unknown {
  if (found instanceof Uint8Array) return { bytes: toHex(found) };
  if (Array.isArray(found)) return found.map(plain);
  if (found instanceof Map) return { map: [...found].map(([key, member]) => [plain(key), plain(member)]) };
  if (found instanceof CborFloat) return plain(found.value);
  if (found instanceof CborTag) return { tag: plain(found.tag), value: plain(found.value) };
  if (typeof found === 'bigint' || typeof found === 'number') return `${found}`;
  return found;
}

t.test('reader and writer agree with each other and with cbor-x', async (t) => {
  const oracle = { encoder: new Encoder(oracleOptions), decoder: new Decoder(oracleOptions) };
  fc.assert(
    fc.property(value, (original) => {
      const encoded = encodeCbor(original);
      t.strictSame(plain(decodeCbor(encoded)), plain(original));
      t.strictSame(plain(oracle.decoder.decode(Buffer.from(encoded))), plain(original));
      const theirs = oracle.encoder.encode(original);
      t.strictSame(plain(decodeCbor(theirs, { ...everything, maximumLength: 1e6 })), plain(original));
    }),
    { numRuns: 300 },
  );
});

t.test('any bytes give a value that is written back the same, or CBOR_INVALID', async (t) => {
  let read = 0;
  const biased = fc.array(
    fc.oneof(fc.constantFrom(0x80, 0x81, 0xa1, 0xbf, 0xff, 0x41, 0x61, 0xf6, 0x18), fc.nat(255)),
    {
      maxLength: 24,
    },
  );
  fc.assert(
    fc.property(biased, (octets) => {
      const bytes = Uint8Array.from(octets);
      for (const options of [{}, everything]) {
        try {
          const found = decodeCbor(bytes, options);
          read++;
          if (options !== everything) t.equal(toHex(encodeCbor(found)), toHex(bytes));
        } catch (error) {
          if (!(error instanceof TruceError) || error.code !== 'CBOR_INVALID') throw error;
        }
      }
    }),
    { numRuns: 3000 },
  );
  t.ok(read > 10, 'some of them are CBOR');
});
