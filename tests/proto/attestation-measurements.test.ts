import { createHash } from 'node:crypto';
import t from 'tap';
import { sha384Of } from '../../proto/attestation/crypto.ts';
import { emptyPcr, extendPcr, isDebug, policyPcr16 } from '../../proto/attestation/measurements.ts';
import { concatBytes, toHex } from '../../proto/bytes.ts';
import { nodeCrypto as crypto } from '../support/attestation-authority.ts';
import { authority, pcr, verify } from './attestation-samples.ts';

const sha384 = (...parts: Uint8Array[]) =>
  new Uint8Array(
    createHash('sha384')
      .update(concatBytes(...parts))
      .digest(),
  );

t.test('measurements must be the expected ones', async (t) => {
  const pcrs = (...entries: [number, Uint8Array | Uint8Array[] | ((value: Uint8Array) => boolean)][]) => ({
    pcrs: new Map(entries),
  });
  await t.resolves(verify(pcrs([0, pcr(1)], [1, [pcr(9), pcr(2)]], [2, (value) => value[0] === 3])));
  const mismatch = { code: 'ATTESTATION_PCR_MISMATCH' };
  await t.rejects(verify(pcrs([0, pcr(2)])), mismatch);
  await t.rejects(verify(pcrs([0, pcr(1)], [2, pcr(1)])), { ...mismatch, details: { index: 2 } });
  await t.rejects(verify(pcrs([0, [pcr(8), pcr(9)]])), mismatch);
  await t.rejects(verify(pcrs([0, () => false])), mismatch);
  await t.rejects(
    verify(pcrs([0, (() => 'yes') as unknown as () => boolean])),
    mismatch,
    'only true is true',
  );
  await t.rejects(verify(pcrs([20, pcr(0)])), { code: 'ATTESTATION_PCR_ABSENT', details: { index: 20 } });
  await t.rejects(verify(pcrs([20, () => true])), { code: 'ATTESTATION_PCR_ABSENT' });
});

t.test('of several sets of measurements one whole set must be there', async (t) => {
  const sets = (...made: [number, Uint8Array][][]) => ({ pcrSets: made.map((set) => new Map(set)) });
  await t.resolves(
    verify(
      sets([
        [0, pcr(1)],
        [1, pcr(2)],
      ]),
    ),
  );
  await t.resolves(
    verify(
      sets(
        [[0, pcr(9)]],
        [
          [1, pcr(2)],
          [2, pcr(3)],
        ],
      ),
    ),
    'the second will do',
  );
  const unknown = (count: number) => ({ code: 'ATTESTATION_PCR_SETS', details: { count } });
  await t.rejects(
    verify(
      sets([
        [0, pcr(1)],
        [1, pcr(9)],
      ]),
    ),
    unknown(1),
    'half a set is none',
  );
  await t.rejects(
    verify(
      sets(
        [
          [0, pcr(1)],
          [1, pcr(9)],
        ],
        [
          [0, pcr(9)],
          [1, pcr(2)],
        ],
      ),
    ),
    unknown(2),
    'nor are two halves',
  );
  await t.rejects(
    verify(
      sets([
        [0, pcr(1)],
        [20, pcr(0)],
      ]),
    ),
    unknown(1),
    'a register that is absent matches nothing',
  );
  await t.rejects(
    verify({ ...sets([[0, pcr(1)]]), pcrs: new Map([[1, pcr(9)]]) }),
    { code: 'ATTESTATION_PCR_MISMATCH' },
    'it is beside what else is expected, never instead',
  );
  for (const nothing of [sets(), sets([]), sets([[0, pcr(1)]], [])])
    await t.rejects(verify(nothing), { code: 'ATTESTATION_OPTIONS_INVALID' });
});

t.test('an enclave is bound to a policy by a locked PCR16', async (t) => {
  const policyHash = new Uint8Array(createHash('sha256').update('{"a": "policy"}').digest());
  const locked = (value: Uint8Array) => ({
    pcrs: new Map([...(authority.fields().pcrs as Map<number, Uint8Array>), [16, value] as const]),
  });
  const right = sha384(new Uint8Array(48), policyHash);
  await t.resolves(verify({ policyHash }, locked(right)));
  await t.rejects(verify({ policyHash }), { code: 'ATTESTATION_POLICY_ABSENT' }, 'not locked');
  await t.rejects(
    verify({ policyHash }, locked(pcr(0))),
    { code: 'ATTESTATION_POLICY_UNSET' },
    'locked without a policy',
  );
  for (const [wrong, message] of [
    [sha384(new Uint8Array(48), policyHash, policyHash), 'one extended by both at once'],
    [sha384(right, policyHash), 'one extended twice'],
    [sha384(policyHash), 'the hash alone'],
    [sha384(new Uint8Array(48), new TextEncoder().encode(toHex(policyHash))), 'the hash in hexadecimal'],
    [concatBytes(policyHash, new Uint8Array(16)), 'the hash padded'],
  ] as const)
    await t.rejects(verify({ policyHash }, locked(wrong)), { code: 'ATTESTATION_POLICY_MISMATCH' }, message);
});

t.test('debug mode is refused unless asked for', async (t) => {
  const zeroed = (...zero: number[]) => ({
    pcrs: new Map(
      [...(authority.fields().pcrs as Map<number, Uint8Array>)].map(([index, value]) => [
        index,
        zero.includes(index) ? pcr(0) : value,
      ]),
    ),
  });
  await t.rejects(verify({}, zeroed(0, 1, 2)), { code: 'ATTESTATION_DEBUG' });
  await t.rejects(
    verify({}, { pcrs: new Map([[4, pcr(7)]]) }),
    { code: 'ATTESTATION_DEBUG' },
    'unmeasured is no better',
  );
  t.equal((await verify({ allowDebug: true }, zeroed(0, 1, 2))).debug, true);
  t.equal((await verify({}, zeroed(0))).debug, false);
  t.equal(
    isDebug(
      new Map([
        [0, pcr(0)],
        [1, pcr(0)],
        [2, pcr(1)],
      ]),
    ),
    false,
  );
});

t.test('registers extend as the device extends them', async (t) => {
  const hash = sha384Of(crypto);
  // The measurement of nothing, as every EIF with a single ramdisk has it in PCR2.
  t.equal(
    toHex(await extendPcr(emptyPcr(), sha384(), hash)),
    '21b9efbc184807662e966d34f390821309eeac6802309798826296bf3e8bec7c10edb30948c90ba67310f7b964fc500a',
  );
  t.same(await extendPcr(pcr(1), Uint8Array.of(1, 2), hash), sha384(pcr(1), Uint8Array.of(1, 2)));
  t.same(
    await policyPcr16(pcr(5).subarray(0, 32), (data) => sha384(data)),
    sha384(pcr(0), pcr(5).subarray(0, 32)),
  );
  await t.rejects(extendPcr(new Uint8Array(32), emptyPcr(), hash), RangeError);
  await t.rejects(policyPcr16(emptyPcr(), hash), RangeError);
});
