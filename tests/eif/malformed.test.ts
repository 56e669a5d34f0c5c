import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import t from 'tap';
import { inspectEif } from '../../eif/describe.ts';
import { readEif } from '../../eif/image.ts';
import { SectionType } from '../../eif/image-format.ts';
import { assembleImage } from '../../eif/image-writer.ts';
import { signImage } from '../../eif/sign.ts';
import { TruceError } from '../../proto/errors.ts';
import { makeSigner, NOW } from '../support/image-signer.ts';

const unsigned = new Uint8Array(readFileSync(new URL('../fixtures/eif/unsigned.eif', import.meta.url)));
const image = readEif(unsigned);
const { KERNEL, COMMAND_LINE, RAMDISK, SIGNATURE, METADATA } = SectionType;

/** Where the fixture's sections begin. */
const offsets = image.sections.map(({ offset }) => offset);

function changed(
  change: (view: DataView, bytes: Uint8Array) => void,
  from: Uint8Array = unsigned,
): Uint8Array {
  const bytes = Uint8Array.from(from);
  change(new DataView(bytes.buffer), bytes);
  return bytes;
}

function assembled(types: readonly number[], version = 4): Uint8Array {
  const sections = types.map((type) => ({ type: type as typeof KERNEL, data: Uint8Array.of(1, 2, 3) }));
  return Buffer.concat(assembleImage({ ...image, version }, sections));
}

t.test('every malformed header and section is refused, with its place', async (t) => {
  const OFFSETS = 0x1c;
  const SIZES = 0x11c;
  const cases: readonly (readonly [what: string, offset: number, reason: RegExp, bytes: Uint8Array])[] = [
    ['no byte at all', 0, /ends inside the header/, new Uint8Array()],
    ['a cut header', 547, /ends inside the header/, unsigned.subarray(0, 547)],
    ['another magic', 0, /".eif"/, changed((view) => view.setUint8(3, 0x67))],
    ['version 0', 4, /version 0/, changed((view) => view.setUint16(4, 0))],
    ['version 1', 4, /version 1/, changed((view) => view.setUint16(4, 1))],
    ['version 5', 4, /version 5/, changed((view) => view.setUint16(4, 5))],
    ['a reserved flag', 6, /reserved/, changed((view) => view.setUint16(6, 2))],
    ['the reserved field', 0x18, /reserved/, changed((view) => view.setUint16(0x18, 1))],
    ['the unused field', 0x21c, /reserved/, changed((view) => view.setUint32(0x21c, 1))],
    ['one section', 0x1a, /1 sections/, changed((view) => view.setUint16(0x1a, 1))],
    ['33 sections', 0x1a, /33 sections/, changed((view) => view.setUint16(0x1a, 33))],
    ['a section less', OFFSETS + 32, /beyond the last/, changed((view) => view.setUint16(0x1a, 4))],
    ['a section more', OFFSETS + 40, /begins at 0/, changed((view) => view.setUint16(0x1a, 6))],
    [
      'a size beyond the last',
      SIZES + 80,
      /beyond the last/,
      changed((view) => view.setBigUint64(SIZES + 80, 1n)),
    ],
    [
      'a gap',
      OFFSETS,
      /a gap of 1 bytes before section 0/,
      changed((view) => view.setBigUint64(OFFSETS, 549n)),
    ],
    [
      'a gap inside',
      OFFSETS + 16,
      /a gap of 8 bytes before section 2/,
      changed((view) => view.setBigUint64(OFFSETS + 16, BigInt(offsets[2]! + 8))),
    ],
    [
      'an overlap',
      OFFSETS + 8,
      /section 1 begins at 548, inside/,
      changed((view) => view.setBigUint64(OFFSETS + 8, 548n)),
    ],
    ['an offset beyond all', OFFSETS, /a gap/, changed((view) => view.setBigUint64(OFFSETS, 2n ** 64n - 1n))],
    ['trailing bytes', unsigned.length, /11 bytes follow/, Buffer.concat([unsigned, new Uint8Array(11)])],
    ['a section cut', offsets[4]! + 4, /1024 bytes where 1023/, unsigned.subarray(0, -1)],
    [
      'a section header cut',
      offsets[4]! + 11,
      /inside a section's header/,
      unsigned.subarray(0, offsets[4]! + 11),
    ],
    ['type 0', offsets[0]!, /type 0/, changed((view) => view.setUint16(offsets[0]!, 0))],
    ['type 6', offsets[3]!, /type 6/, changed((view) => view.setUint16(offsets[3]!, 6))],
    ['section flags', offsets[1]! + 2, /reserved/, changed((view) => view.setUint16(offsets[1]! + 2, 1))],
    ['two sizes', SIZES + 8, /says 1 bytes/, changed((view) => view.setBigUint64(SIZES + 8, 1n))],
    [
      'a huge size',
      offsets[0]! + 4,
      /18446744073709551615 bytes/,
      changed((view) => {
        view.setBigUint64(SIZES, 2n ** 64n - 1n);
        view.setBigUint64(offsets[0]! + 4, 2n ** 64n - 1n);
      }),
    ],
    [
      'a long signature',
      548 + 3 * 15 + 4,
      /more than 32768/,
      (() => {
        const short = assembled([KERNEL, COMMAND_LINE, METADATA, SIGNATURE]);
        const bytes = Buffer.concat([short, new Uint8Array(32_768)]);
        bytes.writeBigUInt64BE(32_771n, SIZES + 24);
        bytes.writeBigUInt64BE(32_771n, 548 + 3 * 15 + 4);
        return bytes;
      })(),
    ],
    ['two kernels', 563, /second kernel/, assembled([KERNEL, KERNEL, COMMAND_LINE, METADATA])],
    ['two command lines', 578, /second command/, assembled([KERNEL, COMMAND_LINE, COMMAND_LINE, METADATA])],
    ['two metadata', 593, /second metadata/, assembled([KERNEL, COMMAND_LINE, METADATA, METADATA])],
    [
      'two signatures',
      608,
      /second signature/,
      assembled([KERNEL, COMMAND_LINE, METADATA, SIGNATURE, SIGNATURE]),
    ],
    ['an early ramdisk', 548, /before the kernel/, assembled([RAMDISK, KERNEL, COMMAND_LINE, METADATA])],
    ['no kernel', 0x1a, /no kernel/, assembled([COMMAND_LINE, METADATA])],
    ['no command line', 0x1a, /no command line/, assembled([KERNEL, METADATA])],
    ['no metadata', 0x1a, /no metadata/, assembled([KERNEL, COMMAND_LINE])],
    ['a signature too early', 578, /no signatures/, assembled([KERNEL, COMMAND_LINE, SIGNATURE], 2)],
    ['metadata too early', 578, /no metadata/, assembled([KERNEL, COMMAND_LINE, METADATA], 3)],
  ];
  for (const [what, offset, reason, bytes] of cases) {
    const error = errorOf(() => readEif(bytes));
    t.match(error, { code: 'EIF_INVALID', details: { reason } }, what);
    t.equal(error?.details.offset, offset, what);
  }
});

t.test('older versions and odd orders are read where all readers agree on them', async (t) => {
  for (const [types, version] of [
    [[KERNEL, COMMAND_LINE], 2],
    [[COMMAND_LINE, KERNEL, RAMDISK, RAMDISK], 2],
    [[KERNEL, RAMDISK, COMMAND_LINE, SIGNATURE], 3],
    [[METADATA, SIGNATURE, KERNEL, COMMAND_LINE, RAMDISK], 4],
  ] as const) {
    const read = readEif(assembled(types, version));
    t.equal(read.version, version);
    t.same(
      read.sections.map(({ type }) => type),
      types,
    );
  }
});

t.test('whatever is changed in an image, the answer is a description or a typed error', async (t) => {
  const signer = await makeSigner('prime256v1');
  const signed = signImage(unsigned, signer, { now: NOW }).image;
  const outcomes = new Map<string, number>();
  const judge = (bytes: Uint8Array): void => {
    const outcome = outcomeOf(bytes);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  };

  for (let length = 0; length < signed.length; length += length < 700 ? 1 : 13) {
    const error = errorOf(() => readEif(signed.subarray(0, length)));
    if (error?.code !== 'EIF_INVALID') t.fail(`${length} of the bytes were read`);
  }

  const place = fc.nat(signed.length - 1);
  // Most of an image is ramdisk: headers, metadata and signature are where there is something to misread.
  const start = readEif(signed).sections[5]!.offset;
  const telling = fc.oneof(fc.nat(0x223), fc.integer({ min: start, max: signed.length - 1 }), place);
  fc.assert(
    fc.property(fc.array(fc.tuple(telling, fc.nat(255)), { minLength: 1, maxLength: 4 }), (changes) => {
      judge(
        changed((_, bytes) => {
          for (const [index, value] of changes) bytes[index] = value;
        }, signed),
      );
    }),
    { numRuns: 1500 },
  );
  const wide = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.nat(signed.length + 9).map(BigInt));
  const fields = [0x08, 0x10, ...Array.from({ length: 64 }, (_, index) => 0x1c + index * 8)];
  fc.assert(
    fc.property(fc.constantFrom(...fields), wide, fc.nat(40), (field, value, count) => {
      judge(
        changed((view) => {
          view.setBigUint64(field, value);
          if (count < 35) view.setUint16(0x1a, count);
        }, signed),
      );
    }),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(place, fc.nat(50), fc.uint8Array({ maxLength: 50 }), (index, cut, put) => {
      judge(Buffer.concat([signed.subarray(0, index), put, signed.subarray(index + cut)]));
    }),
    { numRuns: 500 },
  );
  for (const code of ['described', 'EIF_INVALID', 'EIF_SIGNATURE_INVALID'])
    t.ok((outcomes.get(code) ?? 0) > 20, `${code}: ${outcomes.get(code)}`);
});

/** The code of a typed error, or 'described'; any other exception fails the test. */
function outcomeOf(bytes: Uint8Array): string {
  const error = errorOf(() => JSON.stringify(inspectEif(bytes, NOW).description));
  return error?.code ?? 'described';
}

function errorOf(work: () => unknown): TruceError | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof TruceError) return error;
    throw error;
  }
}
