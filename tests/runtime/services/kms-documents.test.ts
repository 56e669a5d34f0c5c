/** What KMS decides by: the document that a request carries, and the context that a ciphertext was made for. */
import t from 'tap';
import { encodePurpose } from '../../../proto/attestation/purpose.ts';
import type { KmsClient } from '../../../runtime/services/kms/kms-client.ts';
import { KmsRecipient } from '../../../runtime/services/kms/recipient.ts';
import {
  enclave,
  encryptionContext,
  foreignKeyId,
  instanceId,
  keyId,
  nsm,
  pcrs,
  recipient,
  setting,
} from './kms-setting.ts';

t.test("the key's policy decides by the document, and the context must be the same", async (t) => {
  const { kms, client } = await setting(t);
  const { ciphertext } = await client.generateDataKey({ keyId, encryptionContext });
  const decrypt = (changed: Partial<Parameters<KmsClient['decrypt']>[0]> = {}) =>
    client.decrypt({ keyId, ciphertext, encryptionContext, ...changed });

  await t.rejects(decrypt({ keyId: foreignKeyId }), { code: 'KMS_ACCESS_DENIED' }, 'another policy');
  enclave.says = { pcrs: new Map([...pcrs].map(([index]) => [index, new Uint8Array(48)])) };
  await t.rejects(decrypt(), { code: 'KMS_ACCESS_DENIED' }, 'an enclave in debug mode');
  enclave.says = { pcrs: new Map([...pcrs].filter(([index]) => index !== 16)) };
  await t.rejects(decrypt(), { code: 'KMS_ACCESS_DENIED' }, 'a policy that was never set');
  enclave.says = {};

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
  enclave.says = { userData: encodePurpose('truce/receipt/v1', instanceId) };
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
  enclave.says = { timestamp: Date.now() - hour };
  enclave.clockAhead = -hour;
  await t.rejects(client.generateRandom(16), {
    code: 'KMS_REFUSED',
    details: { type: 'ValidationException', reason: /ATTESTATION_TOO_OLD/ },
  });
  enclave.says = {};
  const asked = kms.asked.length;
  for (const ahead of [hour, -hour]) {
    enclave.clockAhead = ahead;
    await t.rejects(client.generateRandom(16), { code: 'KMS_CLOCK', details: { seconds: ahead / 1000 } });
  }
  t.equal(kms.asked.length, asked, 'whoever has lost the time asks nothing');
});
