/**
 * The certificate that an enclave's endpoint shows, judged beside the attestation of the channel and never in its place. One
 * that the policy's proxy attestation server issued has to be that; the endpoint's own says what its document proves.
 */
import { webcrypto } from 'node:crypto';
import { VERACRUZ_RUNTIME_HASH } from '../../proto/attestation/certificate-extensions.ts';
import { type EndpointFacts, endpointClaims } from '../../proto/attestation/endpoint-claims.ts';
import { verifyIssuedCertificate } from '../../proto/attestation/issued-certificate.ts';
import { equalBytes } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import type { Policy } from '../../proto/policy/model.ts';
import { type Certificate, parseCertificate } from '../../proto/x509/certificate.ts';

export interface EndpointExpectations {
  readonly policy: Pick<Policy, 'proxy' | 'measurements'>;
  /** What the attestation of the channel has proven. */
  readonly facts: EndpointFacts;
  /** When the handshake was: milliseconds since 1970. */
  readonly time: number;
}

/** How far the clocks of client and enclave's host may differ. */
const CLOCK_SKEW_MILLISECONDS = 5 * 60 * 1000;

/**
 * What was found, in words.
 * @throws TruceError CLIENT_CERTIFICATE_MISMATCH, the ENDPOINT_ codes, CERTIFICATE_INVALID, DER_INVALID
 */
export async function checkEndpointCertificate(
  der: Uint8Array,
  { policy, facts, time }: EndpointExpectations,
): Promise<string> {
  const certificate = parseCertificate(der);
  const issuer = await issuerOf(certificate, policy, time);
  const claims = endpointClaims(certificate, facts);
  const [what] = claims.false;
  if (what !== undefined) throw new TruceError('CLIENT_CERTIFICATE_MISMATCH', { what });
  if (issuer === undefined)
    return claims.made.length === 0
      ? 'it claims nothing of its own'
      : 'what it claims agrees with the document';
  requireRuntime(certificate, policy);
  return `issued by the policy's proxy (${issuer.subject.text}); what it claims agrees with the document`;
}

/** The policy's proxy that issued it; undefined for one that the endpoint made itself, or where the policy names none. */
async function issuerOf(
  certificate: Certificate,
  { proxy }: EndpointExpectations['policy'],
  time: number,
): Promise<Certificate | undefined> {
  const own = equalBytes(certificate.issuer.raw, certificate.subject.raw);
  if (proxy !== undefined && !own) {
    const issuers = proxy.certificates.map(parseCertificate);
    const expected = { issuers, time, skew: CLOCK_SKEW_MILLISECONDS };
    return verifyIssuedCertificate(certificate, expected, webcrypto as unknown as Crypto);
  }
  const { notBefore, notAfter } = certificate;
  if (time > notAfter + CLOCK_SKEW_MILLISECONDS || time < notBefore - CLOCK_SKEW_MILLISECONDS)
    throw new TruceError('CLIENT_CERTIFICATE_MISMATCH', { what: 'time' });
  return undefined;
}

/** What Veracruz's clients go by: the hash that the policy names, as the proxy has certified it. */
function requireRuntime({ extensions }: Certificate, { measurements }: EndpointExpectations['policy']): void {
  const certified = extensions.get(VERACRUZ_RUNTIME_HASH)?.value;
  const named = measurements.get('nitro');
  if (certified === undefined || (named !== undefined && !equalBytes(certified, named)))
    throw new TruceError('CLIENT_CERTIFICATE_MISMATCH', { what: 'runtime hash' });
}
