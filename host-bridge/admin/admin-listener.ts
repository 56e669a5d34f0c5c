/**
 * The admin listener of `truce serve`: whether it lives, whether it is ready, and its figures. It knows no secrets, takes
 * no orders and reads no bodies; all the same it is for the machine's owner alone, so it listens on loopback.
 */
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import { TruceError } from '../../proto/errors.ts';
import type { EnclaveWatch } from './enclave-watch.ts';
import { CONTENT_TYPE, writeMetrics } from './prometheus-text.ts';
import { metricsOf, type RelayFacts } from './serve-metrics.ts';

export interface AdminListenerOptions {
  readonly listen: { readonly host: string; readonly port: number };
  readonly enclave: EnclaveWatch;
  readonly relay: () => RelayFacts;
  /** When the certificate that a proxy issued ends, milliseconds since 1970; undefined where none is due. */
  readonly certificateExpiry: () => number | undefined;
}

const CONNECTIONS = 64;
const HEAD_BYTES = 8 * 1024;
const REQUEST_MILLISECONDS = 5000;

export class AdminListener {
  readonly #options: AdminListenerOptions;
  readonly #server: Server;
  readonly #started = performance.now();

  private constructor(options: AdminListenerOptions) {
    this.#options = options;
    this.#server = createServer(
      {
        maxHeaderSize: HEAD_BYTES,
        headersTimeout: REQUEST_MILLISECONDS,
        requestTimeout: REQUEST_MILLISECONDS,
        connectionsCheckingInterval: 1000,
      },
      (request, response) => {
        request.resume();
        response.on('error', () => response.destroy());
        if (request.method !== 'GET' && request.method !== 'HEAD')
          answer(response.setHeader('allow', 'GET, HEAD'), 405, 'GET and HEAD alone\n');
        else void this.#serve(request.url ?? '', response);
      },
    );
    this.#server.maxConnections = CONNECTIONS;
  }

  /** Starts to listen. TruceError RELAY_LISTEN {address, reason} where the address cannot be had. */
  static async listen(options: AdminListenerOptions): Promise<AdminListener> {
    const admin = new AdminListener(options);
    const { host, port } = options.listen;
    try {
      admin.#server.listen({ host, port });
      await once(admin.#server, 'listening');
    } catch (cause) {
      const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
      throw new TruceError('RELAY_LISTEN', { address: `${host}:${port}`, reason }, { cause });
    }
    // The first who asks for figures is not to read that there is no enclave.
    await options.enclave.now();
    // A connection that could not be taken must not end truce serve.
    admin.#server.on('error', () => undefined);
    return admin;
  }

  get address(): { readonly host: string; readonly port: number } {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new TypeError('nobody listens');
    return { host: address.address, port: address.port };
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(url: string, response: ServerResponse): Promise<void> {
    switch (url) {
      case '/health':
        return answer(response, 200, 'alive\n');
      case '/ready':
        return this.#ready(response);
      case '/metrics':
        return answer(response, 200, this.#metrics(), CONTENT_TYPE);
      default:
        return answer(response, 404, 'there are /health, /ready and /metrics\n');
    }
  }

  async #ready(response: ServerResponse): Promise<void> {
    const { enclave, relay, certificateExpiry } = this.#options;
    const report = await enclave.now();
    const until = certificateExpiry();
    const checks = {
      enclave: report !== undefined,
      policy: report?.phase === 'serving',
      certificate: until === undefined || (report?.certified === true && until > Date.now()),
      relay: relay().running,
    };
    const ready = Object.values(checks).every((good) => good);
    answer(response, ready ? 200 : 503, `${JSON.stringify({ ready, ...checks })}\n`, 'application/json');
  }

  /** Of what is known: nobody is waited for. */
  #metrics(): string {
    const { enclave, relay, certificateExpiry } = this.#options;
    const until = certificateExpiry();
    return writeMetrics(
      metricsOf({
        relay: relay(),
        enclave: enclave.last,
        enclaveAge: (performance.now() - this.#started) / 1000,
        certificateExpiry: until === undefined ? undefined : Math.floor(until / 1000),
      }),
    );
  }
}

/** Whether who is not on this machine could connect: names but `localhost` lead who knows where. */
export function isLoopback(host: string): boolean {
  if (isIP(host) === 4) return host.startsWith('127.');
  return host === 'localhost' || host === '::1';
}

function answer(response: ServerResponse, status: number, text: string, type = 'text/plain'): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(text);
}
