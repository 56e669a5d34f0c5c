/**
 * Writes messages to a connection: small ones whole, contents in pieces, never faster than they are taken. A message is
 * split into records of 16 KiB, as seed 000 says, and its last one is shorter: so the relay's HTTP plane sees where it
 * ends. Where that one would be full, a record of one byte goes ahead; where it would be of one byte, two do.
 */
import type { TLSSocket } from 'node:tls';
import { ResponseStatus, type TruceError } from '../../proto/errors.ts';
import {
  encodeLiveHeader,
  encodeRangeHeader,
  encodeResponse,
  encodeResultHeader,
} from '../../proto/wire/response-codec.ts';
import type { LiveSubscription } from '../manager/live-files.ts';
import type { Answer } from '../manager/request-server.ts';
import type { FileContent } from '../vfs/content.ts';

/** Two of these are in use for each download: one is being sent while the other is filled. */
const PIECE_BYTES = 256 << 10;
/** What a record holds. Source: RFC 8446 section 5.1. */
const RECORD_BYTES = 16 << 10;

export class Responder {
  readonly #socket: TLSSocket;
  /** Settles when the last message that was begun is out. */
  #last: Promise<unknown> | undefined;

  constructor(socket: TLSSocket) {
    this.#socket = socket;
  }

  answer(context: number, answer: Answer): Promise<void> {
    return this.#alone(() => this.#answer(context, answer));
  }

  /** Tells of a followed file what there is of it now, and nothing else meanwhile; whether that is the end. */
  live(context: number, subscription: LiveSubscription): Promise<boolean> {
    return this.#alone(async () => {
      const { offset, bytes, ended } = subscription.take(PIECE_BYTES);
      const { length } = bytes;
      const header = { context, status: ResponseStatus.SUCCESS, fileName: subscription.path };
      const encoded = encodeLiveHeader({ ...header, offset, length, ended });
      const ahead = recordsAhead(encoded.length + length);
      const rest = ahead === 0 ? encoded : await this.#lead(encoded, ahead);
      this.#socket.cork();
      const written = this.#write(rest);
      const followed = length > 0 ? this.#write(bytes) : written;
      this.#socket.uncork();
      await written;
      await followed;
      return ended;
    });
  }

  async #answer(context: number, answer: Answer): Promise<void> {
    const status = ResponseStatus.SUCCESS;
    if (answer.kind === 'message') return this.#whole(encodeResponse({ context, status, ...answer.body }));
    const { content } = answer;
    try {
      const { offset, length } = answer.kind === 'range' ? answer : { offset: 0, length: content.size };
      const eof = offset + length === content.size;
      const header =
        answer.kind === 'range'
          ? encodeRangeHeader({ context, status, length, eof })
          : encodeResultHeader({ context, status, length });
      const ahead = recordsAhead(header.length + length);
      const rest = ahead === 0 ? header : await this.#lead(header, ahead);
      this.#socket.cork();
      const written = this.#write(rest);
      process.nextTick(() => this.#socket.uncork());
      await this.#stream(content, offset, length, rest.length);
      await written;
    } finally {
      content.dispose();
    }
  }

  fail(context: number, error: TruceError): Promise<void> {
    const bytes =
      error.code === 'PROGRAM_EXITED'
        ? exitCodeBytes(Number(error.details.exitCode))
        : new TextEncoder().encode(error.code);
    const message = encodeResponse({
      context,
      status: error.status,
      kind: 'error',
      error: bytes,
      code: error.code,
      message: error.message,
    });
    return this.#alone(() => this.#whole(message));
  }

  /** Messages go out one after the other: what a subscription tells must not come into the middle of an answer. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#last;
    const done = before === undefined ? work() : before.then(work, work);
    this.#last = done;
    const forget = () => {
      if (this.#last === done) this.#last = undefined;
    };
    done.then(forget, forget);
    return done;
  }

  /** @param before bytes of the message that go out with the first piece */
  async #stream(content: FileContent, offset: number, length: number, before: number): Promise<void> {
    const size = Math.min(PIECE_BYTES, length);
    const buffers = [Buffer.allocUnsafeSlow(size), Buffer.allocUnsafeSlow(length > size - before ? size : 0)];
    let previous: Promise<void> = Promise.resolve();
    for (let done = 0, turn = 0; done < length; turn ^= 1) {
      const room = done === 0 && length > PIECE_BYTES - before ? PIECE_BYTES - before : size;
      const buffer = buffers[turn]!.subarray(0, Math.min(room, length - done));
      const piece = buffer.subarray(0, content.read(buffer, offset + done));
      done += piece.length;
      const written = this.#write(piece);
      // The buffer that is filled next must have left the process's hands.
      await previous;
      previous = written;
    }
    await previous;
  }

  /** Written at once where nothing goes ahead: the connection may be ended behind it. */
  #whole(message: Uint8Array): Promise<void> {
    const ahead = recordsAhead(message.length);
    if (ahead === 0) return this.#write(message);
    return this.#lead(message, ahead).then((rest) => this.#write(rest));
  }

  /** Sends so many records of one byte; what is left of the message's beginning. */
  async #lead(beginning: Uint8Array, ahead: number): Promise<Uint8Array> {
    // Each has to be out before the next is written: bytes that wait together go into one record.
    for (let at = 0; at < ahead; at++) await this.#write(beginning.subarray(at, at + 1));
    return beginning.subarray(ahead);
  }

  #write(bytes: Uint8Array): Promise<void> {
    const written = new Promise<void>((resolve, reject) => {
      this.#socket.write(bytes, (error) => (error == null ? resolve() : reject(error)));
    });
    // When the connection ends, all that was under way fails at once, and only one of them is being waited for.
    written.catch(() => undefined);
    return written;
  }
}

/** Records of one byte that go ahead of a message of so many bytes. */
function recordsAhead(bytes: number): number {
  const last = bytes % RECORD_BYTES;
  return last > 1 ? 0 : last + 1;
}

function exitCodeBytes(exitCode: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, exitCode, true);
  return bytes;
}
