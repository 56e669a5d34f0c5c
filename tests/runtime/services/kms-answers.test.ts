/** Answers that KMS would not give. */
import { randomBytes } from 'node:crypto';
import t from 'tap';
import type { StandInKms } from '../../support/stand-in-kms.ts';
import { type Expected, foreignKeyId, keyId, setting } from './kms-setting.ts';

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
