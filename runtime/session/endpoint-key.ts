/** The key of the enclave's TLS endpoint: made inside at start, never exported from the process, one for each life. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';

export interface EndpointKey {
  readonly privateKey: KeyObject;
  /** SubjectPublicKeyInfo in DER: what attestation documents speak for. */
  readonly publicKey: Uint8Array;
}

export function makeEndpointKey(): EndpointKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { privateKey, publicKey: publicKey.export({ type: 'spki', format: 'der' }) };
}
