/** Random bytes that follow from a seed alone. */
import { createCipheriv } from 'node:crypto';
import { TruceError } from '../../proto/errors.ts';

const SEED_BYTES = 32;
/** OpenSSL's order: a 32-bit block counter, then the 96-bit nonce. Source: OpenSSL EVP_chacha20(3). */
const COUNTER_AND_NONCE = new Uint8Array(16);
const PIECE_BYTES = 65536;

/**
 * The key stream of ChaCha20 (RFC 8439) under the seed, from block 0 on, with nonce 0: each call of the function gives
 * what follows what the last one gave.
 * @param seed 32 bytes, in hexadecimal
 */
export function seededRandom(seed: string): (target: Uint8Array) => void {
  if (!/^[0-9a-f]{64}$/i.test(seed))
    throw new TruceError('RUN_FAILED', { reason: `a seed that is not ${SEED_BYTES} bytes` });
  const cipher = createCipheriv('chacha20', Buffer.from(seed, 'hex'), COUNTER_AND_NONCE);
  const zeros = new Uint8Array(PIECE_BYTES);
  return (target) => {
    for (let offset = 0; offset < target.length; offset += PIECE_BYTES) {
      const length = Math.min(PIECE_BYTES, target.length - offset);
      target.set(cipher.update(zeros.subarray(0, length)), offset);
    }
  };
}
