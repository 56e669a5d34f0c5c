import { execFileSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { HostFiles } from '../../../runtime/exec/host-files.ts';
import { FileSystem } from '../../../runtime/vfs/file-system.ts';
import { FileType } from '../../../runtime/vfs/inode.ts';
import { MemfdContents } from '../../../runtime/vfs/memfd-content.ts';

function makeFileSystem(limits: { bytes?: number; inodes?: number } = {}): FileSystem {
  const { bytes = 1 << 24, inodes = 1000 } = limits;
  return new FileSystem({
    contents: new MemfdContents(),
    limits: { bytes, inodes, nameBytes: 255, pathBytes: 4096, fileBytes: bytes },
    now: () => 1n,
  });
}

const going = new AbortController().signal;

function at(fileSystem: FileSystem, path: string) {
  return fileSystem.resolve(fileSystem.root, path.slice(1), { followLast: false }).inode;
}

function textOf(fileSystem: FileSystem, path: string): string | undefined {
  const inode = at(fileSystem, path);
  if (inode?.type !== FileType.regularFile) return undefined;
  const bytes = Buffer.alloc(inode.content.size);
  fileSystem.read(inode, bytes, 0);
  return bytes.toString();
}

t.test('a folder is copied with its files, links and times', async (t) => {
  const folder = t.testdir({ 'a.txt': 'first', sub: { 'b.txt': '', deep: {} } });
  symlinkSync('sub/b.txt', join(folder, 'link'));
  symlinkSync('/etc/passwd', join(folder, 'sub', 'absolute'));
  linkSync(join(folder, 'a.txt'), join(folder, 'sub', 'same.txt'));
  utimesSync(join(folder, 'sub', 'b.txt'), 1000, 2000.5);
  utimesSync(join(folder, 'sub'), 3000, 4000);
  writeFileSync(join(folder, 'large'), Buffer.alloc(3 << 20, 'x'));
  const fileSystem = makeFileSystem();
  t.equal(await new HostFiles(fileSystem, going).copy({ host: folder, guest: '/in/here' }), true);
  t.equal(textOf(fileSystem, '/in/here/a.txt'), 'first');
  t.equal(textOf(fileSystem, '/in/here/large')?.length, 3 << 20);
  t.match(at(fileSystem, '/in/here/sub/b.txt'), {
    accessed: 1_000_000_000_000n,
    modified: 2_000_500_000_000n,
  });
  t.match(at(fileSystem, '/in/here/sub'), { accessed: 3_000_000_000_000n, modified: 4_000_000_000_000n });
  t.match(at(fileSystem, '/in/here/link'), { type: FileType.symbolicLink, target: 'sub/b.txt' });
  t.match(at(fileSystem, '/in/here/sub/absolute'), { target: '/etc/passwd' });
  t.equal(
    at(fileSystem, '/in/here/sub/same.txt'),
    at(fileSystem, '/in/here/a.txt'),
    'one file with two names',
  );
  t.equal(at(fileSystem, '/in/here/sub/deep')?.type, FileType.directory);
});

t.test('a file has the place that it is given; a link that was named is followed', async (t) => {
  const folder = t.testdir({ 'a.txt': 'first' });
  symlinkSync('a.txt', join(folder, 'link'));
  const fileSystem = makeFileSystem();
  const files = new HostFiles(fileSystem, going);
  t.equal(await files.copy({ host: join(folder, 'link'), guest: '/x/y' }), false);
  t.equal(textOf(fileSystem, '/x/y'), 'first');
  await t.rejects(files.copy({ host: join(folder, 'a.txt'), guest: '/' }), { code: 'LOCAL_FILE_UNREADABLE' });
});

t.test('several folders lie in one another, as long as no file is hidden', async (t) => {
  const folder = t.testdir({ one: { sub: { a: '1' } }, two: { b: '2' }, three: { sub: 'file' } });
  const fileSystem = makeFileSystem();
  const files = new HostFiles(fileSystem, going);
  await files.copy({ host: join(folder, 'one'), guest: '/' });
  await files.copy({ host: join(folder, 'two'), guest: '/sub' });
  t.same([textOf(fileSystem, '/sub/a'), textOf(fileSystem, '/sub/b')], ['1', '2']);
  await t.rejects(files.copy({ host: join(folder, 'three'), guest: '/' }), {
    code: 'LOCAL_FILE_UNREADABLE',
    message: /three\/sub: \/sub is there already/,
  });
  await t.rejects(files.copy({ host: join(folder, 'two'), guest: '/sub/a' }), { code: 'FILE_WRONG_TYPE' });
});

t.test('what is no file, folder or link is refused by name', async (t) => {
  // A socket's path holds 108 bytes at most.
  const folder = mkdtempSync(join(tmpdir(), 'truce-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  for (const name of ['pipe', 'socket', 'name', 'link']) mkdirSync(join(folder, name));
  execFileSync('mkfifo', [join(folder, 'pipe', 'p')]);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(folder, 'socket', 's'), resolve));
  t.teardown(() => server.close());
  writeFileSync(Buffer.concat([Buffer.from(`${join(folder, 'name')}/`), Buffer.from([0x61, 0xff])]), '');
  symlinkSync(Buffer.from([0x61, 0xff]), join(folder, 'link', 'l'));
  const copied = (host: string) => new HostFiles(makeFileSystem(), going).copy({ host, guest: '/' });
  const reasons = [
    ['pipe', /pipe\/p: it is a pipe/],
    ['socket', /socket\/s: it is a socket/],
    ['name', /its name is not UTF-8/],
    ['link', /link\/l: it is a link to what is not UTF-8/],
    ['missing', /missing: ENOENT/],
  ] as const;
  for (const [name, message] of reasons)
    await t.rejects(copied(join(folder, name)), { code: 'LOCAL_FILE_UNREADABLE', message });
  await t.rejects(copied('/dev/null'), { code: 'LOCAL_FILE_UNREADABLE', message: /no folder/ });
  await t.rejects(new HostFiles(makeFileSystem(), going).copy({ host: '/dev/null', guest: '/null' }), {
    message: /\/dev\/null: it is a device/,
  });
  const file = makeFileSystem().streams.stdin;
  await t.rejects(new HostFiles(makeFileSystem(), going).copyContent('/dev/zero', file), {
    message: /no file/,
  });
});

t.test('more than the file system holds is an error that names where it was', async (t) => {
  const folder = t.testdir({ many: {}, big: { file: 'x'.repeat(2000) } });
  for (let index = 0; index < 20; index++) mkdirSync(join(folder, 'many', `d${index}`));
  const copied = (name: string, limits: object) =>
    new HostFiles(makeFileSystem(limits), going).copy({ host: join(folder, name), guest: '/' });
  await t.rejects(copied('many', { inodes: 10 }), { code: 'STORAGE_FULL', message: /many\/d/ });
  await t.rejects(copied('big', { bytes: 1000 }), { code: 'STORAGE_FULL', message: /big\/file/ });
});

t.test('copying stops when it is told to', async (t) => {
  const folder = t.testdir({ a: '', b: '' });
  const reason = new Error('enough');
  const stopped = AbortSignal.abort(reason);
  await t.rejects(new HostFiles(makeFileSystem(), stopped).copy({ host: folder, guest: '/' }), reason);
});

t.test('copying one large file stops when it is told to', async (t) => {
  const folder = t.testdir({ large: '' });
  truncateSync(join(folder, 'large'), 1 << 30);
  const controller = new AbortController();
  const copied = new HostFiles(makeFileSystem({ bytes: 1 << 30 }), controller.signal).copy({
    host: join(folder, 'large'),
    guest: '/large',
  });
  const reason = new Error('enough');
  setImmediate(() => controller.abort(reason));
  await t.rejects(copied, reason);
});
