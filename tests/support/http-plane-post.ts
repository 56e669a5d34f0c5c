/** What a client of the HTTP plane does without any TLS of its own: one POST, and the bytes that a first one brings. */
import { type Agent, type IncomingMessage, request } from 'node:http';
import { Duplex } from 'node:stream';
import { connect } from 'node:tls';

export interface PlaneAddress {
  readonly host: string;
  readonly port: number;
}

export interface PlaneReply {
  readonly status: number;
  readonly body: string;
}

export interface PostOptions {
  readonly agent?: Agent;
  readonly headers?: Readonly<Record<string, string>>;
  /** The address that it comes from. */
  readonly localAddress?: string;
  readonly method?: string;
  readonly path?: string;
  /** Takes the body of a reply with status 200 as it comes; it is not kept then. */
  readonly take?: (text: string) => void;
}

/** One POST; `headers` beside those of node:http. */
export function post(
  address: PlaneAddress,
  body: string | Buffer,
  options: PostOptions = {},
): Promise<PlaneReply> {
  return new Promise((resolve, reject) => {
    const { agent, headers = {}, localAddress, method = 'POST', path = '/runtime_manager', take } = options;
    const sent = request(
      {
        ...address,
        path,
        method,
        ...(localAddress === undefined ? {} : { localAddress }),
        headers: { 'content-length': String(Buffer.byteLength(body)), ...headers },
        agent: agent ?? false,
      },
      (response: IncomingMessage) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => {
          if (take !== undefined && response.statusCode === 200) take(chunk.toString('latin1'));
          else chunks.push(chunk);
        });
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('latin1') }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The first bytes that a TLS client sends: a record with a ClientHello. */
export function clientHello(): Promise<Buffer> {
  return new Promise((resolve) => {
    const wire = new Duplex({
      read: () => undefined,
      write(chunk: Buffer) {
        resolve(chunk);
        setImmediate(() => socket.destroy());
      },
    });
    const socket = connect({ socket: wire, minVersion: 'TLSv1.3' });
    socket.on('error', () => undefined);
  });
}
