/**
 * One HTTPS request over a connection that somebody else carries: TLS begins and ends here, its certificates are checked
 * here, and nothing is written before they are.
 */
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request as startRequest } from 'node:http';
import type { Duplex } from 'node:stream';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { TruceError } from '../../../proto/errors.ts';

export interface HttpsEndpoint {
  /** A DNS name, which the certificate must bear. */
  readonly host: string;
  readonly port: number;
  /** A connection to it, however it is made: none of its bytes are believed. */
  readonly connect: () => Promise<Duplex>;
  /** PEM of the only roots to trust. */
  readonly roots: readonly string[];
}

export interface HttpsAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Uint8Array;
}

const LONGEST_HEADERS = 8 << 10;
/** A data key twice, in base64. */
export const LONGEST_ANSWER = 32 << 10;

/** `POST /`. Errors: KMS_UNREACHABLE, KMS_TLS_FAILED, KMS_ANSWER_TOO_LARGE, KMS_ANSWER_INVALID; or the signal's reason. */
export async function postHttps(
  endpoint: HttpsEndpoint,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  signal: AbortSignal,
): Promise<HttpsAnswer> {
  const carrier = await carry(endpoint, signal);
  carrier.on('error', () => carrier.destroy());
  try {
    const secure = await secureConnection(endpoint, carrier, signal);
    return await exchange(endpoint, secure, headers, body, signal);
  } finally {
    carrier.destroy();
  }
}

async function carry(endpoint: HttpsEndpoint, signal: AbortSignal): Promise<Duplex> {
  signal.throwIfAborted();
  const connecting = endpoint.connect();
  let abort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([connecting, aborted]);
  } catch (cause) {
    // One that comes too late is let go; one that fails then has nobody to tell.
    connecting.then(
      (late) => late.destroy(),
      () => undefined,
    );
    signal.throwIfAborted();
    throw unreachable(endpoint, cause);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

async function secureConnection(
  endpoint: HttpsEndpoint,
  carrier: Duplex,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const secure = connectTls({
    socket: carrier,
    servername: endpoint.host,
    ca: [...endpoint.roots],
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
    // Said, because an environment variable changes what is not.
    rejectUnauthorized: true,
  });
  try {
    await once(secure, 'secureConnect', { signal });
  } catch (cause) {
    secure.on('error', () => undefined);
    secure.destroy();
    signal.throwIfAborted();
    const { code, errno, message } = cause as NodeJS.ErrnoException;
    if (errno !== undefined || code === 'ECONNRESET') throw unreachable(endpoint, cause);
    throw new TruceError(
      'KMS_TLS_FAILED',
      { endpoint: nameOf(endpoint), reason: code ?? message },
      { cause },
    );
  }
  return secure;
}

async function exchange(
  endpoint: HttpsEndpoint,
  secure: TLSSocket,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  signal: AbortSignal,
): Promise<HttpsAnswer> {
  let request: ClientRequest | undefined;
  try {
    request = startRequest({
      createConnection: () => secure,
      method: 'POST',
      path: '/',
      headers: { ...headers, 'content-length': String(body.length) },
      setHost: false,
      maxHeaderSize: LONGEST_HEADERS,
      signal,
    });
    // What comes after the one that is waited for is told by the request's end.
    request.on('error', () => undefined);
    request.end(body);
    const [response] = (await once(request, 'response', { signal })) as [IncomingMessage];
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      body: await readWhole(response),
    };
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof TruceError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    if (code.startsWith('HPE_'))
      throw new TruceError('KMS_ANSWER_INVALID', { reason: 'it is not HTTP' }, { cause });
    throw unreachable(endpoint, cause);
  } finally {
    request?.destroy();
    secure.destroy();
  }
}

async function readWhole(response: IncomingMessage): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > LONGEST_ANSWER) throw new TruceError('KMS_ANSWER_TOO_LARGE', { limit: LONGEST_ANSWER });
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

function unreachable(endpoint: HttpsEndpoint, cause: unknown): TruceError {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new TruceError(
    'KMS_UNREACHABLE',
    { endpoint: nameOf(endpoint), reason: code ?? message },
    { cause },
  );
}

function nameOf({ host, port }: HttpsEndpoint): string {
  return `${host}:${port}`;
}
