/**
 * A client of the HTTP plane that knows what seed 000 and Veracruz's sources of 2022 say of it, and nothing of ours: no
 * code of the client library, none of proto/. It POSTs when TLS has bytes to send and takes what the reply holds; like
 * the documented clients it never asks for more, so an answer that the reply lacks is lost.
 */
import { Agent } from 'node:http';
import { Duplex } from 'node:stream';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { lengthOf } from './http-plane-messages.ts';
import { type PlaneAddress, post } from './http-plane-post.ts';

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
