/** Who the client is: its certificate and key, and its place in the policy. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { TruceError } from '../../proto/errors.ts';
import { findIdentity } from '../../proto/policy/authority.ts';
import type { Policy, PolicyIdentity } from '../../proto/policy/model.ts';
import { decodePemCertificates } from '../../proto/x509/pem.ts';

export interface PartyCredentials {
  /** PEM, one certificate: the very one that the policy lists. */
  readonly certificate: string;
  /** PEM, unencrypted. */
  readonly key: string;
}

/**
 * The identity that the credentials stand for.
 * @throws TruceError CLIENT_IDENTITY_INVALID, CLIENT_NOT_IN_POLICY
 */
export function findParty(credentials: PartyCredentials, policy: Policy): PolicyIdentity {
  const certificates = decodePemCertificates(credentials.certificate);
  const [certificate] = certificates;
  if (certificate === undefined || certificates.length > 1)
    throw invalid(`${certificates.length} certificates where one is due`);
  if (!holdsKey(certificate, credentials.key)) throw invalid('the key is not the one of the certificate');
  const identity = findIdentity(policy, certificate);
  if (identity === undefined) throw new TruceError('CLIENT_NOT_IN_POLICY');
  return identity;
}

function holdsKey(certificate: Uint8Array, key: string): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    // OpenSSL's messages can quote its input: the key stays out of the error.
    throw invalid('the certificate or the key cannot be read');
  }
}

function invalid(reason: string): TruceError {
  return new TruceError('CLIENT_IDENTITY_INVALID', { reason });
}
