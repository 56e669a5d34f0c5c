import { webcrypto, X509Certificate } from 'node:crypto';
import t from 'tap';
import { fromHex } from '../../proto/bytes.ts';
import { KeyUsage, parseCertificate } from '../../proto/x509/certificate.ts';
import {
  basicConstraints,
  type CertificateFields,
  commonNameOnly,
  issueCertificate,
  keyUsage,
} from '../../proto/x509/certificate-writer.ts';
import { Oid } from '../../proto/x509/object-identifiers.ts';
import { agreesWithNode } from './x509-checks.ts';

const hex = (text: string): Uint8Array => fromHex(text)!;

t.test('a certificate is written as it is read, by us and by node', async (t) => {
  const keys = (await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-384' }, true, [
    'sign',
    'verify',
  ])) as CryptoKeyPair;
  const name = commonNameOnly('Tr\u00fcce');
  const fields: CertificateFields = {
    serial: hex('00ff02'),
    issuer: name,
    subject: name,
    notBefore: Date.parse('2024-02-29T01:02:03Z'),
    notAfter: Date.parse('2050-01-01T00:00:00Z'),
    publicKey: new Uint8Array(await webcrypto.subtle.exportKey('spki', keys.publicKey)),
    extensions: [
      basicConstraints(true, 2),
      keyUsage(KeyUsage.KEY_CERT_SIGN | KeyUsage.DECIPHER_ONLY),
      { identifier: `2.25.${(1n << 128n) - 1n}.1`, critical: true, value: hex('0500') },
    ],
    signatureAlgorithm: Oid.ECDSA_SHA384,
  };
  const sign = async (tbs: Uint8Array) =>
    new Uint8Array(await webcrypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-384' }, keys.privateKey, tbs));
  const written = await issueCertificate(fields, sign);
  const certificate = agreesWithNode(t, written);
  const theirs = new X509Certificate(written);
  t.ok(theirs.verify(theirs.publicKey));
  t.same(certificate.basicConstraints, { ca: true, pathLength: 2 });
  t.equal(certificate.keyUsage, KeyUsage.KEY_CERT_SIGN | KeyUsage.DECIPHER_ONLY);
  t.same(certificate.extensions.get(`2.25.${(1n << 128n) - 1n}.1`), { critical: true, value: hex('0500') });
  const plain = parseCertificate(await issueCertificate({ ...fields, extensions: [] }, sign));
  t.equal(plain.extensions.size, 0);
  const endpoint = parseCertificate(
    await issueCertificate({ ...fields, extensions: [basicConstraints(false)] }, sign),
  );
  t.same(endpoint.basicConstraints, { ca: false, pathLength: undefined });
  for (const bad of [
    { serial: new Uint8Array() },
    { serial: new Uint8Array(3) },
    { serial: new Uint8Array(21).fill(1) },
    { notAfter: fields.notBefore - 1 },
    { notAfter: Number.NaN },
    { notAfter: Date.UTC(10_000, 0) },
    { extensions: [basicConstraints(true), basicConstraints(false)] },
    { extensions: [{ identifier: '1.40.1', critical: false, value: hex('') }] },
    { extensions: [{ identifier: '2.05', critical: false, value: hex('') }] },
  ])
    await t.rejects(issueCertificate({ ...fields, ...bad }, sign), RangeError);
  t.throws(() => keyUsage(0), RangeError);
  t.throws(() => keyUsage(1 << 9), RangeError);
});
