/** Answers in the form that the vsock guide's scripts read: its client's names, bytes in base64, registers in hexadecimal. */
import type { CertificateFacts } from '../../proto/attestation/library/index.ts';
import { encodeBase64 } from '../../proto/base64.ts';
import { toHex } from '../../proto/bytes.ts';
import type { AttestationResponse, VerifiedResponse } from './client.ts';
import type { AttestationVerification } from './verify-answer.ts';

export function responseFields(response: AttestationResponse | VerifiedResponse): Record<string, unknown> {
  return {
    success: true,
    attestation_document: encodeBase64(response.document),
    user_data: response.userData,
    nonce: response.nonce,
    has_public_key: response.hasPublicKey,
    ...(response.keyExpires === undefined ? {} : { key_expires: response.keyExpires }),
    document_size: response.documentSize,
    timestamp: response.timestamp,
    ...('verified' in response ? verdictFields(response) : {}),
  };
}

function verdictFields(response: VerifiedResponse): Record<string, unknown> {
  const { verified } = response;
  if (verified !== false)
    return { verified, verification: verificationFields(response, response.verification) };
  const { code, message } = response.verificationError;
  return { verified, verification_error: message, verification_error_code: code };
}

/** Nonce and user data are those that were asked for, so they are the texts that they were. */
function verificationFields(
  { nonce, userData }: AttestationResponse,
  verification: AttestationVerification,
): Record<string, unknown> {
  const { moduleId, timestamp, debug, pcrs, publicKey, certificate, verificationStatus } = verification;
  return {
    module_id: moduleId,
    timestamp,
    digest: 'SHA384',
    debug,
    pcrs: Object.fromEntries(
      [...pcrs].sort(([left], [right]) => left - right).map(([index, pcr]) => [index, toHex(pcr)]),
    ),
    user_data: userData,
    nonce,
    public_key: publicKey === undefined ? null : encodeBase64(publicKey),
    key_id: verification.keyId ?? null,
    certificate: certificate === undefined ? null : certificateFields(certificate),
    valid_until: verification.notAfter === undefined ? null : iso(verification.notAfter),
    region: verification.region ?? null,
    verification_status: verificationStatus,
    verified_at: iso(verification.verifiedAt),
  };
}

function certificateFields({
  subject,
  issuer,
  serialNumber,
  der,
}: CertificateFacts): Record<string, unknown> {
  return { subject, issuer, serial_number: serialNumber, der: encodeBase64(der) };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
