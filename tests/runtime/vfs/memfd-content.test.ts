import { closeSync, ftruncateSync, openSync, readdirSync, readSync, writeSync } from 'node:fs';
import t from 'tap';
import { createMemfd, isSealed, sealMemfd } from '../../../native/memfd.ts';
import { Errno } from '../../../runtime/vfs/errno.ts';
import {
  INLINE_BYTES,
  type LayoutPiece,
  MEMFD_CHUNK_BYTES,
  type MemfdContent,
  MemfdContents,
} from '../../../runtime/vfs/memfd-content.ts';
import { rejectsWith } from './trees.ts';

const PAGE = 4096;
/** Chunks of two pages, so that few bytes make many of them. */
const small = { inlineBytes: 16, chunkBytes: 2 * PAGE };

function bytesOf(content: MemfdContent): Buffer {
  const bytes = Buffer.alloc(content.size, 0xee);
  if (content.read(bytes, 0) !== bytes.length) throw new Error('a short read');
  return bytes;
}

function descriptorOf(piece: LayoutPiece | undefined): number {
  if (piece?.kind !== 'memfd') throw new Error('no memory file');
  return piece.descriptor;
}

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

t.test('small files are inline, large ones memory files of a fixed size', async (t) => {
  const contents = new MemfdContents({ limit: 2 ** 26 });
  const content = contents.create();
  t.same([content.layout(), contents.usage()], [[], { bytes: 0, descriptors: 0 }]);
  content.write(Buffer.alloc(INLINE_BYTES, 1), 0);
  t.match(content.layout(), [{ kind: 'inline', position: 0, length: INLINE_BYTES }]);
  content.write(Buffer.from([2]), INLINE_BYTES);
  t.match(content.layout(), [{ kind: 'memfd', position: 0, length: INLINE_BYTES + 1 }]);
  content.write(Buffer.from([3, 4]), MEMFD_CHUNK_BYTES - 1);
  t.match(content.layout(), [
    { kind: 'memfd', position: 0, length: MEMFD_CHUNK_BYTES },
    { kind: 'memfd', position: MEMFD_CHUNK_BYTES, length: 1 },
  ]);
  const bytes = Buffer.alloc(4);
  t.equal(content.read(bytes, INLINE_BYTES - 1), 4);
  t.same([...bytes], [1, 2, 0, 0]);
  t.equal(content.read(bytes, MEMFD_CHUNK_BYTES - 2), 3, 'short at the end');
  t.same([...bytes.subarray(0, 3)], [0, 3, 4]);
  t.equal(content.read(bytes, content.size), 0);
  content.dispose();
});

t.test('what was never written reads as zeros and takes nothing', async (t) => {
  const contents = new MemfdContents(small);
  const content = contents.create();
  content.setSize(2 ** 40);
  t.same(contents.usage(), { bytes: 0, descriptors: 0 });
  content.write(Buffer.from('x'), 2 ** 39 + 5);
  t.same(contents.usage(), { bytes: PAGE, descriptors: 1 });
  const bytes = Buffer.alloc(7, 0xee);
  content.read(bytes, 2 ** 39);
  t.equal(bytes.toString('latin1'), '\0\0\0\0\0x\0');
  t.match(content.layout(), [{ kind: 'memfd', position: 2 ** 39, length: 6 }]);
  content.setSize(3);
  content.write(Buffer.from('abc'), 0);
  t.match(content.layout(), [{ kind: 'memfd', position: 0, length: 3 }]);
  content.setSize(0);
  content.write(Buffer.from('abc'), 0);
  t.match(content.layout(), [{ kind: 'inline' }], 'emptied, a file is small again');
  content.dispose();
  t.same(contents.usage(), { bytes: 0, descriptors: 0 });
});

t.test('what was cut off does not come back', async (t) => {
  for (const size of [10, 100, 3 * PAGE]) {
    const content = new MemfdContents(small).create();
    content.write(Buffer.alloc(size, 'a'), 0);
    content.setSize(4);
    content.setSize(size);
    t.equal(bytesOf(content).toString('latin1'), `aaaa${'\0'.repeat(size - 4)}`);
    content.setSize(2);
    content.write(Buffer.from('b'), size - 1);
    t.equal(bytesOf(content).toString('latin1'), `aa${'\0'.repeat(size - 3)}b`);
    content.dispose();
  }
});

t.test('what was cut off while a copy had it does not come back when the copy is gone', async (t) => {
  const contents = new MemfdContents(small);
  for (const size of [100, 3 * PAGE]) {
    const content = contents.create();
    content.write(Buffer.alloc(size, 'a'), 0);
    const copy = content.snapshot();
    content.setSize(20);
    copy.dispose();
    content.write(Buffer.from('b'), size);
    t.equal(bytesOf(content).toString('latin1', 19), `a${'\0'.repeat(size - 20)}b`);
    content.dispose();
  }
  t.same(contents.usage(), { bytes: 0, descriptors: 0 });
});

t.test('copies share storage until one is written', async (t) => {
  for (const size of [10, 5 * PAGE]) {
    const contents = new MemfdContents(small);
    const content = contents.create();
    content.write(Buffer.alloc(size, 'a'), 0);
    const alone = contents.usage();
    const copy = content.snapshot();
    t.same(contents.usage(), alone, 'a copy takes nothing');
    content.write(Buffer.from('b'), 1);
    t.equal(bytesOf(copy).toString(), 'a'.repeat(size));
    copy.write(Buffer.from('c'), 2);
    t.equal(bytesOf(content).toString('latin1', 0, 4), 'abaa');
    t.equal(bytesOf(copy).toString('latin1', 0, 4), 'aaca');
    t.ok(contents.usage().bytes < 2 * alone.bytes || size === 10, 'what neither wrote is still shared');
    content.dispose();
    t.equal(bytesOf(copy).toString('latin1', size - 3), 'aaa');
    copy.dispose();
    copy.dispose();
    t.same(contents.usage(), { bytes: 0, descriptors: 0 });
  }
});

t.test('two copies may both append, each sees its own', async (t) => {
  const contents = new MemfdContents(small);
  const first = contents.create();
  first.write(Buffer.alloc(100, 'a'), 0);
  const second = first.snapshot();
  first.write(Buffer.from('1111'), 100);
  t.equal(contents.usage().descriptors, 1, 'appending to what is shared copies nothing');
  t.equal(second.size, 100);
  second.write(Buffer.from('2'), 102);
  t.equal(bytesOf(first).toString('latin1', 98), 'aa1111');
  t.equal(bytesOf(second).toString('latin1', 98), 'aa\0\x002');
  first.dispose();
  second.setSize(110);
  t.equal(bytesOf(second).toString('latin1', 98), 'aa\0\x002\0\0\0\0\0\0\0');
  second.dispose();
});

t.test(
  'a sealed chunk cannot be changed through any descriptor, and a later write makes a new one',
  async (t) => {
    const contents = new MemfdContents(small);
    const content = contents.create();
    content.write(Buffer.alloc(3 * PAGE, 'a'), 0);
    const held = content.snapshot();
    held.seal();
    const [piece, next] = held.layout();
    const descriptor = descriptorOf(piece);
    t.ok(isSealed(descriptor) && isSealed(descriptorOf(next)));
    t.throws(() => writeSync(descriptor, 'x', 0), { code: 'EPERM' });
    t.throws(() => ftruncateSync(descriptor, 0), { code: 'EPERM' });
    t.throws(() => ftruncateSync(descriptor, 1 << 20), { code: 'EPERM' });
    const again = openSync(`/proc/self/fd/${descriptor}`, 'r+');
    t.throws(() => writeSync(again, 'x', 0), { code: 'EPERM' });
    closeSync(again);

    content.write(Buffer.from('b'), 0);
    t.equal(bytesOf(content).toString('latin1', 0, 2), 'ba');
    t.equal(
      bytesOf(held).toString(),
      'a'.repeat(3 * PAGE),
      'a child sees what was there when it was started',
    );
    t.equal(contents.usage().descriptors, 3, 'only the chunk that was written is copied');
    const [fresh, shared] = content.layout();
    t.not(descriptorOf(fresh), descriptor);
    t.equal(descriptorOf(shared), descriptorOf(next));
    content.write(Buffer.from('c'), 3 * PAGE);
    t.equal(
      bytesOf(content).toString('latin1', 3 * PAGE - 1),
      'ac',
      'appending to a sealed chunk copies too',
    );
    held.dispose();
    content.dispose();
  },
);

t.test('a child is given no byte beyond what the file holds now', async (t) => {
  const secret = Buffer.alloc(3 * PAGE, 'secret');
  const give = (content: MemfdContent): string => {
    const bytes = Buffer.alloc(1 << 20);
    return content
      .layout()
      .map((piece) => bytes.toString('latin1', 0, readSync(descriptorOf(piece), bytes, 0, bytes.length, 0)))
      .join('');
  };
  const contents = new MemfdContents(small);
  const cut = contents.create();
  cut.write(secret, 0);
  cut.setSize(20);
  t.equal(give(cut), secret.toString('latin1', 0, 20), 'cut by its only owner');

  const original = contents.create();
  original.write(secret, 0);
  const copy = original.snapshot();
  copy.setSize(20);
  t.equal(give(copy), secret.toString('latin1', 0, 20), 'cut, while another copy still has the rest');
  t.equal(give(original), secret.toString('latin1'));
  original.setSize(30);
  t.equal(give(original), secret.toString('latin1', 0, 30), 'cut after it was sealed');

  const appended = contents.create();
  appended.write(secret.subarray(0, 100), 0);
  const before = appended.snapshot();
  appended.write(secret.subarray(100, 200), 100);
  t.equal(give(before), secret.toString('latin1', 0, 100), 'appended to by another copy');
  for (const content of [cut, original, copy, appended, before]) content.dispose();
  t.same(contents.usage(), { bytes: 0, descriptors: 0 });
});

t.test('inline bytes that were laid out stay as they are', async (t) => {
  const content = new MemfdContents().create();
  content.write(Buffer.from('before'), 0);
  const [piece] = content.layout();
  content.write(Buffer.from('after!'), 0);
  t.match(piece, { kind: 'inline', position: 0, length: 6 });
  if (piece?.kind === 'inline') t.equal(Buffer.from(piece.bytes).toString(), 'before');
  t.equal(bytesOf(content).toString(), 'after!');
});

t.test('all storage is counted, staged or not, and what the quota refuses changes nothing', async (t) => {
  const contents = new MemfdContents({ ...small, limit: 4 * PAGE, descriptors: 3 });
  const first = contents.create();
  const second = contents.create();
  first.write(Buffer.alloc(2 * PAGE, 'a'), 0);
  second.write(Buffer.alloc(PAGE, 'b'), 0);
  t.same(contents.usage(), { bytes: 3 * PAGE, descriptors: 2 });
  rejectsWith(t, Errno.DQUOT, () => second.write(Buffer.alloc(2 * PAGE, 'c'), 100));
  rejectsWith(
    t,
    Errno.DQUOT,
    () => first.write(Buffer.alloc(2 * PAGE, 'c'), PAGE * 2),
    'a part would have found room',
  );
  t.equal(bytesOf(second).toString(), 'b'.repeat(PAGE));
  t.equal(first.size, 2 * PAGE);
  t.same(contents.usage(), { bytes: 3 * PAGE, descriptors: 2 });
  const copy = first.snapshot();
  rejectsWith(
    t,
    Errno.DQUOT,
    () => copy.write(Buffer.from('x'), 0),
    'a copy on write takes storage of its own',
  );
  t.equal(bytesOf(copy).toString(), 'a'.repeat(2 * PAGE));
  second.write(Buffer.from('x'), 2 * PAGE);
  rejectsWith(t, Errno.DQUOT, () => second.write(Buffer.from('x'), 4 * PAGE));
  first.dispose();
  copy.dispose();
  second.write(Buffer.from('x'), 4 * PAGE);
  rejectsWith(t, Errno.NFILE, () => second.write(Buffer.from('x'), 6 * PAGE));
  second.dispose();
  t.same(contents.usage(), { bytes: 0, descriptors: 0 });
  const inline = new MemfdContents({ limit: 600 });
  const tiny = [inline.create(), inline.create(), inline.create()] as const;
  for (const content of tiny.slice(0, 2)) content.write(Buffer.from('x'), 0);
  rejectsWith(t, Errno.DQUOT, () => tiny[2].write(Buffer.from('x'), 0), 'inline bytes count as well');
});

t.test('a file that outgrows its inline buffer keeps it when there is no room for a chunk', async (t) => {
  const contents = new MemfdContents({ ...small, descriptors: 0 });
  const content = contents.create();
  content.write(Buffer.from('inline'), 0);
  rejectsWith(t, Errno.NFILE, () => content.write(Buffer.alloc(20), 6));
  rejectsWith(t, Errno.NFILE, () => content.setSize(100));
  t.equal(bytesOf(content).toString(), 'inline');
  content.write(Buffer.from('!'), 6);
  t.equal(bytesOf(content).toString(), 'inline!');
});

t.test("the kernel's own refusals have their errno and leave nothing behind", async (t) => {
  const refusing = (code: string) => ({
    create: () => {
      throw Object.assign(new Error(code), { code });
    },
    seal: sealMemfd,
  });
  for (const [code, errno] of [
    ['EMFILE', Errno.NFILE],
    ['ENFILE', Errno.NFILE],
    ['ENOMEM', Errno.NOSPC],
    ['EPERM', Errno.IO],
  ] as const) {
    const contents = new MemfdContents({ ...small, memfd: refusing(code) });
    rejectsWith(t, errno, () => contents.create().write(Buffer.alloc(20), 0), code);
    t.same(contents.usage(), { bytes: 0, descriptors: 0 });
  }
  // Every write to /dev/full is answered with ENOSPC.
  let full = false;
  const create = (name: string): number => (full ? openSync('/dev/full', 'r+') : createMemfd(name));
  const contents = new MemfdContents({ ...small, memfd: { create, seal: sealMemfd } });
  const content = contents.create();
  content.write(Buffer.alloc(20, 'a'), 0);
  const before = contents.usage();
  full = true;
  const descriptors = openDescriptors();
  rejectsWith(t, Errno.NOSPC, () => content.write(Buffer.alloc(20, 'b'), 2 * PAGE));
  const copy = content.snapshot();
  rejectsWith(t, Errno.NOSPC, () => copy.write(Buffer.from('b'), 0));
  t.equal(bytesOf(copy).toString(), 'a'.repeat(20));
  t.same([contents.usage(), openDescriptors()], [before, descriptors]);
  copy.dispose();
  content.dispose();
});

t.test('a content that was disposed of is not used again', async (t) => {
  const content = new MemfdContents().create();
  content.write(Buffer.from('x'), 0);
  content.dispose();
  for (const use of [
    () => content.write(Buffer.from('x'), 0),
    () => content.setSize(1),
    () => content.snapshot(),
    () => content.layout(),
  ])
    t.throws(use, { message: /disposed/ });
  t.equal(content.read(Buffer.alloc(1), 0), 0);
});

t.test('every descriptor is closed with the last content that needs it', async (t) => {
  const before = openDescriptors();
  const contents = new MemfdContents(small);
  const made = Array.from({ length: 20 }, () => contents.create());
  for (const [index, content] of made.entries()) content.write(Buffer.alloc(index * 1000 + 20, 'x'), 0);
  const copies = made.map((content) => content.snapshot());
  for (const content of made) content.write(Buffer.from('y'), 0);
  t.equal(openDescriptors(), before + contents.usage().descriptors);
  for (const content of made) content.setSize(30);
  for (const content of made) content.dispose();
  t.ok(openDescriptors() > before);
  for (const copy of copies) copy.dispose();
  t.equal(openDescriptors(), before);
  t.same(contents.usage(), { bytes: 0, descriptors: 0 });
});
