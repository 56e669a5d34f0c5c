/** What an enclave claims beside its measurements: in a document's user data, and in its certificate's extensions. */
import { randomBytes, X509Certificate } from 'node:crypto';
import t from 'tap';
import {
  readTruceExtension,
  TruceExtension,
  truceExtension,
} from '../../proto/attestation/certificate-extensions.ts';
import {
  decodePurpose,
  encodePurpose,
  isReservedUserData,
  PURPOSES,
  requirePurpose,
} from '../../proto/attestation/purpose.ts';
import { fromHex } from '../../proto/bytes.ts';
import { parseCertificate } from '../../proto/x509/certificate.ts';
import { commonNameOnly, issueCertificate } from '../../proto/x509/certificate-writer.ts';
import { Oid } from '../../proto/x509/object-identifiers.ts';
import { nodeCrypto as crypto } from '../support/attestation-authority.ts';
import { authority, pcr } from './attestation-samples.ts';

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
  const { time } = authority;
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
