/** A job's content in one piece. */
import { basePieces, type JobMemory } from './replica.ts';
import type { JobContent } from './run-protocol.ts';

/** A view where the bytes lie in one piece already. */
export function contiguous(content: JobContent, memory: JobMemory): Uint8Array {
  const pieces = basePieces(content, memory);
  const [only] = pieces;
  if (pieces.length === 1 && only?.bytes.length === content.size) return only.bytes;
  const bytes = new Uint8Array(content.size);
  for (const piece of pieces) bytes.set(piece.bytes, piece.position);
  return bytes;
}
