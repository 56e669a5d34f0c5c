/** Files in memory files so small that few bytes take many, for tests of each edge of them. */
import type { MemfdContent } from '../../../runtime/vfs/memfd-content.ts';

export const PAGE = 4096;
/** Chunks of two pages, so that few bytes make many of them. */
export const small = { inlineBytes: 16, chunkBytes: 2 * PAGE };

export function bytesOf(content: MemfdContent): Buffer {
  const bytes = Buffer.alloc(content.size, 0xee);
  if (content.read(bytes, 0) !== bytes.length) throw new Error('a short read');
  return bytes;
}
