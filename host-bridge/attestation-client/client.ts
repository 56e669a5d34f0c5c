/**
 * The parent's side of an enclave's attestation service (port 9000): asks whether it is there, how it is, and for
 * attestation documents. Each request has a connection of its own.
 */
import { randomBytes } from 'node:crypto';
import { ATTESTATION_PORT } from '../../proto/boot-services.ts';
import { TruceError } from '../../proto/errors.ts';
import { findEnclave } from '../launcher/running-enclaves.ts';
import type { DialTarget } from '../relay/dial-target.ts';
import { exchangeLine } from './line-exchange.ts';
import {
  LONGEST_ANSWER,
  readAnswer,
  readAttestation,
  readPong,
  readStatus,
  type ServiceStatus,
} from './service-answer.ts';
import {
  type AskedFor,
  type AttestationVerification,
  type ServiceExpectations,
  verifyAnswer,
} from './verify-answer.ts';

export interface VsockAttestationClientOptions {
  readonly target: DialTarget;
  /** How long a request may take in all, its connection included; 30 s unless told. */
  readonly timeoutMilliseconds?: number;
  /** What `requestAndVerify` trusts and expects; AWS's root, and any image, unless told. */
  readonly verification?: ServiceExpectations;
}

export interface FindOptions extends Omit<VsockAttestationClientOptions, 'target'> {
  /** The enclave's; the first that runs on this machine unless told. */
  readonly cid?: number;
  /** 9000 unless told. */
  readonly port?: number;
}

export interface AttestationRequest {
  /** What the enclave is to have signed, as UTF-8; `hello-from-enclave` unless told. */
  readonly userData?: string;
  /** What makes the answer this request's, as UTF-8; 32 fresh random bytes in hexadecimal unless told. */
  readonly nonce?: string;
  /** Have the enclave make a key pair, keep the private key inside, and name the public key in the document. */
  readonly generateKey?: boolean;
  readonly signal?: AbortSignal;
}

export interface AttestationResponse {
  /** COSE_Sign1, as the enclave's security module made it. */
  readonly document: Uint8Array;
  /** What was asked for. */
  readonly userData: string;
  readonly nonce: string;
  /** Whether the document names a key; as the service says, until it is verified. */
  readonly hasPublicKey: boolean;
  /** Until when services inside the enclave can use that key, milliseconds since 1970, as the service says. */
  readonly keyExpires?: number;
  /** Bytes. */
  readonly documentSize: number;
  /** When the service answered, milliseconds since 1970. */
  readonly timestamp: number;
}

/** `verified` is null for an emulator's document, which holds what was asked for and proves nothing. */
export type VerifiedResponse = AttestationResponse &
  (
    | { readonly verified: true | null; readonly verification: AttestationVerification }
    | { readonly verified: false; readonly verificationError: TruceError }
  );

export const DEFAULT_USER_DATA = 'hello-from-enclave';
export const DEFAULT_TIMEOUT_MILLISECONDS = 30_000;
const NONCE_BYTES = 32;

/**
 * Errors of all requests, TruceError: ENCLAVE_UNREACHABLE, ATTESTATION_SERVICE_TIMEOUT, ATTESTATION_SERVICE_ANSWER where
 * the answer is none, ATTESTATION_SERVICE_REFUSED where the service says no; the signal's reason.
 */
export class VsockAttestationClient {
  readonly #target: DialTarget;
  readonly #milliseconds: number;
  readonly #expectations: ServiceExpectations;

  constructor(options: VsockAttestationClientOptions) {
    this.#target = options.target;
    this.#milliseconds = options.timeoutMilliseconds ?? DEFAULT_TIMEOUT_MILLISECONDS;
    this.#expectations = options.verification ?? {};
  }

  /** A client of an enclave that runs on this machine. TruceError ENCLAVE_NONE_RUNNING; errors of NitroCli. */
  static async find(options: FindOptions = {}): Promise<VsockAttestationClient> {
    const { cid, port = ATTESTATION_PORT, ...rest } = options;
    const enclave = await findEnclave(cid);
    return new VsockAttestationClient({ target: enclave.target(port), ...rest });
  }

  /** Whether the service answers; `hail` says why it does not. */
  async ping(signal?: AbortSignal): Promise<boolean> {
    try {
      await this.hail(signal);
      return true;
    } catch (error) {
      if (error instanceof TruceError && signal?.aborted !== true) return false;
      throw error;
    }
  }

  /** What the service answers to a ping; its time is in seconds since 1970. */
  async hail(signal?: AbortSignal): Promise<{ readonly message: string; readonly timestamp: number }> {
    return readPong(await this.#ask({ command: 'ping' }, signal));
  }

  async status(signal?: AbortSignal): Promise<ServiceStatus> {
    return readStatus(await this.#ask({ command: 'status' }, signal));
  }

  /** A document that nobody has verified yet. */
  async requestAttestation(request: AttestationRequest = {}): Promise<AttestationResponse> {
    return this.#attest(complete(request), request.signal);
  }

  /**
   * A document, and whether it is genuine, no older than 5 minutes, and holds the nonce, the user data and the key that
   * were asked for. One that is not makes no error: `verified` says false, and `verificationError` says why.
   */
  async requestAndVerify(request: AttestationRequest = {}): Promise<VerifiedResponse> {
    const asked = complete(request);
    const response = await this.#attest(asked, request.signal);
    try {
      const verification = await verifyAnswer(response.document, this.#expectations, asked);
      const hasPublicKey = verification.publicKey !== undefined;
      const verified = verification.verificationStatus === 'SUCCESS' ? true : null;
      return { ...response, hasPublicKey, verified, verification };
    } catch (error) {
      if (!(error instanceof TruceError) || !isVerdict(error)) throw error;
      return { ...response, verified: false, verificationError: error };
    }
  }

  async #attest(asked: AskedFor, signal: AbortSignal | undefined): Promise<AttestationResponse> {
    const { userData, nonce, generateKey } = asked;
    const request = { command: 'attest', user_data: userData, nonce, generate_key: generateKey };
    const answer = readAttestation(await this.#ask(request, signal));
    const { document, hasPublicKey, keyExpires, timestamp } = answer;
    return {
      ...{ document, userData, nonce, hasPublicKey, documentSize: document.length, timestamp },
      ...(keyExpires === undefined ? {} : { keyExpires }),
    };
  }

  async #ask(request: object, signal: AbortSignal | undefined): Promise<ReturnType<typeof readAnswer>> {
    const line = await exchangeLine({
      target: this.#target,
      request: `${JSON.stringify(request)}\n`,
      limit: LONGEST_ANSWER,
      milliseconds: this.#milliseconds,
      signal,
    });
    return readAnswer(line);
  }
}

function complete(request: AttestationRequest): AskedFor {
  const { userData = DEFAULT_USER_DATA, generateKey = false } = request;
  const nonce = request.nonce ?? randomBytes(NONCE_BYTES).toString('hex');
  if (nonce === '')
    throw new TruceError('ATTESTATION_OPTIONS_INVALID', { reason: 'an empty nonce proves nothing' });
  return { userData, nonce, generateKey };
}

/** What is wrong with the options is not the document's fault. */
function isVerdict({ code }: TruceError): boolean {
  return !['ATTESTATION_OPTIONS_INVALID', 'ATTESTATION_TRUST_CONFLICT', 'PEM_INVALID'].includes(code);
}
