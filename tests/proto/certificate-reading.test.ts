import { webcrypto, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import 'reflect-metadata';
import {
  BasicConstraintsExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import fc from 'fast-check';
import t from 'tap';
import { concatBytes, fromHex, toHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import { KeyUsage, parseCertificate } from '../../proto/x509/certificate.ts';
import { DerReader, DerTag, readDer } from '../../proto/x509/der.ts';
import { Oid } from '../../proto/x509/object-identifiers.ts';
import { decodePemCertificates } from '../../proto/x509/pem.ts';
import { agreesWithNode, rejects } from './x509-checks.ts';

const certificates = new URL('../fixtures/attestation/certs/', import.meta.url);
const hex = (text: string): Uint8Array => fromHex(text)!;
const [rootDer] = decodePemCertificates(
  readFileSync(new URL('aws-nitro-root-g1.pem', certificates), 'utf8'),
) as [Uint8Array];

async function makeCertificate(
  algorithm: EcKeyGenParams | RsaHashedKeyGenParams | 'Ed25519',
  extensions: Extension[],
) {
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair;
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: '0102ff',
      name: 'C=GB, O=Tr\u00fcce \\, Ltd, CN=A name',
      notBefore: new Date('2024-02-29T01:02:03Z'),
      notAfter: new Date('2051-01-01T00:00:00Z'),
      keys,
      signingAlgorithm:
        algorithm === 'Ed25519' ? { name: 'Ed25519' } : { name: algorithm.name, hash: 'SHA-384' },
      extensions,
    } as Parameters<typeof X509CertificateGenerator.createSelfSigned>[0],
    webcrypto as unknown as Crypto,
  );
  return new Uint8Array(certificate.rawData);
}

const authorityExtensions = [
  new BasicConstraintsExtension(true, 3, true),
  new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.digitalSignature, true),
  new Extension('2.25.1', false, new Uint8Array([4, 1, 7])),
];
const ecdsaDer = await makeCertificate({ name: 'ECDSA', namedCurve: 'P-384' }, authorityExtensions);

t.test('the AWS root is read in full', async (t) => {
  const root = parseCertificate(rootDer);
  t.equal(toHex(root.serial), '00f93175681b90afe11d46ccb4e4e7f856');
  t.equal(root.subject.text, 'C=US, O=Amazon, OU=AWS, CN=aws.nitro-enclaves');
  t.equal(root.issuer.commonName, 'aws.nitro-enclaves');
  t.equal(root.notBefore, Date.parse('2019-10-28T13:28:05Z'));
  t.equal(root.notAfter, Date.parse('2049-10-28T14:28:05Z'));
  t.equal(root.signatureAlgorithm, Oid.ECDSA_SHA384);
  t.equal(root.publicKey.curve, Oid.P384);
  t.match(root.basicConstraints, { ca: true, pathLength: undefined });
  t.equal(root.keyUsage, KeyUsage.DIGITAL_SIGNATURE | KeyUsage.KEY_CERT_SIGN | KeyUsage.CRL_SIGN);
  t.same([...root.extensions.keys()], [Oid.BASIC_CONSTRAINTS, Oid.SUBJECT_KEY_IDENTIFIER, Oid.KEY_USAGE]);
  t.equal(root.extensions.get(Oid.SUBJECT_KEY_IDENTIFIER)?.critical, false);
  t.equal(root.raw.buffer, rootDer.buffer, 'and nothing is copied');
});

t.test('certificates of every common key agree with node', async (t) => {
  agreesWithNode(t, rootDer);
  agreesWithNode(t, decodePemCertificates(readFileSync(new URL('unknown-ca.pem', certificates), 'utf8'))[0]!);
  const ecdsa = agreesWithNode(t, ecdsaDer);
  t.equal(ecdsa.publicKey.curve, Oid.P384);
  t.match(ecdsa.basicConstraints, { ca: true, pathLength: 3 });
  t.equal(ecdsa.keyUsage, KeyUsage.DIGITAL_SIGNATURE | KeyUsage.KEY_CERT_SIGN);
  t.same(ecdsa.extensions.get('2.25.1'), { critical: false, value: Uint8Array.of(4, 1, 7) });
  t.equal(ecdsa.subject.text, 'C=GB, O=Tr\u00fcce \\, Ltd, CN=A name');
  const rsa = agreesWithNode(
    t,
    await makeCertificate(
      {
        name: 'RSASSA-PKCS1-v1_5',
        hash: 'SHA-384',
        modulusLength: 2048,
        publicExponent: Uint8Array.of(1, 0, 1),
      },
      [],
    ),
  );
  t.equal(rsa.publicKey.algorithm, Oid.RSA_ENCRYPTION);
  t.equal(rsa.extensions.size, 0);
  t.equal(agreesWithNode(t, await makeCertificate('Ed25519', [])).publicKey.algorithm, Oid.ED25519);
});

t.test(
  'a twisted certificate is read or refused by a typed error, and never more leniently than by node',
  async (t) => {
    let refused = 0;
    for (let position = 0; position < ecdsaDer.length; position++) {
      for (const mask of [0x01, 0x80, 0xff]) {
        const twisted = ecdsaDer.slice();
        twisted[position]! ^= mask;
        if (throwsTruceError(() => parseCertificate(twisted))) refused++;
        else t.doesNotThrow(() => new X509Certificate(twisted), `byte ${position}`);
      }
    }
    t.ok(refused > 500, 'flips of structure are refused');
    for (let length = 0; length < ecdsaDer.length; length++)
      if (!throwsTruceError(() => parseCertificate(ecdsaDer.subarray(0, length)))) t.fail(`cut at ${length}`);
    rejects(
      t,
      () => parseCertificate(concatBytes(ecdsaDer, Uint8Array.of(0))),
      'DER_INVALID',
      'a byte behind it',
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) =>
        throwsTruceError(() => parseCertificate(bytes)),
      ),
    );
  },
);

function throwsTruceError(action: () => unknown): boolean {
  try {
    action();
    return false;
  } catch (error) {
    if (!(error instanceof TruceError)) throw error;
    return true;
  }
}

/** A DER element made by hand. */
function der(tag: number, ...parts: Uint8Array[]): Uint8Array {
  const content = concatBytes(...parts);
  const length =
    content.length < 0x80
      ? [content.length]
      : content.length < 0x100
        ? [0x81, content.length]
        : [0x82, content.length >> 8, content.length & 0xff];
  return concatBytes(Uint8Array.of(tag, ...length), content);
}

/** The elements of the generated certificate's signed part, to be put together differently. */
function dissect(): { fields: Uint8Array[]; algorithm: Uint8Array; signature: Uint8Array } {
  const outer = DerReader.inside(readDer(ecdsaDer, DerTag.SEQUENCE));
  const tbs = outer.enter();
  const fields: Uint8Array[] = [];
  while (!tbs.atEnd) fields.push(tbs.read().raw);
  return { fields, algorithm: outer.read().raw, signature: outer.read().raw };
}

t.test('certificates that break the grammar are refused', async (t) => {
  const { fields, algorithm, signature } = dissect();
  const build = (changed: Uint8Array[]): Uint8Array => der(0x30, der(0x30, ...changed), algorithm, signature);
  const withField = (index: number, field: Uint8Array): Uint8Array => build(fields.with(index, field));
  const refused = (bytes: Uint8Array, message: string): void => {
    t.ok(
      throwsTruceError(() => parseCertificate(bytes)),
      message,
    );
  };
  t.same(build(fields), ecdsaDer, 'put together unchanged it is the same certificate');
  const extension = (identifier: string, value: Uint8Array): Uint8Array =>
    der(0x30, der(0x06, hex(identifier)), der(0x04, value));
  const withExtensions = (...list: Uint8Array[]): Uint8Array => withField(7, der(0xa3, der(0x30, ...list)));
  const one = extension('551d0e', hex('0400'));
  t.ok(parseCertificate(withExtensions(one)));
  rejects(
    t,
    () => parseCertificate(withExtensions(one, one)),
    'CERTIFICATE_INVALID',
    'an extension that occurs twice',
  );
  t.equal(
    parseCertificate(withExtensions()).extensions.size,
    0,
    'an empty list is what some libraries write',
  );
  refused(withExtensions(extension('551d13', hex('3003020101'))), 'a path length without being an authority');
  refused(withExtensions(extension('551d13', hex('30060101ff0201ff'))), 'a negative path length');
  refused(
    withExtensions(extension('551d13', hex('30060101ff020101ff'))),
    'bytes behind the basic constraints',
  );
  refused(withExtensions(extension('551d13', hex('30030101 01'.replace(' ', '')))), 'a BOOLEAN of 1');
  refused(withExtensions(extension('551d0f', hex('030205a1'))), 'padding bits that are set');
  refused(withExtensions(extension('551d0f', hex('03020700'))), 'a key usage without a use');
  rejects(
    t,
    () => parseCertificate(build(fields.slice(1))),
    'CERTIFICATE_INVALID',
    'version 1 with extensions',
  );
  refused(withField(0, hex('a003020103')), 'version 4');
  refused(withField(0, hex('a003020100')), 'version 1 spelled out');
  refused(withField(2, hex('300a06082a8648ce3d040302')), 'two signature algorithms');
  refused(
    withField(4, hex('301e170d3234303232393031303230335a170d3233303130313030303030305a')),
    'an end before the start',
  );
  refused(withField(5, hex('300e310c300a06035504030c03ff4141')), 'a name that is not UTF-8');
  refused(withField(5, hex('30023100')), 'an empty part of a name');
  refused(build([...fields, hex('0500')]), 'a field too many');
  const bidi = parseCertificate(withField(5, hex('3010310e300c06035504030c05e280ae1b41')));
  t.equal(bidi.subject.text, 'CN=\\u{202e}\\u{1b}A', 'characters that steer a terminal are spelled out');
});
