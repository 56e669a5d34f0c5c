/** The frames that carry what a run wrote: those of many small files travel together, as each write costs more than they. */
import type { FileInode } from '../vfs/inode.ts';
import type { OverlayContent } from '../vfs/overlay-content.ts';
import { EXTENT_BYTES, EXTENT_HEADER_BYTES, FRAME_HEADER_BYTES, FrameType } from './run-protocol.ts';

const HEADERS_BYTES = FRAME_HEADER_BYTES + EXTENT_HEADER_BYTES;

/** Whole EXTENT frames, one behind the other; each piece is good until the next is asked for. */
export function* extentFrames(
  files: Iterable<{ readonly file: Pick<FileInode, 'number'>; readonly content: OverlayContent }>,
): IterableIterator<Uint8Array> {
  const frames = new Uint8Array(HEADERS_BYTES + EXTENT_BYTES);
  const view = new DataView(frames.buffer);
  let used = 0;
  for (const { file, content } of files)
    for (const { position, length } of content.dirtyExtents())
      for (let done = 0; done < length; ) {
        const count = Math.min(EXTENT_BYTES, length - done);
        if (used + HEADERS_BYTES + count > frames.length) {
          yield frames.subarray(0, used);
          used = 0;
        }
        view.setUint8(used, FrameType.extent);
        view.setUint32(used + 1, EXTENT_HEADER_BYTES + count, true);
        view.setFloat64(used + FRAME_HEADER_BYTES, file.number, true);
        view.setFloat64(used + FRAME_HEADER_BYTES + 8, position + done, true);
        used += HEADERS_BYTES;
        content.read(frames.subarray(used, used + count), position + done);
        used += count;
        done += count;
      }
  if (used > 0) yield frames.subarray(0, used);
}
