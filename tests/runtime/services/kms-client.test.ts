/** What is asked of KMS and by whom, and what is not asked at all. */
import t from 'tap';
import { toHex } from '../../../proto/bytes.ts';
import { CONTENT_SHAPES } from '../../support/recipient-envelope.ts';
import { credentials, encryptionContext, keyId, setting, whose } from './kms-setting.ts';

t.test('a data key is made and decrypted again, in every shape of content', async (t) => {
  const { kms, client } = await setting(t);
  for (const shape of CONTENT_SHAPES) {
    kms.shape = shape;
    const made = await client.generateDataKey({ keyId, encryptionContext });
    t.equal(made.plaintext.length, 32);
    const { ciphertext } = made;
    t.same(await client.decrypt({ keyId, ciphertext, encryptionContext }), made.plaintext, shape);
    t.equal((await client.generateDataKey({ keyId, bytes: 1024 })).plaintext.length, 1024);
    t.equal((await client.generateRandom(1000)).length, 1000);
  }
  t.same(
    kms.asked.slice(0, 2).map(({ operation }) => operation),
    ['GenerateDataKey', 'Decrypt'],
  );
  const many = await Promise.all(Array.from({ length: 30 }, () => client.generateRandom(32)));
  t.equal(new Set(many.map(toHex)).size, 30);
});

t.test('requests that KMS would refuse are not made', async (t) => {
  const { kms, client, with: other } = await setting(t);
  const refused = (promise: Promise<unknown>) => t.rejects(promise, { code: 'KMS_REQUEST_INVALID' });
  for (const bytes of [0, 1025, 1.5, Number.NaN]) {
    await refused(client.generateRandom(bytes));
    await refused(client.generateDataKey({ keyId, bytes }));
  }
  await refused(client.decrypt({ keyId, ciphertext: new Uint8Array(0) }));
  await refused(client.decrypt({ keyId, ciphertext: new Uint8Array(6145) }));
  await refused(client.generateDataKey({ keyId: 'a key' }));
  await refused(client.generateDataKey({ keyId, encryptionContext: { a: 'x'.repeat(8192) } }));
  await refused(client.generateDataKey({ keyId, encryptionContext: { a: '\ud800' } }));
  for (const region of ['', 'eu-west-1.example.org/', 'EU-WEST-1'])
    t.throws(() => other({ region }), { code: 'KMS_REQUEST_INVALID' });
  for (const host of ['127.0.0.1', 'a_b', 'kms.', ''])
    t.throws(() => other({ endpoint: { host, port: 443 } }), { code: 'KMS_REQUEST_INVALID' });
  t.throws(() => other({ endpoint: { host: 'kms', port: 0 } }), { code: 'KMS_REQUEST_INVALID' });
  const never = other({ connect: () => new Promise(() => undefined), milliseconds: 100 });
  const waiting = Array.from({ length: 32 }, () => never.generateRandom(1));
  await t.rejects(never.generateRandom(1), { code: 'KMS_BUSY' });
  await Promise.allSettled(waiting);
  await t.rejects(never.generateRandom(1), { code: 'KMS_UNREACHABLE' }, 'their places are free again');
  t.same(kms.asked, []);
});

t.test('credentials are checked by both sides, and no error quotes them', async (t) => {
  const { kms, with: other } = await setting(t);
  const rejected = async (changed: Partial<typeof whose>, code: string) => {
    const error: unknown = await other({ credentials: async () => ({ ...whose, ...changed }) })
      .generateRandom(1)
      .catch((error) => error);
    t.match(error, { code });
    t.notMatch(JSON.stringify(error) + String(error), /of\+tests|session\/token|another/);
  };
  await rejected({ secretAccessKey: 'another' }, 'KMS_CREDENTIALS_REFUSED');
  await rejected({ sessionToken: 'another' }, 'KMS_CREDENTIALS_REFUSED');
  await rejected({ sessionToken: credentials.sessionToken }, 'KMS_CREDENTIALS_INVALID');
  await rejected({ sessionToken: 'a\r\nhost: b' }, 'KMS_CREDENTIALS_INVALID');
  await rejected({ secretAccessKey: '' }, 'KMS_CREDENTIALS_INVALID');
  await rejected({ accessKeyId: 'A/20260101' }, 'KMS_CREDENTIALS_INVALID');
  await rejected({ sessionToken: 'x'.repeat(8193) }, 'KMS_CREDENTIALS_INVALID');
  t.same(kms.asked, []);
});
