/**
 * Whether a certificate of an enclave's endpoint was issued by a proxy attestation server that the policy names. It tells
 * what that server has seen, not what this channel ends in: attestation in the channel does.
 */
import { equalBytes } from '../bytes.ts';
import { TruceError } from '../errors.ts';
import { type Certificate, KeyUsage } from '../x509/certificate.ts';
import { Oid } from '../x509/object-identifiers.ts';
import type { VerificationCrypto } from './crypto.ts';
import { isSignedBy } from './issued-signature.ts';

/** Extensions whose meaning is enforced below; any other critical one is refused. */
const ENFORCED: ReadonlySet<string> = new Set([Oid.BASIC_CONSTRAINTS, Oid.KEY_USAGE]);

export interface IssuedExpectations {
  /** Who may have signed it. */
  readonly issuers: readonly Certificate[];
  /** Milliseconds since 1970. */
  readonly time: number;
  /** How far clocks may be apart, in milliseconds. */
  readonly skew: number;
}

/**
 * The issuer of `leaf`, with everything checked but what it claims.
 * @throws TruceError ENDPOINT_ISSUER_REFUSED, ENDPOINT_CHAIN_INVALID, ENDPOINT_NOT_VALID_NOW, ENDPOINT_SIGNATURE, DER_INVALID
 */
export async function verifyIssuedCertificate(
  leaf: Certificate,
  { issuers, time, skew }: IssuedExpectations,
  crypto: VerificationCrypto,
): Promise<Certificate> {
  const named = issuers.filter(({ subject }) => equalBytes(subject.raw, leaf.issuer.raw));
  if (named.length === 0) throw new TruceError('ENDPOINT_ISSUER_REFUSED');
  requireLeaf(leaf);
  requireTime(leaf, time, skew);
  for (const issuer of named) {
    if (!(await isSignedBy(leaf, issuer.publicKey, crypto))) continue;
    requireAuthority(issuer);
    requireTime(issuer, time, skew);
    return issuer;
  }
  throw new TruceError('ENDPOINT_SIGNATURE');
}

function requireLeaf(leaf: Certificate): void {
  if (leaf.basicConstraints?.ca === true) throw invalid("the endpoint's certificate is an authority's");
  if (leaf.keyUsage !== undefined && (leaf.keyUsage & KeyUsage.DIGITAL_SIGNATURE) === 0)
    throw invalid("the endpoint's key may not sign");
  requireEnforced(leaf);
}

/** A path length is no matter: there is no authority below this one. */
function requireAuthority(issuer: Certificate): void {
  if (issuer.basicConstraints?.ca !== true) throw invalid('the issuer is no authority');
  if (issuer.keyUsage !== undefined && (issuer.keyUsage & KeyUsage.KEY_CERT_SIGN) === 0)
    throw invalid("the issuer's key may not sign certificates");
  requireEnforced(issuer);
}

function requireEnforced({ extensions }: Certificate): void {
  for (const [identifier, { critical }] of extensions)
    if (critical && !ENFORCED.has(identifier))
      throw invalid(`the critical extension ${identifier} is not understood`);
}

function requireTime({ notBefore, notAfter }: Certificate, time: number, skew: number): void {
  if (time >= notBefore - skew && time <= notAfter + skew) return;
  throw new TruceError('ENDPOINT_NOT_VALID_NOW', {
    from: new Date(notBefore).toISOString(),
    to: new Date(notAfter).toISOString(),
  });
}

function invalid(reason: string): TruceError {
  return new TruceError('ENDPOINT_CHAIN_INVALID', { reason });
}
