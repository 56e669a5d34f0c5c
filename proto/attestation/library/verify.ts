/** The verifier as other programs call it. */
import { regionOf } from '../chain-region.ts';
import { verifyAttestation as verifyDocument } from '../verify.ts';
import { type AttestationFacts, certificateFacts, documentFacts } from './facts.ts';
import { requireRegion, resolveOptions, type VerifyAttestationOptions } from './options.ts';

/**
 * Verifies an attestation document of an AWS Nitro enclave: form, chain to a trusted root, signature, age, and what is
 * expected of it. Without expectations it proves that *some* enclave which is not in debug mode made the document: say
 * which with `pcrs`, and that it answers you with `nonce`.
 *
 * @param document the raw bytes, at most 16 KiB (`decodeDocumentEncoding` takes base64 and hexadecimal)
 * @throws TruceError with a `code` for each rule: CBOR_INVALID, DER_INVALID, CERTIFICATE_INVALID and those that begin with
 *   ATTESTATION_; ATTESTATION_OPTIONS_INVALID and PEM_INVALID are about the options
 */
export async function verifyAttestation(
  document: Uint8Array,
  options: VerifyAttestationOptions = {},
): Promise<AttestationFacts> {
  const { document: decoded, chain } = await verifyDocument(document, await resolveOptions(options));
  // Only an emulator's document has none, and resolved options never accept those.
  if (chain === undefined) throw new Error('a verified document without a chain');
  const region = regionOf(chain);
  requireRegion(region, options.region);
  const certificates = chain.certificates.map(certificateFacts);
  return {
    ...documentFacts(decoded),
    certificate: certificateFacts(chain.leaf),
    chain: certificates,
    notBefore: chain.notBefore,
    notAfter: chain.notAfter,
    region,
  };
}
