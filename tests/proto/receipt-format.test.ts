import fc from 'fast-check';
import t from 'tap';
import { fromHex, toHex } from '../../proto/bytes.ts';
import { decodeCbor } from '../../proto/cbor/reader.ts';
import { CborFloat, type CborKey, type CborValue } from '../../proto/cbor/values.ts';
import { encodeCbor } from '../../proto/cbor/writer.ts';
import { TruceError } from '../../proto/errors.ts';
import { LONGEST_PIPELINE_NAME } from '../../proto/policy/pipeline.ts';
import {
  decodeOpenings,
  encodeOpening,
  type FileOpening,
  joinOpenings,
} from '../../proto/receipt/openings.ts';
import { decodeReceipt, encodeReceipt, type Receipt } from '../../proto/receipt/receipt.ts';
import {
  decodeReceiptFile,
  encodeReceiptFile,
  receiptSignedBytes,
} from '../../proto/receipt/receipt-file.ts';
import { FILES, receiptAt } from '../support/receipt-maker.ts';

const hex = (text: string): Uint8Array => fromHex(text.replaceAll(/[ |\n]/g, ''))!;
const ascii = (text: string) => Buffer.from(text).toString('hex');
const TIME = 0x18_0000_0000;

const SMALL: Receipt = {
  instanceId: new Uint8Array(16).fill(0x11),
  policyHash: new Uint8Array(32).fill(0x22),
  program: { path: '/p', sha256: new Uint8Array(32).fill(0x33) },
  pipeline: undefined,
  outcome: { exitCode: 3 },
  startedAt: TIME,
  endedAt: TIME + 1,
  signedAt: TIME + 2,
  usage: { fuel: 7, outputBytes: 24, wallMilliseconds: 1 },
  limits: { openFiles: 256 },
  inputs: [new Uint8Array(32).fill(0x44)],
  outputs: [],
};

/** Keys in the bytewise order of their encodings: shorter ones first. */
const SMALL_BYTES = hex(`
  ac
  63 ${ascii('end')} | 1b 0000001800000001
  64 ${ascii('exit')} | 03
  65 ${ascii('start')} | 1b 0000001800000000
  65 ${ascii('usage')} | a3 64 ${ascii('fuel')} 07 6b ${ascii('outputBytes')} 1818 70 ${ascii('wallMilliseconds')} 01
  66 ${ascii('inputs')} | 81 5820 ${'44'.repeat(32)}
  66 ${ascii('limits')} | a1 69 ${ascii('openFiles')} 190100
  66 ${ascii('policy')} | 5820 ${'22'.repeat(32)}
  66 ${ascii('signed')} | 1b 0000001800000002
  67 ${ascii('outputs')} | 80
  67 ${ascii('program')} | a2 64 ${ascii('path')} 62 ${ascii('/p')} 66 ${ascii('sha256')} 5820 ${'33'.repeat(32)}
  67 ${ascii('version')} | 01
  68 ${ascii('instance')} | 50 ${'11'.repeat(16)}
`);

t.test('a receipt has the bytes that its format says', (t) => {
  t.equal(toHex(encodeReceipt(SMALL)), toHex(SMALL_BYTES));
  t.same(decodeReceipt(SMALL_BYTES), SMALL);
  t.equal(
    toHex(receiptSignedBytes(SMALL_BYTES)),
    toHex(
      hex(`
        84 6a ${ascii('Signature1')} 44 a1013822 40
        59 ${SMALL_BYTES.length.toString(16).padStart(4, '0')} ${toHex(SMALL_BYTES)}
      `),
    ),
    'signed as COSE_Sign1 with ES384',
  );
  t.end();
});

t.test('any pipeline that a policy can have has receipts', (t) => {
  const named = (name: string) => encodeReceipt({ ...SMALL, pipeline: { name, step: 0 } });
  const longest = 'p'.repeat(LONGEST_PIPELINE_NAME);
  t.equal(decodeReceipt(named(longest)).pipeline?.name, longest);
  t.throws(() => decodeReceipt(named(`${longest}p`)), { code: 'RECEIPT_INVALID' });
  t.end();
});

t.test('an opening has the bytes whose hash is the commitment', (t) => {
  const salt = new Uint8Array(32).fill(0x55);
  const digest = new Uint8Array(32).fill(0x66);
  const opening: FileOpening = { side: 'input', salt, path: '/a', content: { size: 1000, sha256: digest } };
  const bytes = hex(
    `85 5820 ${'55'.repeat(32)} 65 ${ascii('input')} 62 ${ascii('/a')} 1903e8 5820 ${'66'.repeat(32)}`,
  );
  t.equal(toHex(encodeOpening(opening)), toHex(bytes));
  const gone: FileOpening = { side: 'output', salt, path: '/b', content: undefined };
  const goneBytes = hex(`85 5820 ${'55'.repeat(32)} 66 ${ascii('output')} 62 ${ascii('/b')} f6 f6`);
  t.equal(toHex(encodeOpening(gone)), toHex(goneBytes));
  const list = hex(`82 5851 ${toHex(bytes)} 582f ${toHex(goneBytes)}`);
  t.equal(toHex(joinOpenings([bytes, goneBytes])), toHex(list));
  t.same(decodeOpenings(list), [
    { opening, encoded: bytes },
    { opening: gone, encoded: goneBytes },
  ]);
  t.end();
});

t.test('receipts of every kind survive the round trip', (t) => {
  const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((array) => new Uint8Array(array));
  const count = fc.maxSafeNat();
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
  const commitments = fc
    .uniqueArray(bytes32, { maxLength: 5, selector: toHex })
    .map((list) => list.sort(Buffer.compare));
  const receipts: fc.Arbitrary<Receipt> = fc.record({
    instanceId: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((array) => new Uint8Array(array)),
    policyHash: bytes32,
    program: fc.record({ path: text, sha256: bytes32 }),
    pipeline: fc.option(fc.record({ name: text, step: count }), { nil: undefined }),
    outcome: fc.oneof(
      fc.record({ exitCode: fc.integer({ min: 0, max: 0xffff_ffff }) }),
      fc.record({ error: fc.constantFrom('RUN_TRAP', 'INTERNAL') }),
      fc.record({ success: fc.boolean() }),
    ),
    startedAt: fc.constant(TIME),
    endedAt: fc.constant(TIME + 5),
    signedAt: fc.integer({ min: TIME + 5, max: 8.64e15 }),
    usage: fc.record({ wallMilliseconds: count, cpuMicroseconds: count, fuel: count }, { requiredKeys: [] }),
    limits: fc.dictionary(fc.stringMatching(/^[a-z][A-Za-z]{0,20}$/), count, { maxKeys: 5 }),
    inputs: commitments,
    outputs: commitments,
  });
  fc.assert(
    fc.property(receipts, (receipt) => {
      const read = decodeReceipt(encodeReceipt(receipt));
      t.same({ ...read, limits: { ...read.limits } }, { ...receipt, limits: { ...receipt.limits } });
    }),
    { numRuns: 60 },
  );
  t.end();
});

t.test('what is no receipt, or is encoded otherwise, is refused', (t) => {
  const fields = decodeCbor(SMALL_BYTES) as ReadonlyMap<CborKey, CborValue>;
  const bent = (changes: Record<string, CborValue>, order?: (keys: CborKey[]) => CborKey[]) => {
    const members = new Map<CborKey, CborValue>([...fields, ...Object.entries(changes)]);
    for (const [key, value] of Object.entries(changes)) if (value === undefined) members.delete(key);
    const keys = order === undefined ? [...members.keys()] : order([...members.keys()]);
    return encodeCbor(new Map(keys.map((key) => [key, members.get(key)!])));
  };
  const commitment = (byte: number) => new Uint8Array(32).fill(byte);
  const cases: [string, Uint8Array][] = [
    ['no map', encodeCbor([1])],
    ['a member that is missing', bent({ program: undefined })],
    ['a member too many', bent({ zzzzzzzzz: 1 })],
    ['another order', bent({}, (keys) => keys.reverse())],
    ['two outcomes', bent({ error: 'RUN_TRAP' })],
    ['no outcome', bent({ exit: undefined })],
    ['an exit code of 33 bits', bent({ exit: 2 ** 32 })],
    ['an error that is no code', bent({ exit: undefined, error: 'oops' })],
    ['a success that is no flag', bent({ exit: undefined, success: 1 })],
    ['a negative time', bent({ start: -1 })],
    ['a time beyond all calendars', bent({ signed: 8.64e15 + 1 })],
    ['an end before the beginning', bent({ end: TIME - 1 })],
    ['a signature before the end', bent({ signed: TIME })],
    ['a short hash', bent({ policy: new Uint8Array(31) })],
    ['a long instance id', bent({ instance: new Uint8Array(17) })],
    ['unknown usage', bent({ usage: new Map([['heat', 1]]) })],
    ['usage that is no number', bent({ usage: new Map([['fuel', 'much']]) })],
    ['a limit that has no name', bent({ limits: new Map([['a b', 1]]) })],
    [
      'limits without end',
      bent({
        limits: new Map(
          Array.from({ length: 65 }, (_, i) => [
            `l${'abcdefgh'[i >> 3]}${'abcdefgh'[i & 7]}${i > 63 ? 'x' : ''}`,
            1,
          ]),
        ),
      }),
    ],
    ['a short commitment', bent({ inputs: [new Uint8Array(31)] })],
    ['commitments out of order', bent({ inputs: [commitment(2), commitment(1)] })],
    ['a commitment twice', bent({ inputs: [commitment(1), commitment(1)] })],
    [
      'a path that is no text',
      bent({
        program: new Map<string, CborValue>([
          ['path', 1],
          ['sha256', commitment(1)],
        ]),
      }),
    ],
    ['a pipeline without a step', bent({ pipeline: new Map([['name', 'x']]) })],
    [
      'a program with more',
      bent({
        program: new Map<string, CborValue>([
          ['path', '/p'],
          ['sha256', commitment(1)],
          ['wasm', 1],
        ]),
      }),
    ],
  ];
  for (const [name, bytes] of cases) t.throws(() => decodeReceipt(bytes), { code: 'RECEIPT_INVALID' }, name);
  t.throws(() => decodeReceipt(bent({ version: 2 })), { code: 'RECEIPT_VERSION_UNKNOWN' });
  for (const [name, bytes] of [
    ['bytes behind it', Uint8Array.of(...SMALL_BYTES, 0)],
    ['an end too early', SMALL_BYTES.subarray(0, -1)],
    ['a float', bent({ exit: new CborFloat(3) })],
    ['too deep', bent({ usage: new Map([['fuel', new Map([['a', 1]])]]) })],
    ['too long', new Uint8Array((8 << 20) + 1)],
  ] as const)
    t.throws(() => decodeReceipt(bytes), { code: 'CBOR_INVALID' }, name);
  t.end();
});

t.test('what is no list of openings is refused', (t) => {
  const salt = new Uint8Array(32);
  const cases: [string, CborValue][] = [
    ['no list', 1],
    ['a member that is no byte string', [1]],
    ['an opening of four', [encodeCbor([salt, 'input', '/a', 1])]],
    ['a short salt', [encodeCbor([new Uint8Array(31), 'input', '/a', 1, salt])]],
    ['another side', [encodeCbor([salt, 'inside', '/a', 1, salt])]],
    ['an empty path', [encodeCbor([salt, 'input', '', 1, salt])]],
    ['an input that is gone', [encodeCbor([salt, 'input', '/a', null, null])]],
    ['a size without a digest', [encodeCbor([salt, 'output', '/a', 1, null])]],
    ['a negative size', [encodeCbor([salt, 'output', '/a', -1, salt])]],
    ['a short digest', [encodeCbor([salt, 'output', '/a', 1, new Uint8Array(31)])]],
  ];
  for (const [name, value] of cases)
    t.throws(() => decodeOpenings(encodeCbor(value)), { code: 'RECEIPT_INVALID' }, name);
  t.throws(() => decodeOpenings(encodeCbor([Uint8Array.of(0xff)])), { code: 'CBOR_INVALID' });
  t.end();
});

t.test('a file holds all of it, in one encoding, or is refused', (t) => {
  const signed = {
    data: encodeReceipt(receiptAt(TIME)),
    signature: new Uint8Array(96),
    document: new Uint8Array(10),
    openings: joinOpenings(FILES.map(encodeOpening)),
  };
  const file = encodeReceiptFile(signed);
  t.match(Buffer.from(file).toString('latin1'), 'truce/receipt-file/v1');
  t.same(decodeReceiptFile(file), signed);
  const fields = decodeCbor(file, { maximumLength: 1 << 20 }) as ReadonlyMap<CborKey, CborValue>;
  const bent = (key: string, value: CborValue) => encodeCbor(new Map([...fields, [key, value]]));
  for (const [name, bytes] of [
    ['another format', bent('format', 'truce/receipt-file/v2')],
    ['a member too many', bent('more', 1)],
    ['another order', encodeCbor(new Map([...fields].reverse()))],
    ['a document too long', bent('document', new Uint8Array(16_385))],
    ['data that are no bytes', bent('data', 'text')],
    ['no map', encodeCbor([])],
  ] as const)
    t.throws(() => decodeReceiptFile(bytes), { code: 'RECEIPT_INVALID' }, name);
  t.throws(() => decodeReceiptFile(new Uint8Array(0)), { code: 'CBOR_INVALID' });
  t.end();
});

t.test('no bytes at all make a reader do anything but answer or refuse', (t) => {
  const readers = [decodeReceipt, decodeReceiptFile, decodeOpenings];
  const mutated = fc
    .record({ position: fc.nat(SMALL_BYTES.length - 1), byte: fc.nat(255) })
    .map(({ position, byte }) => {
      const bytes = SMALL_BYTES.slice();
      bytes[position] = byte;
      return bytes;
    });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated), (bytes) => {
      for (const read of readers) {
        try {
          read(new Uint8Array(bytes));
        } catch (error) {
          if (!(error instanceof TruceError)) throw error;
        }
      }
    }),
    { numRuns: 500 },
  );
  t.end();
});
