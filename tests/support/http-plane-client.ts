/**
 * A client of the HTTP plane that knows what seed 000 and Veracruz's sources of 2022 say of it, and nothing of ours: no
 * code of the client library, none of proto/. It POSTs when TLS has bytes to send and takes what the reply holds; like
 * the documented clients it never asks for more, so an answer that the reply lacks is lost.
 */
import { Agent, type IncomingMessage, request } from 'node:http';
import { Duplex } from 'node:stream';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';

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

/** How the bytes of TLS are cut into POSTs: a record each, as mbed TLS writes them, or up to so many bytes of records. */
export type Cut = 'record' | number;

class Tunnel extends Duplex {
  readonly #address: PlaneAddress;
  readonly #cut: Cut;
  readonly #agent: Agent;
  /** 0 until the first reply names one. */
  session = '0';
  posts = 0;

  constructor(address: PlaneAddress, cut: Cut) {
    super();
    this.#address = address;
    this.#cut = cut;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1 });
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#send(records(chunk, this.#cut === 'record' ? 0 : this.#cut)).then(() => done(), done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#agent.destroy();
    done(error);
  }

  async #send(pieces: readonly Buffer[]): Promise<void> {
    for (const piece of pieces) {
      this.posts += 1;
      let field = '';
      let fields = 0;
      const end = () => {
        if (field === '') return;
        if (fields++ === 0) this.#name(field);
        else this.push(Buffer.from(field, 'base64'));
        field = '';
      };
      const take = (text: string) => {
        const [first = '', ...others] = text.split(' ');
        field += first;
        for (const other of others) {
          end();
          field = other;
        }
      };
      const { status, body } = await post(this.#address, `${this.session} ${piece.toString('base64')}`, {
        agent: this.#agent,
        take,
      });
      if (status !== 200) throw new Error(`HTTP ${status}: ${body}`);
      end();
    }
  }

  #name(session: string): void {
    if (!/^[1-9][0-9]{0,9}$/.test(session)) throw new Error(`not a session: ${session}`);
    this.session = session;
  }
}

/** Cuts between records, into pieces of one each or as many as `longest` bytes hold. */
function records(bytes: Buffer, longest: number): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0, start = 0; at < bytes.length; ) {
    at += 5 + bytes.readUInt16BE(at + 3);
    const next = at < bytes.length ? at + 5 + bytes.readUInt16BE(at + 3) : Number.POSITIVE_INFINITY;
    if (next - start <= longest) continue;
    found.push(bytes.subarray(start, at));
    start = at;
  }
  return found;
}

/** What a reply has brought is decrypted at once; this is for a test that would fail to fail. */
const DECRYPTION_MILLISECONDS = 30_000;

export class HttpPlaneClient {
  readonly #tunnel: Tunnel;
  readonly #socket: TLSSocket;
  #received: Buffer[] = [];
  #length = 0;
  #arrived: () => void = () => undefined;
  #closed: (error: Error) => void = () => undefined;

  private constructor(tunnel: Tunnel, socket: TLSSocket) {
    this.#tunnel = tunnel;
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#received.push(chunk);
      this.#length += chunk.length;
      this.#arrived();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => this.#closed(new Error('the connection is closed')));
  }

  /** Shakes hands; certificate checks are not what this is for. */
  static connect(
    address: PlaneAddress,
    credentials: ConnectionOptions,
    cut: Cut = 'record',
  ): Promise<HttpPlaneClient> {
    const tunnel = new Tunnel(address, cut);
    return new Promise((resolve, reject) => {
      const socket = connect({ socket: tunnel, rejectUnauthorized: false, ...credentials });
      const client = new HttpPlaneClient(tunnel, socket);
      tunnel.on('error', reject);
      socket.on('error', reject);
      socket.once('secureConnect', () => {
        // The last flight is still being written and posted.
        setTimeout(() => tunnel.write(Buffer.alloc(0), () => resolve(client)), 5);
      });
    });
  }

  get session(): string {
    return this.#tunnel.session;
  }

  get posts(): number {
    return this.#tunnel.posts;
  }

  /** Sends a message, its length before it, and takes the answer's content out of what the replies brought. */
  async ask(message: Buffer): Promise<Buffer> {
    return this.finish(Buffer.concat([lengthOf(message.length), message]));
  }

  /** Sends the last bytes of a message, and takes the answer. */
  async finish(bytes: Buffer): Promise<Buffer> {
    await this.write(bytes);
    await this.#has(8);
    const length = 8 + Number(this.#join().readBigUInt64BE(0));
    await this.#has(length);
    return this.#take(length).subarray(8);
  }

  /** Sends bytes of a message; resolves when all of them have been posted. */
  write(bytes: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#closed = reject;
      this.#tunnel.once('error', reject);
      this.#socket.write(bytes, (error) => {
        this.#tunnel.off('error', reject);
        if (error == null) resolve();
        else reject(error);
      });
    });
  }

  /** Hands what comes from now on to `take` instead of keeping it. */
  divert(take: (bytes: Buffer) => void): void {
    this.#socket.removeAllListeners('data').on('data', take);
  }

  /** Cuts messages into records of so many bytes from now on. */
  cutInto(bytes: number): void {
    this.#socket.setMaxSendFragment(bytes);
  }

  close(): void {
    this.#socket.destroy();
    this.#tunnel.destroy();
  }

  #take(length: number): Buffer {
    const all = this.#join();
    this.#received = [all.subarray(length)];
    this.#length -= length;
    return all.subarray(0, length);
  }

  #join(): Buffer {
    const all = Buffer.concat(this.#received, this.#length);
    this.#received = [all];
    return all;
  }

  #has(length: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`the replies brought ${this.#length} bytes of ${length}`)),
        DECRYPTION_MILLISECONDS,
      );
      this.#closed = (error) => {
        clearTimeout(timer);
        reject(error);
      };
      this.#arrived = () => {
        if (this.#length < length) return;
        clearTimeout(timer);
        this.#arrived = () => undefined;
        resolve();
      };
      this.#arrived();
      if (this.#socket.destroyed) this.#closed(new Error('the connection is closed'));
    });
  }
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

/** The 8 bytes, big-endian, before each message. */
export function lengthOf(bytes: number): Buffer {
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64BE(BigInt(bytes));
  return prefix;
}

/** Requests and responses of transport_protocol, by the field numbers of the documents. */
export const Message = {
  writeFile: (name: string, data: Buffer) => field(2, field(1, Buffer.from(name)), field(2, data)),
  /** A request to write a file of `length` bytes, up to those. */
  writeFileHead: (name: string, length: number) => {
    const inner = Buffer.concat([field(1, Buffer.from(name)), varint(2 * 8 + 2), varint(length)]);
    return Buffer.concat([varint(2 * 8 + 2), varint(inner.length + length), inner]);
  },
  /** Where the content begins of an answer, length and all, that ends in `length` bytes of it. */
  contentOffset: (answer: Buffer, length: number) => {
    if (answer.length < 8) return undefined;
    const offset = 8 + Number(answer.readBigUInt64BE(0)) - length;
    return answer.length < offset ? undefined : offset;
  },
  requestResult: (name: string) => field(5, field(1, Buffer.from(name))),
  requestShutdown: () => field(8),
  requestPolicyHash: () => field(10),
  readFile: (name: string) => field(11, field(1, Buffer.from(name))),
} as const;

export interface Response {
  readonly status: number;
  /** Of a result, or a policy's hash. */
  readonly data: Buffer | undefined;
}

export function readResponse(bytes: Buffer): Response {
  let status = 0;
  let data: Buffer | undefined;
  for (const { number, value, content } of fieldsOf(bytes)) {
    if (number === 1) status = value;
    if (number === 4 || number === 11)
      data = fieldsOf(content).find((inner) => inner.number === 1)?.content ?? Buffer.alloc(0);
  }
  return { status, data };
}

function field(number: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([varint(number * 8 + 2), varint(content.length), content]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 0x80; left = Math.floor(left / 0x80)) bytes.push((left % 0x80) | 0x80);
  return Buffer.from([...bytes, left]);
}

function fieldsOf(bytes: Buffer): { number: number; value: number; content: Buffer }[] {
  const found: { number: number; value: number; content: Buffer }[] = [];
  let at = 0;
  const read = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = bytes[at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const key = read();
    const value = read();
    const isBytes = key % 8 === 2;
    found.push({
      number: Math.floor(key / 8),
      value,
      content: isBytes ? bytes.subarray(at, at + value) : Buffer.alloc(0),
    });
    if (isBytes) at += value;
  }
  return found;
}
