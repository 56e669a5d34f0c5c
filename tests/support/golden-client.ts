/**
 * A client of Veracruz's, made from nothing but its published bytes: over TCP as its later releases speak, over HTTP as its
 * earlier ones do, and over the control plane in its server's place. It checks no attestation, as the original did not: it
 * shows that what worked there works here, and is no model for a client.
 */
import { once } from 'node:events';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import {
  type GoldenControlResponse,
  type GoldenResponse,
  goldenControl,
  readControlResponse,
  readGoldenResponse,
} from './golden-bytes.ts';

export interface GoldenCredentials {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
}

export interface GoldenAddress {
  readonly host: string;
  readonly port: number;
}

/** TLS's bytes in messages that are answered one by one: what a flight of the client's is sent in, and what comes back. */
type Exchange = (bytes: Buffer) => Promise<Buffer>;

class Tunnel extends Duplex {
  readonly #exchange: Exchange;

  constructor(exchange: Exchange) {
    super();
    this.#exchange = exchange;
  }

  override _read(): void {
    // What comes back is pushed.
  }

  override _writev(chunks: readonly { chunk: Buffer }[], callback: (error?: Error | null) => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'latin1', callback);
  }

  override _write(chunk: Buffer, _: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#exchange(chunk).then(
      (answer) => {
        if (answer.length > 0) this.push(answer);
        callback();
      },
      (error: Error) => callback(error),
    );
  }
}

/** What a stream gives, by the length. */
class ByteSource {
  readonly #chunks: AsyncIterator<Buffer>;
  #received = Buffer.alloc(0);

  constructor(stream: Duplex) {
    this.#chunks = stream.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  }

  async take(length: number): Promise<Buffer> {
    while (this.#received.length < length) {
      const { value, done } = await this.#chunks.next();
      if (done === true) throw new Error('the connection ended before the answer');
      this.#received = Buffer.concat([this.#received, value]);
    }
    const taken = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length);
    return taken;
  }
}

export class GoldenClient {
  readonly #socket: TLSSocket;
  readonly #bytes: ByteSource;

  private constructor(socket: TLSSocket) {
    this.#socket = socket;
    this.#bytes = new ByteSource(socket);
  }

  static async #open(
    transport: GoldenAddress | { readonly socket: Duplex },
    { certificate, key }: GoldenCredentials,
  ): Promise<GoldenClient> {
    const socket = connect({
      ...transport,
      cert: certificate,
      key,
      minVersion: 'TLSv1.3',
      rejectUnauthorized: false,
    });
    await once(socket, 'secureConnect');
    socket.on('error', () => undefined); // whoever waits for an answer hears of it
    return new GoldenClient(socket);
  }

  static overTcp(address: GoldenAddress, credentials: GoldenCredentials): Promise<GoldenClient> {
    return GoldenClient.#open(address, credentials);
  }

  /** `POST /runtime_manager` with the session's number and a blob of base64; blobs come back behind the number. */
  static overHttp(address: GoldenAddress, credentials: GoldenCredentials): Promise<GoldenClient> {
    let session = '0';
    const socket = new Tunnel(async (bytes) => {
      const { status, body } = await post(address, `${session} ${bytes.toString('base64')}`);
      if (status !== 200) throw new Error(`HTTP status ${status}: ${body}`);
      if (body === '') return Buffer.alloc(0);
      const [id = '', ...blobs] = body.split(' ');
      session = id;
      return Buffer.concat(blobs.map((blob) => Buffer.from(blob, 'base64')));
    });
    return GoldenClient.#open({ socket }, credentials);
  }

  /** In the place of Veracruz's server: a TLS session of the runtime's, its bytes in control messages. */
  static async overControl(control: GoldenServer, credentials: GoldenCredentials): Promise<GoldenClient> {
    const session = await control.newTlsSession();
    return GoldenClient.#open({ socket: new Tunnel((bytes) => control.relay(session, bytes)) }, credentials);
  }

  /** The endpoint's certificate, DER. */
  get certificate(): Buffer {
    return this.#socket.getPeerCertificate().raw;
  }

  /** One request, one answer, as Veracruz has it. */
  async ask(message: Uint8Array): Promise<GoldenResponse> {
    this.#socket.write(message);
    const length = Number((await this.#bytes.take(8)).readBigUInt64BE());
    return readGoldenResponse(await this.#bytes.take(length));
  }

  close(): void {
    this.#socket.destroy();
  }
}

export interface HttpReply {
  readonly status: number;
  readonly body: string;
}

export async function post({ host, port }: GoldenAddress, body: string): Promise<HttpReply> {
  const sent = request({ host, port, method: 'POST', path: '/runtime_manager', agent: false });
  sent.end(body);
  const [reply] = await once(sent, 'response');
  const pieces: Buffer[] = [];
  for await (const piece of reply) pieces.push(piece);
  return { status: reply.statusCode, body: Buffer.concat(pieces).toString() };
}

/** What Veracruz's server reads at once. Source: Veracruz main, veracruz-server's server.rs. */
const READ_BYTES = 32_768;

/** What Veracruz's server is to the runtime: one connection to the control plane, one message at a time. */
export class GoldenServer {
  readonly #socket: Socket;
  readonly #bytes: ByteSource;
  #last: Promise<unknown> = Promise.resolve();

  /** @param socket connected to the runtime's port 5005, or what stands for it */
  constructor(socket: Socket) {
    this.#socket = socket;
    this.#bytes = new ByteSource(socket);
  }

  ask(message: Uint8Array): Promise<GoldenControlResponse> {
    const answer = this.#last.then(() => this.#exchange(message));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async newTlsSession(): Promise<number> {
    const answer = await this.ask(goldenControl.newTlsSession());
    if (answer.kind !== 'tls-session') throw new Error(`no session: ${JSON.stringify(answer)}`);
    return answer.session;
  }

  /** Hands bytes on as they come from a socket, and takes what there is until nothing comes, as Veracruz's server does. */
  async relay(session: number, bytes: Buffer): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for (let start = 0; start < bytes.length; start += READ_BYTES) {
      const piece = bytes.subarray(start, start + READ_BYTES);
      const taken = await this.ask(goldenControl.sendTlsData(session, piece));
      if (taken.kind !== 'status' || taken.status !== 0) throw new Error('the runtime takes no more');
      pieces.push(await this.#takeAll(session));
    }
    return Buffer.concat(pieces);
  }

  async #takeAll(session: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for (;;) {
      const answer = await this.ask(goldenControl.getTlsData(session));
      if (answer.kind !== 'tls-data') throw new Error(`no data: ${JSON.stringify(answer)}`);
      if (answer.data.length === 0) return Buffer.concat(pieces);
      pieces.push(answer.data);
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  async #exchange(message: Uint8Array): Promise<GoldenControlResponse> {
    this.#socket.write(message);
    const header = await this.#bytes.take(9);
    if (header[8] !== 0) throw new Error('the ninth byte is 0 always');
    return readControlResponse(await this.#bytes.take(Number(header.readBigUInt64LE())));
  }
}
