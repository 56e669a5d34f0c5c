import { openSync, readdirSync } from 'node:fs';
import t from 'tap';
import { createMemfd, sealMemfd } from '../../../native/memfd.ts';
import { Errno } from '../../../runtime/vfs/errno.ts';
import { INLINE_BYTES, MEMFD_CHUNK_BYTES, MemfdContents } from '../../../runtime/vfs/memfd-content.ts';
import { bytesOf, PAGE, small } from './small-chunks.ts';
import { rejectsWith } from './trees.ts';

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
