import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import t from 'tap';
import {
  readTruceExtension,
  TruceExtension,
  truceExtension,
} from '../../proto/attestation/certificate-extensions.ts';
import { encodeCoseSign1, protectedHeaderFor } from '../../proto/attestation/cose-sign1.ts';
import { sha384Of } from '../../proto/attestation/crypto.ts';
import { emptyPcr, extendPcr, isDebug, policyPcr16 } from '../../proto/attestation/measurements.ts';
import {
  decodePurpose,
  encodePurpose,
  isReservedUserData,
  PURPOSES,
  requirePurpose,
} from '../../proto/attestation/purpose.ts';
import { awsNitroRoots } from '../../proto/attestation/roots.ts';
import { type VerificationOptions, verifyAttestation } from '../../proto/attestation/verify.ts';
import { concatBytes, fromHex, toHex } from '../../proto/bytes.ts';
import { parseCertificate } from '../../proto/x509/certificate.ts';
import { commonNameOnly, issueCertificate } from '../../proto/x509/certificate-writer.ts';
import { Oid } from '../../proto/x509/object-identifiers.ts';
import {
  AttestationAuthority,
  nodeCrypto as crypto,
  type DocumentFields,
  encodePayload,
} from '../support/attestation-authority.ts';

const authority = await AttestationAuthority.create();
const { time } = authority;
const sha384 = (...parts: Uint8Array[]) =>
  new Uint8Array(
    createHash('sha384')
      .update(concatBytes(...parts))
      .digest(),
  );
const pcr = (fill: number) => new Uint8Array(48).fill(fill);

async function verify(options: Partial<VerificationOptions>, changed: Partial<DocumentFields> = {}) {
  const document = await authority.document(changed);
  return verifyAttestation(document, { crypto, time, roots: [authority.root], ...options });
}

t.test('measurements must be the expected ones', async (t) => {
  const pcrs = (...entries: [number, Uint8Array | Uint8Array[] | ((value: Uint8Array) => boolean)][]) => ({
    pcrs: new Map(entries),
  });
  await t.resolves(verify(pcrs([0, pcr(1)], [1, [pcr(9), pcr(2)]], [2, (value) => value[0] === 3])));
  const mismatch = { code: 'ATTESTATION_PCR_MISMATCH' };
  await t.rejects(verify(pcrs([0, pcr(2)])), mismatch);
  await t.rejects(verify(pcrs([0, pcr(1)], [2, pcr(1)])), { ...mismatch, details: { index: 2 } });
  await t.rejects(verify(pcrs([0, [pcr(8), pcr(9)]])), mismatch);
  await t.rejects(verify(pcrs([0, () => false])), mismatch);
  await t.rejects(
    verify(pcrs([0, (() => 'yes') as unknown as () => boolean])),
    mismatch,
    'only true is true',
  );
  await t.rejects(verify(pcrs([20, pcr(0)])), { code: 'ATTESTATION_PCR_ABSENT', details: { index: 20 } });
  await t.rejects(verify(pcrs([20, () => true])), { code: 'ATTESTATION_PCR_ABSENT' });
});

t.test('of several sets of measurements one whole set must be there', async (t) => {
  const sets = (...made: [number, Uint8Array][][]) => ({ pcrSets: made.map((set) => new Map(set)) });
  await t.resolves(
    verify(
      sets([
        [0, pcr(1)],
        [1, pcr(2)],
      ]),
    ),
  );
  await t.resolves(
    verify(
      sets(
        [[0, pcr(9)]],
        [
          [1, pcr(2)],
          [2, pcr(3)],
        ],
      ),
    ),
    'the second will do',
  );
  const unknown = (count: number) => ({ code: 'ATTESTATION_PCR_SETS', details: { count } });
  await t.rejects(
    verify(
      sets([
        [0, pcr(1)],
        [1, pcr(9)],
      ]),
    ),
    unknown(1),
    'half a set is none',
  );
  await t.rejects(
    verify(
      sets(
        [
          [0, pcr(1)],
          [1, pcr(9)],
        ],
        [
          [0, pcr(9)],
          [1, pcr(2)],
        ],
      ),
    ),
    unknown(2),
    'nor are two halves',
  );
  await t.rejects(
    verify(
      sets([
        [0, pcr(1)],
        [20, pcr(0)],
      ]),
    ),
    unknown(1),
    'a register that is absent matches nothing',
  );
  await t.rejects(
    verify({ ...sets([[0, pcr(1)]]), pcrs: new Map([[1, pcr(9)]]) }),
    { code: 'ATTESTATION_PCR_MISMATCH' },
    'it is beside what else is expected, never instead',
  );
  for (const nothing of [sets(), sets([]), sets([[0, pcr(1)]], [])])
    await t.rejects(verify(nothing), { code: 'ATTESTATION_OPTIONS_INVALID' });
});

t.test('nonce, user data and key must be the expected ones', async (t) => {
  const fields = { nonce: Uint8Array.of(1, 2), userData: Uint8Array.of(3), publicKey: Uint8Array.of(4) };
  await t.resolves(verify(fields, fields));
  for (const [field, code] of [
    ['nonce', 'ATTESTATION_NONCE_MISMATCH'],
    ['userData', 'ATTESTATION_USER_DATA_MISMATCH'],
    ['publicKey', 'ATTESTATION_PUBLIC_KEY_MISMATCH'],
  ] as const) {
    await t.rejects(verify(fields, { ...fields, [field]: Uint8Array.of(9) }), { code }, 'another');
    await t.rejects(
      verify(fields, { ...fields, [field]: Uint8Array.of(1, 2, 3, 4) }),
      { code },
      'a longer one',
    );
    await t.rejects(verify(fields, { ...fields, [field]: new Uint8Array() }), { code }, 'an empty one');
    await t.rejects(verify(fields, { ...fields, [field]: null }), { code }, 'none');
    await t.rejects(verify(fields, { ...fields, [field]: undefined }), { code }, 'no such field');
  }
  await t.rejects(verify({ userData: new Uint8Array() }, { userData: null }), {
    code: 'ATTESTATION_USER_DATA_MISMATCH',
  });
});

t.test('an enclave is bound to a policy by a locked PCR16', async (t) => {
  const policyHash = new Uint8Array(createHash('sha256').update('{"a": "policy"}').digest());
  const locked = (value: Uint8Array) => ({
    pcrs: new Map([...(authority.fields().pcrs as Map<number, Uint8Array>), [16, value] as const]),
  });
  const right = sha384(new Uint8Array(48), policyHash);
  await t.resolves(verify({ policyHash }, locked(right)));
  await t.rejects(verify({ policyHash }), { code: 'ATTESTATION_POLICY_ABSENT' }, 'not locked');
  await t.rejects(
    verify({ policyHash }, locked(pcr(0))),
    { code: 'ATTESTATION_POLICY_UNSET' },
    'locked without a policy',
  );
  for (const [wrong, message] of [
    [sha384(new Uint8Array(48), policyHash, policyHash), 'one extended by both at once'],
    [sha384(right, policyHash), 'one extended twice'],
    [sha384(policyHash), 'the hash alone'],
    [sha384(new Uint8Array(48), new TextEncoder().encode(toHex(policyHash))), 'the hash in hexadecimal'],
    [concatBytes(policyHash, new Uint8Array(16)), 'the hash padded'],
  ] as const)
    await t.rejects(verify({ policyHash }, locked(wrong)), { code: 'ATTESTATION_POLICY_MISMATCH' }, message);
});

t.test('debug mode is refused unless asked for', async (t) => {
  const zeroed = (...zero: number[]) => ({
    pcrs: new Map(
      [...(authority.fields().pcrs as Map<number, Uint8Array>)].map(([index, value]) => [
        index,
        zero.includes(index) ? pcr(0) : value,
      ]),
    ),
  });
  await t.rejects(verify({}, zeroed(0, 1, 2)), { code: 'ATTESTATION_DEBUG' });
  await t.rejects(
    verify({}, { pcrs: new Map([[4, pcr(7)]]) }),
    { code: 'ATTESTATION_DEBUG' },
    'unmeasured is no better',
  );
  t.equal((await verify({ allowDebug: true }, zeroed(0, 1, 2))).debug, true);
  t.equal((await verify({}, zeroed(0))).debug, false);
  t.equal(
    isDebug(
      new Map([
        [0, pcr(0)],
        [1, pcr(0)],
        [2, pcr(1)],
      ]),
    ),
    false,
  );
});

t.test('a document must be fresh', async (t) => {
  const tooOld = { code: 'ATTESTATION_TOO_OLD' };
  const ahead = { code: 'ATTESTATION_FROM_FUTURE' };
  await t.resolves(verify({ maximumAge: 1000 }, { timestamp: time - 1000 }));
  await t.rejects(verify({ maximumAge: 1000 }, { timestamp: time - 1001 }), tooOld);
  await t.resolves(verify({ maximumSkew: 1000 }, { timestamp: time + 1000 }));
  await t.rejects(verify({ maximumSkew: 1000 }, { timestamp: time + 1001 }), ahead);
  await t.rejects(verify({}, { timestamp: time - 3 * 3_600_000 - 1 }), tooOld, 'three hours are the default');
  await t.rejects(verify({}, { timestamp: time + 300_001 }), ahead, 'and five minutes ahead');
  await t.rejects(verify({ time: 'document' }, { timestamp: time - 86_400_000 }), {
    code: 'ATTESTATION_CERTIFICATE_NOT_YET_VALID',
  });
  await t.resolves(
    verify({ time: 'document', maximumAge: 0 }, { timestamp: time - 1000 }),
    'its own time is never old',
  );
});

t.test('options that check nothing or contradict themselves are refused', async (t) => {
  const invalid = { code: 'ATTESTATION_OPTIONS_INVALID' };
  for (const options of [
    { time: Number.NaN },
    { time: undefined },
    { time: 'now' },
    { maximumAge: -1 },
    { maximumSkew: Number.NaN },
    { roots: [] },
    { trust: 'anyone' },
    { nonce: new Uint8Array() },
    { policyHash: new Uint8Array(31) },
    { pcrs: new Map([[32, pcr(1)]]) },
    { pcrs: new Map([[0, new Uint8Array(47)]]) },
    { pcrs: new Map([[0, []]]) },
  ] as unknown as Partial<VerificationOptions>[])
    await t.rejects(verify(options), invalid, Object.keys(options).join());
  await t.rejects(verify({ trust: 'qemu-emulator' }), { code: 'ATTESTATION_TRUST_CONFLICT' });
});

t.test("QEMU's unsigned documents pass only by name", async (t) => {
  const zero = new Uint8Array(64);
  const seconds = Math.floor(time / 1000) * 1000;
  interface Shape {
    readonly changed?: Partial<DocumentFields>;
    readonly algorithm?: number;
    readonly signature?: Uint8Array;
  }
  const emulated = ({ changed, algorithm = -1, signature = zero }: Shape = {}) =>
    encodeCoseSign1({
      protectedHeader: protectedHeaderFor(algorithm),
      payload: encodePayload(
        authority.fields({ certificate: zero, cabundle: [zero], timestamp: seconds, ...changed }),
      ),
      signature,
    });
  const trusting = { crypto, time, trust: 'qemu-emulator' } as const;
  const facts = await verifyAttestation(emulated(), trusting);
  t.equal(facts.signed, false, 'and are said to be unsigned');
  t.equal(facts.chain, undefined);
  for (const roots of [undefined, [authority.root], awsNitroRoots()])
    await t.rejects(
      verifyAttestation(emulated(), { crypto, time, ...(roots === undefined ? {} : { roots }) }),
      {
        code: 'ATTESTATION_UNSIGNED',
      },
    );
  const notEmulator = { code: 'ATTESTATION_NOT_EMULATOR' };
  for (const shape of [
    { signature: new Uint8Array(64).fill(1) },
    { signature: new Uint8Array(96) },
    { algorithm: -35 },
    { changed: { certificate: authority.certificate } },
    { changed: { certificate: new Uint8Array(63) } },
    { changed: { cabundle: authority.cabundle } },
    { changed: { cabundle: [zero, zero] } },
    { changed: { timestamp: seconds + 1 } },
    { changed: { nonce: undefined } },
  ])
    await t.rejects(verifyAttestation(emulated(shape), trusting), notEmulator);
  await t.rejects(verifyAttestation(await authority.document(), trusting), notEmulator, 'a signed document');
  const tagged = concatBytes(Uint8Array.of(0xd2), emulated());
  await t.rejects(verifyAttestation(tagged, trusting), notEmulator, 'a tagged one');
  const everything = { ...trusting, nonce: Uint8Array.of(1) };
  await t.rejects(
    verifyAttestation(emulated(), everything),
    { code: 'ATTESTATION_NONCE_MISMATCH' },
    'the rest is checked',
  );
  await t.rejects(verifyAttestation(emulated(), { ...trusting, time: time + 4 * 3_600_000 }), {
    code: 'ATTESTATION_TOO_OLD',
  });
});

t.test('registers extend as the device extends them', async (t) => {
  const hash = sha384Of(crypto);
  // The measurement of nothing, as every EIF with a single ramdisk has it in PCR2.
  t.equal(
    toHex(await extendPcr(emptyPcr(), sha384(), hash)),
    '21b9efbc184807662e966d34f390821309eeac6802309798826296bf3e8bec7c10edb30948c90ba67310f7b964fc500a',
  );
  t.same(await extendPcr(pcr(1), Uint8Array.of(1, 2), hash), sha384(pcr(1), Uint8Array.of(1, 2)));
  t.same(
    await policyPcr16(pcr(5).subarray(0, 32), (data) => sha384(data)),
    sha384(pcr(0), pcr(5).subarray(0, 32)),
  );
  await t.rejects(extendPcr(new Uint8Array(32), emptyPcr(), hash), RangeError);
  await t.rejects(policyPcr16(emptyPcr(), hash), RangeError);
});

t.test('user data says what a document is for', async (t) => {
  const content = new Uint8Array(randomBytes(48));
  for (const purpose of PURPOSES) {
    const userData = encodePurpose(purpose, content);
    t.equal(Buffer.from(userData.subarray(0, purpose.length + 1)).toString(), `${purpose}\0`);
    t.strictSame(decodePurpose(userData), { purpose, content });
    t.same(requirePurpose(userData, purpose), content);
    for (const other of PURPOSES)
      if (other !== purpose) t.throws(() => requirePurpose(userData, other), { code: 'ATTESTATION_PURPOSE' });
    t.ok(isReservedUserData(userData));
  }
  const text = (value: string) => new TextEncoder().encode(value);
  for (const untagged of [
    undefined,
    new Uint8Array(),
    text('truce/channel/v1'),
    text('truce/channel/v10\0'),
    text('truce/chan\0'),
    content,
  ])
    t.throws(() => decodePurpose(untagged), { code: 'ATTESTATION_PURPOSE' });
  t.ok(isReservedUserData(text('truce/anything')), 'unknown tags are reserved too');
  for (const free of ['', 'truce', 'Truce/channel/v1', 'x']) t.notOk(isReservedUserData(text(free)));
  t.throws(() => encodePurpose('truce/channel/v1', new Uint8Array(500)), RangeError);
});

t.test('certificates carry their claims in extensions', async (t) => {
  const document = await authority.document();
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair;
  const der = await issueCertificate(
    {
      serial: Uint8Array.of(0x81, 2),
      issuer: commonNameOnly('enclave'),
      subject: commonNameOnly('enclave'),
      notBefore: time,
      notAfter: time + 1000,
      publicKey: new Uint8Array(await crypto.subtle.exportKey('spki', keys.publicKey)),
      signatureAlgorithm: Oid.ECDSA_SHA256,
      extensions: [
        truceExtension(TruceExtension.ATTESTATION_DOCUMENT, document),
        truceExtension(TruceExtension.INSTANCE_ID, pcr(1).subarray(0, 16)),
        { identifier: TruceExtension.POLICY_HASH, critical: false, value: pcr(1).subarray(0, 32) },
        { identifier: TruceExtension.MEASUREMENT, critical: false, value: fromHex('04020100ff')! },
      ],
    },
    async (tbs) => new Uint8Array(await crypto.subtle.sign(algorithm, keys.privateKey, new Uint8Array(tbs))),
  );
  t.ok(new X509Certificate(der).verify(new X509Certificate(der).publicKey), 'node reads and verifies it too');
  const certificate = parseCertificate(der);
  t.same(readTruceExtension(certificate, TruceExtension.ATTESTATION_DOCUMENT), document);
  t.same(readTruceExtension(certificate, TruceExtension.INSTANCE_ID), pcr(1).subarray(0, 16));
  const invalid = { code: 'CERTIFICATE_INVALID' };
  t.throws(
    () => readTruceExtension(certificate, TruceExtension.POLICY_HASH),
    invalid,
    'bytes without a header',
  );
  t.throws(
    () => readTruceExtension(certificate, TruceExtension.MEASUREMENT),
    invalid,
    'a byte behind the octets',
  );
  t.equal(readTruceExtension(parseCertificate(authority.root), TruceExtension.POLICY_HASH), undefined);
});
