import fc from 'fast-check';
import t from 'tap';
import { extentFrames } from '../../../runtime/executor/extent-frames.ts';
import { EXTENT_BYTES, FrameDecoder, FrameType } from '../../../runtime/executor/run-protocol.ts';
import { OverlayContents } from '../../../runtime/vfs/overlay-content.ts';

const BOUNDS = {};

t.test('what was written arrives, and small files share a write', async () => {
  const contents = new OverlayContents();
  const length = fc.oneof(
    { weight: 20, arbitrary: fc.nat(300) },
    { weight: 1, arbitrary: fc.nat(2 * EXTENT_BYTES) },
  );
  fc.assert(
    fc.property(fc.array(length, { maxLength: 40, size: 'max' }), (sizes) => {
      const files = sizes.map((size, index) => {
        const content = contents.create();
        content.write(Buffer.alloc(size, index + 1), index);
        return { file: { number: 1000 + index }, content };
      });
      const arrived = sizes.map(() => 0);
      const decoder = new FrameDecoder(
        {
          frame: (type, payload) => {
            if (type !== FrameType.extent) throw new Error('another frame');
            const view = new DataView(payload.buffer, payload.byteOffset);
            const index = view.getFloat64(0, true) - 1000;
            if (view.getFloat64(8, true) !== index + arrived[index]!) throw new Error('out of order');
            const bytes = payload.subarray(16);
            if (bytes.length === 0 || bytes.some((byte) => byte !== index + 1))
              throw new Error('other bytes');
            arrived[index]! += bytes.length;
          },
        },
        BOUNDS,
      );
      let writes = 0;
      for (const frames of extentFrames(files)) {
        decoder.push(frames);
        writes++;
        if (!decoder.idle) throw new Error('a frame is cut');
      }
      const total = sizes.reduce((sum, size) => sum + size + 21, 0);
      return (
        arrived.every((count, index) => count === sizes[index]) &&
        writes <= 2 * Math.ceil(total / EXTENT_BYTES) + 1
      );
    }),
    { numRuns: 30 },
  );
});

t.test('nothing is sent where nothing was written', async (t) => {
  t.same([...extentFrames([{ file: { number: 1 }, content: new OverlayContents().create() }])], []);
  t.same([...extentFrames([])], []);
});
