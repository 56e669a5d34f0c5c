/** What copies of a file share, and that what one of them was given changes for nobody else. */
import { closeSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import t from 'tap';
import { isSealed } from '../../../native/memfd.ts';
import { type LayoutPiece, type MemfdContent, MemfdContents } from '../../../runtime/vfs/memfd-content.ts';
import { bytesOf, PAGE, small } from './small-chunks.ts';

function descriptorOf(piece: LayoutPiece | undefined): number {
  if (piece?.kind !== 'memfd') throw new Error('no memory file');
  return piece.descriptor;
}

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
