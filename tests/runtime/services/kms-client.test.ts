import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { encodePurpose } from '../../../proto/attestation/purpose.ts';
import { toHex } from '../../../proto/bytes.ts';
import type { AttestationRequest } from '../../../proto/nsm.ts';
import { KmsClient, type KmsClientOptions } from '../../../runtime/services/kms/kms-client.ts';
import { KmsRecipient } from '../../../runtime/services/kms/recipient.ts';
import { signPost } from '../../../runtime/services/kms/signature-v4.ts';
import { AttestationAuthority } from '../../support/attestation-authority.ts';
import { CONTENT_SHAPES } from '../../support/recipient-envelope.ts';
import { StandInKms, type StandInKmsSettings } from '../../support/stand-in-kms.ts';

const region = 'eu-west-1';
const credentials = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'secret/of+tests',
  sessionToken: 'a session',
};
const whose = { ...credentials, sessionToken: 'session/token+of/tests==' };
const keyId = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const foreignKeyId = 'arn:aws:kms:eu-west-1:111122223333:key/00000000-12ab-34cd-56ef-1234567890ab';
const encryptionContext = { policy: 'f00d', version: '7' };
const authority = await AttestationAuthority.create({ time: Date.now() });
const pcr = (index: number) => new Uint8Array(48).fill(index + 1);
const pcrs = new Map([0, 1, 2, 16].map((index): [number, Uint8Array] => [index, pcr(index)]));

/** What the secure module says otherwise, and how far the enclave's clock is ahead of it; a new setting starts without. */
let said: Parameters<AttestationAuthority['document']>[0] = {};
let clockAhead = 0;

const nsm = {
  attest: ({ userData, publicKey }: AttestationRequest = {}) =>
    authority.document({
      timestamp: Date.now(),
      pcrs,
      userData: userData ?? null,
      publicKey: publicKey ?? null,
      ...said,
    }),
};
const instanceId = new Uint8Array(16).fill(0xe5);
const recipient = await KmsRecipient.create({ nsm, instanceId, now: () => Date.now() + clockAhead });

interface Expected {
  readonly code: string;
  readonly details?: object;
}

interface Setting {
  readonly kms: StandInKms;
  readonly client: KmsClient;
  with(changed: Partial<KmsClientOptions>): KmsClient;
}

async function setting(t: Test, changed: Partial<StandInKmsSettings> = {}): Promise<Setting> {
  said = {};
  clockAhead = 0;
  const kms = await StandInKms.start({
    region,
    credentials: whose,
    root: authority.root,
    keys: {
      [keyId]: { 0: toHex(pcr(0)), 16: toHex(pcr(16)) },
      [foreignKeyId]: { 0: toHex(pcr(0)), 16: toHex(pcr(5)) },
    },
    ...changed,
  });
  t.teardown(() => kms.close());
  const options: KmsClientOptions = {
    region,
    connect: () => dial(kms.port),
    recipient,
    credentials: () => whose,
    roots: [kms.certificate],
  };
  return {
    kms,
    client: new KmsClient(options),
    with: (changed) => new KmsClient({ ...options, ...changed }),
  };
}

async function dial(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

t.test('requests are signed as in the vectors of AWS', async (t) => {
  const vector = (headers: Record<string, string>, signature: string, body = '', sessionToken?: string) => {
    const { authorization } = signPost(
      {
        region: 'us-east-1',
        service: 'service',
        headers: { host: 'example.amazonaws.com', ...headers },
        body: Buffer.from(body),
        time: Date.UTC(2015, 7, 30, 12, 36),
      },
      {
        accessKeyId: 'AKIDEXAMPLE',
        secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
        ...(sessionToken === undefined ? {} : { sessionToken }),
      },
    );
    const names = [
      'host',
      'x-amz-date',
      ...Object.keys(headers),
      ...(sessionToken === undefined ? [] : ['x-amz-security-token']),
    ].sort();
    t.equal(
      authorization,
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${names.join(';')}, Signature=${signature}`,
    );
  };
  // aws-sig-v4-test-suite: post-vanilla, post-header-key-sort, post-header-value-case, post-x-www-form-urlencoded,
  // post-x-www-form-urlencoded-parameters, post-sts-header-before.
  vector({}, '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b');
  vector({ 'my-header1': 'value1' }, 'c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c');
  vector({ 'my-header1': 'VALUE1' }, 'cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d');
  const form = 'application/x-www-form-urlencoded';
  vector(
    { 'content-type': form },
    'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
    'Param1=value1',
  );
  vector(
    { 'content-type': `${form}; charset=utf8` },
    '1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe',
    'Param1=value1',
  );
  vector(
    {},
    '85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead',
    '',
    'AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==',
  );
});

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

t.test("the key's policy decides by the document, and the context must be the same", async (t) => {
  const { kms, client } = await setting(t);
  const { ciphertext } = await client.generateDataKey({ keyId, encryptionContext });
  const decrypt = (changed: Partial<Parameters<KmsClient['decrypt']>[0]> = {}) =>
    client.decrypt({ keyId, ciphertext, encryptionContext, ...changed });

  await t.rejects(decrypt({ keyId: foreignKeyId }), { code: 'KMS_ACCESS_DENIED' }, 'another policy');
  said = { pcrs: new Map([...pcrs].map(([index]) => [index, new Uint8Array(48)])) };
  await t.rejects(decrypt(), { code: 'KMS_ACCESS_DENIED' }, 'an enclave in debug mode');
  said = { pcrs: new Map([...pcrs].filter(([index]) => index !== 16)) };
  await t.rejects(decrypt(), { code: 'KMS_ACCESS_DENIED' }, 'a policy that was never set');
  said = {};

  const context = (encryptionContext: Record<string, string>) => decrypt({ encryptionContext });
  for (const changed of [
    {},
    { policy: 'f00d' },
    { ...encryptionContext, version: '6' },
    { ...encryptionContext, more: '' },
  ])
    await t.rejects(context(changed), { code: 'KMS_CIPHERTEXT_REFUSED' }, JSON.stringify(changed));
  const tampered = Uint8Array.from(ciphertext);
  tampered[tampered.length - 1]! ^= 1;
  await t.rejects(decrypt({ ciphertext: tampered }), { code: 'KMS_CIPHERTEXT_REFUSED' });

  await t.rejects(decrypt({ keyId: keyId.replace('1234', '4321') }), {
    code: 'KMS_REFUSED',
    details: { type: 'NotFoundException' },
  });
  said = { userData: encodePurpose('truce/receipt/v1', instanceId) };
  await t.rejects(decrypt(), { code: 'KMS_REFUSED' }, 'a document for something else');
  t.ok(kms.asked.length > 5);
});

t.test('documents are made anew for each request, and an old one gets nothing', async (t) => {
  const { kms, client, with: other } = await setting(t);
  await client.generateRandom(16);
  await client.generateRandom(16);
  const documents = kms.asked.map(({ parameters }) => JSON.stringify(parameters.Recipient));
  t.equal(new Set(documents).size, 2);

  // A thief of a document gets an answer that the owner of its key alone can open.
  const stolen = await nsm.attest({
    publicKey: recipient.publicKey,
    userData: encodePurpose('truce/kms/v1', instanceId),
  });
  const thief = await KmsRecipient.create({ nsm: { attest: async () => stolen }, instanceId, now: Date.now });
  await t.rejects(other({ recipient: thief }).generateRandom(16), { code: 'KMS_ENVELOPE_UNDECRYPTABLE' });

  const hour = 3_600_000;
  said = { timestamp: Date.now() - hour };
  clockAhead = -hour;
  await t.rejects(client.generateRandom(16), {
    code: 'KMS_REFUSED',
    details: { type: 'ValidationException', reason: /ATTESTATION_TOO_OLD/ },
  });
  said = {};
  const asked = kms.asked.length;
  for (const ahead of [hour, -hour]) {
    clockAhead = ahead;
    await t.rejects(client.generateRandom(16), { code: 'KMS_CLOCK', details: { seconds: ahead / 1000 } });
  }
  t.equal(kms.asked.length, asked, 'whoever has lost the time asks nothing');
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

t.test('answers are read strictly, and none in the clear is used', async (t) => {
  const { kms, client } = await setting(t);
  const ask = () => client.generateDataKey({ keyId });
  const rejected = async (tamper: StandInKms['tamper'], code: string, title: string) => {
    kms.tamper = tamper;
    await t.rejects(ask(), { code }, title);
  };
  const text = 'AAAA';
  await rejected((body) => ({ ...body, Plaintext: text }), 'KMS_ANSWER_IN_CLEAR', 'in the clear');
  await rejected(
    () => ({ Plaintext: text, CiphertextBlob: text, KeyId: keyId }),
    'KMS_ANSWER_IN_CLEAR',
    'only',
  );
  await rejected((body) => ({ ...body, KeyId: foreignKeyId }), 'KMS_ANSWER_INVALID', 'another key');
  await rejected(
    (body) => ({ ...body, CiphertextForRecipient: undefined }),
    'KMS_ANSWER_INVALID',
    'no envelope',
  );
  await rejected((body) => ({ ...body, CiphertextForRecipient: 'AA=A' }), 'KMS_ANSWER_INVALID', 'no base64');
  await rejected((body) => ({ ...body, CiphertextForRecipient: text }), 'KMS_ENVELOPE_INVALID', 'no CMS');
  const large = randomBytes(6145).toString('base64');
  await rejected(
    (body) => ({ ...body, CiphertextForRecipient: large }),
    'KMS_ANSWER_TOO_LARGE',
    'a large envelope',
  );
  await rejected(
    (body) => ({ ...body, CiphertextBlob: large }),
    'KMS_ANSWER_TOO_LARGE',
    'a large ciphertext',
  );
  await rejected(() => 'x'.repeat(40_000), 'KMS_ANSWER_TOO_LARGE', 'a large body');
  await rejected(() => '', 'KMS_ANSWER_INVALID', 'nothing');
  await rejected(() => '[]', 'KMS_ANSWER_INVALID', 'no object');
  await rejected(
    (body) => JSON.stringify(body).replace('{', '{"KeyId":"a",'),
    'KMS_ANSWER_INVALID',
    'a member twice',
  );
  await rejected((_, response) => response.destroy(), 'KMS_UNREACHABLE', 'a connection that ends');
  kms.tamper = (body) => body;
  kms.bend = { contentAlgorithm: '2.16.840.1.101.3.4.1.2' };
  await t.rejects(ask(), { code: 'KMS_ENVELOPE_ALGORITHM' });
  kms.bend = { encryptedContent: randomBytes(64) };
  // Random blocks may end in padding that holds, but not with as many bytes as were asked for.
  await t.rejects(ask(), { code: /^KMS_(ENVELOPE_UNDECRYPTABLE|ANSWER_INVALID)$/ });
  kms.bend = { encryptedKey: randomBytes(256) };
  await t.rejects(ask(), { code: 'KMS_ENVELOPE_UNDECRYPTABLE' });
  kms.bend = {};
  await t.resolves(ask());
  const refusal = async (answer: unknown, status: number, expected: Expected) => {
    kms.tamper = (_, response) => {
      const writeHead = response.writeHead.bind(response);
      response.writeHead = ((_: number, headers: object) => writeHead(status, { ...headers })) as never;
      return answer;
    };
    await t.rejects(ask(), expected);
  };
  await refusal({ __type: 'ThrottlingException' }, 400, { code: 'KMS_UNAVAILABLE' });
  await refusal('<html>', 503, { code: 'KMS_UNAVAILABLE', details: { type: 'HTTP status 503' } });
  await refusal({ __type: 'X', message: `\u001b[2J${'y'.repeat(1000)}` }, 400, {
    code: 'KMS_REFUSED',
    details: { type: 'X', reason: /^\ufffd\[2Jy{296}$/ },
  });
  await refusal('', 302, { code: 'KMS_REFUSED', details: { type: 'HTTP status 302' } });
});

t.test('nothing is said to anyone but the endpoint', async (t) => {
  const { kms, with: other } = await setting(t);
  const rejected = (options: Partial<KmsClientOptions>, expected: Expected) =>
    t.rejects(other(options).generateRandom(1), expected);
  const tls = { code: 'KMS_TLS_FAILED' };
  const { rootCertificates } = await import('node:tls');
  await rejected({ roots: rootCertificates }, tls);
  await rejected({ endpoint: { host: 'kms.eu-west-2.amazonaws.com', port: 443 } }, tls);
  const expired = await setting(t, { notAfter: Date.now() - 86_400_000 });
  await t.rejects(expired.client.generateRandom(1), {
    ...tls,
    details: { endpoint: 'kms.eu-west-1.amazonaws.com:443', reason: 'CERT_HAS_EXPIRED' },
  });
  t.same([kms.asked, expired.kms.asked], [[], []]);

  const unreachable = { code: 'KMS_UNREACHABLE' };
  await rejected({ connect: () => dial(1) }, { ...unreachable, details: { reason: 'ECONNREFUSED' } });
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  const rude = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  const deaf = createServer((socket) => socket.end('220 mail\r\n')).listen(0, '127.0.0.1');
  const open: Socket[] = [];
  silent.on('connection', (socket) => open.push(socket));
  t.teardown(() => {
    for (const socket of open) socket.destroy();
    for (const server of [silent, rude, deaf]) server.close();
  });
  const portOf = (server: typeof silent) => (server.address() as { port: number }).port;
  await Promise.all([silent, rude, deaf].map((server) => server.listening || once(server, 'listening')));
  await rejected({ connect: () => dial(portOf(rude)) }, unreachable);
  await rejected({ connect: () => dial(portOf(deaf)) }, tls);
  await rejected(
    { connect: () => dial(portOf(silent)), milliseconds: 50 },
    {
      ...unreachable,
      details: { reason: 'no answer in 50 ms' },
    },
  );
  await rejected({ connect: () => new Promise(() => undefined), milliseconds: 50 }, unreachable);
  const abort = new AbortController();
  const waiting = other({ connect: () => dial(portOf(silent)) }).generateRandom(1, abort.signal);
  abort.abort(new Error('no longer wanted'));
  await t.rejects(waiting, { message: 'no longer wanted' });
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
