/** What a certification request says, once its signature shows that its maker holds the key. */
import { webcrypto } from 'node:crypto';
import { readTruceExtension, TruceExtension } from '../../proto/attestation/certificate-extensions.ts';
import { isSignedBy } from '../../proto/attestation/issued-signature.ts';
import { TruceError } from '../../proto/errors.ts';
import { parseCertificationRequest } from '../../proto/x509/certification-request.ts';

export interface RequestedClaims {
  readonly policyHash: Uint8Array | undefined;
  readonly instanceId: Uint8Array | undefined;
  readonly measurement: Uint8Array | undefined;
}

export interface SignedRequest {
  /** DER. */
  readonly raw: Uint8Array;
  /** DER of the SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  /** What is asked for; the server proves it by itself, or issues nothing. */
  readonly claims: RequestedClaims;
}

/** What can be asked for. */
const KNOWN: ReadonlySet<string> = new Set([
  TruceExtension.POLICY_HASH,
  TruceExtension.INSTANCE_ID,
  TruceExtension.MEASUREMENT,
]);

/**
 * @throws TruceError DER_INVALID, CERTIFICATE_INVALID, CERTIFICATION_REQUEST_INVALID, PROXY_REQUEST_SIGNATURE
 */
export async function readSignedRequest(der: Uint8Array): Promise<SignedRequest> {
  // A copy: what is checked stays what is used.
  const request = parseCertificationRequest(new Uint8Array(der));
  if (!(await isSignedBy(request, request.publicKey, webcrypto as Crypto)))
    throw new TruceError('PROXY_REQUEST_SIGNATURE');
  for (const identifier of request.extensions.keys())
    if (!KNOWN.has(identifier))
      throw new TruceError('CERTIFICATION_REQUEST_INVALID', {
        reason: `the extension ${identifier} is not given here`,
      });
  return {
    raw: request.raw,
    publicKey: request.publicKey.raw,
    claims: {
      policyHash: readTruceExtension(request, TruceExtension.POLICY_HASH),
      instanceId: readTruceExtension(request, TruceExtension.INSTANCE_ID),
      measurement: readTruceExtension(request, TruceExtension.MEASUREMENT),
    },
  };
}
