import t from 'tap';
import { resolveTrust, type TrustOptions } from '../../../host-bridge/client/trust.ts';
import { awsNitroRoots } from '../../../proto/attestation/roots.ts';
import type { Policy } from '../../../proto/policy/model.ts';
import { encodePem } from '../../../proto/x509/pem.ts';

const [aws] = awsNitroRoots();
const [own, other] = [Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5, 6)];
const pcr0 = new Uint8Array(48).fill(7);

/** What of a policy decides whom to trust. */
const policy = (parts: Partial<Policy>): Policy =>
  ({ measurements: new Map(), trustRoots: [], pcrs: [], ...parts }) as unknown as Policy;
const roots = (trust: TrustOptions, trustRoots: readonly Uint8Array[]) =>
  resolveTrust({ pcrs: new Map([[0, pcr0]]), ...trust }, policy({ trustRoots })).verification.roots;

t.test('a policy restricts the roots that its reader trusts, and adds none', async (t) => {
  t.equal(roots({}, []), undefined, 'neither says anything: the verifier’s own');
  t.same(roots({ roots: [own] }, []), [own]);
  t.same(roots({}, [aws!, own]), [aws], 'AWS’s, where the reader names none');
  t.same(roots({ roots: [own, other] }, [other, aws!]), [other]);
  t.same(roots({ roots: [encodePem('CERTIFICATE', own)] }, [own]), [own]);
  for (const [trusted, named] of [
    [{}, [own]],
    [{ roots: [own] }, [aws!]],
    [{ roots: [own] }, [other]],
  ] as const)
    t.throws(() => roots(trusted, named), { code: 'CLIENT_ROOT_NOT_IN_POLICY' });
});

t.test('where a policy names roots, nobody takes documents that none has signed', async (t) => {
  const emulator = { emulator: true, pcrs: new Map([[0, pcr0]]) };
  t.same(resolveTrust(emulator, policy({})).verification, { trust: 'qemu-emulator' });
  t.throws(() => resolveTrust(emulator, policy({ trustRoots: [own] })), {
    code: 'ATTESTATION_TRUST_CONFLICT',
  });
});

t.test('sets of registers in the policy say what may run, beside what the client names', async (t) => {
  t.throws(() => resolveTrust({}, policy({})), { code: 'CLIENT_NO_MEASUREMENT' });
  const sets = [new Map([[0, pcr0]])];
  const both = resolveTrust({ pcrs: new Map([[3, pcr0]]) }, policy({ pcrs: sets }));
  t.equal(both.pcrSets, sets);
  t.same([...both.pcrs.keys()], [3]);
  t.equal(resolveTrust({ pcrs: new Map([[0, pcr0]]) }, policy({})).pcrSets, undefined);
  const older = resolveTrust(
    {},
    policy({ pcrs: sets, measurements: new Map([['nitro', pcr0.subarray(0, 32)]]) }),
  );
  t.same([...older.pcrs.keys()], [0], 'the first 32 bytes of PCR0 count as well');
});
