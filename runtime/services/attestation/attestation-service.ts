/**
 * The attestation service: documents for whoever asks, over plain vsock, in the JSON lines of the vsock guide. Its callers
 * are the host and those that the host lets through, so it signs nothing that means something elsewhere, and it uses no
 * key for anybody.
 */
import type { Duplex } from 'node:stream';
import { TruceError } from '../../../proto/errors.ts';
import type { NitroSecureModule } from '../../../proto/nsm.ts';
import type { Transport } from '../../boot/transport.ts';
import { attested, failed, pong, status, unknownCommand } from './answers.ts';
import type { AttestedKeys } from './attested-keys.ts';
import { DocumentIssuer } from './document-issuer.ts';
import { type ConnectionTimes, serveRequest } from './request-connection.ts';
import { readServiceRequest } from './service-request.ts';
import type { Rate } from './token-bucket.ts';

export interface AttestationServiceOptions {
  readonly transport: Transport;
  /** Inside the enclave. */
  readonly port: number;
  readonly nsm: Pick<NitroSecureModule, 'attest'>;
  /** Where the keys go that callers have made; the owner's to close. */
  readonly keys: AttestedKeys;
  /** Public facts for the status answer. */
  readonly enclave?: () => Readonly<Record<string, unknown>>;
  readonly limits?: AttestationLimits;
}

/** What is left out keeps its default. */
export interface AttestationLimits {
  /** Requests at once; a further one is told to come again. */
  readonly requests?: number;
  /** Documents that callers may have. */
  readonly rate?: Rate;
  /** Callers that may wait for their documents. */
  readonly waiting?: number;
  readonly times?: ConnectionTimes;
}

const REQUESTS = 64;
/** Those that are told to come again, or have not taken their answer yet, are connections too. */
export const ATTESTATION_CONNECTIONS = 128;
const TIMES: ConnectionTimes = { requestMilliseconds: 10_000, closeMilliseconds: 5000 };
const RETRY_MILLISECONDS = 1000;

export async function startAttestationService(
  options: AttestationServiceOptions,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const { transport, port } = options;
  const service = new AttestationService(options);
  const server = await transport.listen(port, (socket) => service.accept(socket), {
    halfOpen: true,
    connections: ATTESTATION_CONNECTIONS,
  });
  return {
    port,
    async close() {
      server.close();
      service.close();
    },
  };
}

class AttestationService {
  readonly #options: AttestationServiceOptions;
  readonly #issuer: DocumentIssuer;
  readonly #began = performance.now();
  readonly #connections = new Set<Duplex>();
  #requests = 0;
  #documents = 0;

  constructor(options: AttestationServiceOptions) {
    const { nsm, keys, limits = {} } = options;
    this.#options = options;
    this.#issuer = new DocumentIssuer({
      nsm,
      keys,
      ...(limits.rate === undefined ? {} : { rate: limits.rate }),
      ...(limits.waiting === undefined ? {} : { waiting: limits.waiting }),
    });
  }

  accept(socket: Duplex): void {
    const { requests = REQUESTS, times = TIMES } = this.#options.limits ?? {};
    this.#connections.add(socket);
    socket.once('close', () => this.#connections.delete(socket));
    const busy = this.#requests >= requests;
    let counted = !busy;
    if (counted) this.#requests++;
    const answering = busy ? tooMany : (line: Uint8Array, gone: () => boolean) => this.#answer(line, gone);
    serveRequest(socket, answering, times, () => {
      if (counted) this.#requests--;
      counted = false;
    });
  }

  close(): void {
    for (const socket of this.#connections) socket.destroy();
  }

  async #answer(line: Uint8Array, gone: () => boolean): Promise<object | undefined> {
    const { port, keys, enclave } = this.#options;
    const request = readServiceRequest(line);
    switch (request.command) {
      case 'ping':
        return pong(Date.now());
      case 'status':
        return status({
          port,
          uptime: Math.round(performance.now() - this.#began) / 1000,
          documents: this.#documents,
          keys: keys.size,
          enclave: enclave?.() ?? {},
        });
      case 'attest': {
        const issued = await this.#issuer.issue(request.wanted, gone);
        if (issued === undefined) return undefined;
        this.#documents++;
        return attested(request.wanted, issued, Date.now());
      }
      case undefined:
        return unknownCommand(request.named);
    }
  }
}

async function tooMany(): Promise<object> {
  return failed(new TruceError('ATTESTATION_LIMIT', { milliseconds: RETRY_MILLISECONDS }));
}
