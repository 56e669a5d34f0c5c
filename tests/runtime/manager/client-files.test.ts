import t from 'tap';
import { AccessTable } from '../../../proto/policy/access.ts';
import { Rights } from '../../../proto/rights.ts';
import { ClientFiles } from '../../../runtime/manager/client-files.ts';
import { FileSystem } from '../../../runtime/vfs/file-system.ts';
import { FileType } from '../../../runtime/vfs/inode.ts';
import { LiveFiles } from '../../../runtime/vfs/live-files.ts';
import { MemfdContents } from '../../../runtime/vfs/memfd-content.ts';

const { FD_WRITE, FD_SEEK, PATH_OPEN, PATH_CREATE_FILE, PATH_FILESTAT_SET_SIZE } = Rights;
const rights = PATH_OPEN | FD_WRITE | FD_SEEK | PATH_CREATE_FILE | PATH_FILESTAT_SET_SIZE;

/** A special file, and a party that may write there and in a directory where a program of its may make links. */
function setting() {
  const contents = new MemfdContents({ limit: 1 << 20, descriptors: 16 });
  const limits = { bytes: 1 << 20, inodes: 100, nameBytes: 255, pathBytes: 4096, fileBytes: 1 << 20 };
  const fileSystem = new FileSystem({ contents, limits, now: () => 0n });
  const services = fileSystem.createDirectory(fileSystem.root, 'services');
  const special = fileSystem.createFile(services, 'aead.dat');
  const work = fileSystem.createDirectory(fileSystem.root, 'work');
  const files = new ClientFiles({
    fileSystem,
    contents,
    hashes: new Map(),
    nativeModules: [{ name: 'AEAD Service', kind: 'Static', specialFile: '/services/aead.dat' }],
    live: new LiveFiles(fileSystem, new Set()),
  });
  const access = new AccessTable([
    { path: '/services', rights, scope: 'subtree' },
    { path: '/work', rights, scope: 'subtree' },
  ]);
  return { files, fileSystem, special, work, user: { access } };
}

t.test('a write whose path has become a special file meanwhile fills nothing', async (t) => {
  for (const operation of ['write', 'append'] as const) {
    const { files, fileSystem, special, work, user } = setting();
    const late = files.beginWrite(user, operation, '/work/out');
    fileSystem.createSymbolicLink(work, 'out', '../services/aead.dat');
    const before = fileSystem.usage();
    late.push(Buffer.from('no request of any module'));
    await t.rejects(late.commit(), { code: 'FILE_IMMUTABLE' }, operation);
    t.equal(special.content.size, 0, 'a special file holds nothing');
    t.same(fileSystem.usage(), before, 'and nothing is left of the write');
  }
});

t.test('a write whose path has become a link to a plain file changes that', async (t) => {
  const { files, fileSystem, work, user } = setting();
  const plain = fileSystem.createFile(work, 'plain');
  const late = files.beginWrite(user, 'write', '/work/out');
  late.push(Buffer.from('twelve bytes'));
  fileSystem.createSymbolicLink(work, 'out', 'plain');
  await late.commit();
  t.equal(plain.content.size, 12);
  t.equal(work.entries.get('out')?.type, FileType.symbolicLink);
});
