/** What is uploaded, and where downloads go. */
import type { Writable } from 'node:stream';
import { TruceError } from '../../proto/errors.ts';
import type { ContentsReader } from './answers.ts';

/** Bytes at hand, or a stream that gives exactly `size` of them. */
export type UploadSource = Uint8Array | { readonly size: number; readonly stream: AsyncIterable<Uint8Array> };

/** Takes pieces in order. A promise, or a full Writable, holds the download until there is room. */
export type DownloadSink = Writable | ((piece: Uint8Array) => void | Promise<void>);

/** Bytes moved so far, of how many. */
export type ProgressListener = (transferred: number, total: number) => void;

/** Large enough that the cost of a write does not count, small enough that progress shows. */
const PIECE_BYTES = 1 << 20;

export function sizeOf(source: UploadSource): number {
  return source instanceof Uint8Array ? source.length : source.size;
}

/**
 * The source in pieces that are worth a write each, `sizeOf(source)` bytes in all. A piece counts as moved when the next
 * one is asked for.
 * @throws TruceError CLIENT_SOURCE_SIZE where a stream has more or fewer
 */
export async function* piecesOf(
  source: UploadSource,
  progress?: ProgressListener,
): AsyncGenerator<Uint8Array, void, undefined> {
  const size = sizeOf(source);
  let given = 0;
  for await (const piece of source instanceof Uint8Array ? cut(source) : source.stream) {
    given += piece.length;
    if (given > size) throw new TruceError('CLIENT_SOURCE_SIZE', { expected: size, found: 'more' });
    if (piece.length === 0) continue;
    yield piece;
    progress?.(given, size);
  }
  if (given !== size) throw new TruceError('CLIENT_SOURCE_SIZE', { expected: size, found: given });
}

function* cut(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let offset = 0; offset < bytes.length; offset += PIECE_BYTES)
    yield bytes.subarray(offset, offset + PIECE_BYTES);
}

/**
 * Collects contents in one buffer.
 * @throws TruceError CLIENT_DOWNLOAD_LIMIT before anything is allocated
 */
export function intoMemory(
  length: number,
  maximum: number,
  progress?: ProgressListener,
): ContentsReader<Uint8Array> {
  if (length > maximum) throw new TruceError('CLIENT_DOWNLOAD_LIMIT', { length, limit: maximum });
  // Not from the pool, and untouched until bytes arrive: the system gives pages as they are written.
  const bytes = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
  let filled = 0;
  return {
    piece(piece) {
      bytes.set(piece, filled);
      filled += piece.length;
      progress?.(filled, length);
    },
    end: () => bytes,
  };
}

/** Hands contents on as they come; the result is their number of bytes. */
export function intoSink(
  length: number,
  sink: DownloadSink,
  progress?: ProgressListener,
): ContentsReader<number> {
  const write = typeof sink === 'function' ? sink : (piece: Uint8Array) => writeOut(sink, piece);
  let moved = 0;
  return {
    piece(piece) {
      moved += piece.length;
      const written = write(piece);
      progress?.(moved, length);
      return written;
    },
    end: () => length,
  };
}

/** Writes a piece; the promise, where there is room for more at once there is none, settles when there is room again. */
function writeOut(stream: Writable, piece: Uint8Array): undefined | Promise<void> {
  if (stream.destroyed || stream.writableEnded)
    throw stream.errored ?? new Error('the stream has been closed');
  if (stream.write(piece)) return undefined;
  return new Promise((resolve, reject) => {
    const settle = (error?: Error | null) => {
      stream.off('drain', onDrain).off('error', settle).off('close', onClose);
      if (error == null) resolve();
      else reject(error);
    };
    const onDrain = () => settle();
    const onClose = () => settle(stream.errored ?? new Error('the stream was closed'));
    stream.on('drain', onDrain).on('error', settle).on('close', onClose);
  });
}
