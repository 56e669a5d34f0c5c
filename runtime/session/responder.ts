/**
 * Writes messages to a connection: small ones whole, contents in pieces, never faster than they are taken. Every record
 * of a message is full but its last: so it is split into records of 16 KiB, as seed 000 says, and the relay's HTTP plane
 * sees where it ends.
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
      this.#socket.cork();
      const encoded = encodeLiveHeader({ ...header, offset, length, ended });
      const written = this.#write(encoded);
      const followed = length > 0 ? this.#end(bytes, encoded.length + length) : written;
      process.nextTick(() => this.#socket.uncork());
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
      this.#socket.cork();
      const written = this.#write(header);
      process.nextTick(() => this.#socket.uncork());
      await this.#stream(content, offset, length, header.length);
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
      const written = done < length ? this.#write(piece) : this.#end(piece, before + length);
      // The buffer that is filled next must have left the process's hands.
      await previous;
      previous = written;
    }
    await previous;
  }

  #whole(message: Uint8Array): Promise<void> {
    return this.#end(message, message.length);
  }

  /** The last bytes of a message of `total`: where its last record would be full, that one is cut in two. */
  #end(bytes: Uint8Array, total: number): Promise<void> {
    if (total % RECORD_BYTES > 0) return this.#write(bytes);
    // Written at once they would go out in one record again.
    const written = this.#write(bytes.subarray(0, -1)).then(() => this.#write(bytes.subarray(-1)));
    written.catch(() => undefined);
    return written;
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

function exitCodeBytes(exitCode: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, exitCode, true);
  return bytes;
}
