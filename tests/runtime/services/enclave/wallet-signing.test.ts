/** That keys are the curves' and BIP-32's, and signatures those that anyone else would make and take. */
import { createPublicKey, verify } from 'node:crypto';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { HDKey } from '@scure/bip32';
import t from 'tap';
import { toHex } from '../../../../proto/bytes.ts';
import {
  readDerivationPath,
  withDerivedKey,
} from '../../../../runtime/services/enclave/wallet-derivation.ts';
import { bip32Vectors } from '../../../support/bip32-vectors.ts';
import type { Answer } from '../../../support/service-calls.ts';
import { bytes, digest, sha256, wallet } from './wallet-caller.ts';

const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

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
