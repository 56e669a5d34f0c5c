/**
 * Connects a party to an enclave. In this order, and nothing of the party's is sent before the last step: the policy is
 * read, the party is found in it, TLS 1.3 is set up with the policy's suite, the enclave attests this very channel, and
 * every claim is held against the policy and against what the caller trusts.
 */
import { randomBytes, webcrypto } from 'node:crypto';
import type { AttestationFacts } from '../../proto/attestation/verify.ts';
import { toHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import { hashPolicy } from '../../proto/policy/hash.ts';
import { parsePolicy } from '../../proto/policy/parse.ts';
import { encodeRequest } from '../../proto/wire/request-codec.ts';
import { expectMessage } from './answers.ts';
import { type CheckListener, Checklist } from './checks.ts';
import { Conversation } from './conversation.ts';
import { findParty, type PartyCredentials } from './party.ts';
import { RemoteError } from './remote-error.ts';
import { DEFAULT_PROOF_INTERVAL, keepProven, requireProofInterval } from './renewed-proof.ts';
import { TruceSession } from './session.ts';
import { type Channel, type EnclaveAddress, openChannel } from './tls-channel.ts';
import { EMULATOR_REMARK, resolveTrust, type TrustOptions, trustOptions } from './trust.ts';
import { type ChannelEvidence, type ChannelExpectations, verifyChannel } from './verify-channel.ts';

export interface ConnectOptions {
  readonly address: EnclaveAddress;
  /** The exact text that the parties have agreed on: its hash is what the enclave has to prove. */
  readonly policy: string;
  readonly identity: PartyCredentials;
  /** 'qemu-emulator' is short for `{ emulator: true }`. */
  readonly trust?: TrustOptions | 'qemu-emulator';
  /** Aborting gives the connection up; `connect` waits as long as the peer does otherwise. */
  readonly signal?: AbortSignal;
  /** Called with each check as it is made. */
  readonly onProgress?: CheckListener;
  /**
   * After how many milliseconds the enclave has to prove itself again (`verifyAgain`), each time, behind what was asked
   * before; an hour unless told, 0: never. A proof that fails ends the session with its error.
   */
  readonly verifyAgainMilliseconds?: number;
}

const NONCE_BYTES = 32;
/** Before the peer has proven what it is, it may send no more than a document takes. */
const UNPROVEN_LIMITS = { messageBytes: 64 << 10, smallMessageBytes: 64 << 10 };
/** Contents are never held by the codec; what is held are listings. */
const PROVEN_LIMITS = { messageBytes: Number.MAX_SAFE_INTEGER, smallMessageBytes: 16 << 20 };

/**
 * An attested session. Errors, all TruceError unless told: JSON_INVALID and the POLICY_ codes for the policy's text; the
 * ATTESTATION_ codes for what the enclave failed to prove; the CLIENT_ codes for the rest, CLIENT_REFUSED among them
 * where the enclave turned the party away. The signal's reason where it aborted.
 */
export async function connect(options: ConnectOptions): Promise<TruceSession> {
  const {
    address,
    identity: credentials,
    signal,
    verifyAgainMilliseconds = DEFAULT_PROOF_INTERVAL,
  } = options;
  requireProofInterval(verifyAgainMilliseconds);
  const checklist = new Checklist(options.onProgress);
  const trusted = trustOptions(options.trust);
  if (trusted.emulator === true) checklist.remark = EMULATOR_REMARK;
  const policy = await checklist.run(
    'agreement',
    () => parsePolicy(options.policy, { now: Date.now() }),
    (read) => `a valid policy (${read.dialect}) with ${read.identities.length} parties`,
  );
  const identity = await checklist.run(
    'party',
    () => findParty(credentials, policy),
    (found) => `the certificate is party ${found.id} of the policy`,
  );
  const trust = resolveTrust(trusted, policy);
  const policyHash = await hashPolicy(options.policy, webcrypto.subtle);
  const channel = await checklist.run(
    'connection',
    () => openChannel({ address, suite: policy.cipherSuite, credentials, signal }),
    ({ socket }) => `${socket.getProtocol()} with ${socket.getCipher().name}`,
  );
  const conversation = new Conversation(channel.socket, UNPROVEN_LIMITS);
  const abort = () => conversation.fail(asError(signal?.reason));
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const expected = { policy, trust, policyHash, connected: Date.now() };
    const { attestation, instanceId } = await attest(conversation, channel, expected, checklist, signal);
    signal?.throwIfAborted();
    conversation.setLimits(PROVEN_LIMITS);
    const facts = { policy, identity, attestation, instanceId: toHex(instanceId), checks: checklist.checks };
    const same = { ...expected, trust: { ...trust, instanceId } };
    const session = new TruceSession(conversation, facts, async ({ signal, onProgress }) => {
      const again = new Checklist(onProgress);
      again.remark = checklist.remark;
      const { attestation } = await attest(conversation, channel, same, again, signal);
      return { attestation, checks: again.checks };
    });
    keepProven(
      verifyAgainMilliseconds,
      () => session.verifyAgain(),
      (reason) => conversation.fail(reason),
      conversation.over,
    );
    return session;
  } catch (error) {
    conversation.fail(asError(error));
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/** The enclave's answer to a fresh nonce, verified; and which instance it is. */
async function attest(
  conversation: Conversation,
  channel: Channel,
  expected: Omit<ChannelExpectations, 'nonce' | 'time'>,
  checklist: Checklist,
  signal: AbortSignal | undefined,
): Promise<{ attestation: AttestationFacts; instanceId: Uint8Array }> {
  const nonce = new Uint8Array(randomBytes(NONCE_BYTES));
  const evidence = await requestEvidence(conversation, nonce, signal);
  const now = { ...expected, nonce, time: Date.now() };
  const attestation = await verifyChannel(channel, evidence, now, checklist);
  return { attestation, instanceId: evidence.instanceId };
}

async function requestEvidence(
  conversation: Conversation,
  nonce: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<ChannelEvidence> {
  const head = (context: number) => encodeRequest({ context, kind: 'attest', nonce });
  const read = expectMessage('attestation', ({ document, instanceId }) => ({
    document: document.slice(),
    instanceId: instanceId.slice(),
  }));
  try {
    return await conversation.ask({ head, signal }, read);
  } catch (error) {
    // The usual causes: the certificate is not in the enclave's own policy, or has expired.
    if (error instanceof RemoteError)
      throw new TruceError('CLIENT_REFUSED', { code: error.code, reason: error.message }, { cause: error });
    throw error;
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason), { cause: reason });
}
