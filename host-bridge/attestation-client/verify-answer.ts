/** Whether a document that the service sent is genuine, and answers what it was asked. */
import { createHash, createPublicKey } from 'node:crypto';
import {
  type AttestationFacts,
  type CertificateFacts,
  type DocumentFacts,
  TruceError,
  type VerifyAttestationOptions,
  verifyAttestation,
} from '../../proto/attestation/library/index.ts';
import { resolveOptions } from '../../proto/attestation/library/options.ts';
import { isDebug } from '../../proto/attestation/measurements.ts';
import { verifyAttestation as verifyDocument } from '../../proto/attestation/verify.ts';

/** What is demanded beside the nonce, the user data and the key, which are those of the request. */
export type ServiceExpectations = Omit<VerifyAttestationOptions, 'nonce' | 'userData' | 'publicKey'> & {
  /** Accept exactly QEMU's unsigned documents, which prove nothing. Excludes `roots`. */
  readonly emulator?: boolean;
};

/** What was asked of the enclave. */
export interface AskedFor {
  readonly userData: string;
  readonly nonce: string;
  readonly generateKey: boolean;
}

/** What the document proves; of an emulator's, which has no certificate, what it claims. */
export interface AttestationVerification extends DocumentFacts {
  readonly certificate: CertificateFacts | undefined;
  /** From the trusted root to `certificate`. */
  readonly chain: readonly CertificateFacts[];
  /** Until when the chain is good, milliseconds since 1970; undefined where there is none. */
  readonly notAfter: number | undefined;
  readonly region: string | undefined;
  /** SHA-256 of the public key's DER in hexadecimal: what the enclave knows the key by. */
  readonly keyId: string | undefined;
  /** When it was judged, milliseconds since 1970. */
  readonly verifiedAt: number;
  readonly verificationStatus: 'SUCCESS' | 'UNSIGNED';
}

/** A document comes as it was asked for: one that is older was made for somebody else. */
const MAXIMUM_AGE = 300_000;
const encoder = new TextEncoder();

/** The options of the verifier that an exchange comes to. */
export function verifierOptionsOf(
  { emulator, ...expectations }: ServiceExpectations,
  asked: AskedFor,
): VerifyAttestationOptions {
  const { time = 'now' } = expectations;
  return {
    ...(time === 'document' ? {} : { maximumAge: MAXIMUM_AGE }),
    ...expectations,
    nonce: encoder.encode(asked.nonce),
    userData: encoder.encode(asked.userData),
  };
}

/**
 * Errors of `verifyAttestation`; ATTESTATION_KEY_ABSENT, ATTESTATION_KEY_UNASKED, ATTESTATION_KEY_INVALID;
 * ATTESTATION_NOT_EMULATOR and ATTESTATION_TRUST_CONFLICT where the emulator is trusted.
 */
export async function verifyAnswer(
  document: Uint8Array,
  expectations: ServiceExpectations,
  asked: AskedFor,
): Promise<AttestationVerification> {
  const options = verifierOptionsOf(expectations, asked);
  const verifiedAt = Date.now();
  const facts =
    expectations.emulator === true
      ? await emulatorsClaims(document, options)
      : await verifyAttestation(document, options);
  requireKey(facts.publicKey, asked);
  const signed = expectations.emulator !== true;
  const keyId =
    facts.publicKey === undefined ? undefined : createHash('sha256').update(facts.publicKey).digest('hex');
  return { ...facts, keyId, verifiedAt, verificationStatus: signed ? 'SUCCESS' : 'UNSIGNED' };
}

type Claims = Pick<AttestationFacts, keyof DocumentFacts> &
  Pick<AttestationVerification, 'certificate' | 'chain' | 'notAfter' | 'region'>;

async function emulatorsClaims(document: Uint8Array, options: VerifyAttestationOptions): Promise<Claims> {
  if (options.region !== undefined) {
    const reason = "the emulator's documents have no chain that could tell a region";
    throw new TruceError('ATTESTATION_OPTIONS_INVALID', { reason });
  }
  const resolved = await resolveOptions(options);
  const { document: decoded } = await verifyDocument(document, { ...resolved, trust: 'qemu-emulator' });
  const { moduleId, timestamp, pcrs, nonce, userData, publicKey } = decoded;
  return {
    ...{ moduleId, timestamp, debug: isDebug(pcrs), pcrs, nonce, userData, publicKey },
    ...{ certificate: undefined, chain: [], notAfter: undefined, region: undefined },
  };
}

function requireKey(publicKey: Uint8Array | undefined, { generateKey }: AskedFor): void {
  if (!generateKey) {
    if (publicKey !== undefined) throw new TruceError('ATTESTATION_KEY_UNASKED');
    return;
  }
  if (publicKey === undefined) throw new TruceError('ATTESTATION_KEY_ABSENT');
  try {
    createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
  } catch (cause) {
    throw new TruceError('ATTESTATION_KEY_INVALID', {}, { cause });
  }
}
