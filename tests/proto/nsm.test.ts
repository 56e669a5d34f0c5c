import { Encoder } from 'cbor-x';
import fc from 'fast-check';
import t from 'tap';
import { fromHex, toHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import {
  createNsm,
  decodeNsmRequest,
  decodeNsmResponse,
  encodeNsmRequest,
  encodeNsmResponse,
  NSM_ERROR_NAMES,
  type NsmRequest,
  type NsmResponse,
} from '../../proto/nsm.ts';

const hex = (text: string): Uint8Array => fromHex(text.replaceAll(' ', ''))!;
const none = { userData: undefined, nonce: undefined, publicKey: undefined };

/** Encoded by aws-nitro-enclaves-nsm-api. */
const goldenRequests: [NsmRequest, string][] = [
  [{ type: 'DescribeNSM' }, '6b44657363726962654e534d'],
  [{ type: 'GetRandom' }, '6947657452616e646f6d'],
  [{ type: 'DescribePCR', index: 0 }, 'a16b4465736372696265504352a165696e64657800'],
  [
    { type: 'ExtendPCR', index: 16, data: Uint8Array.of(1, 2) },
    'a169457874656e64504352a265696e646578106464617461420102',
  ],
  [{ type: 'LockPCR', index: 16 }, 'a1674c6f636b504352a165696e64657810'],
  [{ type: 'LockPCRs', range: 32 }, 'a1684c6f636b50435273a16572616e67651820'],
  [
    { type: 'Attestation', ...none },
    'a16b4174746573746174696f6ea369757365725f64617461f6656e6f6e6365f66a7075626c69635f6b6579f6',
  ],
];

t.test('requests are the bytes that the AWS library sends', async (t) => {
  for (const [request, golden] of goldenRequests) {
    t.equal(toHex(encodeNsmRequest(request)), golden);
    t.strictSame(decodeNsmRequest(hex(golden)), request);
  }
  const given = {
    type: 'Attestation',
    userData: new Uint8Array(),
    nonce: Uint8Array.of(7),
    publicKey: undefined,
  } as const;
  t.strictSame(decodeNsmRequest(encodeNsmRequest(given)), given, 'empty and absent stay two things');
});

t.test('requests are read in any order of fields, and strictly', async (t) => {
  t.strictSame(
    decodeNsmRequest(hex('a169457874656e64504352a2 6464617461420102 65696e64657810')),
    goldenRequests[3]![0],
  );
  t.strictSame(decodeNsmRequest(hex('a16b4174746573746174696f6ea1656e6f6e6365f6')), goldenRequests[6]![0]);
  for (const [bytes, message] of [
    ['a16b4465736372696265504352a165696e64657820', 'a negative index'],
    ['a16b4465736372696265504352a165696e6465781a00010000', 'an index beyond u16'],
    ['a16b4465736372696265504352a16572616e676500', 'another field'],
    ['a16b4465736372696265504352a265696e64657800617801', 'a field too many'],
    ['a16b4465736372696265504352a0', 'no field'],
    ['6b4465736372696265504352', 'no fields at all'],
    ['a26b4465736372696265504352a165696e64657800674c6f636b504352a165696e64657810', 'two requests'],
    ['a1674c6f636b504353a165696e64657810', 'an unknown request'],
    ['65 4c6f636b50', 'an unknown name'],
    ['a169457874656e64504352a265696e6465781064646174616161', 'data that is text'],
    ['00', 'a number'],
    ['a10000', 'a number for a name'],
  ] as const)
    t.throws(() => decodeNsmRequest(hex(bytes)), { code: 'NSM_INVALID' }, message);
  t.throws(() => decodeNsmRequest(hex('a16b4465736372696265504352a265696e6465780065696e64657801')), {
    code: 'CBOR_INVALID',
  });
  t.throws(() => encodeNsmRequest({ type: 'LockPCR', index: 65_536 }), RangeError);
  t.throws(() => encodeNsmRequest({ type: 'LockPCR', index: 1.5 }), RangeError);
});

t.test('messages are bounded as the driver bounds them', async (t) => {
  const nonce = (length: number) =>
    ({ type: 'Attestation', ...none, nonce: new Uint8Array(length) }) as const;
  const largest = 4096 - encodeNsmRequest(nonce(256)).length + 256;
  t.equal(encodeNsmRequest(nonce(largest)).length, 4096);
  t.throws(() => encodeNsmRequest(nonce(largest + 1)), {
    code: 'NSM_TOO_LARGE',
    details: { length: 4097, limit: 4096 },
  });
  t.throws(() => decodeNsmRequest(new Uint8Array(4097)), { code: 'NSM_TOO_LARGE' });
  t.throws(() => decodeNsmResponse(new Uint8Array(12_289)), { code: 'NSM_TOO_LARGE' });
  t.throws(() => encodeNsmResponse({ type: 'Attestation', document: new Uint8Array(12_288) }), {
    code: 'NSM_TOO_LARGE',
  });
});

const responses: NsmResponse[] = [
  {
    type: 'DescribeNSM',
    version: [1, 0, 0],
    moduleId: 'i-0123456789abcdef0-enc0123456789abcde',
    maximumPcrs: 32,
    lockedPcrs: [0, 1, 2, 15],
    digest: 'SHA384',
  },
  { type: 'GetRandom', random: new Uint8Array(256).fill(9) },
  { type: 'DescribePCR', locked: true, data: new Uint8Array(48).fill(3) },
  { type: 'ExtendPCR', data: new Uint8Array(48).fill(4) },
  { type: 'LockPCR' },
  { type: 'LockPCRs' },
  { type: 'Attestation', document: new Uint8Array(5000) },
  ...NSM_ERROR_NAMES.map((error) => ({ type: 'Error', error }) as const),
];

t.test('responses come back as they were, from our encoder and from another', async (t) => {
  for (const response of responses) t.strictSame(decodeNsmResponse(encodeNsmResponse(response)), response);
  t.equal(toHex(encodeNsmResponse({ type: 'LockPCR' })), '674c6f636b504352');
  t.equal(
    toHex(encodeNsmResponse({ type: 'Error', error: 'InvalidIndex' })),
    'a1654572726f726c496e76616c6964496e646578',
  );
  const encoder = new Encoder({
    useRecords: false,
    mapsAsObjects: true,
    tagUint8Array: false,
    variableMapSize: false,
  });
  const other = (value: unknown) => decodeNsmResponse(new Uint8Array(encoder.encode(value)));
  t.strictSame(other({ DescribePCR: { data: new Uint8Array(48).fill(3), lock: true } }), responses[2]);
  t.strictSame(
    other({
      DescribeNSM: {
        digest: 'SHA384',
        locked_pcrs: [0, 1, 2, 15],
        max_pcrs: 32,
        module_id: 'i-0123456789abcdef0-enc0123456789abcde',
        version_patch: 0,
        version_minor: 0,
        version_major: 1,
        something_new: 5,
      },
    }),
    responses[0],
  );
  t.strictSame(decodeNsmResponse(hex('bf69457874656e64504352bf6464617461420102ffff')), {
    type: 'ExtendPCR',
    data: Uint8Array.of(1, 2),
  });
  for (const [bytes, message] of [
    ['a1654572726f7263686f68', 'an unknown error'],
    ['a1654572726f7201', 'an error that is a number'],
    ['69457874656e64504352', 'an answer without its data'],
    ['a169457874656e64504352a16464617461f6', 'data that is null'],
    ['a16b4465736372696265504352a2646c6f636b016464617461420102', 'a lock that is a number'],
    ['a1674c6f636b504352f6', 'a lock with null'],
    ['6548656c6c6f', 'an unknown answer'],
  ] as const)
    t.throws(() => decodeNsmResponse(hex(bytes)), { code: 'NSM_INVALID' }, message);
});

t.test('any bytes give a message or a typed error', async (t) => {
  const pieces = [...goldenRequests.map(([, golden]) => hex(golden)), ...responses.map(encodeNsmResponse)];
  const twisted = fc
    .tuple(fc.constantFrom(...pieces.filter((piece) => piece.length < 300)), fc.nat(300), fc.nat(255))
    .map(([piece, at, byte]) =>
      Uint8Array.from(piece, (octet, index) => (index === at % piece.length ? byte : octet)),
    );
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 64 }), twisted), (bytes) => {
      for (const decode of [decodeNsmRequest, decodeNsmResponse]) {
        try {
          t.ok(decode(bytes).type);
        } catch (error) {
          if (!(error instanceof TruceError)) throw error;
        }
      }
    }),
    { numRuns: 2000 },
  );
});

/** A module that answers from a list, and what it was asked. */
function scripted(answers: (NsmResponse | Error)[]) {
  const asked: NsmRequest['type'][] = [];
  const buffer = new Uint8Array(12_288);
  let running = 0;
  const nsm = createNsm(async (request) => {
    asked.push(decodeNsmRequest(request).type);
    t.equal(++running, 1, 'one request at a time');
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    const answer = answers.shift()!;
    if (answer instanceof Error) throw answer;
    const bytes = encodeNsmResponse(answer);
    buffer.set(bytes);
    return buffer.subarray(0, bytes.length);
  });
  return { nsm, asked };
}

t.test('a module asks, and gives back what was answered', async (t) => {
  const { nsm, asked } = scripted([...responses.slice(0, 7), responses[2]!]);
  const [description, random, pcr, extended] = await Promise.all([
    nsm.describe(),
    nsm.random(),
    nsm.describePcr(0),
    nsm.extendPcr(16, Uint8Array.of(1)),
    nsm.lockPcr(16),
    nsm.lockPcrs(17),
  ]);
  t.equal(description.maximumPcrs, 32);
  t.strictSame(random, new Uint8Array(256).fill(9), 'whatever the buffer holds now');
  t.strictSame(pcr, { locked: true, data: new Uint8Array(48).fill(3) });
  t.strictSame(extended, new Uint8Array(48).fill(4));
  t.equal((await nsm.attest()).length, 5000);
  t.same(asked, [
    'DescribeNSM',
    'GetRandom',
    'DescribePCR',
    'ExtendPCR',
    'LockPCR',
    'LockPCRs',
    'Attestation',
  ]);
  await t.rejects(nsm.random(), { code: 'NSM_UNEXPECTED' });
});

t.test('a refusal or a broken exchange fails its own request only', async (t) => {
  const { nsm } = scripted([
    { type: 'Error', error: 'ReadOnlyIndex' },
    new Error('the device is gone'),
    { type: 'GetRandom', random: new Uint8Array() },
    { type: 'LockPCR' },
  ]);
  const refused = t.rejects(nsm.extendPcr(0, new Uint8Array(1)), {
    code: 'NSM_REFUSED',
    details: { request: 'ExtendPCR', error: 'ReadOnlyIndex' },
  });
  const broken = t.rejects(nsm.describePcr(1), { message: 'the device is gone' });
  const empty = t.rejects(nsm.random(), { code: 'NSM_UNEXPECTED' });
  await Promise.all([refused, broken, empty, nsm.lockPcr(16)]);
});

t.test('waiting requests are bounded, and a closed module takes none', async (t) => {
  let closed = 0;
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const nsm = createNsm(
    async () => {
      await gate;
      return encodeNsmResponse({ type: 'LockPCR' });
    },
    () => closed++,
  );
  const accepted = Array.from({ length: 4096 }, () => nsm.lockPcr(16));
  await t.rejects(nsm.lockPcr(16), { code: 'NSM_BUSY' });
  nsm.close();
  nsm.close();
  await t.rejects(nsm.lockPcr(16), { code: 'NSM_CLOSED' });
  t.equal(closed, 0, 'requests under way still end');
  release();
  await Promise.all(accepted);
  t.equal(closed, 1);
});
