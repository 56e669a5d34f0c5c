/** How much memory files take, as the engine counts what lies outside of its heap: no more than they need. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import t from 'tap';
import type { FileSystem } from '../../../runtime/vfs/file-system.ts';
import type { FileInode } from '../../../runtime/vfs/inode.ts';
import { MemfdContents } from '../../../runtime/vfs/memfd-content.ts';
import { OVERLAY_CHUNK_BYTES, OverlayContents } from '../../../runtime/vfs/overlay-content.ts';
import { limitsWith, makeFileSystem } from './trees.ts';

const MIB = 1 << 20;
const limits = limitsWith({ bytes: 2 ** 40, inodes: 20_000, fileBytes: 2 ** 40 });

function makeOverlay(): FileSystem {
  return makeFileSystem({ contents: new OverlayContents(), limits });
}

/** Bytes outside of the heap that came while `work` ran: what it holds, and what it left to the collector. */
function taken(work: () => void): number {
  const before = process.memoryUsage().arrayBuffers;
  work();
  return process.memoryUsage().arrayBuffers - before;
}

t.test('in a child ten thousand tiny files take a buffer of 256 bytes each', async (t) => {
  const fileSystem = makeOverlay();
  const bytes = taken(() => {
    for (let index = 0; index < 10_000; index++)
      fileSystem.write(fileSystem.createFile(fileSystem.root, `${index}`), Buffer.from('tiny'), 0);
  });
  t.ok(bytes < 4 * MIB, `${bytes} bytes`);
});

t.test('in a child a file that grows by appending is not copied', async (t) => {
  const fileSystem = makeOverlay();
  const file = fileSystem.createFile(fileSystem.root, 'log');
  const piece = new Uint8Array(4096).fill(1);
  const bytes = taken(() => {
    for (let position = 0; position < 32 * MIB; position += piece.length)
      fileSystem.write(file, piece, position);
  });
  t.ok(bytes < 33 * MIB, `${bytes} bytes`);
});

t.test('in a child what one file gives back the next one takes', async (t) => {
  const fileSystem = makeOverlay();
  const fill = (name: string): FileInode => {
    const file = fileSystem.createFile(fileSystem.root, name);
    fileSystem.write(file, new Uint8Array(16 * MIB).fill(1), 0);
    return file;
  };
  fill('first');
  fileSystem.unlink(fileSystem.root, 'first');
  const source = new Uint8Array(16 * MIB).fill(2);
  const file = fileSystem.createFile(fileSystem.root, 'second');
  const bytes = taken(() => fileSystem.write(file, source, 0));
  t.ok(bytes < OVERLAY_CHUNK_BYTES, `${bytes} bytes`);
});

t.test('a hole takes nothing, in a child and in the runtime', async (t) => {
  const contents = new MemfdContents();
  for (const fileSystem of [makeOverlay(), makeFileSystem({ contents, limits })]) {
    const file = fileSystem.createFile(fileSystem.root, 'sparse');
    const bytes = taken(() => {
      fileSystem.setSize(file, 2 ** 38);
      fileSystem.write(file, Buffer.from('end'), 2 ** 39);
      fileSystem.setSize(file, 2 ** 39 + 100);
    });
    t.ok(bytes < 2 * MIB, `${bytes} bytes`);
    t.equal(fileSystem.usage().bytes, 2 ** 39 + 100, 'but it counts');
    const read = Buffer.alloc(8, 7);
    t.equal(fileSystem.read(file, read, 2 ** 39 - 3), 8);
    t.same(read, Buffer.from('\0\0\0end\0\0'));
  }
  t.ok(contents.usage().bytes < 2 * MIB, 'nor in memory files');
});

t.test('a name does not keep the long path that it came by', async (t) => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const fileSystem = makeOverlay();
  fileSystem.createDirectory(fileSystem.root, 'd');
  const way = 'd/../'.repeat(800);
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < 2000; index++) {
    // As a program's paths come: each in memory of its own.
    const path = Buffer.from(`${way}a-name-of-its-own-${index}`).toString('latin1');
    const { parent, name } = fileSystem.resolve(fileSystem.root, path, { followLast: false });
    fileSystem.createFile(parent, name);
  }
  collect();
  const bytes = process.memoryUsage().heapUsed - before;
  t.ok(bytes < 4 * MIB, `${bytes} bytes`);
  t.ok(fileSystem.root.entries.has('a-name-of-its-own-1999'));
});
