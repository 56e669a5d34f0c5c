/**
 * A connection whose bytes come and go in messages of the control plane, where Veracruz's server keeps TLS sessions. What
 * waits on either way is bounded: no more is taken in than there is room for, and a writer waits until it is fetched.
 */
import { Duplex } from 'node:stream';

export interface MessageDuplexOptions {
  /** Bytes delivered that may wait to be read. */
  readonly incomingBytes: number;
  /** Bytes written, after which writers wait. */
  readonly outgoingBytes: number;
}

export class MessageDuplex extends Duplex {
  readonly #options: MessageDuplexOptions;
  #outgoing: Uint8Array[] = [];
  #outgoingLength = 0;
  /** The writer that waits. */
  #written: (() => void) | undefined;
  #stir: () => void = () => undefined;

  constructor(options: MessageDuplexOptions) {
    super({ readableHighWaterMark: options.incomingBytes });
    this.#options = options;
    this.on('close', () => this.#stir());
    // Whoever serves the connection hears of it as its close.
    this.on('error', () => undefined);
  }

  /** Takes bytes in, all or none: false where there is no room for them now. A closed connection swallows them. */
  deliver(bytes: Uint8Array): boolean {
    if (this.destroyed || this.readableEnded) return true;
    if (this.readableLength + bytes.length > this.#options.incomingBytes) return false;
    if (bytes.length > 0) this.push(bytes);
    return true;
  }

  /** Whether there is something to fetch. */
  get hasOutput(): boolean {
    return this.#outgoingLength > 0;
  }

  /** Everything that has been written and not fetched. */
  fetch(): Uint8Array {
    const bytes = Buffer.concat(this.#outgoing);
    this.#outgoing = [];
    this.#outgoingLength = 0;
    const written = this.#written;
    this.#written = undefined;
    written?.();
    return bytes;
  }

  /** Called from now on when something is written, and when the connection is over; in place of the one before. */
  watch(stir: () => void): void {
    this.#stir = stir;
  }

  override _read(): void {
    // What comes is delivered, not asked for.
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, callback: () => void): void {
    this.#outgoing.push(chunk);
    this.#outgoingLength += chunk.length;
    if (this.#outgoingLength < this.#options.outgoingBytes) callback();
    else this.#written = callback;
    this.#stir();
  }
}
