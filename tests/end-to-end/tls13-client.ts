/**
 * A TLS 1.3 client (RFC 8446) of the tests' own: one key exchange (X25519), one suite (TLS_AES_256_GCM_SHA384). OpenSSL
 * would refuse to do what a hostile client does, and hides what the server sends; this shows every message, and sends
 * whatever it is told to.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export const RecordType = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const;
export const HandshakeType = {
  clientHello: 1,
  serverHello: 2,
  newSessionTicket: 4,
  encryptedExtensions: 8,
  certificate: 11,
  certificateRequest: 13,
  certificateVerify: 15,
  finished: 20,
} as const;

export interface Message {
  readonly type: number;
  readonly content: Buffer;
}

const SUITE = 0x1302;
const HASH_BYTES = 48;
const TAG_BYTES = 16;
/** SubjectPublicKeyInfo of X25519 up to the key. Source: RFC 8410 section 4. */
const X25519_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');

export class Tls13Client {
  readonly socket: Socket;
  /** The server's messages from ServerHello to Finished, decrypted. */
  readonly flight: Message[] = [];
  readonly #chunks: AsyncIterator<Buffer>;
  #received = Buffer.alloc(0);
  #transcript = Buffer.alloc(0);
  #clientSecret: Buffer = Buffer.alloc(0);
  #masterSecret: Buffer = Buffer.alloc(0);
  #reading: RecordKeys | undefined;
  #writing: RecordKeys | undefined;
  #applicationKeys: RecordKeys | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.#chunks = socket
      .iterator({ destroyOnReturn: false })
      [Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** Shakes hands as far as the server's Finished. `extensions` go at the end of the ClientHello as they are. */
  static async start(
    address: { host: string; port: number },
    ...extensions: readonly Buffer[]
  ): Promise<Tls13Client> {
    const socket = connect(address);
    socket.setNoDelay(true).on('error', () => undefined);
    await once(socket, 'connect');
    const client = new Tls13Client(socket);
    const { privateKey, publicKey } = generateKeyPairSync('x25519');
    client.#hello(publicKey, extensions);
    await client.#readFlight(privateKey);
    return client;
  }

  /** Sends the client's flight: a certificate, if there is one, signed for with `key`, whosever that is. */
  finish(certificate?: Buffer, key?: KeyObject): void {
    const entry = certificate === undefined ? [] : [vector(3, certificate), vector(2)];
    this.#sendHandshake(HandshakeType.certificate, vector(1), vector(3, ...entry));
    if (key !== undefined) {
      // RFC 8446 section 4.4.3.
      const context = Buffer.concat([
        Buffer.alloc(64, 0x20),
        Buffer.from('TLS 1.3, client CertificateVerify\0'),
      ]);
      const signature = sign('sha256', Buffer.concat([context, hash(this.#transcript)]), key);
      this.#sendHandshake(HandshakeType.certificateVerify, uint(2, 0x0403), vector(2, signature));
    }
    const finished = expand(this.#clientSecret, 'finished', Buffer.alloc(0));
    this.#sendHandshake(HandshakeType.finished, hmac(finished, hash(this.#transcript)));
    this.#writing = this.#applicationKeys;
  }

  #sendHandshake(type: number, ...body: readonly Buffer[]): void {
    const message = Buffer.concat([uint(1, type), vector(3, ...body)]);
    this.#transcript = Buffer.concat([this.#transcript, message]);
    this.send(RecordType.handshake, message);
  }

  /** Sends one record, protected once there are keys. */
  send(type: number, content: Buffer): void {
    this.socket.write(this.record(type, content));
  }

  /** One record as it goes over the wire, however long. */
  record(type: number, content: Buffer): Buffer {
    if (this.#writing === undefined)
      return Buffer.concat([uint(1, type), uint(2, 0x0301), vector(2, content)]);
    return this.#writing.seal(type, content);
  }

  /** The next record, decrypted; undefined when the server has closed. */
  async next(): Promise<Message | undefined> {
    for (;;) {
      const header = await this.#take(5);
      const body = header && (await this.#take(header.readUInt16BE(3)));
      if (header === undefined || body === undefined) return undefined;
      const type = header[0]!;
      if (type === RecordType.changeCipherSpec) continue;
      if (this.#reading === undefined || type !== RecordType.applicationData) return { type, content: body };
      return this.#reading.open(header, body);
    }
  }

  /** Everything up to the end of the connection. */
  async rest(): Promise<Message[]> {
    const messages: Message[] = [];
    for (let message = await this.next(); message !== undefined; message = await this.next())
      messages.push(message);
    return messages;
  }

  #hello(publicKey: KeyObject, extensions: readonly Buffer[]): void {
    const share = publicKey.export({ type: 'spki', format: 'der' }).subarray(X25519_PREFIX.length);
    const all = [
      extension(43, vector(1, uint(2, 0x0304))),
      extension(10, vector(2, uint(2, 0x001d))),
      extension(13, vector(2, uint(2, 0x0403), uint(2, 0x0804))),
      extension(51, vector(2, uint(2, 0x001d), vector(2, share))),
      extension(45, vector(1, uint(1, 1))),
      ...extensions,
    ];
    this.#sendHandshake(
      HandshakeType.clientHello,
      uint(2, 0x0303),
      randomBytes(32),
      vector(1, randomBytes(32)),
      vector(2, uint(2, SUITE)),
      vector(1, uint(1, 0)),
      vector(2, ...all),
    );
  }

  async #readFlight(privateKey: KeyObject): Promise<void> {
    let pending = Buffer.alloc(0);
    while (this.flight.at(-1)?.type !== HandshakeType.finished) {
      const record = await this.next();
      if (record?.type !== RecordType.handshake)
        throw new Error(`the handshake ended with record ${record?.type} ${record?.content.toString('hex')}`);
      pending = Buffer.concat([pending, record.content]);
      while (pending.length >= 4 && pending.length >= 4 + pending.readUIntBE(1, 3)) {
        const length = 4 + pending.readUIntBE(1, 3);
        const message = { type: pending[0]!, content: pending.subarray(4, length) };
        this.#transcript = Buffer.concat([this.#transcript, pending.subarray(0, length)]);
        pending = pending.subarray(length);
        this.flight.push(message);
        if (message.type === HandshakeType.serverHello) this.#agree(message.content, privateKey);
      }
    }
    const transcript = hash(this.#transcript);
    this.#applicationKeys = new RecordKeys(expand(this.#masterSecret, 'c ap traffic', transcript));
    this.#reading = new RecordKeys(expand(this.#masterSecret, 's ap traffic', transcript));
  }

  /** RFC 8446 section 7.1. */
  #agree(serverHello: Buffer, privateKey: KeyObject): void {
    const shares = readExtensions(serverHello.subarray(serverHello[34]! + 38));
    const share = shares.get(51)?.subarray(4);
    if (share === undefined) throw new Error('the server chose no X25519 share');
    const publicKey = createPublicKey({
      key: Buffer.concat([X25519_PREFIX, share]),
      format: 'der',
      type: 'spki',
    });
    const zeros = Buffer.alloc(HASH_BYTES);
    const empty = hash(Buffer.alloc(0));
    const early = hmac(zeros, zeros);
    const handshake = hmac(expand(early, 'derived', empty), diffieHellman({ privateKey, publicKey }));
    this.#masterSecret = hmac(expand(handshake, 'derived', empty), zeros);
    const transcript = hash(this.#transcript);
    this.#clientSecret = expand(handshake, 'c hs traffic', transcript);
    this.#reading = new RecordKeys(expand(handshake, 's hs traffic', transcript));
    this.#writing = new RecordKeys(this.#clientSecret);
  }

  async #take(length: number): Promise<Buffer | undefined> {
    while (this.#received.length < length) {
      // A reset is an end as well.
      const { value, done } = await this.#chunks.next().catch(() => ({ value: undefined, done: true }));
      if (done === true || value === undefined) return undefined;
      this.#received = Buffer.concat([this.#received, value]);
    }
    const taken = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length);
    return taken;
  }
}

/** The extensions of a block that begins with its length, by number. */
export function readExtensions(block: Buffer): Map<number, Buffer> {
  const extensions = new Map<number, Buffer>();
  for (let rest = block.subarray(2, 2 + block.readUInt16BE(0)); rest.length > 0; ) {
    const end = 4 + rest.readUInt16BE(2);
    extensions.set(rest.readUInt16BE(0), rest.subarray(4, end));
    rest = rest.subarray(end);
  }
  return extensions;
}

export function extension(number: number, body: Buffer): Buffer {
  return Buffer.concat([uint(2, number), vector(2, body)]);
}

export function uint(bytes: number, value: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}

/** Its length in so many bytes, then the content. */
export function vector(lengthBytes: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([uint(lengthBytes, content.length), content]);
}

class RecordKeys {
  readonly #key: Buffer;
  readonly #iv: Buffer;
  #sequence = 0;

  constructor(secret: Buffer) {
    this.#key = expand(secret, 'key', Buffer.alloc(0), 32);
    this.#iv = expand(secret, 'iv', Buffer.alloc(0), 12);
  }

  seal(type: number, content: Buffer): Buffer {
    const header = Buffer.concat([
      Buffer.from([RecordType.applicationData, 3, 3]),
      uint(2, content.length + 1 + TAG_BYTES),
    ]);
    const cipher = createCipheriv('aes-256-gcm', this.#key, this.#nonce()).setAAD(header);
    const sealed = Buffer.concat([cipher.update(Buffer.concat([content, uint(1, type)])), cipher.final()]);
    return Buffer.concat([header, sealed, cipher.getAuthTag()]);
  }

  open(header: Buffer, body: Buffer): Message {
    const decipher = createDecipheriv('aes-256-gcm', this.#key, this.#nonce()).setAAD(header);
    decipher.setAuthTag(body.subarray(-TAG_BYTES));
    const inner = Buffer.concat([decipher.update(body.subarray(0, -TAG_BYTES)), decipher.final()]);
    let end = inner.length - 1;
    while (inner[end] === 0) end--;
    return { type: inner[end]!, content: inner.subarray(0, end) };
  }

  #nonce(): Buffer {
    const nonce = Buffer.from(this.#iv);
    nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ this.#sequence++) >>> 0, 8);
    return nonce;
  }
}

function hash(bytes: Buffer): Buffer {
  return createHash('sha384').update(bytes).digest();
}

function hmac(key: Buffer, data: Buffer): Buffer {
  return createHmac('sha384', key).update(data).digest();
}

/** HKDF-Expand-Label, of no more than one block. */
function expand(secret: Buffer, label: string, context: Buffer, length = HASH_BYTES): Buffer {
  const information = [
    uint(2, length),
    vector(1, Buffer.from(`tls13 ${label}`)),
    vector(1, context),
    uint(1, 1),
  ];
  return hmac(secret, Buffer.concat(information)).subarray(0, length);
}
