/** Policies that the server has been shown: their ends, and what they say of the enclaves that may enforce them. */
import { webcrypto } from 'node:crypto';
import { equalBytes, toHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import { hashPolicyHex } from '../../proto/policy/hash.ts';
import type { Policy } from '../../proto/policy/model.ts';
import { parsePolicy } from '../../proto/policy/parse.ts';

/** What is shown of the enclave: its registers, and the root of its document's chain (DER). */
export interface ShownEnclave {
  readonly pcrs: ReadonlyMap<number, Uint8Array>;
  readonly root: Uint8Array | undefined;
}

export class KnownPolicies {
  readonly #policies = new Map<string, Policy>();

  /**
   * Reads the texts as of `now`. Of one that has ended meanwhile `warn` is told: it is kept, so that it goes on being
   * refused, and does not keep the others' enclaves from their certificates. Errors: those of `parsePolicy`.
   */
  static async read(
    texts: readonly (string | Uint8Array)[],
    now: number,
    warn: (line: string) => void,
  ): Promise<KnownPolicies> {
    const known = new KnownPolicies();
    for (const text of texts) {
      const hash = await hashPolicyHex(text, webcrypto.subtle);
      known.#policies.set(
        hash,
        parseAsOfItsTime(text, now, ({ message }) => warn(`the policy ${hash}: ${message}`)),
      );
    }
    return known;
  }

  /** By hash, in hexadecimal. */
  entries(): IterableIterator<[string, Policy]> {
    return this.#policies.entries();
  }

  /**
   * When the policy ends; undefined where it is not known.
   * @throws TruceError PROXY_POLICY_EXPIRED, PROXY_MEASUREMENT_REFUSED where the policy accepts no such enclave
   */
  expiryFor(policyHash: Uint8Array, enclave: ShownEnclave, now: number): number | undefined {
    const policy = this.#policies.get(toHex(policyHash));
    if (policy === undefined) return undefined;
    if (policy.certificateExpiry <= now)
      throw new TruceError('PROXY_POLICY_EXPIRED', {
        expiry: new Date(policy.certificateExpiry).toISOString(),
      });
    if (!accepts(policy, enclave)) throw new TruceError('PROXY_MEASUREMENT_REFUSED');
    return policy.certificateExpiry;
  }
}

/** As of `now`, or of the last moment when the policy and its certificates held; each step back is told. */
function parseAsOfItsTime(
  text: string | Uint8Array,
  now: number,
  ended: (error: TruceError) => void,
): Policy {
  for (let time = now; ; ) {
    try {
      return parsePolicy(text, { now: time });
    } catch (error) {
      const last = error instanceof TruceError ? lastMoment(error) : undefined;
      if (last === undefined || !(last < time)) throw error;
      ended(error as TruceError);
      time = last;
    }
  }
}

/** Before the end that the error tells of; undefined where it is about something else. */
function lastMoment({ code, details }: TruceError): number | undefined {
  if (code === 'POLICY_EXPIRED') return Date.parse(String(details.expiry)) - 1;
  if (code === 'POLICY_CERTIFICATE_EXPIRED') return Date.parse(String(details.notAfter));
  return undefined;
}

function accepts({ measurements, pcrs, trustRoots }: Policy, { pcrs: shown, root }: ShownEnclave): boolean {
  const pcr0 = shown.get(0);
  const named = measurements.get('nitro');
  if (named !== undefined && (pcr0 === undefined || !equalBytes(pcr0.subarray(0, named.length), named)))
    return false;
  if (trustRoots.length > 0 && !trustRoots.some((trusted) => root !== undefined && equalBytes(trusted, root)))
    return false;
  return (
    pcrs.length === 0 ||
    pcrs.some((set) =>
      [...set].every(([index, value]) => {
        const found = shown.get(index);
        return found !== undefined && equalBytes(found, value);
      }),
    )
  );
}
