/**
 * Tells from the outside of a TLS connection whose turn it is. A client that speaks HTTP takes what comes with the reply
 * to a POST and never asks again; so the relay has to know whether the enclave will answer what was sent, and when it has
 * said everything. It sees what every eavesdropper sees, types and lengths of records and the handshake's open part:
 *
 * - the handshake is known message by message: nothing comes after a Certificate, a whole flight after a ClientHello;
 * - after it, a record shorter than the longest ends a message, since messages are cut into records of one length
 *   (seed 000: "split into 16KB TLS records"), and a message of a client is always answered;
 * - a client's record of the longest length most likely does not end a message, and once in 16,384 times does; the
 *   runtime's never does, and nor does one of a single byte (runtime/session/responder.ts).
 */
import { ContentType, MessageReader, RecordReader } from './tls-records.ts';

/** How sure it is that the enclave answers what it was sent. */
export type Due =
  /** It has nothing to say before it gets more. */
  | { readonly kind: 'nothing' }
  /** A record that most likely is followed by another; `run`: the how-many-eth of its message. */
  | { readonly kind: 'continuation'; readonly run: number }
  /** The end of a message that carries data, which is answered soon; or its first record, from a client of little memory. */
  | { readonly kind: 'unsure' }
  /** A request: its answer takes as long as what it asks for. */
  | { readonly kind: 'answer' };

const Message = { clientHello: 1, serverHello: 2, serverHelloDone: 14 } as const;
/** The most that a record holds: RFC 8446 section 5.1. */
const RECORD_BYTES = 2 ** 14;
/**
 * Requests that carry no data are shorter, and clients that cut their messages into less are not known. Those with little
 * memory (sdk/veracruz-mcu-client: 2000 bytes) speak TLS 1.2.
 */
const LEAST_FRAGMENT = 512;
/** RFC 8446 section 4.1.3: a ServerHello with this random is a HelloRetryRequest. */
const RETRY_RANDOM = Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex');
const RANDOM_OFFSET = 6;
const SESSION_ID_OFFSET = RANDOM_OFFSET + 32;
/** EncryptedExtensions, CertificateRequest and Certificate come before the Finished: the enclave always asks. */
const RECORDS_BEFORE_FINISHED = 3;
/** A CertificateVerify in a POST of its own waits no longer than the fourth record of a message. */
const FLIGHT_RUN = 4;
interface Suite {
  /** What encryption adds to a record: a nonce of 8 bytes or a content type where there is one, and the tag. */
  readonly overhead: number;
  /** Bytes of TLS 1.3's Finished: its hash. Of TLS 1.2, whose Finished can be told by its type, none. */
  readonly hash?: number;
}

/** The suites that a policy can ask for, by number. Sources: RFC 8446 section B.4, RFC 5289, RFC 7251, RFC 7905. */
const SUITES: ReadonlyMap<number, Suite> = new Map([
  [0x1301, { overhead: 17, hash: 32 }],
  [0x1302, { overhead: 17, hash: 48 }],
  [0x1303, { overhead: 17, hash: 32 }],
  [0x1304, { overhead: 17, hash: 32 }],
  [0x1305, { overhead: 9, hash: 32 }],
  [0xc02b, { overhead: 24 }],
  [0xc02c, { overhead: 24 }],
  [0xcca9, { overhead: 16 }],
  [0xc0ac, { overhead: 24 }],
  [0xc0ad, { overhead: 24 }],
  [0xc0ae, { overhead: 16 }],
  [0xc0af, { overhead: 16 }],
]);
const OTHER_SUITE: Suite = { overhead: 24 };

type Phase = 'hello' | 'server-flight' | 'client-flight' | 'server-finished' | 'open' | 'over';

export class TlsWatch {
  #phase: Phase = 'hello';
  #due: Due = { kind: 'nothing' };
  #suite = OTHER_SUITE;
  #clientEncrypts = false;
  #serverEncrypts = false;
  /** Encrypted records of the flight that is under way. */
  #flight = 0;
  /** The length of the records that this client cuts messages into, once that is known. */
  #fragment: number | undefined;
  #lastLength = 0;
  #run = 0;
  /** Whether the enclave's last record is never the last of a message. */
  #goesOn = false;
  readonly #clientMessages = new MessageReader((type) => this.#clientMessage(type));
  readonly #serverMessages = new MessageReader((type, head) => this.#serverMessage(type, head));
  readonly #client = new RecordReader({
    handshake: (bytes) => {
      if (!this.#clientEncrypts) this.#clientMessages.push(bytes);
    },
    record: (type, length) => this.#clientRecord(type, length),
  });
  readonly #server = new RecordReader({
    handshake: (bytes) => {
      if (!this.#serverEncrypts) this.#serverMessages.push(bytes);
    },
    record: (type, length) => this.#serverRecord(type, length),
  });

  /** Bytes of the client. Whether they are TLS. */
  sent(bytes: Uint8Array): boolean {
    this.#due = { kind: 'nothing' };
    return this.#client.push(bytes);
  }

  /** Bytes of the enclave. Whether they are TLS. */
  received(bytes: Uint8Array): boolean {
    return this.#server.push(bytes);
  }

  /** What the client's last bytes make the enclave do. */
  get due(): Due {
    return this.#client.within ? { kind: 'nothing' } : this.#due;
  }

  /** Whether the enclave has more to say: it is in a record, in its part of the handshake, or in the middle of a message. */
  get speaking(): boolean {
    const flight = this.#phase === 'server-flight' || this.#phase === 'server-finished';
    return this.#server.within || flight || this.#goesOn;
  }

  #clientMessage(type: number): void {
    const answered = type === Message.clientHello;
    if (answered) this.#phase = 'server-flight';
    this.#due = { kind: answered ? 'answer' : 'nothing' };
  }

  #clientRecord(type: ContentType, length: number): void {
    switch (type) {
      case ContentType.changeCipherSpec:
        // In TLS 1.3 it means nothing, and comes before a second ClientHello too.
        this.#clientEncrypts = !this.#newer && this.#phase === 'client-flight';
        return;
      case ContentType.handshake:
        if (!this.#clientEncrypts) return;
        this.#phase = 'server-finished';
        this.#due = { kind: 'answer' };
        return;
      case ContentType.alert:
        // Most end the connection.
        this.#due = { kind: 'unsure' };
        return;
      case ContentType.applicationData:
        this.#due = this.#phase === 'client-flight' ? this.#inFlight(length) : this.#inMessage(length);
    }
  }

  /** The client's last messages of TLS 1.3's handshake: Certificate, CertificateVerify, Finished; none is answered. */
  #inFlight(length: number): Due {
    this.#flight += 1;
    if (this.#isFinished(length)) this.#enter('open');
    // A client that puts all of them into one record shows no Finished: what follows may be a request already.
    else if (this.#flight > 1) return { kind: 'continuation', run: FLIGHT_RUN };
    return { kind: 'nothing' };
  }

  #inMessage(length: number): Due {
    const cut = this.#isFull(length) || length === this.#fragment;
    const again = this.#run > 0 && length === this.#lastLength && length >= LEAST_FRAGMENT;
    if (again) this.#fragment = length;
    this.#run += 1;
    this.#lastLength = length;
    if (cut || again) return { kind: 'continuation', run: this.#run };
    const first = this.#run === 1 && this.#fragment === undefined && length >= LEAST_FRAGMENT && !this.#newer;
    // Data is answered soon, or the client has cut its message where records of ours would not end.
    return { kind: first || this.#run > 1 ? 'unsure' : 'answer' };
  }

  #serverMessage(type: number, head: Uint8Array): void {
    if (type === Message.serverHelloDone) this.#enter('client-flight');
    if (type !== Message.serverHello || head.length <= SESSION_ID_OFFSET) return;
    const at = SESSION_ID_OFFSET + 1 + head[SESSION_ID_OFFSET]!;
    this.#suite = SUITES.get(((head[at] ?? 0) << 8) | (head[at + 1] ?? 0)) ?? OTHER_SUITE;
    if (RETRY_RANDOM.equals(head.subarray(RANDOM_OFFSET, SESSION_ID_OFFSET))) this.#enter('hello');
  }

  #serverRecord(type: ContentType, length: number): void {
    this.#goesOn = this.#isFull(length) || length === 1 + this.#suite.overhead;
    if (type === ContentType.alert && this.#phase !== 'open') this.#enter('over');
    if (type === ContentType.changeCipherSpec) this.#serverEncrypts = !this.#newer;
    if (type === ContentType.handshake && this.#serverEncrypts && this.#phase === 'server-finished')
      this.#enter('open');
    if (type !== ContentType.applicationData) return;
    if (this.#phase === 'server-flight') {
      this.#flight += 1;
      if (this.#flight > RECORDS_BEFORE_FINISHED && this.#isFinished(length)) this.#enter('client-flight');
      return;
    }
    // It speaks: the handshake is over, and what the client sends next is a new message.
    if (this.#phase === 'client-flight') this.#enter('open');
    this.#run = 0;
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#flight = 0;
    this.#goesOn = false;
  }

  /** TLS 1.3: its suites have numbers of their own. */
  get #newer(): boolean {
    return this.#suite.hash !== undefined;
  }

  /** Padded ones of TLS 1.3 are longer. */
  #isFull(length: number): boolean {
    return length >= RECORD_BYTES + this.#suite.overhead;
  }

  /** A message's header and a hash, which some clients pad to a multiple of 16 with the content type. */
  #isFinished(length: number): boolean {
    const { hash, overhead } = this.#suite;
    if (hash === undefined) return false;
    const content = 4 + hash + 1;
    const tag = overhead - 1;
    return length === content + tag || length === Math.ceil(content / 16) * 16 + tag;
  }
}
