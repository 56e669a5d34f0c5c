/** What a client trusts and expects of the enclave, before it has seen anything of it. */
import type { PcrExpectation } from '../../proto/attestation/expectations.ts';
import { awsNitroRoots } from '../../proto/attestation/roots.ts';
import { equalBytes } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import { saysWhatRuns } from '../../proto/policy/measurement-sets.ts';
import type { Policy } from '../../proto/policy/model.ts';
import { decodePemCertificates } from '../../proto/x509/pem.ts';

export interface TrustOptions {
  /** The only roots to accept, PEM or DER; AWS's Nitro root where none are named. */
  readonly roots?: readonly (string | Uint8Array)[];
  /** Registers that the enclave must show, 48 bytes each, besides what the policy says. */
  readonly pcrs?: ReadonlyMap<number, Uint8Array>;
  /** The one instance to speak to, 16 bytes: parties who compare it know that they share an enclave. */
  readonly instanceId?: Uint8Array;
  /** Accept exactly QEMU's unsigned documents, which prove nothing. Excludes `roots`. */
  readonly emulator?: boolean;
}

export interface ResolvedTrust {
  readonly verification: { readonly roots?: readonly Uint8Array[]; readonly trust?: 'qemu-emulator' };
  readonly pcrs: ReadonlyMap<number, PcrExpectation>;
  /** The policy's sets of registers, of which one must match; undefined where it names none. */
  readonly pcrSets: readonly ReadonlyMap<number, Uint8Array>[] | undefined;
  readonly instanceId: Uint8Array | undefined;
}

/** What a policy says of the runtimes and roots that it accepts. */
export type PolicyTrust = Pick<Policy, 'measurements' | 'trustRoots' | 'pcrs'>;

/** Where there is no policy at hand: all is for the caller to say. */
export const UNRESTRICTED: PolicyTrust = { measurements: new Map(), trustRoots: [], pcrs: [] };

/** Stands behind all that is said of an enclave whose documents nobody signs. */
export const EMULATOR_REMARK = ' (claimed by the QEMU emulator: proves nothing)';

export const INSTANCE_ID_BYTES = 16;
/** Veracruz's policies hold so much of PCR0. */
const POLICY_MEASUREMENT_BYTES = 32;

/** The options that a caller's word stands for. */
export function trustOptions(trust: TrustOptions | 'qemu-emulator' | undefined): TrustOptions {
  return trust === 'qemu-emulator' ? { emulator: true } : (trust ?? {});
}

/**
 * The expectations that follow from the policy and from what the client says itself.
 * @throws TruceError CLIENT_NO_MEASUREMENT where any enclave at all would do, CLIENT_ROOT_NOT_IN_POLICY,
 *   ATTESTATION_TRUST_CONFLICT, CLIENT_TRUST_INVALID, PEM_INVALID
 */
export function resolveTrust(trust: TrustOptions, policy: PolicyTrust): ResolvedTrust {
  if (trust.instanceId !== undefined && trust.instanceId.length !== INSTANCE_ID_BYTES)
    throw new TruceError('CLIENT_TRUST_INVALID', { reason: `an instance id has ${INSTANCE_ID_BYTES} bytes` });
  if (trust.emulator === true && (trust.roots !== undefined || policy.trustRoots.length > 0))
    throw new TruceError('ATTESTATION_TRUST_CONFLICT');
  const roots = trust.roots?.flatMap((root) =>
    typeof root === 'string' ? decodePemCertificates(root) : [root],
  );
  if (roots?.length === 0)
    throw new TruceError('CLIENT_TRUST_INVALID', { reason: 'the list of roots is empty' });
  const accepted = acceptedRoots(roots, policy.trustRoots);
  const verification =
    trust.emulator === true
      ? { trust: 'qemu-emulator' as const }
      : accepted === undefined
        ? {}
        : { roots: accepted };
  return {
    verification,
    pcrs: expectedPcrs(trust.pcrs ?? new Map(), policy),
    pcrSets: policy.pcrs.length === 0 ? undefined : policy.pcrs,
    instanceId: trust.instanceId,
  };
}

/** A policy can restrict the roots that its reader trusts, never add one. undefined: the verifier's own. */
function acceptedRoots(
  trusted: readonly Uint8Array[] | undefined,
  restriction: readonly Uint8Array[],
): readonly Uint8Array[] | undefined {
  if (restriction.length === 0) return trusted;
  const accepted = (trusted ?? awsNitroRoots()).filter((root) =>
    restriction.some((named) => equalBytes(named, root)),
  );
  if (accepted.length === 0) throw new TruceError('CLIENT_ROOT_NOT_IN_POLICY');
  return accepted;
}

function expectedPcrs(
  named: ReadonlyMap<number, Uint8Array>,
  policy: PolicyTrust,
): ReadonlyMap<number, PcrExpectation> {
  const pcrs = new Map<number, PcrExpectation>(named);
  const measurement = policy.measurements.get('nitro');
  const pcr0 = named.get(0);
  if (measurement !== undefined) {
    pcrs.set(0, (found) => {
      const policyAgrees = equalBytes(found.subarray(0, POLICY_MEASUREMENT_BYTES), measurement);
      return policyAgrees && (pcr0 === undefined || equalBytes(found, pcr0));
    });
  } else if (policy.pcrs.length === 0 && !saysWhatRuns(named)) throw new TruceError('CLIENT_NO_MEASUREMENT');
  return pcrs;
}
