import assert from 'node:assert';
import { once } from 'node:events';
import { connect } from 'node:net';
import t from 'tap';
import { toHex } from '../../../../proto/bytes.ts';
import { TruceError } from '../../../../proto/errors.ts';
import { defaultLimits } from '../../../../proto/limits.ts';
import type { AttestationRequest } from '../../../../proto/nsm.ts';
import { makeEnclaveServices } from '../../../../runtime/services/enclave/all-services.ts';
import {
  KmsStateKeys,
  type KmsStateKeysOptions,
  type StateKeys,
} from '../../../../runtime/services/enclave/state-keys.ts';
import type { ServicesOptions } from '../../../../runtime/services/start-services.ts';
import { AttestationAuthority } from '../../../support/attestation-authority.ts';
import { ALICE, BOB, CAROL, callService } from '../../../support/service-calls.ts';
import { StandInKms } from '../../../support/stand-in-kms.ts';
import { credentials, life, POLICY, pcr } from './sealed-state-life.ts';

const region = 'eu-west-1';
const keyId = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const authority = await AttestationAuthority.create({ time: Date.now() });
const [IMAGE, OTHER_POLICY] = [1, 99];

const conditions: Record<number, string> = {};
const kms = await StandInKms.start({
  region,
  credentials,
  root: authority.root,
  keys: { [keyId]: conditions },
});
t.teardown(() => kms.close());
const keysByPolicy = new Map<number, StateKeys>();

/** Keys as an enclave with this policy has them, by way of a stand-in for KMS. Made once: an RSA key takes a while. */
function kmsKeys(policy: number): StateKeys {
  const keys = keysByPolicy.get(policy) ?? makeKmsKeys(policy);
  keysByPolicy.set(policy, keys);
  return keys;
}

function makeKmsKeys(policy: number): StateKeys {
  const pcrs = new Map([0, 1, 2].map((index): [number, Uint8Array] => [index, pcr(IMAGE)])).set(
    16,
    pcr(policy),
  );
  return new KmsStateKeys({
    kms: { region, keyId, port: 8000, roots: [kms.certificate] },
    nsm: {
      attest: ({ userData, publicKey }: AttestationRequest = {}) =>
        authority.document({
          timestamp: Date.now(),
          pcrs,
          userData: userData ?? null,
          publicKey: publicKey ?? null,
        }),
    },
    instanceId: new Uint8Array(16).fill(policy),
    now: Date.now,
    connect: async () => {
      const socket = connect(kms.port, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    },
  });
}

/** What the key's policy asks for from now on. */
function setConditions(asked: Record<number, string>): void {
  for (const register of Object.keys(conditions)) delete conditions[Number(register)];
  Object.assign(conditions, asked);
}

t.test('what one enclave exported, another with the same image and policy goes on with', async (t) => {
  setConditions({ 0: toHex(pcr(IMAGE)), 16: toHex(pcr(POLICY)) });
  const first = life(kmsKeys(POLICY));
  t.same(await first.call('status'), { durability: 'sealed-by-kms', version: 0, imported: false, inUse: [] });
  const key = await callService(first.wallet, BOB, 'create', { name: 'key', type: 'bip32' });
  await first.store('of the first life');
  t.match(await first.call('export', { credentials }), { version: 1 });
  t.match(await first.call('export', { credentials }), { version: 2 });
  await first.store('later');
  const { state, version } = await first.call('export', { credentials });
  t.equal(version, 3);
  t.same(
    kms.asked.map(({ parameters }) => parameters.EncryptionContext),
    [1, 2, 3].map((number) => ({
      'truce:policy-pcr16': toHex(pcr(POLICY)),
      'truce:state-version': String(number),
    })),
  );

  const second = life(kmsKeys(POLICY));
  t.same(await second.call('import', { credentials, state, version: 3, atLeast: 2 }), { version: 3 });
  t.match(await second.call('status'), {
    version: 3,
    imported: true,
    inUse: ['wallet', 'secrets', 'account'],
  });
  t.equal(await second.stored(), 'later');
  t.same(await callService(second.wallet, BOB, 'publicKey', { name: 'key' }), key);
  t.match(await second.call('export', { credentials }), { version: 4 }, 'versions go on');
});

t.test('another policy gets nothing, by the context alone as by the conditions of the key', async (t) => {
  setConditions({});
  const first = life(kmsKeys(POLICY));
  await first.store('for this policy');
  const state = await first.exported();
  const other = life(kmsKeys(OTHER_POLICY), OTHER_POLICY);
  await t.rejects(other.call('import', { credentials, state }), { code: 'KMS_CIPHERTEXT_REFUSED' });
  setConditions({ 16: toHex(pcr(POLICY)) });
  await t.rejects(other.call('import', { credentials, state }), { code: 'KMS_ACCESS_DENIED' });
  t.match(await other.call('status'), { version: 0, imported: false, inUse: [] });
});

t.test('credentials that KMS does not know are refused, and none is said anywhere', async (t) => {
  setConditions({});
  const said: string[] = [];
  for (const method of ['log', 'error', 'warn', 'info'] as const) {
    const before = console[method];
    console[method] = (...words: unknown[]) => said.push(words.join(' '));
    t.teardown(() => {
      console[method] = before;
    });
  }
  const { call } = life(kmsKeys(POLICY));
  for (const changed of [
    { sessionToken: undefined },
    { secretAccessKey: 'wrong-secret' },
    { secretAccessKey: 'a\nb' },
  ]) {
    const used = { ...credentials, ...changed };
    const error: TruceError = await call('export', { credentials: used }).then(
      () => t.fail('it was exported'),
      (reason) => reason,
    );
    const text = JSON.stringify([error.code, error.message, error.details, String(error.stack)]);
    for (const secret of [used.secretAccessKey, credentials.secretAccessKey, credentials.sessionToken])
      t.notOk(text.includes(secret), error.code);
  }
  t.same(said, []);
  t.match(await call('status'), { version: 0 }, 'what failed took no version');
});

t.test(
  'in an enclave those are the parties that may shut it down, once its policy is proven; and the host where it reads all',
  async (t) => {
    const pcr16 = { data: pcr(POLICY), locked: false };
    const parties = new Map([
      [ALICE, { mayShutDown: true }],
      [BOB, { mayShutDown: false }],
    ]);
    const reports = new Map<string, () => unknown>();
    const services = makeEnclaveServices({
      configuration: { services: { kms: { region, keyId, port: 8000 } } },
      transport: { connectParent: async () => Promise.reject(new Error('nobody listens')) },
      nsm: {
        describePcr: async (index: number) => (index === 16 ? pcr16 : t.fail('another register')),
        attest: ({ userData, publicKey }: AttestationRequest) =>
          authority.document({ timestamp: Date.now(), userData: userData!, publicKey: publicKey! }),
      },
      enclave: {
        instanceId: new Uint8Array(16),
        functions: {
          party: (id: string) => parties.get(id) ?? assert.fail(new TruceError('IDENTITY_UNKNOWN')),
        },
        reportOn: (name: string, report: () => unknown) => reports.set(name, report),
      },
      limits: defaultLimits,
    } as unknown as ServicesOptions);
    const state = services.find(({ type }) => type === 'state')!;
    const code = (caller: string) =>
      callService(state, caller, 'export', { credentials }).catch((error) => error.code);
    t.equal(await code(BOB), 'SEALED_STATE_DENIED');
    t.equal(await code(CAROL), 'IDENTITY_UNKNOWN');
    t.equal(await code(ALICE), 'POLICY_NOT_SET');
    pcr16.locked = true;
    for (const caller of [ALICE, 'host']) t.equal(await code(caller), 'KMS_UNREACHABLE');
    t.same(reports.get('state')!(), { durability: 'sealed-by-kms', version: 0, imported: false });
    t.same(services.map(({ type }) => type).sort(), ['account', 'function', 'secrets', 'state', 'wallet']);
    const refused = (named: { region: string; keyId: string }) =>
      t.throws(
        () => new KmsStateKeys({ kms: { ...named, port: 8000 } } as KmsStateKeysOptions),
        { code: 'KMS_REQUEST_INVALID' },
        JSON.stringify(named),
      );
    refused({ region: 'nowhere', keyId });
    refused({ region: 'eu-west-2', keyId });
    // KMS would look for these in the account of the credentials, which the caller brings along.
    for (const other of ['alias/truce', keyId.split('/')[1]!, keyId.replace(/key\/.*/, 'alias/truce')])
      refused({ region, keyId: other });
  },
);

t.test('without KMS the state is lost with the enclave, and says so', async (t) => {
  const { call } = life(undefined);
  for (const operation of ['export', 'import'])
    await t.rejects(call(operation, { credentials }), { code: 'SEALED_STATE_UNAVAILABLE', message: /lost/ });
  t.match(await call('status'), { durability: 'lost-with-the-enclave', version: 0 });
});
