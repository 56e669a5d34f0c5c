import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import t from 'tap';
import { AttestedKeys } from '../../../../runtime/services/attestation/attested-keys.ts';
import { type HpkeSuite, openSealed, P384_SUITE } from '../../../../runtime/services/attestation/hpke.ts';
import { sealTo } from '../../../support/hpke-sender.ts';

const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));
const text = (value: string) => new TextEncoder().encode(value);

/** DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM: the nearest to ours that the RFC has vectors for. */
const P256_SUITE: HpkeSuite = {
  kem: 0x0010,
  kdf: 0x0001,
  aead: 0x0001,
  hash: 'sha256',
  hashBytes: 32,
  cipher: 'aes-128-gcm',
  keyBytes: 16,
  spkiPrefix: hex('3059301306072a8648ce3d020106082a8648ce3d030107034200'),
  pointBytes: 65,
};

t.test('opens the vector of RFC 9180, A.3.1', async (t) => {
  const publicKey = hex(
    '04fe8c19ce0905191ebc298a9245792531f26f0cece2460639e8bc39cb7f706a826a779b4cf969b8a0e539c7f62fb3d30ad6aa8f80e30f1d128aafd68a2ce72ea0',
  );
  const privateKey = privateKeyOf(
    'P-256',
    publicKey,
    hex('f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2'),
  );
  const sealed = {
    encapsulated: hex(
      '04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac98536d7b61a1af4b78e5b7f951c0900be863c403ce65c9bfcb9382657222d18c4',
    ),
    ciphertext: hex(
      '5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f39513434',
    ),
  };
  const [info, associated] = [text('Ode on a Grecian Urn'), text('Count-0')];
  const pair = { privateKey, publicKey };
  t.same(openSealed(P256_SUITE, pair, sealed, info, associated), text('Beauty is truth, truth beauty'));
  t.equal(openSealed(P256_SUITE, pair, sealed, info, text('Count-1')), undefined);
  t.equal(openSealed(P256_SUITE, pair, sealed, text('Ode'), associated), undefined);
});

t.test('opens what a sender of its own seals to an attested key, for that use alone', async (t) => {
  const keys = new AttestedKeys();
  const { id, publicKey } = await keys.create();
  const info = text('truce/attested-key/open/v1\0secrets\0');
  const associated = text('for alice');
  const sealed = await sealTo(publicKey, info, associated, text('a secret'));
  t.same(keys.open(id, 'secrets', sealed, associated), text('a secret'));
  const refused = { code: 'ATTESTED_KEY_CANNOT_OPEN' };
  t.throws(() => keys.open(id, 'wallet', sealed, associated), refused);
  t.throws(() => keys.open(id, 'secrets', sealed, text('for mallory')), refused);
  const { id: other } = await keys.create();
  t.throws(() => keys.open(other, 'secrets', sealed, associated), refused);
  for (let place = 0; place < sealed.ciphertext.length; place++) {
    const ciphertext = Uint8Array.from(sealed.ciphertext);
    ciphertext[place]! ^= 1;
    t.throws(() => keys.open(id, 'secrets', { ...sealed, ciphertext }, associated), refused);
  }
  for (const encapsulated of [
    new Uint8Array(0),
    new Uint8Array(97),
    sealed.encapsulated.subarray(1),
    Uint8Array.from(sealed.encapsulated, (byte, index) => (index === 96 ? byte ^ 1 : byte)),
  ])
    t.throws(() => keys.open(id, 'secrets', { ...sealed, encapsulated }, associated), refused);
  t.throws(
    () => keys.open(id, 'secrets', { ...sealed, ciphertext: new Uint8Array(15) }, associated),
    refused,
  );
});

function privateKeyOf(crv: string, point: Uint8Array, scalar: Uint8Array): KeyObject {
  const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
  const half = (point.length - 1) / 2;
  const [x, y] = [point.subarray(1, 1 + half), point.subarray(1 + half)];
  return createPrivateKey({
    key: { kty: 'EC', crv, x: encode(x), y: encode(y), d: encode(scalar) },
    format: 'jwk',
  });
}

t.test('the suite of the attested keys is that of P-384', async (t) => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  t.same(spki.subarray(0, -P384_SUITE.pointBytes), Buffer.from(P384_SUITE.spkiPrefix));
});
