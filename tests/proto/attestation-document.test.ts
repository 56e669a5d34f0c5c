import t from 'tap';
import { ES384, encodeCoseSign1, protectedHeaderFor } from '../../proto/attestation/cose-sign1.ts';
import { concatBytes, fromHex, toHex } from '../../proto/bytes.ts';
import { decodeCbor } from '../../proto/cbor/reader.ts';
import { type CborKey, CborTag, type CborValue } from '../../proto/cbor/values.ts';
import { encodeCbor } from '../../proto/cbor/writer.ts';
import {
  AttestationAuthority,
  type DocumentFields,
  encodePayload,
} from '../support/attestation-authority.ts';
import { authority } from './attestation-samples.ts';
import { codeOf, genuine, verify } from './document-verdicts.ts';

const { time } = authority;

t.test('the forms that real documents have had are accepted', async (t) => {
  t.equal(await codeOf(verify(genuine)), 'accepted');
  t.equal(
    await codeOf(verify(await authority.document({}, true))),
    'accepted',
    'an indefinite map, as since 2025',
  );
  t.equal(
    await codeOf(verify(concatBytes(Uint8Array.of(0xd2), genuine))),
    'accepted',
    'tag 18, as the specification says',
  );
  t.equal(genuine[0], 0x84);
  const facts = await verify(
    await authority.document({
      nonce: new Uint8Array(),
      userData: new Uint8Array(1024),
      publicKey: undefined,
    }),
  );
  t.strictSame(facts.document.nonce, new Uint8Array(), 'empty is not null');
  t.equal(facts.document.userData?.length, 1024);
  t.equal(facts.document.publicKey, undefined);
});

t.test('an envelope of any other form is refused', async (t) => {
  const payload = encodePayload(authority.fields());
  const [protectedHeader, , , signature] = decodeCbor(genuine) as [
    Uint8Array,
    unknown,
    Uint8Array,
    Uint8Array,
  ];
  const cose = (...members: CborValue[]): Uint8Array => encodeCbor(members);
  const empty = new Map<CborKey, CborValue>();
  const invalid: [Uint8Array, string][] = [
    [cose(protectedHeader, empty, payload), 'three members'],
    [cose(protectedHeader, empty, payload, signature, null), 'five members'],
    [encodeCbor(new Map([[1, 2]])), 'a map'],
    [cose(protectedHeader, new Map([[1, ES384]]), payload, signature), 'an algorithm that is not protected'],
    [cose(protectedHeader, [], payload, signature), 'an array of headers'],
    [cose(protectedHeader, empty, null, signature), 'a detached payload'],
    [cose(protectedHeader, empty, empty, signature), 'a payload that is not wrapped'],
    [cose(protectedHeader, empty, payload, null), 'no signature'],
    [cose(protectedHeader, empty, payload, signature.subarray(0, 95)), 'a signature of 95 bytes'],
    [
      cose(protectedHeader, empty, payload, concatBytes(signature, Uint8Array.of(0))),
      'a signature of 97 bytes',
    ],
    [cose(protectedHeader, empty, payload, new Uint8Array()), 'an empty signature'],
    [cose(new Map([[1, ES384]]), empty, payload, signature), 'a protected header that is not wrapped'],
    [await authority.sign(payload, encodeCbor(empty)), 'no algorithm'],
    [await authority.sign(payload, encodeCbor(new Map([[1, 'ES384']]))), 'an algorithm by name'],
    [
      await authority.sign(
        payload,
        encodeCbor(
          new Map([
            [1, ES384],
            [2, 0],
          ]),
        ),
      ),
      'a second protected header',
    ],
    [await authority.sign(payload, encodeCbor(-35)), 'a protected header that is no map'],
  ];
  for (const [bytes, message] of invalid)
    t.equal(await codeOf(verify(bytes)), 'ATTESTATION_COSE_INVALID', message);
  for (const [header, message] of [
    [new Uint8Array(), 'an empty protected header'],
    [concatBytes(protectedHeader, Uint8Array.of(0)), 'a byte behind the protected header'],
    [fromHex('a10139 0022'.replace(' ', ''))!, 'an algorithm in long form'],
    [fromHex('a2013822013822')!, 'the algorithm twice'],
    [fromHex('bf013822ff')!, 'an indefinite protected header'],
  ] as const)
    t.equal(await codeOf(verify(await authority.sign(payload, header))), 'CBOR_INVALID', message);
  for (const algorithm of [-7, -36, -37, 35, -1, 0])
    t.equal(
      await codeOf(verify(await authority.sign(payload, protectedHeaderFor(algorithm)))),
      'ATTESTATION_ALGORITHM',
    );
  for (const tag of [17, 16, 98, 61])
    t.equal(
      await codeOf(verify(encodeCbor(new CborTag(tag, decodeCbor(genuine))))),
      'CBOR_INVALID',
      `tag ${tag}`,
    );
  const twice = new CborTag(18, new CborTag(18, decodeCbor(genuine)));
  t.equal(await codeOf(verify(encodeCbor(twice))), 'CBOR_INVALID', 'tag 18 twice');
});

t.test('a signature is good for its own payload, header and key only', async (t) => {
  const other = await AttestationAuthority.create();
  const payload = encodePayload(authority.fields());
  t.equal(
    await codeOf(verify(await other.sign(payload))),
    'ATTESTATION_SIGNATURE',
    'the key of another leaf',
  );
  const [protectedHeader, , , signature] = decodeCbor(genuine) as [
    Uint8Array,
    unknown,
    Uint8Array,
    Uint8Array,
  ];
  const moved = encodeCoseSign1({
    protectedHeader,
    payload: encodePayload(authority.fields({ timestamp: time + 1 })),
    signature,
  });
  t.equal(await codeOf(verify(moved)), 'ATTESTATION_SIGNATURE', 'another payload');
  for (const zero of [new Uint8Array(96), new Uint8Array(96).fill(0xff)]) {
    const forged = encodeCoseSign1({ protectedHeader, payload, signature: zero });
    t.equal(await codeOf(verify(forged)), 'ATTESTATION_SIGNATURE', 'r and s of zero, or beyond the order');
  }
});

t.test('every field has its type and range', async (t) => {
  const refused = async (
    changed: Partial<DocumentFields>,
    code = 'ATTESTATION_DOCUMENT_INVALID',
  ): Promise<void> => {
    t.equal(await codeOf(verify(await authority.document(changed))), code, Object.keys(changed).join());
  };
  const sha384 = (fill = 1) => new Uint8Array(48).fill(fill);
  const pcrs = (...entries: [CborKey, CborValue][]) => ({ pcrs: new Map(entries) });
  for (const moduleId of [
    undefined,
    null,
    '',
    7,
    new Uint8Array(3),
    'x'.repeat(257),
    'i-1 enc',
    'i-1\u0000',
    'i-\u00fc',
  ])
    await refused({ moduleId });
  for (const digest of [undefined, null, '', 'SHA256', 'sha384', 384]) await refused({ digest });
  for (const timestamp of [undefined, null, 0, -1, '1', 2n ** 53n, 2n ** 64n - 1n, 8.64e15 + 1])
    await refused({ timestamp });
  for (const bad of [undefined, null, [], [sha384()]]) await refused({ pcrs: bad });
  await refused(pcrs());
  await refused(pcrs([32, sha384()]));
  await refused(pcrs([-1, sha384()]));
  await refused(pcrs(['0', sha384()]));
  await refused(pcrs([0, new Uint8Array(32)]));
  await refused(pcrs([0, new Uint8Array(64)]));
  await refused(pcrs([0, toHex(sha384())]));
  await refused(pcrs(...Array.from({ length: 33 }, (_, index): [CborKey, CborValue] => [index, sha384()])));
  for (const certificate of [undefined, null, new Uint8Array(), new Uint8Array(1025), 'x'])
    await refused({ certificate });
  for (const cabundle of [
    undefined,
    null,
    [],
    [null],
    [new Uint8Array()],
    [new Uint8Array(1025)],
    authority.root,
  ])
    await refused({ cabundle });
  await refused({ cabundle: Array.from({ length: 9 }, () => authority.root) });
  for (const field of ['publicKey', 'userData', 'nonce'])
    for (const value of ['text', 7, [], new Uint8Array(4097)]) await refused({ [field]: value });
  await refused({ moduleId: 'i-0123456789abcdef0-tpm0000000000000000' }, 'ATTESTATION_NITROTPM');
  await refused({ certificate: Uint8Array.of(0x30, 0x80) }, 'DER_INVALID');
});

t.test('a payload that two readers could read differently is refused', async (t) => {
  const payload = encodePayload(authority.fields());
  const body = payload.subarray(1);
  const withMembers = (count: number, ...members: Uint8Array[]) =>
    authority.sign(concatBytes(Uint8Array.of(0xa0 | count), body, ...members));
  const member = (key: string, value: CborValue) => concatBytes(encodeCbor(key), encodeCbor(value));
  t.equal(
    await codeOf(verify(await withMembers(10, member('nonce', new Uint8Array(8))))),
    'CBOR_INVALID',
    'a key twice',
  );
  t.equal(await codeOf(verify(await withMembers(10, member('extra', 1)))), 'ATTESTATION_DOCUMENT_INVALID');
  t.equal(
    await codeOf(verify(await withMembers(10, member('nitrotpm_pcrs', new Map())))),
    'ATTESTATION_NITROTPM',
  );
  t.equal(
    await codeOf(verify(await withMembers(10, concatBytes(encodeCbor(1), encodeCbor(1))))),
    'ATTESTATION_DOCUMENT_INVALID',
  );
  const digest = encodeCbor('SHA384');
  const inPieces = concatBytes(Uint8Array.of(0x7f), digest, Uint8Array.of(0xff));
  const at = toHex(payload).indexOf(toHex(digest)) / 2;
  const pieced = concatBytes(payload.subarray(0, at), inPieces, payload.subarray(at + digest.length));
  t.equal(await codeOf(verify(await authority.sign(pieced))), 'CBOR_INVALID', 'text in pieces');
  const long = concatBytes(
    payload.subarray(0, at),
    Uint8Array.of(0x78, 6),
    digest.subarray(1),
    payload.subarray(at + digest.length),
  );
  t.equal(await codeOf(verify(await authority.sign(long))), 'CBOR_INVALID', 'a length in long form');
  t.equal(
    await codeOf(verify(await authority.sign(encodeCbor([1])))),
    'ATTESTATION_DOCUMENT_INVALID',
    'no map',
  );
});
