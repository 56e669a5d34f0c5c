/** Whose keys are, how many, and that nothing of them gets out or in. */
import { HDKey } from '@scure/bip32';
import t from 'tap';
import { toHex } from '../../../../proto/bytes.ts';
import { WalletService } from '../../../../runtime/services/enclave/wallet-service.ts';
import { bip32Vectors, invalidExtendedKeys } from '../../../support/bip32-vectors.ts';
import { ALICE, BOB, CAROL, callService } from '../../../support/service-calls.ts';
import { bytes, digest, wallet } from './wallet-caller.ts';

t.test('nothing takes keys from outside, invalid ones of vector 5 among them', async (t) => {
  const { call } = wallet();
  for (const key of [...invalidExtendedKeys, bip32Vectors[0]!.chain[0]![2]])
    for (const field of ['key', 'privateKey', 'extendedKey', 'seed'])
      await t.rejects(call('create', { name: 'x', type: 'bip32', [field]: key }), {
        code: 'SERVICE_PAYLOAD_INVALID',
      });
  for (const key of invalidExtendedKeys) t.throws(() => HDKey.fromExtendedKey(key), 'the library refuses it');
  t.same(await call('list'), { keys: [] });
});

t.test("a key is its maker's alone, and names say nothing of others'", async (t) => {
  const { as } = wallet();
  const made = await as(ALICE)('create', { name: 'key', type: 'secp256k1' });
  for (const [operation, payload] of [
    ['publicKey', {}],
    ['sign', { digest }],
    ['delete', {}],
  ] as const)
    for (const caller of [BOB, CAROL, 'host'])
      await t.rejects(as(caller)(operation, { name: 'key', ...payload }), { code: 'WALLET_KEY_UNKNOWN' });
  t.same(await as(BOB)('list'), { keys: [] });
  t.notSame((await as(BOB)('create', { name: 'key', type: 'secp256k1' })).publicKey, made.publicKey);
  await as(BOB)('delete', { name: 'key' });
  t.same(await as(ALICE)('publicKey', { name: 'key' }), made);
  await t.rejects(as(ALICE)('create', { name: 'key', type: 'p256' }), { code: 'WALLET_KEY_EXISTS' });
  t.same(await as(ALICE)('list'), { keys: [{ name: 'key', type: 'secp256k1' }] });
});

t.test('so many keys of one caller, and so many in all', async (t) => {
  const { as } = wallet();
  for (let index = 0; index < 64; index++) await as(ALICE)('create', { name: `key-${index}`, type: 'bip32' });
  const full = { code: 'SERVICE_STORE_FULL', details: { limit: 64 } };
  await t.rejects(as(ALICE)('create', { name: 'another', type: 'bip32' }), full);
  await as(BOB)('create', { name: 'another', type: 'bip32' });
  await as(ALICE)('delete', { name: 'key-7' });
  await as(ALICE)('create', { name: 'another', type: 'bip32' });

  const small = new WalletService({ stateBytes: 600 });
  for (const caller of [ALICE, BOB])
    await callService(small, caller, 'create', { name: 'key', type: 'p256' });
  await t.rejects(callService(small, CAROL, 'create', { name: 'key', type: 'p256' }), {
    code: 'SERVICE_STORE_FULL',
    details: { limit: 2 },
  });
  t.ok(small.state.export().length <= 600, 'what fills it fits the state');
});

t.test('no answer holds a private key, nor a part of one', async (t) => {
  const secrets = ['11', '22', '33'].map((digits) => digits.repeat(32));
  const { service, call } = wallet(...secrets);
  const answers = [
    await call('create', { name: 'a', type: 'secp256k1' }),
    await call('create', { name: 'b', type: 'p256' }),
    await call('create', { name: 'c', type: 'bip32' }),
  ];
  const derived = HDKey.fromMasterSeed(bytes(secrets[2]!)).derive("m/44'/60'/0'/0/0");
  for (const name of ['a', 'b', 'c']) {
    answers.push(await call('publicKey', { name }), await call('sign', { name, digest }));
    for (const path of ["m/44'/60'/0'/0/0", 'm'])
      if (name === 'c')
        answers.push(await call('publicKey', { name, path }), await call('sign', { name, path, digest }));
  }
  answers.push(await call('list'), await call('delete', { name: 'a' }));
  const master = HDKey.fromMasterSeed(bytes(secrets[2]!));
  const known = [...secrets, ...[master, derived].map(({ privateKey }) => toHex(privateKey!))];
  for (const answer of answers) {
    const text = JSON.stringify(answer);
    const decoded = [
      text,
      ...Object.values(answer).map((value) => Buffer.from(String(value), 'base64').toString('hex')),
    ];
    for (const secret of known)
      for (const place of decoded) t.notOk(place.includes(secret.slice(0, 32)), 'not in hexadecimal');
    t.notMatch(text, /xprv/);
    t.same(
      Object.keys(answer).filter((field) => /priv|secret|seed|chain/i.test(field)),
      [],
    );
  }
  t.ok(toHex(service.state.export()).length > 0);
  t.notOk(toHex(service.state.export()).includes(secrets[1]!), 'nor is one in the clear in the state');
});

t.test('every draw is overwritten once it is kept', async (t) => {
  const draws: Uint8Array[] = [];
  const service = new WalletService({
    random: (length) => {
      // The first is no key: 0 is no private key of a curve.
      const draw = new Uint8Array(length).fill(draws.length === 0 ? 0 : 7);
      draws.push(draw);
      return draw;
    },
  });
  await callService(service, ALICE, 'create', { name: 'a', type: 'p256' });
  await callService(service, ALICE, 'create', { name: 'b', type: 'bip32' });
  t.equal(draws.length, 3, 'one that is no key is drawn again');
  for (const draw of draws) t.ok(draw.every((byte) => byte === 0));
});

t.test('hostile payloads are one error, and change nothing', async (t) => {
  const { call } = wallet();
  const names: unknown[] = [
    undefined,
    null,
    7,
    '',
    '.',
    '..',
    '-a',
    'a/b',
    'a b',
    'a\0',
    'ä',
    'a'.repeat(65),
    {},
    [],
  ];
  for (const name of names)
    await t.rejects(call('create', { name, type: 'p256' }), {
      code: 'SERVICE_PAYLOAD_INVALID',
      details: { field: 'name' },
    });
  for (const type of [undefined, null, '', 'P256', 'ed25519', 'toString', '__proto__', 5, ['p256']])
    await t.rejects(call('create', { name: 'x', type }), {
      code: 'SERVICE_PAYLOAD_INVALID',
      details: { field: 'type' },
    });
  for (const text of [
    '{"name":"x","type":"p256","__proto__":1}',
    '{"name":"x","type":"p256","constructor":{}}',
  ])
    await t.rejects(call('create', text), { code: 'SERVICE_PAYLOAD_INVALID' });
  t.same(await call('list'), { keys: [] });
  await call('create', { name: 'constructor', type: 'p256' });
  for (const digest of [
    undefined,
    null,
    '',
    'ab',
    `${'ab'.repeat(32)}00`,
    'zz'.repeat(32),
    'ab'.repeat(31),
    1,
    [1],
  ])
    await t.rejects(call('sign', { name: 'constructor', digest }), {
      code: 'SERVICE_PAYLOAD_INVALID',
      details: { field: 'digest' },
    });
  for (const name of ['hasOwnProperty', 'toString'])
    await t.rejects(call('publicKey', { name }), { code: 'WALLET_KEY_UNKNOWN' });
});

t.test('a state goes over whole, and another one is refused whole', async (t) => {
  const before = wallet();
  const made = await before.call('create', { name: 'key', type: 'bip32' });
  await before.as(BOB)('create', { name: 'key', type: 'p256' });
  const state = before.service.state.export();
  const after = wallet();
  t.equal(after.service.state.inUse, false);
  after.service.state.prepare(state)();
  t.equal(after.service.state.inUse, true);
  t.same(await after.call('publicKey', { name: 'key' }), made);
  t.same(await after.as(BOB)('list'), await before.as(BOB)('list'));
  const untouched = wallet();
  for (let index = 0; index < state.length; index++) {
    const changed = Uint8Array.from(state);
    changed[index]! ^= 0x01;
    t.throws(() => untouched.service.state.prepare(changed)(), { code: 'SEALED_STATE_INVALID' });
  }
  for (const length of [0, 1, 32, 33, state.length - 1])
    t.throws(() => untouched.service.state.prepare(state.subarray(0, length))(), {
      code: 'SEALED_STATE_INVALID',
    });
  t.equal(untouched.service.state.inUse, false);
});
