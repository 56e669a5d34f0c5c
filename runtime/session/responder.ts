/** Writes answers to a connection: small ones whole, contents in pieces, never faster than they are taken. */
import type { TLSSocket } from 'node:tls';
import { ResponseStatus, type TruceError } from '../../proto/errors.ts';
import { encodeRangeHeader, encodeResponse, encodeResultHeader } from '../../proto/wire/response-codec.ts';
import type { Answer } from '../manager/request-server.ts';
import type { FileContent } from '../vfs/content.ts';

/** Two of these are in use for each download: one is being sent while the other is filled. */
const PIECE_BYTES = 256 << 10;

export class Responder {
  readonly #socket: TLSSocket;

  constructor(socket: TLSSocket) {
    this.#socket = socket;
  }

  async answer(context: number, answer: Answer): Promise<void> {
    const status = ResponseStatus.SUCCESS;
    if (answer.kind === 'message') return this.#write(encodeResponse({ context, status, ...answer.body }));
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
      await this.#stream(content, offset, length);
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
    return this.#write(
      encodeResponse({
        context,
        status: error.status,
        kind: 'error',
        error: bytes,
        code: error.code,
        message: error.message,
      }),
    );
  }

  async #stream(content: FileContent, offset: number, length: number): Promise<void> {
    const size = Math.min(PIECE_BYTES, length);
    const buffers = [Buffer.allocUnsafeSlow(size), Buffer.allocUnsafeSlow(length > size ? size : 0)];
    let previous: Promise<void> = Promise.resolve();
    for (let done = 0, turn = 0; done < length; turn ^= 1) {
      const piece = buffers[turn]!.subarray(0, Math.min(size, length - done));
      const read = content.read(piece, offset + done);
      const written = this.#write(piece.subarray(0, read));
      // The buffer that is filled next must have left the process's hands.
      await previous;
      previous = written;
      done += read;
    }
    await previous;
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
