import fc from 'fast-check';
import t from 'tap';
import { AttestedKeys } from '../../../../runtime/services/attestation/attested-keys.ts';
import { SecretsService } from '../../../../runtime/services/enclave/secrets-service.ts';
import { SecretsStore } from '../../../../runtime/services/enclave/secrets-store.ts';
import { sealTo } from '../../../support/hpke-sender.ts';
import { ALICE, BOB, CAROL, callService } from '../../../support/service-calls.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

function secrets(stateBytes?: number) {
  const service = new SecretsService(stateBytes === undefined ? {} : { stateBytes });
  const as = (caller: string) => (operation: string, payload?: object | string) =>
    callService(service, caller, operation, payload);
  return { service, as, call: as(ALICE) };
}

t.test('each put makes the next version, and each can be had until it is destroyed', async (t) => {
  const { call } = secrets();
  for (const [index, text] of ['first', 'second', 'third'].entries())
    t.same(await call('put', { name: 'key', value: base64(text) }), { name: 'key', version: index + 1 });
  t.same(await call('get', { name: 'key' }), {
    owner: ALICE,
    name: 'key',
    version: 3,
    value: base64('third'),
  });
  t.match(await call('get', { name: 'key', version: 1 }), { version: 1, value: base64('first') });
  t.same(await call('destroy', { name: 'key', version: 3 }), { name: 'key', version: 3 });
  t.match(await call('get', { name: 'key', version: null }), { version: 2, value: base64('second') });
  await t.rejects(call('get', { name: 'key', version: 3 }), { code: 'SECRET_VERSION_UNKNOWN' });
  await t.rejects(call('destroy', { name: 'key', version: 3 }), { code: 'SECRET_VERSION_UNKNOWN' });
  t.match(await call('put', { name: 'key', value: '' }), { version: 4 }, 'no number is used again');
  t.match(await call('get', { name: 'key' }), { version: 4, value: '' });
  t.same(await call('list'), { secrets: [{ owner: ALICE, name: 'key', versions: [1, 2, 4], readers: [] }] });
  for (const version of [1, 2, 4]) await call('destroy', { name: 'key', version });
  await t.rejects(call('get', { name: 'key' }), { code: 'SECRET_VERSION_UNKNOWN' });
  await call('delete', { name: 'key' });
  await t.rejects(call('get', { name: 'key' }), { code: 'SECRET_UNKNOWN' });
});

t.test('a secret is read by its owner and by those it lists, and changed by its owner alone', async (t) => {
  const { as } = secrets();
  await as(ALICE)('put', { name: 'key', value: base64('for two') });
  await as(ALICE)('share', { name: 'key', readers: [BOB, BOB] });
  t.match(await as(BOB)('get', { name: 'key', owner: ALICE }), { owner: ALICE, value: base64('for two') });
  t.same(await as(BOB)('list'), { secrets: [{ owner: ALICE, name: 'key', versions: [1] }] });
  t.same(await as(CAROL)('list'), { secrets: [] });
  for (const [operation, payload] of [
    ['share', { readers: [CAROL] }],
    ['destroy', { version: 1 }],
    ['delete', {}],
  ] as const) {
    await t.rejects(as(BOB)(operation, { name: 'key', ...payload }), { code: 'SECRET_UNKNOWN' });
    await t.rejects(as(BOB)(operation, { name: 'key', owner: ALICE, ...payload }), {
      code: 'SERVICE_PAYLOAD_INVALID',
    });
  }
  t.match(await as(BOB)('put', { name: 'key', value: base64('my own') }), { version: 1 });
  t.match(await as(ALICE)('get', { name: 'key' }), { value: base64('for two') });
  await as(ALICE)('share', { name: 'key', readers: [] });
  await t.rejects(as(BOB)('get', { name: 'key', owner: ALICE }), { code: 'SECRET_UNKNOWN' });
});

t.test('strangers cannot tell what is not for them from what is not there', async (t) => {
  const { as } = secrets();
  await as(ALICE)('put', { name: 'there', value: base64('x') });
  await as(ALICE)('share', { name: 'there', readers: [BOB] });
  const answer = async (payload: object) => {
    const error = (await as(CAROL)('get', { owner: ALICE, name: 'there', ...payload }).catch((e) => e)) as {
      code: string;
      message: string;
    };
    return { code: error.code, message: error.message.replace('nowhere', 'there') };
  };
  const denied = await answer({});
  t.equal(denied.code, 'SECRET_UNKNOWN');
  t.same(await answer({ name: 'nowhere' }), denied);
  t.same(await answer({ version: 1 }), denied);
  t.same(await answer({ version: 9 }), denied);
  t.same(await answer({ owner: BOB }), denied);
  t.same(await answer({ owner: 'ff'.repeat(32) }), denied);
});

t.test('what fills the store is refused, for one owner before for all', async (t) => {
  const { as } = secrets(4000);
  const put = (caller: string, name: string, bytes: number) =>
    as(caller)('put', { name, value: Buffer.alloc(bytes).toString('base64') });
  await put(ALICE, 'a', 400);
  const full = { code: 'SERVICE_STORE_FULL' };
  await t.rejects(put(ALICE, 'a', 400), { ...full, details: { limit: 1000 } });
  await t.rejects(
    as(ALICE)('share', {
      name: 'a',
      readers: Array.from({ length: 64 }, (_, i) => i.toString(16).padStart(64, '0')),
    }),
    full,
  );
  await put(ALICE, 'b', 0);
  await t.rejects(put(ALICE, 'c', 0), full);
  const owners = ['1', '2', '3', '4'].map((digit) => digit.repeat(64));
  for (const owner of owners.slice(0, 3)) await put(owner, 'a', 700);
  await t.rejects(put(owners[3]!, 'a', 700), { ...full, details: { limit: 4000 } });

  const roomy = secrets();
  for (let index = 0; index < 64; index++) await roomy.call('put', { name: `s${index}`, value: '' });
  await t.rejects(roomy.call('put', { name: 'another', value: '' }), full);
  for (let index = 1; index < 32; index++) await roomy.call('put', { name: 's0', value: '' });
  await t.rejects(roomy.call('put', { name: 's0', value: '' }), { ...full, details: { limit: 32 } });
  await roomy.call('destroy', { name: 's0', version: 5 });
  t.match(await roomy.call('put', { name: 's0', value: '' }), { version: 33 });
});

t.test('what is kept within its bytes takes no more of them in a state', (t) => {
  const store = new SecretsStore(20_000);
  const owners = Array.from({ length: 8 }, (_, index) => index.toString(16).repeat(64));
  let refused = 0;
  for (let round = 0; round < 200; round++) {
    const owner = owners[round % owners.length]!;
    const name = `${'n'.repeat(60)}-${(round >> 3) % 5}`;
    try {
      store.put(owner, name, new Uint8Array((round * 37) % 300));
      store.share(owner, name, owners.slice(0, round % 8));
    } catch (error) {
      t.match(error, { code: 'SERVICE_STORE_FULL' });
      refused++;
    }
  }
  t.ok(refused > 0);
  t.ok(store.export().length <= 20_000 + 64, `${store.export().length} bytes`);
  t.end();
});

t.test('hostile payloads are one error, and change nothing', async (t) => {
  const { call } = secrets();
  const invalid = { code: 'SERVICE_PAYLOAD_INVALID' };
  for (const name of [undefined, null, '', 'a/b', '..', 'a'.repeat(65), 'é', 1, {}, [], '__proto__'])
    await t.rejects(call('put', { name, value: '' }), { ...invalid, details: { field: 'name' } });
  const tooLong = Buffer.alloc((64 << 10) + 1).toString('base64');
  for (const value of [undefined, null, 'a', 'a===', 'YQ', 'YQ==\n', 'Y*==', 'YR==', 5, [], {}, tooLong])
    await t.rejects(call('put', { name: 'x', value }), { ...invalid, details: { field: 'value' } });
  await t.rejects(call('put', '{"name":"x","value":"","__proto__":{}}'), invalid);
  t.same(await call('list'), { secrets: [] });
  await call('put', { name: 'constructor', value: '' });
  for (const version of [0, -1, 1.5, '1', 2 ** 53, true, {}])
    await t.rejects(call('get', { name: 'constructor', version }), {
      ...invalid,
      details: { field: 'version' },
    });
  for (const owner of ['', 'me', ALICE.toUpperCase(), `${ALICE}0`, 5, {}])
    await t.rejects(call('get', { name: 'constructor', owner }), { ...invalid, details: { field: 'owner' } });
  for (const readers of [undefined, BOB, [5], ['bob'], [BOB, null], Array(65).fill(BOB), { 0: BOB }])
    await t.rejects(call('share', { name: 'constructor', readers }), {
      ...invalid,
      details: { field: 'readers' },
    });
  for (const name of ['toString', 'hasOwnProperty'])
    await t.rejects(call('get', { name }), { code: 'SECRET_UNKNOWN' });
});

t.test('nothing that is in memory, or in a state without its key, is a value in the clear', async (t) => {
  const { service, call } = secrets();
  const value = 'correct horse battery staple';
  await call('put', { name: 'key', value: base64(value) });
  const state = Buffer.from(service.state.export());
  t.notOk(state.includes(value));
  const without = Buffer.from(state).fill(0, 0, 32);
  t.throws(() => new SecretsStore().prepare(without), { code: 'SEALED_STATE_INVALID' });
});

t.test('a state goes over whole, and none that was changed is taken', async (t) => {
  const before = secrets();
  await before.call('put', { name: 'a', value: base64('one') });
  await before.call('put', { name: 'a', value: base64('two') });
  await before.call('destroy', { name: 'a', version: 2 });
  await before.call('share', { name: 'a', readers: [BOB] });
  await before.as(BOB)('put', { name: 'b', value: base64('three') });
  const state = before.service.state.export();
  const after = secrets();
  t.equal(after.service.state.inUse, false);
  after.service.state.prepare(state)();
  t.equal(after.service.state.inUse, true);
  t.match(await after.as(BOB)('get', { name: 'a', owner: ALICE }), { version: 1, value: base64('one') });
  t.match(await after.call('put', { name: 'a', value: '' }), { version: 3 }, 'numbers go on');
  t.same(await after.as(BOB)('list'), {
    secrets: [
      { owner: ALICE, name: 'a', versions: [1, 3] },
      { owner: BOB, name: 'b', versions: [1], readers: [] },
    ],
  });
  const untouched = new SecretsStore();
  fc.assert(
    fc.property(fc.nat(state.length - 1), fc.integer({ min: 1, max: 255 }), (index, change) => {
      const changed = Uint8Array.from(state);
      changed[index]! ^= change;
      try {
        untouched.prepare(changed)();
        // Who may read, and the next number, are of no ciphertext: the seal around the whole state holds them.
        const { readers } = untouched.list(ALICE)[0]!;
        return readers !== undefined;
      } catch (error) {
        return (error as { code?: string }).code === 'SEALED_STATE_INVALID';
      }
    }),
    { numRuns: 500 },
  );
});

t.test(
  'what was sealed to an attested key is kept for the owner and the name that it was sealed for',
  async (t) => {
    const keys = new AttestedKeys();
    const { id: keyId, publicKey } = await keys.create();
    const service = new SecretsService({ keys });
    const seal = async (owner: string, name: string, text: string) => {
      const [info, recipient] = ['truce/attested-key/open/v1\0secrets\0', `${owner}\0${name}`].map(
        Buffer.from,
      );
      const { encapsulated, ciphertext } = await sealTo(publicKey, info!, recipient!, Buffer.from(text));
      const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
      return { keyId, encapsulated: encode(encapsulated), ciphertext: encode(ciphertext) };
    };
    const sealed = await seal(ALICE, 'key', 'for alice');
    t.same(await callService(service, ALICE, 'putSealed', { name: 'key', ...sealed }), {
      name: 'key',
      version: 1,
    });
    t.match(await callService(service, ALICE, 'get', { name: 'key' }), { value: base64('for alice') });
    const refused: [code: string, caller: string, payload: object][] = [
      ['ATTESTED_KEY_CANNOT_OPEN', BOB, { name: 'key', ...sealed }],
      ['ATTESTED_KEY_CANNOT_OPEN', ALICE, { name: 'other', ...sealed }],
      ['ATTESTED_KEY_CANNOT_OPEN', ALICE, { name: 'key', ...sealed, ciphertext: base64('x'.repeat(16)) }],
      ['ATTESTED_KEY_UNKNOWN', ALICE, { name: 'key', ...sealed, keyId: '0'.repeat(64) }],
      ['SERVICE_PAYLOAD_INVALID', ALICE, { name: 'key', ...sealed, keyId: 'x' }],
      ['SERVICE_PAYLOAD_INVALID', ALICE, { name: 'key', ...sealed, encapsulated: base64('short') }],
      ['SERVICE_PAYLOAD_INVALID', ALICE, { name: 'key', ...sealed, value: '' }],
    ];
    for (const [code, caller, payload] of refused)
      await t.rejects(callService(service, caller, 'putSealed', payload), { code }, `${code} ${caller}`);
    await t.rejects(callService(new SecretsService(), ALICE, 'putSealed', { name: 'key', ...sealed }), {
      code: 'ATTESTED_KEY_UNKNOWN',
    });
    t.same(await callService(service, BOB, 'list'), { secrets: [] });
  },
);
