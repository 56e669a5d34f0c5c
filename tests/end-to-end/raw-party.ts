/**
 * A party that speaks TLS and the protocol but is no client of ours: it attests nothing, sends the very bytes that a test
 * gives it, and keeps what comes back. Answers are read by protobufjs alone, as another implementation would.
 */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import type { EnclaveAddress } from '../../host-bridge/client/tls-channel.ts';
import { transport_protocol } from '../../proto/generated/transport_protocol.js';
import type { Party } from '../support/test-enclave.ts';

export type Answer = transport_protocol.RuntimeManagerResponse;

export class RawParty {
  readonly socket: TLSSocket;
  /** Every byte that came and was not taken as an answer. */
  received = Buffer.alloc(0);
  /** The code of the error that ended the connection; '' where it ended in order. */
  readonly ended: Promise<string>;
  #closed = false;

  constructor(socket: TLSSocket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      this.received = Buffer.concat([this.received, chunk]);
    });
    this.ended = new Promise((resolve) => {
      let error = '';
      socket.on('error', ({ code }: NodeJS.ErrnoException) => {
        error = code ?? 'unknown';
      });
      socket.on('close', () => {
        this.#closed = true;
        resolve(error);
      });
    });
  }

  /** Settles when hands are shaken, or the connection is over. */
  static async open(
    address: EnclaveAddress,
    party: Party | undefined,
    options: ConnectionOptions = {},
  ): Promise<RawParty> {
    const credentials = party === undefined ? {} : { cert: party.certificate, key: party.key };
    const socket = connect({ ...address, ...credentials, rejectUnauthorized: false, ...options });
    const raw = new RawParty(socket);
    await Promise.race([once(socket, 'secureConnect').catch(() => undefined), raw.ended]);
    return raw;
  }

  send(...bytes: readonly Uint8Array[]): void {
    this.socket.write(Buffer.concat(bytes));
  }

  /** The next answer; undefined where the connection ends first. */
  async answer(): Promise<Answer | undefined> {
    const frame = await this.frame();
    return frame && transport_protocol.RuntimeManagerResponse.decode(frame.subarray(8));
  }

  /** The next answer's bytes, its length in front. */
  async frame(): Promise<Buffer | undefined> {
    for (;;) {
      if (this.received.length >= 8) {
        const end = 8 + Number(this.received.readBigUInt64BE(0));
        if (this.received.length >= end) {
          const frame = this.received.subarray(0, end);
          this.received = this.received.subarray(end);
          return frame;
        }
      }
      if (this.#closed) return undefined;
      await Promise.race([once(this.socket, 'data').catch(() => undefined), this.ended]);
    }
  }

  close(): void {
    this.socket.destroy();
  }
}

/** The code of an answer that refuses; '' for one that does not, or none at all. */
export function codeOf(answer: Answer | undefined): string {
  return answer?.error?.code ?? '';
}

/** Settles when the connection is over, in order or not. */
export function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}
