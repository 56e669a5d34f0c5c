/**
 * Decides whether the peer of a channel is an enclave that runs the expected runtime under the expected policy: from a
 * fresh document that names this nonce, this TLS key and this very channel. Nothing of the user's is sent before.
 */
import { webcrypto } from 'node:crypto';
import { POLICY_PCR } from '../../proto/attestation/measurements.ts';
import { requirePurpose } from '../../proto/attestation/purpose.ts';
import { type AttestationFacts, verifyAttestation } from '../../proto/attestation/verify.ts';
import { equalBytes, toHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import type { Policy } from '../../proto/policy/model.ts';
import type { Checklist } from './checks.ts';
import { checkEndpointCertificate } from './endpoint-certificate.ts';
import type { Channel } from './tls-channel.ts';
import { INSTANCE_ID_BYTES, type ResolvedTrust } from './trust.ts';

export interface ChannelExpectations {
  readonly policy: Pick<Policy, 'proxy' | 'measurements'>;
  readonly trust: ResolvedTrust;
  /** What the client sent. */
  readonly nonce: Uint8Array;
  /** SHA-256 of the policy's text. */
  readonly policyHash: Uint8Array;
  /** Now, and when hands were shaken: milliseconds since 1970. */
  readonly time: number;
  readonly connected: number;
}

/** What the peer answered to `attest`. */
export interface ChannelEvidence {
  readonly document: Uint8Array;
  readonly instanceId: Uint8Array;
}

/**
 * Checks everything, each finding recorded.
 * @throws TruceError: the ATTESTATION_ codes, CLIENT_CHANNEL_MISMATCH, CLIENT_INSTANCE_MISMATCH, and those of the
 *   endpoint's certificate
 */
export async function verifyChannel(
  channel: Channel,
  evidence: ChannelEvidence,
  expected: ChannelExpectations,
  checklist: Checklist,
): Promise<AttestationFacts> {
  const { policy, trust, policyHash, connected } = expected;
  const facts = await verifyDocument(channel, evidence.document, expected, checklist);
  const { document } = facts;
  const signer = facts.chain === undefined ? 'unsigned' : 'signed by a chain to a trusted root';
  checklist.passed('document', `${signer}, made at ${new Date(document.timestamp).toISOString()}`);
  checklist.passed('freshness', 'the document names the nonce of this request');
  checklist.passed('measurement', `PCR0 is ${describePcr(facts, 0)}; not in debug mode`);
  checklist.passed('policy', `PCR${POLICY_PCR} holds the policy ${toHex(policyHash)}`);
  checklist.passed('key', 'the document names the key of this TLS connection');
  const instanceId = await checklist.run(
    'channel',
    () => requireChannel(document.userData, evidence.instanceId, channel.exporter),
    () => 'the document names this TLS connection: nobody stands between',
  );
  await checklist.run(
    'instance',
    () => requireInstance(instanceId, trust.instanceId),
    () => `instance ${toHex(instanceId)}${trust.instanceId === undefined ? '' : ', as expected'}`,
  );
  await checklist.run(
    'certificate',
    () =>
      checkEndpointCertificate(channel.certificate, {
        policy,
        facts: { policyHash, instanceId, pcr0: document.pcrs.get(0) },
        time: connected,
      }),
    (finding) => finding,
  );
  return facts;
}

async function verifyDocument(
  channel: Channel,
  bytes: Uint8Array,
  { trust, nonce, policyHash, time }: ChannelExpectations,
  checklist: Checklist,
): Promise<AttestationFacts> {
  try {
    return await verifyAttestation(bytes, {
      crypto: webcrypto as unknown as Crypto,
      time,
      nonce,
      policyHash,
      publicKey: channel.publicKey,
      pcrs: trust.pcrs,
      ...(trust.pcrSets === undefined ? {} : { pcrSets: trust.pcrSets }),
      ...trust.verification,
    });
  } catch (error) {
    checklist.failed(error instanceof TruceError ? checkOf(error.code) : 'document', error);
    throw error;
  }
}

/** Which check a rule of the verifier belongs to. */
function checkOf(code: string): string {
  if (code.startsWith('ATTESTATION_POLICY')) return 'policy';
  if (code.startsWith('ATTESTATION_PCR') || code === 'ATTESTATION_DEBUG') return 'measurement';
  if (code === 'ATTESTATION_PUBLIC_KEY_MISMATCH') return 'key';
  const freshness = ['ATTESTATION_NONCE_MISMATCH', 'ATTESTATION_TOO_OLD', 'ATTESTATION_FROM_FUTURE'];
  return freshness.includes(code) ? 'freshness' : 'document';
}

function describePcr(facts: AttestationFacts, index: number): string {
  const pcr = facts.document.pcrs.get(index);
  return pcr === undefined ? 'absent' : toHex(pcr);
}

/** The instance id that the document binds to this channel. */
function requireChannel(
  userData: Uint8Array | undefined,
  answeredInstance: Uint8Array,
  exporter: Uint8Array,
): Uint8Array {
  const content = requirePurpose(userData, 'truce/channel/v1');
  const instanceId = content.slice(0, INSTANCE_ID_BYTES);
  // Of one length: 16 bytes and all of the exporter value, or it is another channel's.
  if (!equalBytes(content.subarray(INSTANCE_ID_BYTES), exporter))
    throw new TruceError('CLIENT_CHANNEL_MISMATCH');
  if (!equalBytes(instanceId, answeredInstance)) throw new TruceError('CLIENT_INSTANCE_MISMATCH');
  return instanceId;
}

function requireInstance(found: Uint8Array, expected: Uint8Array | undefined): void {
  if (expected !== undefined && !equalBytes(found, expected))
    throw new TruceError('CLIENT_INSTANCE_MISMATCH');
}
