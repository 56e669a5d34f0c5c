/**
 * What of TLS anyone on the way can see: the header of each record, and handshake messages until they are encrypted.
 * Nothing is kept of a record but its header, and of a message but its beginning. Sources: RFC 8446 and RFC 5246.
 */

export const ContentType = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const;
export type ContentType = (typeof ContentType)[keyof typeof ContentType];

const HEADER_BYTES = 5;
/** TLS 1.2 allows 2048 bytes over 2^14 (RFC 5246 section 6.2.3), TLS 1.3 fewer. */
const LONGEST_RECORD = 2 ** 14 + 2048;
const VERSION_MAJOR = 3;
const MESSAGE_HEADER_BYTES = 4;
/** A ServerHello's beginning, up to its cipher suite: header, version, random, session id of up to 32 bytes, suite. */
const HEAD_BYTES = MESSAGE_HEADER_BYTES + 2 + 32 + 1 + 32 + 2;

export interface RecordSink {
  /** Bytes of a handshake record's body, as they come. */
  handshake(bytes: Uint8Array): void;
  /** A record is complete. `length`: of its body. */
  record(type: ContentType, length: number): void;
}

export class RecordReader {
  readonly #sink: RecordSink;
  readonly #header = new Uint8Array(HEADER_BYTES);
  #headerLength = 0;
  #left = 0;

  constructor(sink: RecordSink) {
    this.#sink = sink;
  }

  /** Whether the bytes end in the middle of a record. */
  get within(): boolean {
    return this.#headerLength > 0;
  }

  /** Whether these were bytes of TLS records; where they were not, the reader is of no use any more. */
  push(bytes: Uint8Array): boolean {
    for (let at = 0; at < bytes.length; ) {
      if (this.#headerLength < HEADER_BYTES) {
        this.#header[this.#headerLength++] = bytes[at++]!;
        if (this.#headerLength < HEADER_BYTES) continue;
        if (!this.#begin()) return false;
      }
      const end = Math.min(bytes.length, at + this.#left);
      if (this.#header[0] === ContentType.handshake) this.#sink.handshake(bytes.subarray(at, end));
      this.#left -= end - at;
      at = end;
      if (this.#left === 0) {
        this.#headerLength = 0;
        this.#sink.record(this.#header[0] as ContentType, this.#length);
      }
    }
    return true;
  }

  get #length(): number {
    return (this.#header[3]! << 8) | this.#header[4]!;
  }

  #begin(): boolean {
    const [type, major] = this.#header;
    this.#left = this.#length;
    return (
      type! >= ContentType.changeCipherSpec &&
      type! <= ContentType.applicationData &&
      major === VERSION_MAJOR &&
      this.#left > 0 &&
      this.#left <= LONGEST_RECORD
    );
  }
}

/** Follows handshake messages through the bodies of records, which may hold several of them, or a part of one. */
export class MessageReader {
  readonly #ended: (type: number, head: Uint8Array) => void;
  readonly #head = new Uint8Array(HEAD_BYTES);
  #read = 0;

  /** @param ended told of each whole message: its type, and its first bytes, header included; good until it returns */
  constructor(ended: (type: number, head: Uint8Array) => void) {
    this.#ended = ended;
  }

  get within(): boolean {
    return this.#read > 0;
  }

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const end = Math.min(bytes.length, at + this.#wanted());
      if (this.#read < HEAD_BYTES)
        this.#head.set(bytes.subarray(at, Math.min(end, at + HEAD_BYTES - this.#read)), this.#read);
      this.#read += end - at;
      at = end;
      if (this.#read < MESSAGE_HEADER_BYTES || this.#wanted() > 0) continue;
      const head = this.#head.subarray(0, Math.min(this.#read, HEAD_BYTES));
      this.#read = 0;
      this.#ended(head[0]!, head);
    }
  }

  /** How many bytes the header, or then the message, still lacks. */
  #wanted(): number {
    if (this.#read < MESSAGE_HEADER_BYTES) return MESSAGE_HEADER_BYTES - this.#read;
    const length = (this.#head[1]! << 16) | (this.#head[2]! << 8) | this.#head[3]!;
    return MESSAGE_HEADER_BYTES + length - this.#read;
  }
}
