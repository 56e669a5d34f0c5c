import t from 'tap';
import { TruceError } from '../../../../proto/errors.ts';
import { accountService } from '../../../../runtime/services/enclave/account-service.ts';
import { SecretsStore } from '../../../../runtime/services/enclave/secrets-store.ts';
import type { KeptState } from '../../../../runtime/services/enclave/service.ts';
import { WalletStore } from '../../../../runtime/services/enclave/wallet-store.ts';
import { BOB, CAROL } from '../../../support/service-calls.ts';
import { credentials, invalid, KeysInMemory, life, POLICY } from './sealed-state-life.ts';

t.test('callers demand a version, and an older state than that is not even shown to KMS', async (t) => {
  const keys = new KeysInMemory();
  const first = life(keys);
  await first.store('old');
  const old = await first.exported();
  await first.store('new');
  const state = await first.exported();
  const asked = keys.given.length;
  const { call, stored } = life(keys);
  const version = (demand: object, sealed = old) => call('import', { credentials, state: sealed, ...demand });
  await t.rejects(version({ atLeast: 2 }), {
    code: 'SEALED_STATE_VERSION',
    details: { version: 1, demand: 'at least 2' },
  });
  await t.rejects(version({ version: 2 }), {
    details: { demand: 'exactly 2' },
    code: 'SEALED_STATE_VERSION',
  });
  await t.rejects(version({ version: 1 }, state), { code: 'SEALED_STATE_VERSION' });
  t.equal(keys.given.length, asked);
  const renumbered = Buffer.from(old, 'base64');
  renumbered.writeBigUint64BE(2n, 14);
  await t.rejects(version({ atLeast: 2 }, renumbered.toString('base64')), { code: 'KMS_CIPHERTEXT_REFUSED' });
  t.same(await version({ atLeast: 1, version: 2 }, state), { version: 2 });
  t.equal(await stored(), 'new');

  const emptied = life(keys);
  for (const _ of [1, 2]) await emptied.exported();
  await t.rejects(emptied.call('import', { credentials, state: old }), { code: 'SEALED_STATE_VERSION' });
});

t.test('nothing that callers have left is taken from them', async (t) => {
  const keys = new KeysInMemory();
  const first = life(keys);
  await first.store('sealed');
  const state = await first.exported();
  const used = { code: 'SEALED_STATE_IN_USE', details: { services: 'secrets' } };
  const second = life(keys);
  await second.store('here already');
  await t.rejects(second.call('import', { credentials, state }), used);
  t.equal(await second.stored(), 'here already');
  const third = life(keys);
  keys.meanwhile = async () => void (await third.store('while KMS was asked'));
  await t.rejects(third.call('import', { credentials, state }), used);
  t.equal(await third.stored(), 'while KMS was asked');
  keys.meanwhile = async () => undefined;
  const fourth = life(keys);
  await fourth.call('import', { credentials, state });
  await t.rejects(fourth.call('import', { credentials, state }), { code: 'SEALED_STATE_IN_USE' });
});

t.test(
  'who may end the enclave may export and import, one at a time, and anyone sees what becomes of the state',
  async (t) => {
    const keys = new KeysInMemory();
    const { call, exported } = life(keys);
    for (const operation of ['export', 'import'])
      await t.rejects(call(operation, { credentials }, BOB), { code: 'SEALED_STATE_DENIED' });
    t.match(await call('status', {}, BOB), { version: 0 });
    keys.meanwhile = async () => {
      await t.rejects(call('export', { credentials }, CAROL), { code: 'SEALED_STATE_BUSY' });
    };
    await exported();
    keys.meanwhile = async () => undefined;
    t.match(await call('export', { credentials }, CAROL), { version: 2 });
  },
);

t.test('keys are cleared when they have been used', async (t) => {
  const keys = new KeysInMemory();
  const first = life(keys);
  await first.store('x');
  const state = await first.exported();
  await life(keys).call('import', { credentials, state });
  const changed = Buffer.from(state, 'base64');
  changed[changed.length - 1]! ^= 1;
  await t.rejects(life(keys).call('import', { credentials, state: changed.toString('base64') }), invalid);
  await t.rejects(life(keys, POLICY, { longest: 100 }).exported(), { code: 'SEALED_STATE_TOO_LARGE' });
  t.equal(keys.given.length, 4);
  for (const key of keys.given) t.ok(key.every((byte) => byte === 0));
});

t.test('where one service refuses its part, all keep what they had', async (t) => {
  const keys = new KeysInMemory();
  const first = life(keys);
  await first.store('x');
  const state = await first.exported();
  const refusing: KeptState = {
    inUse: false,
    export: () => new Uint8Array(1),
    prepare: () => {
      throw new TruceError('SEALED_STATE_INVALID', { reason: 'not mine' });
    },
  };
  const fresh = (): [string, KeptState][] => [
    ['wallet', new WalletStore()],
    ['secrets', new SecretsStore()],
    ['account', accountService().state!],
  ];
  for (const [refuses] of fresh()) {
    const states = new Map(fresh()).set(refuses, refusing);
    const exported = () => [...states.values()].map((state) => state.export());
    const before = exported();
    const { call } = life(keys, POLICY, { states });
    await t.rejects(call('import', { credentials, state }), invalid);
    t.same(exported(), before);
    t.match(await call('status'), { version: 0, imported: false, inUse: [] });
  }
  const fewer = life(keys, POLICY, { states: new Map(fresh().slice(1)) });
  await t.rejects(fewer.call('import', { credentials, state }), invalid);
});
