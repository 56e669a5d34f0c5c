/**
 * The control plane: framed bincode messages from the host's side, which nobody inside trusts. It can bring a policy and
 * the endpoint's certificate, carry bytes of TLS sessions, ask how things are, and end the enclave, which the host can do
 * anyway. docs/control-plane.md has the messages.
 */
import type { Socket } from 'node:net';
import { TruceError } from '../../proto/errors.ts';
import { ControlFrameDecoder, encodeControlFrame } from '../../proto/wire/control-frame.ts';
import {
  type ControlRequest,
  type ControlResponse,
  ControlStatus,
  decodeControlRequest,
  encodeControlResponse,
} from '../../proto/wire/control-messages.ts';
import type { Enclave } from './enclave.ts';
import { asTruceError } from './incident.ts';

/** A policy of 1 MiB with a chain, and their framing. */
const LONGEST_MESSAGE = (1 << 20) + (64 << 10);

export function serveControlPlane(enclave: Enclave, socket: Socket): void {
  new ControlConnection(enclave, socket);
}

/** One connection: one answer after the other, in the order of the questions. */
class ControlConnection {
  readonly #enclave: Enclave;
  readonly #socket: Socket;
  readonly #decoder = new ControlFrameDecoder(LONGEST_MESSAGE);
  readonly #frames: Uint8Array[] = [];
  #working = false;
  /** Nothing more comes: the peer has ended, or its framing is lost. */
  #over = false;
  #broken = false;
  #interrupt: (() => void) | undefined;

  constructor(enclave: Enclave, socket: Socket) {
    this.#enclave = enclave;
    this.#socket = socket;
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('end', () => this.#end());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#end();
      enclave.tlsSessions.closeAll(this);
    });
  }

  #receive(chunk: Uint8Array): void {
    if (this.#broken) return;
    this.#frames.push(...this.#decoder.push(chunk));
    // The framing is lost: nothing that follows can be told apart. What came before is still answered.
    if (this.#decoder.failure !== undefined) {
      this.#broken = true;
      this.#over = true;
    }
    this.#pace();
    if (this.#broken || this.#frames.length > 0) this.#interrupt?.();
    if (!this.#working) void this.#work();
  }

  #end(): void {
    this.#over = true;
    this.#interrupt?.();
    if (!this.#working) this.#close();
  }

  /** Nothing more is read until the answers to what has come have been taken. */
  #pace(): void {
    if (this.#broken || this.#frames.length > 0) this.#socket.pause();
    else this.#socket.resume();
  }

  async #work(): Promise<void> {
    this.#working = true;
    for (let frame = this.#frames.shift(); frame !== undefined; frame = this.#frames.shift()) {
      if (this.#socket.destroyed) break;
      this.#pace();
      const bytes = encodeControlFrame(encodeControlResponse(await this.#answer(frame)));
      // Called in any case: with an error where the peer is gone, which ends the socket as well.
      await new Promise<void>((resolve) => this.#socket.write(bytes, () => resolve()));
    }
    this.#working = false;
    if (this.#over) this.#close();
  }

  #close(): void {
    if (this.#broken) this.#socket.end(() => this.#socket.destroy());
    else this.#socket.end();
  }

  async #answer(frame: Uint8Array): Promise<ControlResponse> {
    let request: ControlRequest;
    try {
      request = decodeControlRequest(frame);
    } catch (error) {
      // Whatever bytes of the host's do to the decoder, they do not end the enclave; a fault of ours is told.
      asTruceError(error);
      return FAIL;
    }
    try {
      return await this.#carryOut(request);
    } catch (error) {
      // Why is in the status report.
      if (error instanceof TruceError) return FAIL;
      throw error;
    }
  }

  async #carryOut(request: ControlRequest): Promise<ControlResponse> {
    const enclave = this.#enclave;
    const sessions = enclave.tlsSessions;
    switch (request.kind) {
      case 'set_policy':
        await enclave.setPolicy(request.policy);
        return SUCCESS;
      case 'initialize':
        await enclave.initialize(request.policy, request.chain);
        return SUCCESS;
      case 'attestation':
        // The challenge's number is the proxy's and the server's own affair.
        return { kind: 'attestation_data', ...(await enclave.attest(request.challenge)) };
      case 'install_certificate':
        await enclave.installCertificate(request.chain);
        return SUCCESS;
      case 'new_tls_session':
        return { kind: 'tls_session', session: sessions.open(this) };
      case 'send_tls_data':
        await sessions.send(this, request.session, request.data);
        return SUCCESS;
      case 'get_tls_data':
        return { kind: 'tls_data', ...(await sessions.fetch(this, request.session, this.#interrupted())) };
      case 'close_tls_session':
        sessions.close(this, request.session);
        return SUCCESS;
      case 'status':
        return { kind: 'status_report', report: JSON.stringify(enclave.status()) };
      case 'shutdown':
        enclave.shutDown();
        return SUCCESS;
    }
  }

  /** Settles when something else is asked, or nobody is there any more. */
  #interrupted(): Promise<void> {
    if (this.#over || this.#frames.length > 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#interrupt = resolve;
    });
  }
}

const SUCCESS: ControlResponse = { kind: 'status', status: ControlStatus.SUCCESS };
const FAIL: ControlResponse = { kind: 'status', status: ControlStatus.FAIL };
