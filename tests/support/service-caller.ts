/** A caller of enclave services that is no client of ours: it attests nothing, and sends the very bytes that a test gives it. */
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { connect } from 'node:tls';
import type { RunningEnclave } from '../../host-bridge/launcher/running-enclave.ts';
import { dial } from '../../host-bridge/relay/dial.ts';
import { encodeServiceFrame, ServiceFrameDecoder } from '../../proto/wire/service-frame.ts';
import {
  decodeServiceAnswer,
  encodeServiceRequest,
  type ServiceAnswer,
} from '../../proto/wire/service-message.ts';
import type { Party } from './test-enclave.ts';

export const SERVICES_PORT = 5000;

/** A request's frame. */
export function requestFrame(
  serviceType: string,
  operation = '',
  payload?: object,
  requestId: string = randomUUID(),
): Uint8Array {
  const bytes = new TextEncoder().encode(payload === undefined ? '' : JSON.stringify(payload));
  return encodeServiceFrame(encodeServiceRequest({ requestId, serviceType, operation, payload: bytes }));
}

export class ServiceCaller {
  readonly #answers: ServiceAnswer[] = [];
  #wake: () => void = () => undefined;
  #over = false;
  readonly socket: Socket;
  /** Settles when the connection is over, with the code of the error that ended it; '' where it ended in order. */
  readonly ended: Promise<string>;

  private constructor(socket: Socket) {
    this.socket = socket;
    const decoder = new ServiceFrameDecoder(64 << 20);
    socket.on('data', (chunk: Buffer) => {
      decoder.push(chunk, (message) => this.#answers.push(decodeServiceAnswer(message)));
      this.#wake();
    });
    socket.once('end', () => socket.end());
    this.ended = new Promise((resolve) => {
      let code = '';
      socket.on('error', (error: NodeJS.ErrnoException) => {
        code = error.code ?? 'unknown';
      });
      socket.once('close', () => {
        this.#over = true;
        this.#wake();
        resolve(code);
      });
    });
  }

  /** Through TLS 1.3 as this party, or as nobody. */
  static async secure(enclave: RunningEnclave, party?: Party): Promise<ServiceCaller> {
    const socket = connect({
      socket: await ServiceCaller.#dial(enclave, false),
      rejectUnauthorized: false,
      ...(party === undefined ? {} : { cert: party.certificate, key: party.key }),
    });
    return new ServiceCaller(socket);
  }

  static async plain(enclave: RunningEnclave): Promise<ServiceCaller> {
    return new ServiceCaller(await ServiceCaller.#dial(enclave, true));
  }

  static #dial(enclave: RunningEnclave, allowHalfOpen: boolean): Promise<Socket> {
    return dial(enclave.target(SERVICES_PORT), { allowHalfOpen }, AbortSignal.timeout(20_000));
  }

  send(...frames: readonly Uint8Array[]): void {
    this.socket.write(Buffer.concat(frames));
  }

  /** The next answer; undefined where the connection ends first. */
  async answer(): Promise<ServiceAnswer | undefined> {
    while (this.#answers.length === 0 && !this.#over)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    return this.#answers.shift();
  }

  /** Asks, and waits for the answer. */
  async ask(serviceType: string, operation?: string, payload?: object): Promise<ServiceAnswer> {
    this.send(requestFrame(serviceType, operation, payload));
    const answer = await this.answer();
    if (answer === undefined) throw new Error('the connection has ended');
    return answer;
  }

  close(): void {
    this.socket.end();
  }
}

/** What a successful answer holds. */
export function resultOf(answer: ServiceAnswer | undefined): Record<string, unknown> {
  if (answer?.payload === undefined || answer.payload === null)
    throw new Error(`no result: ${answer?.errorCode} ${answer?.errorMessage}`);
  return JSON.parse(new TextDecoder().decode(answer.payload)) as Record<string, unknown>;
}
