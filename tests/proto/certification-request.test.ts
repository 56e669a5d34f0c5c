import { generateKeyPairSync, sign, webcrypto } from 'node:crypto';
import 'reflect-metadata';
import {
  type ExtensionsAttribute as AskedExtensions,
  ChallengePasswordAttribute,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequest,
  Pkcs10CertificateRequestGenerator,
} from '@peculiar/x509';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import {
  readTruceExtension,
  TruceExtension,
  truceExtension,
} from '../../proto/attestation/certificate-extensions.ts';
import { decodeCsrPurpose, encodeCsrPurpose } from '../../proto/attestation/csr-purpose.ts';
import { isSignedBy } from '../../proto/attestation/issued-signature.ts';
import { encodePurpose } from '../../proto/attestation/purpose.ts';
import { concatBytes, toHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import { splitCertificates } from '../../proto/x509/certificate.ts';
import {
  commonNameOnly,
  ecdsaSignature,
  encodeExtension,
  keyUsage,
} from '../../proto/x509/certificate-writer.ts';
import {
  type CertificationRequestFields,
  MAXIMUM_REQUEST_LENGTH,
  makeCertificationRequest,
  parseCertificationRequest,
} from '../../proto/x509/certification-request.ts';
import { contextTag, DerTag } from '../../proto/x509/der.ts';
import {
  derBitString,
  derElement,
  derObjectIdentifier,
  derSequence,
  derUnsignedInteger,
} from '../../proto/x509/der-writer.ts';
import { Oid } from '../../proto/x509/object-identifiers.ts';

const crypto = webcrypto as unknown as Crypto;

function makeKey(namedCurve = 'P-256') {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  return {
    publicKey: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })),
    sign: async (bytes: Uint8Array) =>
      new Uint8Array(sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' })),
  };
}

const key = makeKey();
const policyHash = new Uint8Array(32).fill(7);
const fields: CertificationRequestFields = {
  subject: commonNameOnly('truce-enclave'),
  publicKey: key.publicKey,
  extensions: [keyUsage(1), truceExtension(TruceExtension.POLICY_HASH, policyHash)],
};
const der = await makeCertificationRequest(fields, key.sign);

/** A request from parts that need not fit together. */
async function bent(
  parts: {
    version?: number;
    publicKey?: Uint8Array;
    attributes?: readonly Uint8Array[];
    algorithm?: string;
    more?: Uint8Array;
  } = {},
): Promise<Uint8Array> {
  const tbs = derSequence(
    derUnsignedInteger(Uint8Array.of(parts.version ?? 0)),
    fields.subject,
    parts.publicKey ?? key.publicKey,
    derElement(contextTag(0), ...(parts.attributes ?? [])),
    parts.more ?? new Uint8Array(),
  );
  const algorithm = derSequence(derObjectIdentifier(parts.algorithm ?? Oid.ECDSA_SHA256));
  return derSequence(tbs, algorithm, derBitString(ecdsaSignature(await key.sign(tbs))));
}

async function attribute(type: string, ...values: readonly Uint8Array[]): Promise<Uint8Array> {
  return derSequence(derObjectIdentifier(type), derElement(DerTag.SET, ...values));
}

t.test('a request is read back as it was written, and @peculiar/x509 reads it too', async (t) => {
  const request = parseCertificationRequest(der);
  t.equal(request.subject.text, 'CN=truce-enclave');
  t.same(request.publicKey.raw, key.publicKey);
  t.same(readTruceExtension(request, TruceExtension.POLICY_HASH), policyHash);
  t.same([...request.extensions.keys()], [Oid.KEY_USAGE, TruceExtension.POLICY_HASH]);
  t.ok(await isSignedBy(request, request.publicKey, crypto));

  const theirs = new Pkcs10CertificateRequest(Buffer.from(der));
  t.equal(theirs.subject, 'CN=truce-enclave');
  t.ok(await theirs.verify(crypto));
  const asked = theirs.getAttribute(Oid.EXTENSION_REQUEST) as AskedExtensions;
  t.equal(asked.items[0]?.type, Oid.KEY_USAGE);

  const none = parseCertificationRequest(
    await makeCertificationRequest({ ...fields, extensions: [] }, key.sign),
  );
  t.equal(none.extensions.size, 0);
});

t.test(
  'requests of @peculiar/x509 are read, and attributes that mean nothing here are refused',
  async (t) => {
    const keys = (await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
      'sign',
      'verify',
    ])) as CryptoKeyPair;
    const settings = {
      name: 'CN=VeracruzCompute',
      keys,
      signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
      extensions: [new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true)],
    } as Parameters<typeof Pkcs10CertificateRequestGenerator.create>[0];
    const made = await Pkcs10CertificateRequestGenerator.create(settings, crypto);
    const request = parseCertificationRequest(new Uint8Array(made.rawData));
    t.equal(request.subject.commonName, 'VeracruzCompute');
    t.ok(await isSignedBy(request, request.publicKey, crypto));
    const attributes = [new ChallengePasswordAttribute('a word')];
    const more = await Pkcs10CertificateRequestGenerator.create({ ...settings, attributes }, crypto);
    t.throws(() => parseCertificationRequest(new Uint8Array(more.rawData)), { name: 'TruceError' });
  },
);

t.test('what is no request for a key on P-256 is refused', async (t) => {
  const list = derSequence(encodeExtension(keyUsage(1)));
  const asked = await attribute(Oid.EXTENSION_REQUEST, list);
  t.ok(parseCertificationRequest(await bent({ attributes: [asked] })));
  const cases: [string, Uint8Array, string][] = [
    ['another version', await bent({ version: 1 }), 'CERTIFICATION_REQUEST_INVALID'],
    ['another curve', await bent({ publicKey: makeKey('P-384').publicKey }), 'CERTIFICATION_REQUEST_INVALID'],
    [
      'another signature algorithm',
      await bent({ algorithm: Oid.ECDSA_SHA384 }),
      'CERTIFICATION_REQUEST_INVALID',
    ],
    [
      'an unknown attribute',
      await bent({ attributes: [await attribute('1.2.3', list)] }),
      'CERTIFICATION_REQUEST_INVALID',
    ],
    ['the attribute twice', await bent({ attributes: [asked, asked] }), 'DER_INVALID'],
    [
      'two values of it',
      await bent({ attributes: [await attribute(Oid.EXTENSION_REQUEST, list, list)] }),
      'DER_INVALID',
    ],
    ['no value of it', await bent({ attributes: [await attribute(Oid.EXTENSION_REQUEST)] }), 'DER_INVALID'],
    [
      'an extension twice',
      await bent({
        attributes: [
          await attribute(
            Oid.EXTENSION_REQUEST,
            derSequence(encodeExtension(keyUsage(1)), encodeExtension(keyUsage(1))),
          ),
        ],
      }),
      'CERTIFICATE_INVALID',
    ],
    ['more in the signed part', await bent({ more: derSequence() }), 'DER_INVALID'],
    ['bytes behind it', concatBytes(der, Uint8Array.of(0)), 'DER_INVALID'],
    ['far too much', new Uint8Array(MAXIMUM_REQUEST_LENGTH + 1), 'CERTIFICATION_REQUEST_INVALID'],
  ];
  for (const [what, bytes, code] of cases)
    t.throws(() => parseCertificationRequest(bytes), { name: 'TruceError', code }, what);
  await t.rejects(
    makeCertificationRequest({ ...fields, extensions: [keyUsage(1), keyUsage(1)] }, key.sign),
    RangeError,
  );
});

/** Reads it, or says why not: never anything but an error of the table. */
async function holds(t: Test, bytes: Uint8Array): Promise<boolean> {
  try {
    const request = parseCertificationRequest(bytes);
    return await isSignedBy(request, request.publicKey, crypto);
  } catch (error) {
    if (!(error instanceof TruceError)) t.fail(`${toHex(bytes)}: ${String(error)}`);
    return false;
  }
}

t.test('no byte of a request can change unnoticed, and any bytes are read or refused', async (t) => {
  for (let index = 0; index < der.length; index++) {
    const changed = new Uint8Array(der);
    changed[index]! ^= 1 << (index & 7);
    if (await holds(t, changed)) t.fail(`byte ${index} changed`);
  }
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        fc
          .tuple(fc.nat(der.length), fc.nat(der.length), fc.uint8Array({ maxLength: 8 }))
          .map(([from, to, middle]) => concatBytes(der.subarray(0, from), middle, der.subarray(to))),
      ),
      async (bytes) => (await holds(t, bytes)) === (Buffer.compare(bytes, der) === 0),
    ),
    { numRuns: 500 },
  );
});

t.test('a signature is only its own key, and only on the curves that are known', async (t) => {
  const request = parseCertificationRequest(der);
  const other = parseCertificationRequest(
    await makeCertificationRequest({ ...fields, publicKey: makeKey().publicKey }, key.sign),
  );
  t.notOk(await isSignedBy(other, other.publicKey, crypto), 'made by somebody who holds another key');
  t.notOk(await isSignedBy(request, { ...request.publicKey, curve: undefined }, crypto));
  t.notOk(
    await isSignedBy({ ...request, signatureAlgorithm: Oid.RSA_ENCRYPTION }, request.publicKey, crypto),
  );
  const offCurve = new Uint8Array(key.publicKey);
  offCurve[offCurve.length - 1]! ^= 1;
  t.notOk(await isSignedBy(request, { ...request.publicKey, raw: offCurve }, crypto));
});

t.test(
  'user_data for a request names its hash and the instance, and nothing else passes for it',
  async (t) => {
    const instanceId = new Uint8Array(16).fill(3);
    const userData = await encodeCsrPurpose(der, instanceId, crypto);
    const hash = new Uint8Array(await webcrypto.subtle.digest('SHA-256', der));
    t.same(userData, concatBytes(new TextEncoder().encode('truce/csr/v1\0'), hash, instanceId));
    t.same(decodeCsrPurpose(userData), { csrHash: hash, instanceId });
    const refused = [
      undefined,
      hash,
      userData.subarray(0, -1),
      concatBytes(userData, Uint8Array.of(0)),
      encodePurpose('truce/certificate/v1', concatBytes(instanceId, hash)),
    ];
    for (const bytes of refused) t.throws(() => decodeCsrPurpose(bytes), { code: 'ATTESTATION_PURPOSE' });
    await t.rejects(encodeCsrPurpose(der, new Uint8Array(15), crypto), RangeError);
  },
);

t.test('certificates that stand one behind the other are told apart', async (t) => {
  const [one, two] = [derSequence(derSequence()), derSequence(derUnsignedInteger(Uint8Array.of(9)))];
  t.same(splitCertificates(concatBytes(one, two)), [one, two]);
  t.same(splitCertificates(new Uint8Array()), []);
  for (const broken of [one.subarray(1), concatBytes(one, Uint8Array.of(0x30)), Uint8Array.of(4, 0)])
    t.throws(() => splitCertificates(broken), { code: 'DER_INVALID' });
});
