/** What an enclave sends in answer to a challenge, and what the server makes of it once it has believed it. */
import {
  TruceExtension,
  truceExtension,
  VERACRUZ_RUNTIME_HASH,
} from '../../proto/attestation/certificate-extensions.ts';
import { equalBytes, toHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import type { ExtensionFields } from '../../proto/x509/certificate-writer.ts';

export interface Evidence {
  /** A Nitro document, or a PSA token. */
  readonly token: Uint8Array;
  /** DER; undefined where Veracruz's document holds it itself. */
  readonly csr: Uint8Array | undefined;
  /** The policy that the sender means, 32 bytes, beside what the request says. */
  readonly policyHash: Uint8Array | undefined;
}

/** What has been proven; nothing in it comes from the request alone but the key. */
export interface ProvenEnclave {
  /** DER of the SubjectPublicKeyInfo, whose maker signed the request that the evidence names. */
  readonly publicKey: Uint8Array;
  /** PCR0, 48 bytes; of a PSA token the runtime's SHA-256. */
  readonly measurement: Uint8Array;
  /** Undefined where the evidence says nothing of a policy: certificates then do not either. */
  readonly policyHash: Uint8Array | undefined;
  readonly instanceId: Uint8Array | undefined;
}

/** How much of a measurement Veracruz's extension has. */
const RUNTIME_HASH_BYTES = 32;

/** The extensions that say what runs there. */
export function provenExtensions({ measurement, policyHash, instanceId }: ProvenEnclave): ExtensionFields[] {
  const veracruz = {
    identifier: VERACRUZ_RUNTIME_HASH,
    critical: false,
    value: measurement.subarray(0, RUNTIME_HASH_BYTES),
  };
  if (policyHash === undefined || instanceId === undefined) return [veracruz];
  return [
    veracruz,
    truceExtension(TruceExtension.POLICY_HASH, policyHash),
    truceExtension(TruceExtension.INSTANCE_ID, instanceId),
    truceExtension(TruceExtension.MEASUREMENT, measurement),
  ];
}

/** The name that the certificate is given: requests ask for names that nothing proves. */
export function provenName({ instanceId }: ProvenEnclave): string {
  // Veracruz's own requests come to this name (crates/veracruz-utils, csr.rs).
  return instanceId === undefined ? 'VeracruzCompute' : `truce-${toHex(instanceId)}`;
}

/** PROXY_CLAIM_MISMATCH unless the claim, where it is made, is what has been proven. */
export function requireClaim(
  what: string,
  claimed: Uint8Array | undefined,
  proven: Uint8Array | undefined,
): void {
  if (claimed === undefined) return;
  if (proven === undefined || !equalBytes(claimed, proven))
    throw new TruceError('PROXY_CLAIM_MISMATCH', { what });
}
