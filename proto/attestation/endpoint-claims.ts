/** What a certificate of an enclave's endpoint claims, beside what is proven: a claim is worth what agrees with it. */
import { equalBytes } from '../bytes.ts';
import type { Certificate } from '../x509/certificate.ts';
import { readTruceExtension, TruceExtension, VERACRUZ_RUNTIME_HASH } from './certificate-extensions.ts';

/** What is known of the enclave from elsewhere: its own runtime, or a document of its. */
export interface EndpointFacts {
  /** SHA-256 of the policy's text, 32 bytes. */
  readonly policyHash: Uint8Array;
  /** 16 bytes. */
  readonly instanceId: Uint8Array;
  /** 48 bytes; undefined where the document shows none. */
  readonly pcr0: Uint8Array | undefined;
}

export type EndpointClaim = 'policy' | 'instance' | 'measurement' | 'runtime hash';

export interface EndpointClaims {
  readonly made: readonly EndpointClaim[];
  /** Those of `made` that do not agree with the facts. */
  readonly false: readonly EndpointClaim[];
}

/** Veracruz's proxy attestation server certifies so much of PCR0. */
const RUNTIME_HASH_BYTES = 32;

/** CERTIFICATE_INVALID: an extension of Truce's that holds no OCTET STRING. */
export function endpointClaims(
  certificate: Pick<Certificate, 'extensions'>,
  facts: EndpointFacts,
): EndpointClaims {
  const claims: readonly (readonly [EndpointClaim, Uint8Array | undefined, Uint8Array | undefined])[] = [
    ['policy', readTruceExtension(certificate, TruceExtension.POLICY_HASH), facts.policyHash],
    ['instance', readTruceExtension(certificate, TruceExtension.INSTANCE_ID), facts.instanceId],
    ['measurement', readTruceExtension(certificate, TruceExtension.MEASUREMENT), facts.pcr0],
    [
      'runtime hash',
      certificate.extensions.get(VERACRUZ_RUNTIME_HASH)?.value,
      facts.pcr0?.subarray(0, RUNTIME_HASH_BYTES),
    ],
  ];
  const made = claims.filter(([, claimed]) => claimed !== undefined);
  const wrong = made.filter(([, claimed, proven]) => proven === undefined || !equalBytes(claimed!, proven));
  return { made: made.map(([name]) => name), false: wrong.map(([name]) => name) };
}
