/** PSA tokens of one device, in both forms that Veracruz has had. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { protectedHeaderFor, signedBytes } from '../../../proto/attestation/cose-sign1.ts';
import { concatBytes } from '../../../proto/bytes.ts';
import { type CborKey, type CborMap, CborTag, type CborValue } from '../../../proto/cbor/values.ts';
import { encodeCbor } from '../../../proto/cbor/writer.ts';

export const runtimeHash = new Uint8Array(createHash('sha256').update('the runtime').digest());
export const device = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const devicePem = device.publicKey.export({ type: 'spki', format: 'pem' }).toString();

export const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
/** An uncompressed point, which is what tokens and messages have of a key. */
export const point = (key: KeyObject) =>
  new Uint8Array(key.export({ type: 'spki', format: 'der' }).subarray(-65));

/** A COSE_Sign1 with ES256. */
export function token(
  payload: Uint8Array,
  { key = device.privateKey, unprotected = new Map() as CborMap, tagged = true, algorithm = -7 } = {},
): Uint8Array {
  const protectedHeader = protectedHeaderFor(algorithm);
  const data = signedBytes({ protectedHeader, payload });
  const signature = new Uint8Array(sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' }));
  const members: CborValue = [protectedHeader, unprotected, payload, signature];
  return encodeCbor(tagged ? new CborTag(18, members) : members);
}

/** Veracruz main's claims. */
export function labelled(
  challenge: Uint8Array,
  csr: Uint8Array,
  changed: [CborKey, CborValue][] = [],
): Uint8Array {
  const instance = concatBytes(Uint8Array.of(1), sha256(point(device.publicKey)));
  return encodeCbor(
    new Map<CborKey, CborValue>([
      [-75_001, -0xdeadbeef],
      [-75_002, 16_384],
      [-75_004, new Uint8Array(32)],
      [10, challenge],
      [25_101, instance],
      [25_102, false],
      [-75_003, new TextEncoder().encode('acme-implementation-id-000000001')],
      [25_104, 1],
      [-75_008, challenge],
      [-75_009, instance],
      [
        -75_006,
        [
          new Map<CborKey, CborValue>([
            [2, runtimeHash],
            [1, 'ARoT'],
            [5, sha256(csr)],
          ]),
        ],
      ],
      ...changed,
    ]),
  );
}

/** The earlier form: three values of 32 bytes at the places where its reader took them from, and a name. */
export function placed(
  challenge: Uint8Array,
  csr: Uint8Array,
  changed: [CborKey, CborValue][] = [],
): Uint8Array {
  return encodeCbor(
    new Map<CborKey, CborValue>([
      [-75_008, challenge],
      [-75_500, runtimeHash],
      [-75_501, sha256(csr)],
      [-75_502, new TextEncoder().encode('linux-1')],
      ...changed,
    ]),
  );
}
