/** The sending side of HPKE (RFC 9180, base mode), written apart from the runtime's receiving one, over WebCrypto. */
import { webcrypto } from 'node:crypto';
import type { SealedMessage } from '../../runtime/services/attestation/hpke.ts';

type CryptoKey = webcrypto.CryptoKey;
type CryptoKeyPair = webcrypto.CryptoKeyPair;
const { subtle } = webcrypto;

/** One message to a P-384 key in its SubjectPublicKeyInfo. */
export async function sealTo(
  spki: Uint8Array,
  info: Uint8Array,
  associated: Uint8Array,
  message: Uint8Array,
): Promise<SealedMessage> {
  const curve = { name: 'ECDH', namedCurve: 'P-384' };
  const recipient = await subtle.importKey('spki', spki, curve, true, []);
  const ephemeral = (await subtle.generateKey(curve, true, ['deriveBits'])) as CryptoKeyPair;
  const point = async (key: CryptoKey) => Buffer.from(await subtle.exportKey('raw', key));
  const encapsulated = await point(ephemeral.publicKey as CryptoKey);
  const dh = await subtle.deriveBits({ name: 'ECDH', public: recipient }, ephemeral.privateKey, 384);
  const kem = Buffer.from('KEM\x00\x11', 'latin1');
  const suite = Buffer.from('HPKE\x00\x11\x00\x02\x00\x02', 'latin1');
  const mac = async (key: Uint8Array, data: Uint8Array) => {
    // An HMAC key of zeros is what HKDF takes for none; WebCrypto takes no empty one.
    const bytes = key.length === 0 ? new Uint8Array(48) : key;
    const hmac = await subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-384' }, false, ['sign']);
    return Buffer.from(await subtle.sign('HMAC', hmac, data));
  };
  const none = new Uint8Array(0);
  const extract = (id: Buffer, salt: Uint8Array, label: string, material: Uint8Array) =>
    mac(salt, Buffer.concat([Buffer.from('HPKE-v1'), id, Buffer.from(label), material]));
  const expand = async (id: Buffer, key: Buffer, label: string, context: Uint8Array, length: number) => {
    const head = Buffer.from([length >> 8, length & 0xff]);
    const data = [head, Buffer.from('HPKE-v1'), id, Buffer.from(label), context, Buffer.of(1)];
    return (await mac(key, Buffer.concat(data))).subarray(0, length);
  };
  const prk = await extract(kem, none, 'eae_prk', new Uint8Array(dh));
  const context = Buffer.concat([encapsulated, await point(recipient)]);
  const shared = await expand(kem, prk, 'shared_secret', context, 48);
  const hashes = [
    await extract(suite, none, 'psk_id_hash', none),
    await extract(suite, none, 'info_hash', info),
  ];
  const schedule = Buffer.concat([Buffer.of(0), ...hashes]);
  const secret = await extract(suite, shared, 'secret', none);
  const key = await subtle.importKey(
    'raw',
    await expand(suite, secret, 'key', schedule, 32),
    'AES-GCM',
    false,
    ['encrypt'],
  );
  const iv = await expand(suite, secret, 'base_nonce', schedule, 12);
  const encrypted = await subtle.encrypt({ name: 'AES-GCM', iv, additionalData: associated }, key, message);
  return { encapsulated: new Uint8Array(encapsulated), ciphertext: new Uint8Array(encrypted) };
}
