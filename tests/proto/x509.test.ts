import { generateKeyPairSync, webcrypto, X509Certificate } from 'node:crypto';
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
import t, { type Test } from 'tap';
import { concatBytes, fromHex, toHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import { type Certificate, KeyUsage, parseCertificate } from '../../proto/x509/certificate.ts';
import {
  basicConstraints,
  type CertificateFields,
  commonNameOnly,
  issueCertificate,
  keyUsage,
} from '../../proto/x509/certificate-writer.ts';
import { DerReader, DerTag, readDer } from '../../proto/x509/der.ts';
import { integerOctets, objectIdentifier, timeValue, unsignedInteger } from '../../proto/x509/der-values.ts';
import { derObjectIdentifier, derOctetString, derUnsignedInteger } from '../../proto/x509/der-writer.ts';
import { Oid } from '../../proto/x509/object-identifiers.ts';
import { decodePemCertificates, encodePem } from '../../proto/x509/pem.ts';

const certificates = new URL('../fixtures/attestation/certs/', import.meta.url);
const hex = (text: string): Uint8Array => fromHex(text)!;
const rootPem = readFileSync(new URL('aws-nitro-root-g1.pem', certificates), 'utf8');
const [rootDer] = decodePemCertificates(rootPem) as [Uint8Array];

function rejects(test: Test, action: () => unknown, code: string, message: string): void {
  test.throws(action, { name: 'TruceError', code }, message);
}

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

function agreesWithNode(t: Test, der: Uint8Array): Certificate {
  const ours = parseCertificate(der);
  const theirs = new X509Certificate(der);
  t.equal(ours.notBefore, Date.parse(theirs.validFrom));
  t.equal(ours.notAfter, Date.parse(theirs.validTo));
  t.equal(ours.basicConstraints?.ca ?? false, theirs.ca);
  t.equal(BigInt(`0x${toHex(ours.serial)}`), BigInt(`0x${theirs.serialNumber}`));
  t.same(ours.publicKey.raw, theirs.publicKey.export({ type: 'spki', format: 'der' }));
  t.ok(theirs.subject.includes(`CN=${ours.subject.commonName}`));
  return ours;
}

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

t.test('DER has one encoding for each value', async (t) => {
  const element = (text: string) => new DerReader(hex(text)).read();
  for (const [text, message] of [
    ['', 'nothing'],
    ['30', 'no length'],
    ['3080', 'an indefinite length'],
    ['308101', 'a long form for a short length'],
    ['30820080', 'a length with a leading zero'],
    ['308500000000', 'a length of five octets'],
    ['3003', 'content cut short'],
    ['1f0100', 'a tag of several octets'],
    ['30847fffffff', 'a length far beyond the input'],
  ] as const)
    rejects(t, () => element(text), 'DER_INVALID', message);
  rejects(t, () => integerOctets(element('02020001')), 'DER_INVALID', 'a long positive INTEGER');
  rejects(t, () => integerOctets(element('0202ff80')), 'DER_INVALID', 'a long negative INTEGER');
  rejects(t, () => integerOctets(element('0200')), 'DER_INVALID', 'an INTEGER of nothing');
  t.same(unsignedInteger(element('02020080'), 3), hex('000080'));
  rejects(t, () => unsignedInteger(element('020180'), 3), 'DER_INVALID', 'a negative INTEGER');
  rejects(t, () => unsignedInteger(element('020401020304'), 3), 'DER_INVALID', 'an INTEGER too large');
  t.equal(objectIdentifier(element('06082a8648ce3d040303')), Oid.ECDSA_SHA384);
  t.equal(objectIdentifier(element('0603883703')), '2.999.3', 'the example of X.690');
  rejects(t, () => objectIdentifier(element('0602802a')), 'DER_INVALID', 'a padded arc');
  rejects(t, () => objectIdentifier(element('06022a86')), 'DER_INVALID', 'an arc cut short');
  const time = (tag: string, text: string) =>
    timeValue(
      element(`${tag}${text.length.toString(16).padStart(2, '0')}${toHex(new TextEncoder().encode(text))}`),
    );
  t.equal(time('17', '491231235959Z'), Date.parse('2049-12-31T23:59:59Z'));
  t.equal(time('17', '500101000000Z'), Date.parse('1950-01-01T00:00:00Z'));
  t.equal(time('18', '99991231235959Z'), Date.parse('9999-12-31T23:59:59Z'));
  for (const bad of [
    '230229000000Z',
    '231301000000Z',
    '230101240000Z',
    '2301010000Z',
    '230101000000+0000',
    '230101000060Z',
  ])
    rejects(t, () => time('17', bad), 'DER_INVALID', bad);
  for (const bad of ['00500101000000Z', '20230101000000.5Z', '2023010100000Z', ' 2023010100000Z'])
    rejects(t, () => time('18', bad), 'DER_INVALID', bad);
});

t.test('a PEM text of blanks alone is refused as fast as any other', async (t) => {
  // By a pattern that tries each blank anew, this takes minutes.
  const blanks = ' \t'.repeat((1 << 19) - 1);
  rejects(t, () => decodePemCertificates(`${blanks}x`), 'PEM_INVALID', 'blanks');
});

t.test('PEM is read strictly and written back the same', async (t) => {
  t.equal(encodePem('CERTIFICATE', rootDer), rootPem.endsWith('\n') ? rootPem : `${rootPem}\n`);
  t.same(decodePemCertificates(`${rootPem}\r\n\n${rootPem.replaceAll('\n', '\r\n')}`), [rootDer, rootDer]);
  const { privateKey } = generateKeyPairSync('ed25519');
  for (const [text, message] of [
    ['', 'no block'],
    [`${rootPem}and more`, 'text behind it'],
    [`subject=x\n${rootPem}`, 'text before it'],
    [rootPem.slice(0, -30), 'no end'],
    [rootPem.replace('MII', 'M*I'), 'a character that is not base64'],
    [rootPem.replace('MII', 'M=I'), 'padding inside'],
    ['-----BEGIN CERTIFICATE-----\nAB==\n-----END CERTIFICATE-----\n', 'padding bits that are set'],
    ['-----BEGIN CERTIFICATE-----\nAAA\n-----END CERTIFICATE-----\n', 'no padding'],
    ['-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n', 'an empty block'],
    [rootPem.replace('END CERTIFICATE', 'END PUBLIC KEY'), 'another label at the end'],
    [privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'a private key'],
    ['\n'.repeat(1 << 21), 'too long'],
  ] as const)
    rejects(t, () => decodePemCertificates(text), 'PEM_INVALID', message);
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
      t.same(decodePemCertificates(encodePem('CERTIFICATE', bytes)), [bytes]);
    }),
    { numRuns: 50 },
  );
});

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

t.test('what is written in DER is read back', async (t) => {
  const arc = fc.oneof(fc.bigInt({ min: 0n, max: 300n }), fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }));
  fc.assert(
    fc.property(fc.array(arc, { maxLength: 4 }), fc.nat(39), fc.nat(1), (arcs, second, first) => {
      const dotted = [first, second, ...arcs].join('.');
      const large = ['2', ...arcs, '7'].join('.');
      for (const identifier of [dotted, large])
        if (derObjectIdentifier(identifier).length <= 66)
          t.equal(objectIdentifier(new DerReader(derObjectIdentifier(identifier)).read()), identifier);
    }),
    { numRuns: 200 },
  );
  for (const length of [0, 127, 128, 255, 256, 65_535, 65_536]) {
    const content = new Uint8Array(length).fill(7);
    t.same(readDer(derOctetString(content), DerTag.OCTET_STRING).content, content);
  }
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 12 }), (octets) => {
      const padded = concatBytes(new Uint8Array(12 - octets.length), octets);
      t.same(unsignedInteger(readDer(derUnsignedInteger(octets), DerTag.INTEGER), 12), padded);
    }),
    { numRuns: 100 },
  );
});
