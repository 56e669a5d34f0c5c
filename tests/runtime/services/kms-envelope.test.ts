import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { TruceError } from '../../../proto/errors.ts';
import { readEnvelope } from '../../../runtime/services/kms/enveloped-data.ts';
import { openEnvelope, unpaddedLength } from '../../../runtime/services/kms/open-envelope.ts';
import { CONTENT_SHAPES, type EnvelopeParts, makeEnvelope } from '../../support/recipient-envelope.ts';
import { repositoryRoot } from '../../support/repository.ts';

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicKey = new Uint8Array(pair.publicKey.export({ type: 'spki', format: 'der' }));
const open = (bytes: Uint8Array) => openEnvelope(readEnvelope(bytes), pair.privateKey);
const secret = new TextEncoder().encode('what the key protects');
const made = (changed?: Partial<EnvelopeParts>) => makeEnvelope(publicKey, secret, 'one', changed);

t.test("KMS's own envelopes are read, in the three shapes of their content", async (t) => {
  const fixture = (number: number) =>
    readFileSync(new URL(`tests/fixtures/kms/kms_ciphertext_for_recipient_${number}.ber`, repositoryRoot));
  const content = (number: number) => Buffer.from(readEnvelope(fixture(number)).encryptedContent);
  t.equal(content(1).toString('hex'), 'cc74adf65d973c8b72cd51e1b927f0f0');
  t.equal(content(2).length, 48);
  t.equal(content(3).toString('hex'), '1f943eb0105c1b0644df4f7130448a28');
  t.equal(content(4).length, 4112);
  t.match(content(4).toString('hex'), /^cfee6403064fd7d7/);
  const { encryptedKey, initialVector } = readEnvelope(fixture(3));
  t.match(Buffer.from(encryptedKey).toString('hex'), /^4a1ca12202e4ce0b/);
  t.equal(Buffer.from(initialVector).toString('hex'), 'e66c1172aee0f2f7be34e3afc6b0e4fe');
  for (const number of [1, 2, 3, 4])
    t.throws(() => open(fixture(number)), { code: 'KMS_ENVELOPE_UNDECRYPTABLE' });
});

t.test('envelopes of all shapes and lengths are opened', async (t) => {
  for (const shape of CONTENT_SHAPES)
    for (const length of [0, 1, 15, 16, 17, 32, 1000, 2500, 4096]) {
      const content = new Uint8Array(randomBytes(length));
      t.same(open(makeEnvelope(publicKey, content, shape)), content, `${shape}, ${length} bytes`);
    }
});

t.test('every other algorithm is refused by name, and no other form is read', async (t) => {
  const refused = (code: string, changed: Partial<EnvelopeParts>) =>
    t.throws(() => open(made(changed)), { code }, Object.keys(changed).join());
  const algorithm = 'KMS_ENVELOPE_ALGORITHM';
  // RSAES-PKCS1-v1_5, SHA-1, SHA-384, AES-128-CBC, AES-256-GCM, signed data.
  refused(algorithm, { keyAlgorithm: '1.2.840.113549.1.1.1' });
  refused(algorithm, { oaepHash: '1.3.14.3.2.26' });
  refused(algorithm, { oaepHash: undefined });
  refused(algorithm, { maskHash: '2.16.840.1.101.3.4.2.2' });
  refused(algorithm, { label: Uint8Array.of(0xa2, 0x00) });
  refused(algorithm, { contentAlgorithm: '2.16.840.1.101.3.4.1.2' });
  refused(algorithm, { contentAlgorithm: '2.16.840.1.101.3.4.1.46' });
  refused(algorithm, { contentType: '1.2.840.113549.1.7.2' });
  const invalid = 'KMS_ENVELOPE_INVALID';
  refused(invalid, { version: 0 });
  refused(invalid, { recipients: 0 });
  refused(invalid, { recipients: 2 });
  refused(invalid, { initialVector: randomBytes(12) });
  refused(invalid, { encryptedKey: randomBytes(255) });
  refused(invalid, { encryptedContent: randomBytes(0) });
  refused(invalid, { encryptedContent: randomBytes(17) });
  const whole = made();
  for (const length of [0, 1, 2, 40, whole.length - 1])
    t.throws(() => open(whole.subarray(0, length)), { code: invalid }, `the first ${length} bytes`);
  t.throws(() => open(Buffer.concat([whole, Buffer.alloc(1)])), { code: invalid });
  t.throws(() => open(new Uint8Array(6145)), { code: 'KMS_ANSWER_TOO_LARGE' });
  const deep = Buffer.concat([Buffer.from('3080'.repeat(1000), 'hex'), Buffer.alloc(2000)]);
  t.throws(() => open(deep), { code: invalid });
});

t.test('whatever is wrong with the ciphertext is one and the same error', async (t) => {
  const errors = new Set<string>();
  const failing = (bytes: Uint8Array) => {
    try {
      open(bytes);
      t.fail('it was opened');
    } catch (error) {
      t.type(error, TruceError);
      const { code, message, cause } = error as TruceError;
      errors.add(`${code} ${message} ${String(cause)}`);
    }
  };
  const envelope = (content: Uint8Array, options: Parameters<typeof makeEnvelope>[4]) =>
    makeEnvelope(publicKey, content, 'one', undefined, options);
  failing(made({ encryptedKey: randomBytes(256).fill(0, 0, 1) }));
  failing(made({ encryptedKey: new Uint8Array(256).fill(0xff) }));
  failing(envelope(secret, { oaepHash: 'sha1' }));
  for (const length of [0, 16, 31, 33]) failing(envelope(secret, { key: randomBytes(length) }));
  // Paddings that do not hold: none, one too long, one with a wrong byte in front or behind.
  for (const last of ['00', '11', 'ff', '0203', '040404', '01020304040504', `0f${'10'.repeat(15)}`])
    failing(
      envelope(Buffer.from(last.padStart(32, '7'), 'hex'), {
        padding: false,
      }),
    );
  t.same([...errors], ['KMS_ENVELOPE_UNDECRYPTABLE the envelope cannot be decrypted by this key undefined']);
});

t.test('padding is told as PKCS #7 says, over every last byte', async (t) => {
  for (let count = 0; count < 256; count++) {
    const block = new Uint8Array(32).fill(7);
    block.fill(count, 32 - Math.min(count, 16));
    block[31] = count;
    t.equal(unpaddedLength(block), count >= 1 && count <= 16 ? 32 - count : -1, `${count}`);
    if (count < 2 || count > 16) continue;
    block[32 - count]! ^= 1;
    t.equal(unpaddedLength(block), -1);
  }
});

t.test('damaged envelopes give typed errors alone', async (t) => {
  const whole = made();
  const codes = new Set<string>();
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      fc.nat(whole.length),
      (changes, length) => {
        const bent = Uint8Array.from(whole).subarray(0, length % 7 === 0 ? length : whole.length);
        for (const [offset, byte] of changes) if (offset < bent.length) bent[offset] = byte;
        try {
          readEnvelope(bent);
        } catch (error) {
          if (!(error instanceof TruceError)) throw error;
          codes.add(error.code);
        }
      },
    ),
    { numRuns: 2000 },
  );
  t.ok(
    [...codes].every((code) => /^KMS_ENVELOPE_(INVALID|ALGORITHM)$/.test(code)),
    [...codes].join(),
  );
  t.equal(codes.size, 2);
});
