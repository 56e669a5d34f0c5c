/** DER and PEM, which certificates come in. */
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { concatBytes, fromHex, toHex } from '../../proto/bytes.ts';
import { DerReader, DerTag, readDer } from '../../proto/x509/der.ts';
import { integerOctets, objectIdentifier, timeValue, unsignedInteger } from '../../proto/x509/der-values.ts';
import { derObjectIdentifier, derOctetString, derUnsignedInteger } from '../../proto/x509/der-writer.ts';
import { Oid } from '../../proto/x509/object-identifiers.ts';
import { decodePemCertificates, encodePem } from '../../proto/x509/pem.ts';
import { rejects } from './x509-checks.ts';

const hex = (text: string): Uint8Array => fromHex(text)!;
const rootFile = new URL('../fixtures/attestation/certs/aws-nitro-root-g1.pem', import.meta.url);
const rootPem = readFileSync(rootFile, 'utf8');
const [rootDer] = decodePemCertificates(rootPem) as [Uint8Array];

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
