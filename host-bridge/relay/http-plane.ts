/**
 * The HTTP plane: `POST /runtime_manager`, through which older clients of Veracruz tunnel TLS to the enclave. The relay
 * is as blind here as over TCP: what it unpacks is ciphertext. node:http alone serves its one route: a framework would
 * give every relay 19 MiB and a tenth of a second, and most of what is here is what frameworks leave to their users.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type ErrorCode, TruceError } from '../../proto/errors.ts';
import { plainAddress } from './guess-limit.ts';
import { type AdmittedRequest, type HeldLimits, HttpAdmission } from './http-admission.ts';
import { encodeBlob, type PlaneRequest, parsePlaneRequest } from './http-body.ts';
import { type HttpSessionCounts, type HttpSessionOptions, HttpSessions } from './http-sessions.ts';

export interface HttpPlaneOptions extends HttpSessionOptions, HeldLimits {
  readonly listen: { readonly host: string; readonly port: number };
  /** TCP connections at once; further ones are closed as they come. */
  readonly connections: number;
  /** The longest body of a POST. */
  readonly bodyBytes: number;
  /** How long a client may take for the head of a request, and for the whole of it. */
  readonly headMilliseconds: number;
  readonly requestMilliseconds: number;
  /** How long a client may take nothing of its replies. */
  readonly clientStallMilliseconds: number;
}

export const defaultHttpPlaneOptions = {
  connections: 1024,
  sessions: 256,
  sessionsPerAddress: 64,
  idleMilliseconds: 300_000,
  connectMilliseconds: 10_000,
  answerMilliseconds: 600_000,
  stallMilliseconds: 60_000,
  continuationMilliseconds: 100,
  fragmentMilliseconds: 5000,
  bodyBytes: 4 << 20,
  heldBytes: 256 << 20,
  heldBytesPerAddress: 64 << 20,
  headMilliseconds: 10_000,
  requestMilliseconds: 60_000,
  clientStallMilliseconds: 60_000,
} as const satisfies Partial<HttpPlaneOptions>;

export interface HttpPlaneCounts extends HttpSessionCounts {
  /** Replies by HTTP status. */
  readonly replies: Readonly<Record<string, number>>;
}

const PATH = '/runtime_manager';
const HEAD_BYTES = 8 * 1024;
const KEEP_ALIVE_MILLISECONDS = 60_000;
/** What a request holds beside its body. */
const REQUEST_BYTES = 4096;
/** Replies up to this are sent whole, with their length. */
const WHOLE_REPLY = 64 * 1024;

const TEXT = 'text/plain; charset=utf-8';

/** By the codes of Node's own findings. */
const REFUSALS: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};

const STATUS: Partial<Record<ErrorCode, number>> = {
  RELAY_REQUEST_INVALID: 400,
  RELAY_SESSION_UNKNOWN: 404,
  RELAY_REQUEST_TOO_LARGE: 413,
  RELAY_ADDRESS_LIMIT: 429,
  RELAY_GUESS_LIMIT: 429,
  RELAY_SESSION_BUSY: 429,
  RELAY_ENCLAVE_GONE: 502,
  RELAY_ENCLAVE_ABSENT: 503,
  RELAY_SESSION_LIMIT: 503,
  RELAY_BODIES_LIMIT: 503,
  RELAY_ENCLAVE_SLOW: 504,
};

export class HttpPlane {
  readonly #options: HttpPlaneOptions;
  readonly #server: Server;
  readonly #sessions: HttpSessions;
  readonly #admission: HttpAdmission;
  /** Connections in the middle of a reply. */
  readonly #streaming = new WeakSet<Socket>();
  readonly #replies: Record<string, number> = {};

  private constructor(options: HttpPlaneOptions) {
    this.#options = options;
    this.#sessions = new HttpSessions(options);
    this.#admission = new HttpAdmission(options);
    this.#server = createServer(
      {
        maxHeaderSize: HEAD_BYTES,
        headersTimeout: options.headMilliseconds,
        requestTimeout: options.requestMilliseconds,
        connectionsCheckingInterval: Math.min(1000, options.headMilliseconds),
        keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
        noDelay: true,
      },
      (request, response) => void this.#serve(request, response),
    );
    this.#server.maxConnections = options.connections;
    this.#server.timeout = options.clientStallMilliseconds;
    this.#server.on('timeout', (socket) => this.#stalled(socket));
    this.#server.on('clientError', (error, socket) => this.#refuse(error, socket as Socket));
  }

  /** Starts to listen. TruceError RELAY_LISTEN {address, reason} where the address cannot be had. */
  static async listen(options: HttpPlaneOptions): Promise<HttpPlane> {
    const plane = new HttpPlane(options);
    const { host, port } = options.listen;
    try {
      plane.#server.listen({ host, port });
      await once(plane.#server, 'listening');
    } catch (cause) {
      const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
      throw new TruceError('RELAY_LISTEN', { address: `${host}:${port}`, reason }, { cause });
    }
    // A connection that could not be taken is one client's trouble.
    plane.#server.on('error', () => undefined);
    return plane;
  }

  get address(): { readonly host: string; readonly port: number } {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new TypeError('the plane does not listen');
    return { host: address.address, port: address.port };
  }

  get counts(): HttpPlaneCounts {
    return { ...this.#sessions.counts, replies: { ...this.#replies } };
  }

  /** Listens no more, and drops every session and every connection. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#sessions.stop();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => response.destroy());
    response.once('close', () => {
      if (response.headersSent) this.#count(response.statusCode);
    });
    try {
      const { bodyBytes } = this.#options;
      const length = request.headers['content-length'];
      const most = Math.min(bodyBytes, length === undefined ? bodyBytes : Number(length));
      const admitted = this.#admission.admit(request.socket, response, REQUEST_BYTES + most);
      if (admitted === undefined) return;
      if (request.method !== 'POST' || request.url !== PATH) {
        answer(response, 404, `there is POST ${PATH} alone\n`);
        return;
      }
      const body = await this.#body(request);
      // Its reply may be long in coming: no more is held for it than there is.
      if (!admitted.gone.aborted) admitted.hold(REQUEST_BYTES + body.length);
      await this.#exchange(request, response, parsePlaneRequest(body), admitted);
    } catch (error) {
      this.#fail(error, request, response);
    }
  }

  /** The whole body, or nothing of it: half a record would be the end of its session. */
  async #body(request: IncomingMessage): Promise<Buffer> {
    const limit = this.#options.bodyBytes;
    const tooLarge = new TruceError('RELAY_REQUEST_TOO_LARGE', { limit });
    if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge;
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > limit) throw tooLarge;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks, length);
  }

  async #exchange(
    { socket }: IncomingMessage,
    response: ServerResponse,
    request: PlaneRequest,
    { gone }: AdmittedRequest,
  ): Promise<void> {
    let session = 0;
    gone.addEventListener('abort', () => {
      // What was taken for the client has not reached it, and TLS stands no gap.
      if (session !== 0) this.#sessions.drop(session);
    });
    if (gone.aborted) return;
    const address = plainAddress(socket.remoteAddress ?? '');
    const { id, blobs } = await this.#sessions.exchange(address, request, gone);
    const beginning: string[] = [];
    let length = 0;
    for (let next = await blobs.next(); ; next = await blobs.next()) {
      if (next.done) return answer(response, 200, beginning.join(''));
      if (length === 0) {
        session = id;
        // One who went before this had nothing to lose yet: 'close' did not end the session.
        if (gone.aborted) {
          await blobs.return();
          throw gone.reason;
        }
        beginning.push(String(id));
      }
      beginning.push(encodeBlob(next.value));
      length += next.value.length;
      if (length >= WHOLE_REPLY) break;
    }
    response.writeHead(200, { 'content-type': TEXT });
    this.#streaming.add(socket);
    try {
      await pipeline(Readable.from(allOf(beginning.join(''), blobs)), response, { signal: gone });
    } finally {
      this.#streaming.delete(socket);
      // A pipeline that never began has not done so.
      await blobs.return();
    }
  }

  #fail(error: unknown, request: IncomingMessage, response: ServerResponse): void {
    if (response.destroyed || response.headersSent) {
      response.destroy();
      return;
    }
    const status = error instanceof TruceError ? STATUS[error.code] : undefined;
    // What is left of the body is read and thrown away: a reset would overtake the reply.
    request.resume();
    if (error instanceof TruceError && status !== undefined)
      answer(response, status, `${error.code}: ${error.message}\n`);
    else answer(response, 500, 'INTERNAL\n');
  }

  /** Nothing has moved on a connection for a while: it goes, unless a POST waits for the enclave and not for its client. */
  #stalled(socket: Socket): void {
    if (this.#admission.pending(socket) === 0 || socket.writableLength > 0) socket.destroy();
  }

  /** What is no HTTP, too long or too slow: an answer where there is time for one, and the end. */
  #refuse(error: Error & { readonly code?: string }, socket: Socket): void {
    const late = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
    // Replies to what came before are on their way, and words of ours would come between them.
    const busy = this.#admission.pending(socket) > (late ? 1 : 0) || this.#streaming.has(socket);
    if (!socket.writable || busy || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const reason = REFUSALS[error.code ?? ''] ?? '400 Bad Request';
    this.#count(Number.parseInt(reason, 10));
    socket.end(`HTTP/1.1 ${reason}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    socket.destroySoon();
  }

  #count(status: number): void {
    this.#replies[status] = (this.#replies[status] ?? 0) + 1;
  }
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': TEXT, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

async function* allOf(beginning: string, blobs: AsyncGenerator<Buffer>): AsyncGenerator<string> {
  yield beginning;
  for await (const blob of blobs) yield encodeBlob(blob);
}
