/** Documents that were changed, cut or made up: none is accepted, and each has a typed error. */
import { webcrypto } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { verifyAttestation } from '../../proto/attestation/verify.ts';
import { concatBytes, toHex } from '../../proto/bytes.ts';
import { decodeCbor } from '../../proto/cbor/reader.ts';
import type { CborKey, CborValue } from '../../proto/cbor/values.ts';
import { encodeCbor } from '../../proto/cbor/writer.ts';
import { type nodeCrypto as crypto, encodePayload } from '../support/attestation-authority.ts';
import { authority } from './attestation-samples.ts';
import { codeOf, genuine, verify } from './document-verdicts.ts';

const { time } = authority;

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/**
 * WebCrypto that remembers what it has computed: a flip in one certificate leaves the other signatures as they were. It
 * gives WebCrypto's own answers, for exactly the same arguments.
 */
function rememberingCrypto(): typeof crypto {
  const { subtle } = webcrypto;
  const keys = new Map<string, Promise<CryptoKey>>();
  const names = new Map<CryptoKey, string>();
  const verdicts = new Map<string, Promise<boolean>>();
  return {
    subtle: {
      digest: subtle.digest.bind(subtle),
      importKey: (format: 'spki', spki: Uint8Array, ...rest: [EcKeyImportParams, boolean, KeyUsage[]]) => {
        const name = latin1(spki);
        const key = keys.get(name) ?? (subtle.importKey(format, spki, ...rest) as Promise<CryptoKey>);
        keys.set(name, key);
        return key.then((imported) => {
          names.set(imported, name);
          return imported;
        });
      },
      verify: (algorithm: EcdsaParams, key: CryptoKey, signature: Uint8Array, data: Uint8Array) => {
        const name = `${names.get(key)} ${latin1(signature)} ${latin1(data)}`;
        const verdict = verdicts.get(name) ?? subtle.verify(algorithm, key, signature, data);
        verdicts.set(name, verdict);
        return verdict;
      },
    },
  } as unknown as typeof crypto;
}

t.test('a document with any byte changed is refused', async (t) => {
  // A changed certificate costs two signatures, so of those every third byte is tried; of all the rest, every byte.
  const costly = [...authority.cabundle.slice(1), authority.certificate].map((certificate) => {
    const start = Buffer.from(genuine).indexOf(certificate);
    return { start, end: start + certificate.length };
  });
  const spared = (position: number) =>
    position % 3 !== 0 && costly.some(({ start, end }) => position >= start && position < end);
  const remembering = rememberingCrypto();
  const options = { crypto: remembering, time, roots: [authority.root] };
  t.equal(await codeOf(verifyAttestation(genuine, options)), 'accepted');
  const codes = new Map<string, number>();
  for (let position = 0; position < genuine.length; position++) {
    if (spared(position)) continue;
    const twisted = new Uint8Array(genuine);
    twisted[position]! ^= 1 << ((position * 5) % 8);
    const code = await codeOf(verifyAttestation(twisted, options));
    if (code === 'accepted') t.fail(`byte ${position} does not matter`);
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  for (const code of [
    'ATTESTATION_SIGNATURE',
    'ATTESTATION_CHAIN_SIGNATURE',
    'ATTESTATION_ROOT_UNKNOWN',
    'CBOR_INVALID',
  ])
    t.ok((codes.get(code) ?? 0) > 5, `${code} is among the reasons`);
});

t.test('a document cut short or with a byte behind it is refused', async (t) => {
  for (let length = 0; length < genuine.length; length++)
    if ((await codeOf(verify(genuine.subarray(0, length)))) !== 'CBOR_INVALID') t.fail(`cut at ${length}`);
  t.equal(await codeOf(verify(concatBytes(genuine, Uint8Array.of(0)))), 'CBOR_INVALID');
  const payload = encodePayload(authority.fields());
  t.equal(
    await codeOf(verify(await authority.sign(concatBytes(payload, Uint8Array.of(0xf6))))),
    'CBOR_INVALID',
  );
  t.equal(await codeOf(verify(new Uint8Array(16_385))), 'CBOR_INVALID');
});

t.test('any bytes give a typed error', async (t) => {
  const parts = decodeCbor(genuine) as [Uint8Array, Map<CborKey, CborValue>, Uint8Array, Uint8Array];
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc
      .tuple(fc.nat(parts[2].length - 1), fc.uint8Array({ minLength: 1, maxLength: 6 }))
      .map(([at, patch]) => {
        const patched = new Uint8Array(parts[2]);
        patched.set(patch.subarray(0, patched.length - at), at);
        return patched;
      }),
  );
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), payload, async (bytes, body) => {
      for (const candidate of [bytes, encodeCbor([parts[0], parts[1], body, parts[3]])])
        if (toHex(candidate) !== toHex(genuine) && (await codeOf(verify(candidate))) === 'accepted')
          throw new Error('accepted');
    }),
    { numRuns: 300 },
  );
  t.pass('no other error, and nothing accepted');
});
