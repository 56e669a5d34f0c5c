/** The host's end of the control plane: brings the policy, asks how the runtime is, ends it. One request at a time. */
import type { Socket } from 'node:net';
import { TruceError } from '../../proto/errors.ts';
import { readJson } from '../../proto/json/reader.ts';
import { plainJson } from '../../proto/json/value.ts';
import { ControlFrameDecoder, encodeControlFrame } from '../../proto/wire/control-frame.ts';
import {
  type ControlRequest,
  type ControlResponse,
  ControlStatus,
  decodeControlResponse,
  encodeControlRequest,
} from '../../proto/wire/control-messages.ts';

/** Status reports and attestation data are far smaller. */
const LONGEST_RESPONSE = 1 << 20;
const DEFAULT_MILLISECONDS = 30_000;

interface Waiting {
  readonly resolve: (response: ControlResponse) => void;
  readonly reject: (error: Error) => void;
}

/** Errors of all requests: CONTROL_REFUSED, CONTROL_CLOSED, CONTROL_TIMEOUT, FRAME_INVALID, MESSAGE_INVALID. */
export class ControlClient {
  readonly #socket: Socket;
  readonly #decoder = new ControlFrameDecoder(LONGEST_RESPONSE);
  readonly #milliseconds: number;
  #waiting: Waiting | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** @param milliseconds how long an answer may take */
  constructor(socket: Socket, milliseconds: number = DEFAULT_MILLISECONDS) {
    this.#socket = socket;
    this.#milliseconds = milliseconds;
    socket.on('data', (chunk) => this.#receive(chunk));
    // 'close' follows and tells who waits.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#settle()?.reject(new TruceError('CONTROL_CLOSED', { operation: '' })));
  }

  /** The policy of this enclave's life: its exact text. */
  async setPolicy(text: string): Promise<void> {
    requireSuccess(await this.#request({ kind: 'set_policy', policy: text }), 'SetPolicy');
  }

  /** What the runtime says of itself. */
  async status(): Promise<unknown> {
    const response = await this.#request({ kind: 'status' });
    if (response.kind !== 'status_report') throw unexpected(response, 'Status');
    return plainJson(readJson(response.report));
  }

  async shutdown(): Promise<void> {
    requireSuccess(await this.#request({ kind: 'shutdown' }), 'Shutdown');
  }

  /**
   * An attestation document and a certificate signing request in DER.
   * @param challengeId the 16 bytes of a UUID
   */
  async attestation(
    challenge: Uint8Array,
    challengeId: Uint8Array,
  ): Promise<{ readonly document: Uint8Array; readonly csr: Uint8Array }> {
    const response = await this.#request({ kind: 'attestation', challenge, challengeId });
    if (response.kind !== 'attestation_data') throw unexpected(response, 'Attestation');
    return { document: response.document, csr: response.csr };
  }

  /** The endpoint's certificate and its issuer's: DER, one behind the other. */
  async installCertificate(chain: Uint8Array): Promise<void> {
    requireSuccess(await this.#request({ kind: 'install_certificate', chain }), 'InstallCertificate');
  }

  /** Policy and certificate in Veracruz's order, behind `attestation`. */
  async initialize(policy: string, chain: Uint8Array): Promise<void> {
    requireSuccess(await this.#request({ kind: 'initialize', policy, chain }), 'Initialize');
  }

  close(): void {
    this.#socket.destroy();
  }

  async #request(request: ControlRequest): Promise<ControlResponse> {
    const answer = this.#last.then(() => this.#exchange(request));
    // A failure is its caller's to hear of; the next request still gets its turn.
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #exchange(request: ControlRequest): Promise<ControlResponse> {
    const operation = request.kind;
    if (this.#socket.destroyed) throw new TruceError('CONTROL_CLOSED', { operation });
    const milliseconds = this.#milliseconds;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting = { resolve, reject };
        timer = setTimeout(() => {
          // An answer that comes late would be taken for the next one's.
          this.#settle()?.reject(new TruceError('CONTROL_TIMEOUT', { operation, milliseconds }));
          this.#socket.destroy();
        }, milliseconds);
        this.#socket.write(encodeControlFrame(encodeControlRequest(request)));
      });
    } catch (error) {
      if (error instanceof TruceError && error.code === 'CONTROL_CLOSED') {
        throw new TruceError('CONTROL_CLOSED', { operation }, { cause: error });
      }
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #receive(chunk: Uint8Array): void {
    try {
      for (const payload of this.#decoder.push(chunk)) {
        const response = decodeControlResponse(payload);
        const waiting = this.#settle();
        if (waiting === undefined)
          throw new TruceError('MESSAGE_INVALID', { reason: 'an answer to no request' });
        waiting.resolve(response);
      }
      if (this.#decoder.failure !== undefined) throw this.#decoder.failure;
    } catch (error) {
      this.#settle()?.reject(error as Error);
      this.#socket.destroy();
    }
  }

  #settle(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }
}

function requireSuccess(response: ControlResponse, operation: string): void {
  if (response.kind !== 'status' || response.status !== ControlStatus.SUCCESS)
    throw unexpected(response, operation);
}

function unexpected(response: ControlResponse, operation: string): TruceError {
  if (response.kind === 'status' && response.status === ControlStatus.UNIMPLEMENTED) {
    return new TruceError('CONTROL_REFUSED', { operation: `${operation} is not served here` });
  }
  return new TruceError('CONTROL_REFUSED', { operation });
}
