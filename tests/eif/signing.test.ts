import { createHash, type KeyObject, sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import t from 'tap';
import { describeEif, inspectEif } from '../../eif/describe.ts';
import { crcProblem, readEif } from '../../eif/image.ts';
import { assembleImage } from '../../eif/image-writer.ts';
import { certificatePcr, measurementsJson } from '../../eif/measure.ts';
import { attachSignature, prepareSigning, signImage, signWithKey } from '../../eif/sign.ts';
import { readSignatureSection } from '../../eif/signature.ts';
import { toHex } from '../../proto/bytes.ts';
import { decodePemCertificates, encodePem } from '../../proto/x509/pem.ts';
import { DAY, type ImageSigner, makeSigner, NOW } from '../support/image-signer.ts';

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../fixtures/eif/${name}`, import.meta.url)));
const unsigned = fixture('unsigned.eif');
const bytes = (text: string) => new TextEncoder().encode(text);

const signed = (image: Uint8Array, signer: ImageSigner) => signImage(image, signer, { now: NOW }).image;

const curves = [
  { curve: 'prime256v1', protectedHeader: '43a10126', hash: 'sha256', octets: 32 },
  { curve: 'secp384r1', protectedHeader: '44a1013822', hash: 'sha384', octets: 48 },
  { curve: 'secp521r1', protectedHeader: '44a1013823', hash: 'sha512', octets: 66 },
] as const;

/** CBOR by hand: an array of octets as integers. */
function integers(octets: Uint8Array): string {
  const head =
    octets.length < 24
      ? hex(0x80 | octets.length)
      : octets.length < 256
        ? `98${hex(octets.length)}`
        : `99${hex(octets.length, 4)}`;
  return head + [...octets].map((octet) => (octet < 24 ? hex(octet) : `18${hex(octet)}`)).join('');
}

function byteString(octets: string): string {
  const length = octets.length / 2;
  return (
    (length < 24 ? hex(0x40 | length) : length < 256 ? `58${hex(length)}` : `59${hex(length, 4)}`) + octets
  );
}

function hex(value: number, digits = 2): string {
  return value.toString(16).padStart(digits, '0');
}

const text = (value: string) => hex(0x60 | value.length) + toHex(bytes(value));

for (const { curve, protectedHeader, hash, octets } of curves)
  t.test(`${curve}: the section has the bytes of the format, and the signature holds`, async (t) => {
    for (const format of ['sec1', 'pkcs8'] as const) {
      const signer = await makeSigner(curve, { format });
      const image = signed(unsigned, signer);
      const { ramdisks, kernel, signature: section, sections } = readEif(image);
      t.equal(sections.at(-1)!.type, 4, 'the signature is the last section');
      const before = readEif(unsigned);
      t.same([kernel, ...ramdisks], [before.kernel, ...before.ramdisks]);

      const pcr0 = Buffer.from((describeEif(unsigned, NOW).Measurements as { PCR0: string }).PCR0, 'hex');
      const payload = `a2${text('register_index')}00${text('register_value')}${integers(pcr0)}`;
      const raw = readSignatureSection(section!).message.signature;
      t.equal(raw.length, 2 * octets);
      const cose = `84${protectedHeader}a0${byteString(payload)}${byteString(toHex(raw))}`;
      const entry = `a2${text('signing_certificate')}${integers(signer.certificate)}${text('signature')}${integers(Buffer.from(cose, 'hex'))}`;
      t.equal(toHex(section!), `81${entry}`);

      const tbs = Buffer.from(
        `846a${toHex(bytes('Signature1'))}${protectedHeader}40${byteString(payload)}`,
        'hex',
      );
      t.ok(verify(hash, tbs, { key: publicOf(signer), dsaEncoding: 'ieee-p1363' }, raw));
      t.same(prepareSigning(unsigned, signer.certificate, { now: NOW }).bytesToSign, new Uint8Array(tbs));

      const { description, problems } = inspectEif(image, NOW);
      t.match(description, { IsSigned: true, SignatureCheck: true, CheckCRC: true });
      t.same(problems, []);
    }
  });

function publicOf({ certificate }: ImageSigner): Buffer {
  return Buffer.from(certificate);
}

t.test('PCR8 measures the DER of the certificate, and the other registers stay', async (t) => {
  const signer = await makeSigner('secp384r1');
  const [der] = decodePemCertificates(new TextDecoder().decode(signer.certificate));
  const inner = createHash('sha384').update(der!).digest();
  const outer = createHash('sha384')
    .update(Buffer.concat([Buffer.alloc(48), inner]))
    .digest('hex');
  t.equal(toHex(certificatePcr(der!)), outer);
  const before = describeEif(unsigned, NOW).Measurements as object;
  t.same(describeEif(signed(unsigned, signer), NOW).Measurements, { ...before, PCR8: outer });
  const prepared = prepareSigning(unsigned, signer.certificate, { now: NOW });
  t.same(measurementsJson(prepared.measurements), { ...before, PCR8: outer });
});

t.test('an image signed again has one signature, and sizes that fit it', async (t) => {
  const signers = {
    middle: await makeSigner('secp384r1'),
    longer: await makeSigner('secp521r1', { name: 'a'.repeat(60) }),
    shorter: await makeSigner('prime256v1'),
  };
  const first = signed(unsigned, signers.middle);
  for (const name of ['longer', 'shorter'] as const) {
    const again = signed(first, signers[name]);
    const image = readEif(again);
    t.equal(crcProblem(image, again), undefined);
    t.equal(image.sections.length, 6);
    const sizes = new DataView(again.buffer, again.byteOffset).getBigUint64(0x11c + 5 * 8);
    t.equal(Number(sizes), image.signature!.length);
    t.equal(Math.sign(again.length - first.length), name === 'longer' ? 1 : -1);
    t.same(inspectEif(again, NOW).problems, []);
    t.same(readSignatureSection(image.signature!).certificate.pem, signers[name].certificate);
  }
  const back = readEif(signed(signed(first, signers.longer), signers.middle));
  t.same(back.sections.slice(0, 5), readEif(first).sections.slice(0, 5), 'nothing else has changed');
});

t.test('a key that is elsewhere signs the bytes it is given, in either form', async (t) => {
  for (const { curve, hash } of curves) {
    const { certificate, privateKey } = await makeSigner(curve);
    const prepared = prepareSigning(unsigned, certificate, { now: NOW });
    for (const dsaEncoding of ['ieee-p1363', 'der'] as const) {
      const signature = sign(hash, prepared.bytesToSign, { key: privateKey, dsaEncoding });
      const image = Buffer.concat(attachSignature(prepared, signature));
      t.same(inspectEif(image, NOW).problems, [], `${curve} ${dsaEncoding}`);
    }
  }
});

t.test('a signature that does not verify never gets into an image', async (t) => {
  const { certificate, privateKey } = await makeSigner('secp384r1');
  const other = await makeSigner('secp384r1');
  const prepared = prepareSigning(unsigned, certificate, { now: NOW });
  const good = signWithKey(prepared, bytes(privateKey.export({ format: 'pem', type: 'pkcs8' }) as string));
  const flipped = Uint8Array.from(good);
  flipped[50]! ^= 1;
  const of = (key: KeyObject, data: Uint8Array, hash = 'sha384') =>
    sign(hash, data, { key, dsaEncoding: 'ieee-p1363' });
  for (const [what, signature] of Object.entries({
    'one bit flipped': flipped,
    'by another key': of(other.privateKey, prepared.bytesToSign),
    'of other bytes': of(privateKey, bytes('other')),
    'with another hash': of(privateKey, prepared.bytesToSign, 'sha256'),
    'cut short': good.subarray(0, 95),
    'too long': Buffer.concat([good, good]),
    empty: new Uint8Array(),
    zeros: new Uint8Array(96),
    'broken DER': Uint8Array.of(0x30, 0x80, 1, 2),
    'DER with a number too long': Buffer.concat([
      Uint8Array.of(0x30, 0x36, 0x02, 0x31),
      new Uint8Array(49).fill(1),
      Uint8Array.of(0x02, 0x01, 0x01),
    ]),
  }))
    t.throws(() => attachSignature(prepared, signature), { code: 'EIF_SIGNATURE_MISMATCH' }, what);
});

t.test("the key has to be the certificate's, and a private key", async (t) => {
  const { certificate } = await makeSigner('secp384r1');
  const other = await makeSigner('secp384r1');
  const attempt = (key: Uint8Array) => () => signImage(unsigned, { certificate, key }, { now: NOW });
  t.throws(attempt(other.key), { code: 'SIGNING_KEY_MISMATCH' });
  t.throws(attempt((await makeSigner('prime256v1')).key), { code: 'SIGNING_KEY_MISMATCH' });
  const encrypted = other.privateKey.export({
    format: 'pem',
    type: 'pkcs8',
    cipher: 'aes-128-cbc',
    passphrase: 'x',
  });
  const damaged = new TextDecoder().decode(other.key).replace(/[A-Z]{2}/g, '!!');
  for (const key of [bytes(encrypted as string), certificate, new Uint8Array(), bytes(damaged)])
    try {
      attempt(key)();
      t.fail('it signed');
    } catch (error) {
      t.match(error, { code: 'SIGNING_KEY_INVALID' });
      t.equal((error as Error).cause, undefined, 'nothing of the key is passed on');
    }
  // What `openssl ecparam -genkey` writes begins with the curve.
  const sec1 = await makeSigner('secp384r1', { format: 'sec1' });
  const parameters = encodePem('EC PARAMETERS', Buffer.from('06052b81040022', 'hex'));
  const key = Buffer.concat([bytes(parameters), sec1.key]);
  t.doesNotThrow(() => signImage(unsigned, { certificate: sec1.certificate, key }, { now: NOW }));
});

t.test('a certificate outside of its dates signs only where that is asked for, and is told of', async (t) => {
  const expired = await makeSigner('secp384r1', { notBefore: NOW - 2 * DAY, notAfter: NOW - 1000 });
  const early = await makeSigner('secp384r1', { notBefore: NOW + 1000, notAfter: NOW + DAY });
  for (const [signer, code] of [
    [expired, 'EIF_CERTIFICATE_EXPIRED'],
    [early, 'EIF_CERTIFICATE_NOT_YET_VALID'],
  ] as const) {
    t.throws(() => signImage(unsigned, signer, { now: NOW }), { code });
    const { image } = signImage(unsigned, signer, { now: NOW, ignoreDates: true });
    const { description, problems } = inspectEif(image, NOW);
    t.match(description, { SignatureCheck: true, CheckCRC: true });
    t.match(problems, [{ code }]);
  }
  t.same(inspectEif(signImage(unsigned, expired, { now: NOW - DAY }).image, NOW - 1000).problems, []);
});

t.test('certificates that cannot sign images are refused', async (t) => {
  const good = await makeSigner('secp384r1');
  const attempt = (certificate: Uint8Array) => () => prepareSigning(unsigned, certificate, { now: NOW });
  t.throws(attempt((await makeSigner('secp256k1')).certificate), { code: 'SIGNING_CERTIFICATE_UNUSABLE' });
  t.throws(attempt(good.key), { code: 'PEM_INVALID' });
  t.throws(attempt(Buffer.concat([good.certificate, good.certificate])), { code: 'PEM_INVALID' });
  t.throws(attempt(Buffer.concat([bytes('Certificate:\n'), good.certificate])), { code: 'PEM_INVALID' });
  t.throws(attempt(bytes(encodePem('CERTIFICATE', bytes('x')))), { code: 'DER_INVALID' });
});

t.test('what is damaged, too old or too full is not signed', async (t) => {
  const { certificate } = await makeSigner('secp384r1');
  const attempt = (image: Uint8Array) => () => prepareSigning(image, certificate, { now: NOW });
  const damaged = Uint8Array.from(unsigned);
  damaged[600]! ^= 1;
  t.throws(attempt(damaged), { code: 'EIF_CRC_MISMATCH', details: { stated: 'e33ad42d' } });
  t.throws(attempt(unsigned.subarray(1)), { code: 'EIF_INVALID' });
  const { sections, version: _, ...header } = readEif(unsigned);
  const old = assembleImage(
    { ...header, version: 2 },
    sections.filter(({ type }) => type !== 5),
  );
  t.throws(attempt(Buffer.concat(old)), { code: 'EIF_PARTS_INVALID', details: { part: 'signature' } });
  const signing = (image: Uint8Array[], by: ImageSigner) => () => signed(Buffer.concat(image), by);
  const signer = await makeSigner('secp384r1');
  const many = (count: number) =>
    assembleImage({ ...header, version: 4 }, [
      ...sections,
      ...Array.from({ length: count }, () => sections[4]!),
    ]);
  t.doesNotThrow(signing(many(26), signer));
  t.throws(signing(many(27), signer), { code: 'EIF_PARTS_INVALID', details: { part: 'list of sections' } });
  const huge = await makeSigner('secp384r1', { padding: 20_000 });
  t.throws(signing([unsigned], huge), { code: 'EIF_PARTS_INVALID', details: { part: 'signature' } });
});
