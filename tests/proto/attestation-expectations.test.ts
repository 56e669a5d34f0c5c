import t from 'tap';
import type { VerificationOptions } from '../../proto/attestation/verify.ts';
import { authority, pcr, verify } from './attestation-samples.ts';

const { time } = authority;

t.test('nonce, user data and key must be the expected ones', async (t) => {
  const fields = { nonce: Uint8Array.of(1, 2), userData: Uint8Array.of(3), publicKey: Uint8Array.of(4) };
  await t.resolves(verify(fields, fields));
  for (const [field, code] of [
    ['nonce', 'ATTESTATION_NONCE_MISMATCH'],
    ['userData', 'ATTESTATION_USER_DATA_MISMATCH'],
    ['publicKey', 'ATTESTATION_PUBLIC_KEY_MISMATCH'],
  ] as const) {
    await t.rejects(verify(fields, { ...fields, [field]: Uint8Array.of(9) }), { code }, 'another');
    await t.rejects(
      verify(fields, { ...fields, [field]: Uint8Array.of(1, 2, 3, 4) }),
      { code },
      'a longer one',
    );
    await t.rejects(verify(fields, { ...fields, [field]: new Uint8Array() }), { code }, 'an empty one');
    await t.rejects(verify(fields, { ...fields, [field]: null }), { code }, 'none');
    await t.rejects(verify(fields, { ...fields, [field]: undefined }), { code }, 'no such field');
  }
  await t.rejects(verify({ userData: new Uint8Array() }, { userData: null }), {
    code: 'ATTESTATION_USER_DATA_MISMATCH',
  });
});

t.test('a document must be fresh', async (t) => {
  const tooOld = { code: 'ATTESTATION_TOO_OLD' };
  const ahead = { code: 'ATTESTATION_FROM_FUTURE' };
  await t.resolves(verify({ maximumAge: 1000 }, { timestamp: time - 1000 }));
  await t.rejects(verify({ maximumAge: 1000 }, { timestamp: time - 1001 }), tooOld);
  await t.resolves(verify({ maximumSkew: 1000 }, { timestamp: time + 1000 }));
  await t.rejects(verify({ maximumSkew: 1000 }, { timestamp: time + 1001 }), ahead);
  await t.rejects(verify({}, { timestamp: time - 3 * 3_600_000 - 1 }), tooOld, 'three hours are the default');
  await t.rejects(verify({}, { timestamp: time + 300_001 }), ahead, 'and five minutes ahead');
  await t.rejects(verify({ time: 'document' }, { timestamp: time - 86_400_000 }), {
    code: 'ATTESTATION_CERTIFICATE_NOT_YET_VALID',
  });
  await t.resolves(
    verify({ time: 'document', maximumAge: 0 }, { timestamp: time - 1000 }),
    'its own time is never old',
  );
});

t.test('options that check nothing or contradict themselves are refused', async (t) => {
  const invalid = { code: 'ATTESTATION_OPTIONS_INVALID' };
  for (const options of [
    { time: Number.NaN },
    { time: undefined },
    { time: 'now' },
    { maximumAge: -1 },
    { maximumSkew: Number.NaN },
    { roots: [] },
    { trust: 'anyone' },
    { nonce: new Uint8Array() },
    { policyHash: new Uint8Array(31) },
    { pcrs: new Map([[32, pcr(1)]]) },
    { pcrs: new Map([[0, new Uint8Array(47)]]) },
    { pcrs: new Map([[0, []]]) },
  ] as unknown as Partial<VerificationOptions>[])
    await t.rejects(verify(options), invalid, Object.keys(options).join());
  await t.rejects(verify({ trust: 'qemu-emulator' }), { code: 'ATTESTATION_TRUST_CONFLICT' });
});
