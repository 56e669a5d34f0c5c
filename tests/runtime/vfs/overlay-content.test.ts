import fc from 'fast-check';
import t from 'tap';
import { DirtyRanges, MAXIMUM_RANGES } from '../../../runtime/vfs/dirty-ranges.ts';
import {
  OVERLAY_CHUNK_BYTES,
  OverlayContent,
  OverlayContents,
} from '../../../runtime/vfs/overlay-content.ts';

const CHUNK = OVERLAY_CHUNK_BYTES;

function bytesOf(content: OverlayContent): Buffer {
  const bytes = Buffer.alloc(content.size, 0xee);
  if (content.read(bytes, 0) !== bytes.length) throw new Error('a short read');
  return bytes;
}

t.test('a base is read where it lies and never written', async (t) => {
  const base = Buffer.alloc(3 * CHUNK, 'a');
  const pieces = [
    { position: 2, bytes: base.subarray(0, CHUNK) },
    { position: CHUNK + 10, bytes: base.subarray(0, CHUNK) },
  ];
  const content = new OverlayContent(3 * CHUNK, pieces);
  const expected = Buffer.alloc(3 * CHUNK);
  for (const { position, bytes } of pieces) expected.set(bytes, position);
  t.ok(bytesOf(content).equals(expected), 'zeros where no piece lies');
  t.same(content.dirtyExtents(), []);
  for (const position of [0, CHUNK - 1, 2 * CHUNK + 7]) {
    content.write(Buffer.from('xyz'), position);
    expected.write('xyz', position);
  }
  t.ok(bytesOf(content).equals(expected));
  t.ok(base.equals(Buffer.alloc(3 * CHUNK, 'a')));
  t.same(content.dirtyExtents(), [
    { position: 0, length: 3 },
    { position: CHUNK - 1, length: 3 },
    { position: 2 * CHUNK + 7, length: 3 },
  ]);
});

t.test('pieces that overlap or lie outside of the base are refused', async (t) => {
  const bytes = Buffer.alloc(4);
  for (const pieces of [
    [{ position: 7, bytes }],
    [{ position: -1, bytes }],
    [{ position: 0.5, bytes }],
    [
      { position: 4, bytes },
      { position: 0, bytes },
    ],
    [
      { position: 0, bytes },
      { position: 3, bytes },
    ],
  ])
    t.throws(() => new OverlayContent(10, pieces), RangeError);
  for (const size of [-1, 0.5, Number.NaN, 2 ** 53]) t.throws(() => new OverlayContent(size, []), RangeError);
});

t.test('a cut ends the base for good', async (t) => {
  const content = new OverlayContent(CHUNK + 100, [{ position: 0, bytes: Buffer.alloc(CHUNK + 100, 'a') }]);
  content.write(Buffer.from('b'), CHUNK + 50);
  content.setSize(CHUNK + 20);
  content.setSize(CHUNK + 100);
  t.equal(bytesOf(content).toString('latin1', CHUNK + 18), `aa${'\0'.repeat(80)}`);
  t.match(content, { size: CHUNK + 100, baseSize: CHUNK + 20 });
  t.same(content.dirtyExtents(), [], 'what was written and cut off again is not sent');
  content.setSize(0);
  content.write(Buffer.from('new'), 0);
  t.equal(bytesOf(content).toString(), 'new');
  t.match(content, { size: 3, baseSize: 0 });
});

t.test('copies share what neither has written', async (t) => {
  const content = new OverlayContents().create();
  content.write(Buffer.from('first'), 0);
  const copy = content.snapshot();
  content.write(Buffer.from('F'), 0);
  copy.write(Buffer.from('!'), 5);
  copy.setSize(9);
  content.setSize(3);
  t.equal(bytesOf(content).toString(), 'Fir');
  t.equal(bytesOf(copy).toString('latin1'), 'first!\0\0\0');
  t.same(
    [content.dirtyExtents(), copy.dirtyExtents()],
    [[{ position: 0, length: 3 }], [{ position: 0, length: 6 }]],
  );
  copy.dispose();
  t.equal(bytesOf(content).toString(), 'Fir');
});

t.test('scattered writes are sent as few extents where the bytes between are known', async (t) => {
  const size = 2 * CHUNK;
  const known = new OverlayContent(size, [{ position: 0, bytes: Buffer.alloc(size, 'a') }]);
  const unknown = new OverlayContent(size, []);
  const created = new OverlayContents().create();
  const positions = Array.from({ length: 4 * MAXIMUM_RANGES }, (_, index) => index * 300 + 7);
  for (const content of [known, unknown, created])
    for (const position of positions) content.write(Buffer.from('x'), position);
  for (const content of [known, created]) {
    const extents = content.dirtyExtents();
    t.ok(extents.length <= MAXIMUM_RANGES, 'few');
    const covers = (at: number) =>
      extents.some(({ position, length }) => position <= at && at < position + length);
    t.ok(positions.every(covers), 'and nothing is missing');
  }
  t.same(
    unknown.dirtyExtents(),
    positions.map((position) => ({ position, length: 1 })),
    'bytes that nobody here knows are never sent',
  );
  unknown.setSize(1000);
  t.equal(unknown.dirtyExtents().length, 4);
  unknown.write(Buffer.alloc(100), 950);
  t.same(unknown.dirtyExtents().at(-1), { position: 950, length: 100 });
});

t.test('dirty ranges are exactly what was written, as long as nothing may be merged', async (t) => {
  const size = 512;
  const operation = fc.oneof(
    { weight: 20, arbitrary: fc.record({ start: fc.nat(size), length: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.record({ truncate: fc.nat(size) }) },
  );
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 400, size: 'max' }), (operations) => {
      const ranges = new DirtyRanges(size, false);
      const expected = new Array<boolean>(size).fill(false);
      for (const step of operations) {
        if ('truncate' in step) {
          ranges.truncate(step.truncate);
          expected.fill(false, step.truncate);
        } else {
          const end = Math.min(size, step.start + step.length);
          ranges.add(step.start, end);
          expected.fill(true, step.start, end);
        }
      }
      const found = new Array<boolean>(size).fill(false);
      let last = -1;
      for (const { start, end } of ranges.clone()) {
        if (start <= last || end <= start) return false;
        found.fill(true, start, end);
        last = end;
      }
      return found.every((dirty, at) => dirty === expected[at]);
    }),
    { numRuns: 200 },
  );
  t.pass();
});

t.test('what one file left in memory is never read from another', async () => {
  const edges = [0, 100, 255, 256, 300, 5000, 65_535, 65_536, OVERLAY_CHUNK_BYTES - 10, OVERLAY_CHUNK_BYTES];
  const place = fc
    .tuple(fc.constantFrom(...edges), fc.nat(20), fc.nat(1))
    .map(([edge, more, chunk]) => edge + more + chunk * OVERLAY_CHUNK_BYTES);
  const step = fc.record({
    kind: fc.constantFrom('write', 'write', 'write', 'size', 'copy', 'drop'),
    file: fc.nat(2),
    place,
    length: fc.oneof(fc.nat(40), place),
    fill: fc.integer({ min: 1, max: 255 }),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 25, size: 'max' }), (steps) => {
      const contents = new OverlayContents();
      const base = Buffer.alloc(3000, 0xbb);
      const start = (file: number) => {
        const bytes = file === 0 ? Buffer.from(base) : Buffer.alloc(0);
        const pieces = file === 0 ? [{ position: 0, bytes: base }] : [];
        return { bytes, content: contents.over(bytes.length, pieces) };
      };
      const files = [0, 1, 2].map(start);
      for (const { kind, file, place, length, fill } of steps) {
        const one = files[file]!;
        if (kind === 'drop') {
          one.content.dispose();
          files[file] = start(file);
        } else if (kind === 'copy') {
          const other = (file + 1) % 3;
          files[other]!.content.dispose();
          files[other] = { bytes: Buffer.from(one.bytes), content: one.content.snapshot() };
        } else {
          const size = kind === 'size' ? place : Math.max(one.bytes.length, place + length);
          const bytes = Buffer.alloc(kind === 'write' && length === 0 ? one.bytes.length : size);
          one.bytes.copy(bytes);
          if (kind === 'write') one.content.write(bytes.subarray(place, place + length).fill(fill), place);
          else one.content.setSize(size);
          one.bytes = bytes;
        }
        for (const { bytes, content } of files) {
          const read = Buffer.alloc(bytes.length, 0xee);
          if (content.read(read, 0) !== bytes.length || !read.equals(bytes))
            throw new Error(`after ${kind} other bytes are read`);
        }
      }
    }),
    { numRuns: 60 },
  );
});
