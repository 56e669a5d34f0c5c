import { createHash, createPublicKey, verify } from 'node:crypto';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { HDKey } from '@scure/bip32';
import t from 'tap';
import { toHex } from '../../../../proto/bytes.ts';
import {
  readDerivationPath,
  withDerivedKey,
} from '../../../../runtime/services/enclave/wallet-derivation.ts';
import { WalletService } from '../../../../runtime/services/enclave/wallet-service.ts';
import { bip32Vectors, invalidExtendedKeys } from '../../../support/bip32-vectors.ts';
import { ALICE, type Answer, BOB, CAROL, callService } from '../../../support/service-calls.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));
const digest = sha256('a transaction');
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** A wallet, and one caller's way to it; `secrets` are what it draws, in their order. */
function wallet(...secrets: string[]) {
  const service = new WalletService(
    secrets.length === 0 ? {} : { random: () => bytes(secrets.length > 1 ? secrets.shift()! : secrets[0]!) },
  );
  const as = (caller: string) => (operation: string, payload?: object | string) =>
    callService(service, caller, operation, payload);
  return { service, as, call: as(ALICE) };
}

/** Whether node:crypto takes an answer's signature for the key's. */
function verifies(key: Answer, signature: Answer, namedCurve: 'K-256' | 'P-256', hex: string): boolean {
  const point = Buffer.from(String(key.uncompressedPublicKey), 'hex');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url'));
  if (namedCurve === 'K-256')
    return secp256k1.verify(bytes(String(signature.signature)), bytes(hex), bytes(String(key.publicKey)), {
      prehash: false,
    });
  const jwk = { kty: 'EC', crv: namedCurve, x, y } as const;
  // It hashes by itself, so the digest is of a text that is known.
  return verify(
    'sha256',
    Buffer.from('a transaction'),
    { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
    Buffer.from(String(signature.signature), 'hex'),
  );
}

t.test('keys of both curves are made, and sign what anyone can verify', async (t) => {
  const { call } = wallet();
  for (const [type, curve] of [
    ['secp256k1', 'K-256'],
    ['p256', 'P-256'],
  ] as const) {
    const key = await call('create', { name: type, type });
    t.match(key, { name: type, type, publicKey: /^0[23][0-9a-f]{64}$/, uncompressedPublicKey: /^04/ });
    t.same(await call('publicKey', { name: type }), key);
    const signature = await call('sign', { name: type, digest });
    t.ok(verifies(key, signature, curve, digest), type);
    t.same(await call('sign', { name: type, digest }), signature, 'the same again for the same');
  }
  t.notSame(await call('create', { name: 'other', type: 'p256' }), await call('publicKey', { name: 'p256' }));
});

t.test('nonces are those of RFC 6979, and s is the lower one', async (t) => {
  const satoshi = wallet(
    '00'.repeat(31).concat('01'),
    'f8b8af8ce3c7cca5e300d33939540c10d45ce001b8f252bfbc57ba0342904181',
  );
  // bitcointalk.org, "Deterministic Usage of DSA and ECDSA", vectors that wallets of Bitcoin share.
  t.match(await satoshi.call('create', { name: 'one', type: 'secp256k1' }), {
    publicKey: '0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798',
    addresses: {
      ethereum: '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf',
      bitcoin: 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
    },
  });
  t.match(await satoshi.call('sign', { name: 'one', digest: sha256('Satoshi Nakamoto') }), {
    signature:
      '934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d82442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5',
    der: '3045022100934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d802202442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5',
  });
  await satoshi.call('create', { name: 'two', type: 'secp256k1' });
  t.match(await satoshi.call('sign', { name: 'two', digest: sha256('Alan Turing') }), {
    signature:
      '7063ae83e7f62bbb171798131b4a0564b956930092b33b07b395615d9ec7e15c58dfcc1e00a35e1572f366ffe34ba0fc47db1e7189759b9fb233c5b05ab388ea',
  });
  // RFC 6979, appendix A.2.5: its s is the higher one.
  const nist = wallet('c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721');
  t.match(await nist.call('create', { name: 'one', type: 'p256' }), {
    uncompressedPublicKey:
      '0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299',
  });
  const higher = 0xf7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8n;
  t.match(await nist.call('sign', { name: 'one', digest: sha256('sample') }), {
    signature: `efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716${(P256_ORDER - higher).toString(16).padStart(64, '0')}`,
  });
});

t.test('the recovery id leads to the signer', async (t) => {
  const { call } = wallet();
  const { publicKey } = await call('create', { name: 'key', type: 'secp256k1' });
  const ids = new Set<unknown>();
  for (let index = 0; index < 12; index++) {
    const hex = sha256(String(index));
    const { signature, recoveryId } = await call('sign', { name: 'key', digest: hex });
    ids.add(recoveryId);
    const recovered = Uint8Array.of(Number(recoveryId), ...bytes(String(signature)));
    t.equal(toHex(secp256k1.recoverPublicKey(recovered, bytes(hex), { prehash: false })), publicKey);
  }
  t.same([...ids].sort(), [0, 1], 'and is not always the same');
});

t.test('hierarchies are those of BIP-32, by its vectors 1 to 4', async (t) => {
  for (const { seed, chain } of bip32Vectors)
    for (const [path, expectedPublic, expectedPrivate] of chain)
      withDerivedKey(bytes(seed), readDerivationPath(path)!, ({ privateKey, extendedPublicKey }) => {
        t.equal(extendedPublicKey, expectedPublic, path);
        t.same(privateKey, HDKey.fromExtendedKey(expectedPrivate).privateKey);
      });
  // The one whose seed is as long as the wallet's own.
  const { seed, chain } = bip32Vectors[3]!;
  const { call } = wallet(seed);
  t.match(await call('create', { name: 'root', type: 'bip32' }), {
    path: 'm',
    extendedPublicKey: chain[0]![1],
  });
  for (const [path, extendedPublicKey, secret] of chain) {
    const key = await call('publicKey', { name: 'root', path });
    t.match(key, { path, extendedPublicKey });
    const node = HDKey.fromExtendedKey(secret);
    t.equal(key.publicKey, toHex(node.publicKey!));
    t.equal((await call('sign', { name: 'root', path, digest })).signature, toHex(node.sign(bytes(digest))));
  }
});

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

t.test('paths are bounded, and only those of BIP-32', async (t) => {
  const { call } = wallet();
  await call('create', { name: 'root', type: 'bip32' });
  await call('create', { name: 'leaf', type: 'secp256k1' });
  const deep = `m${'/2147483647h'.repeat(10)}`;
  t.match(await call('publicKey', { name: 'root', path: deep }), { path: deep });
  for (const path of [
    ...[
      `${deep}/0`,
      '',
      'M',
      'm/',
      '/0',
      '0/1',
      'm/-1',
      'm/01',
      'm/2147483648',
      "m/0''",
      'm/0x1',
      'm/ 1',
      'm/1.0',
    ],
    ...['m/99999999999', 'm//0', 'm/٣', 'm/0\n', 'm/__proto__', 7, {}, ['m'], true],
  ])
    await t.rejects(call('publicKey', { name: 'root', path }), {
      code: 'SERVICE_PAYLOAD_INVALID',
      details: { field: 'path' },
    });
  await t.rejects(call('sign', { name: 'leaf', path: 'm', digest }), {
    code: 'SERVICE_PAYLOAD_INVALID',
    details: { field: 'path' },
  });
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
