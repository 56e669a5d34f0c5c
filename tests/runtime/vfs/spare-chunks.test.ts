import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { MemfdContents } from '../../../runtime/vfs/memfd-content.ts';

const CHUNK = 1 << 16;
const SECRET = 0xaa;

function makeContents(limit = 1 << 24) {
  return new MemfdContents({ limit, descriptors: 100, inlineBytes: 0, chunkBytes: CHUNK, spareChunks: 8 });
}

/** Leaves chunks full of another file's bytes behind. */
function leaveSecrets(contents: MemfdContents, bytes = 4 * CHUNK): void {
  const secret = contents.create();
  secret.write(new Uint8Array(bytes).fill(SECRET), 0);
  secret.dispose();
}

function bytesOf(content: ReturnType<MemfdContents['create']>): Uint8Array {
  const bytes = new Uint8Array(content.size);
  content.read(bytes, 0);
  return bytes;
}

t.test('nothing of a file that is gone is ever read, whatever takes its place', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('write' as const), at: fc.nat(4 * CHUNK), length: fc.nat(CHUNK) }),
    fc.record({ kind: fc.constant('size' as const), at: fc.nat(5 * CHUNK), length: fc.constant(0) }),
    fc.record({ kind: fc.constant('snapshot' as const), at: fc.constant(0), length: fc.constant(0) }),
  );
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
      const contents = makeContents();
      leaveSecrets(contents);
      const content = contents.create();
      const model = new Uint8Array(6 * CHUNK);
      let size = 0;
      for (const { kind, at, length } of steps) {
        if (kind === 'write') {
          content.write(new Uint8Array(length).fill(1), at);
          model.fill(1, at, at + length);
          if (length > 0) size = Math.max(size, at + length);
        } else if (kind === 'size') {
          content.setSize(at);
          model.fill(0, at);
          size = at;
        } else content.snapshot().dispose();
      }
      t.same(Buffer.compare(bytesOf(content), model.subarray(0, size)), 0);
      // What a child would be given is exactly as long as what the file holds there.
      for (const piece of content.layout())
        if (piece.kind === 'memfd')
          t.notOk(fileHolds(piece.descriptor, SECRET), 'no old byte behind the descriptor');
      content.dispose();
      t.equal(contents.usage().bytes, 0);
    }),
    { numRuns: 150 },
  );
});

t.test(
  'old bytes are charged for as long as they are held, and go back when no more is coming',
  async (t) => {
    const contents = makeContents();
    leaveSecrets(contents);
    t.equal(contents.usage().bytes, 0, "spare chunks are nobody's");
    const content = contents.create();
    content.write(new Uint8Array(100), 0);
    t.equal(contents.usage().bytes, CHUNK);
    content.setSize(content.size);
    t.equal(contents.usage().bytes, 4096);
    content.dispose();
  },
);

t.test('a quota that has no room for old bytes still has room for new ones', async (t) => {
  const contents = makeContents(CHUNK);
  leaveSecrets(contents, CHUNK);
  const [first, second] = [contents.create(), contents.create()];
  first.write(new Uint8Array(4096), 0);
  first.setSize(4096);
  second.write(new Uint8Array(4096), 0);
  t.equal(contents.usage().bytes, 2 * 4096);
  t.throws(() => second.write(new Uint8Array(CHUNK), 0));
  first.dispose();
  second.dispose();
});

t.test(
  'a file that does not end at the end of a page is charged by pages, in its next life too',
  async (t) => {
    const contents = makeContents();
    for (let life = 0; life < 3; life++) {
      leaveSecrets(contents, CHUNK + 1);
      t.same(contents.usage(), { bytes: 0, descriptors: 0 });
    }
  },
);

t.test('no more are kept than allowed', async (t) => {
  const before = readdirSync('/proc/self/fd').length;
  const contents = makeContents();
  leaveSecrets(contents, 32 * CHUNK);
  t.equal(readdirSync('/proc/self/fd').length - before, 8);
});

/** Reads the file behind a descriptor to its real end, not to the end that the content knows. */
function fileHolds(descriptor: number, byte: number): boolean {
  return readFileSync(`/proc/self/fd/${descriptor}`).includes(byte);
}
