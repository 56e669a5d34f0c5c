/** Streams as tests use them: so many bytes taken, the rest hashed, much sent, an end awaited. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';

export const PIECE_BYTES = 64 * 1024;

export function closed(server: { close(callback?: () => void): unknown }): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Exactly so many bytes; what comes after them stays in the stream. */
export async function take(stream: Duplex, length: number): Promise<Buffer> {
  let taken = Buffer.alloc(0);
  while (taken.length < length) {
    const chunk = stream.read() as Buffer | null;
    if (chunk !== null) taken = Buffer.concat([taken, chunk]);
    else if (stream.readableEnded || stream.destroyed) throw new Error(`the end after ${taken.length} bytes`);
    else await eventOf(stream, 'readable', 'end', 'close');
  }
  if (taken.length > length) stream.unshift(taken.subarray(length));
  return taken.subarray(0, length);
}

/** The first of these events, or the stream's error. */
async function eventOf(stream: Duplex, ...names: readonly string[]): Promise<void> {
  const rest = new AbortController();
  try {
    await Promise.race(names.map((name) => once(stream, name, { signal: rest.signal })));
  } finally {
    rest.abort();
  }
}

export async function untilEnd(stream: Duplex): Promise<Buffer> {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(stream, 'end');
  return Buffer.concat(chunks);
}

export async function hashUntilEnd(stream: Duplex): Promise<string> {
  const hash = createHash('sha256');
  stream.on('data', (chunk: Buffer) => hash.update(chunk));
  await once(stream, 'end');
  return hash.digest('hex');
}

export async function sendRandom(stream: Duplex, length: number): Promise<string> {
  const hash = createHash('sha256');
  for (let left = length; left > 0; ) {
    // Odd sizes: no transport may rely on whole pages.
    const piece = randomBytes(Math.min(left, PIECE_BYTES + 7));
    hash.update(piece);
    left -= piece.length;
    if (!stream.write(piece)) await once(stream, 'drain');
  }
  stream.end();
  return hash.digest('hex');
}

export function errorOf(stream: Duplex): Promise<NodeJS.ErrnoException> {
  return new Promise((resolve) => stream.once('error', resolve));
}
