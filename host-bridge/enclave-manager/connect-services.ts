/**
 * Connects a party to the enclave services: the same TLS, and the same attestation of the channel before anything else is
 * sent, as `connect` of the client library has it for the data plane.
 */
import { randomBytes, randomUUID, webcrypto } from 'node:crypto';
import type { AttestationFacts } from '../../proto/attestation/verify.ts';
import { decodeBase64, encodeBase64 } from '../../proto/base64.ts';
import { fromHex, toHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import { readJson } from '../../proto/json/reader.ts';
import { hashPolicy } from '../../proto/policy/hash.ts';
import { parsePolicy } from '../../proto/policy/parse.ts';
import { type Check, type CheckListener, Checklist } from '../client/checks.ts';
import { findParty, type PartyCredentials } from '../client/party.ts';
import {
  type Channel,
  type EnclaveAddress,
  type OpenConnection,
  openChannel,
} from '../client/tls-channel.ts';
import { EMULATOR_REMARK, resolveTrust, type TrustOptions, trustOptions } from '../client/trust.ts';
import { type ChannelEvidence, type ChannelExpectations, verifyChannel } from '../client/verify-channel.ts';
import { ServiceSession } from './service-session.ts';

export interface ConnectServicesOptions {
  readonly address: EnclaveAddress | OpenConnection;
  /** The exact text that the parties have agreed on: its hash is what the enclave has to prove. */
  readonly policy: string;
  readonly identity: PartyCredentials;
  readonly trust?: TrustOptions | 'qemu-emulator';
  readonly signal?: AbortSignal;
  /** Called with each check as it is made. */
  readonly onProgress?: CheckListener;
}

/** Who answers, as far as that is proven. */
export interface ServiceFacts {
  readonly attestation: AttestationFacts;
  /** 32 hexadecimal digits. */
  readonly instanceId: string;
  readonly checks: readonly Check[];
}

export interface AttestedServices {
  readonly session: ServiceSession;
  readonly facts: ServiceFacts;
}

const NONCE_BYTES = 32;
/** Before the peer has proven what it is, it may send no more than a document takes. */
const UNPROVEN_BYTES = 64 << 10;
/** The most that an enclave can be set to send. */
export const PROVEN_BYTES = 64 << 20;

/**
 * An attested connection. Errors, all TruceError: JSON_INVALID and the POLICY_ codes for the policy's text; the
 * ATTESTATION_ codes for what the enclave failed to prove; the CLIENT_ codes for the rest, CLIENT_REFUSED among them
 * where the enclave turned the party away. The signal's reason where it aborted.
 */
export async function connectServices(options: ConnectServicesOptions): Promise<AttestedServices> {
  const { address, identity: credentials, signal } = options;
  const checklist = new Checklist(options.onProgress);
  const trusted = trustOptions(options.trust);
  if (trusted.emulator === true) checklist.remark = EMULATOR_REMARK;
  const policy = parsePolicy(options.policy, { now: Date.now() });
  findParty(credentials, policy);
  const trust = resolveTrust(trusted, policy);
  const policyHash = await hashPolicy(options.policy, webcrypto.subtle);
  const channel = await openChannel({ address, suite: policy.cipherSuite, credentials, signal });
  channel.socket.setNoDelay(true);
  const session = new ServiceSession(channel.socket, UNPROVEN_BYTES);
  try {
    const facts = await attest(
      session,
      channel,
      { policy, trust, policyHash, connected: Date.now() },
      checklist,
      signal,
    );
    session.setAnswerBytes(PROVEN_BYTES);
    return { session, facts };
  } catch (error) {
    session.fail(error instanceof Error ? error : new Error(String(error), { cause: error }));
    throw error;
  }
}

async function attest(
  session: ServiceSession,
  channel: Channel,
  expected: Omit<ChannelExpectations, 'nonce' | 'time'>,
  checklist: Checklist,
  signal: AbortSignal | undefined,
): Promise<ServiceFacts> {
  const nonce = new Uint8Array(randomBytes(NONCE_BYTES));
  const evidence = await requestEvidence(session, nonce, signal);
  const now = { ...expected, nonce, time: Date.now() };
  const attestation = await verifyChannel(channel, evidence, now, checklist);
  return { attestation, instanceId: toHex(evidence.instanceId), checks: checklist.checks };
}

async function requestEvidence(
  session: ServiceSession,
  nonce: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<ChannelEvidence> {
  const payload = new TextEncoder().encode(JSON.stringify({ nonce: encodeBase64(nonce) }));
  const request = { requestId: randomUUID(), serviceType: 'attestation', operation: 'attest', payload };
  const answer = await session.send(request, signal);
  if (!answer.success || answer.payload === null) {
    // The usual causes: the certificate is not in the enclave's own policy, or has expired.
    const { errorCode: code, errorMessage: reason } = answer;
    throw new TruceError('CLIENT_REFUSED', { code: code ?? 'no code', reason: reason ?? 'no reason' });
  }
  const root = readJson(answer.payload, { bytes: UNPROVEN_BYTES, depth: 1 });
  const field = (name: string): string | undefined => {
    const value = root.kind === 'object' ? root.members.get(name) : undefined;
    return value?.kind === 'string' ? value.value : undefined;
  };
  const document = decodeBase64(field('document') ?? '');
  const instanceId = fromHex(field('instanceId') ?? '');
  if (document === undefined || instanceId === undefined)
    throw new TruceError('CLIENT_PROTOCOL', { reason: 'what it answers is no attestation' });
  return { document, instanceId };
}
