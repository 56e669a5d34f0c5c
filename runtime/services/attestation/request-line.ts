/** One line of a connection: what comes up to the first newline, in a buffer of fixed size. */
import { TruceError } from '../../../proto/errors.ts';

const NEWLINE = 0x0a;

export class RequestLine {
  readonly #bytes: Buffer;
  #length = 0;

  /** @param limit bytes of a line, its newline not among them */
  constructor(limit: number) {
    this.#bytes = Buffer.allocUnsafe(limit);
  }

  /**
   * The line without its newline, once it is whole; what follows it is nobody's.
   * @throws TruceError MESSAGE_INVALID for one over the limit
   */
  push(chunk: Uint8Array): Uint8Array | undefined {
    const newline = chunk.indexOf(NEWLINE);
    const part = newline < 0 ? chunk : chunk.subarray(0, newline);
    const limit = this.#bytes.length;
    if (this.#length + part.length > limit)
      throw new TruceError('MESSAGE_INVALID', { reason: `a request has at most ${limit} bytes` });
    this.#bytes.set(part, this.#length);
    this.#length += part.length;
    return newline < 0 ? undefined : this.rest;
  }

  /** What has come so far: the request of a peer that ends the connection in place of the line. */
  get rest(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}
