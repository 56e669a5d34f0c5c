/** What calls on paths answer and do where the policy allows everything. */
import t from 'tap';
import { Rights } from '../../../proto/rights.ts';
import { Errno } from '../../../runtime/vfs/errno.ts';
import { ALL, Guest } from './guest.ts';

const { CREAT, DIRECTORY, EXCL, TRUNC } = { CREAT: 1, DIRECTORY: 2, EXCL: 4, TRUNC: 8 };
const { FD_READ, FD_WRITE } = Rights;

const tree = {
  files: { '/dir/file': 'content', '/dir/empty/': '', '/file': 'top' },
  links: {
    '/link': 'dir/file',
    '/dirlink': 'dir',
    '/dangling': 'nowhere',
    '/loop': 'loop',
    '/up': '../file',
    '/absolute': '/file',
    '/dir/back': '../file',
  },
};

t.test('what opening answers', async (t) => {
  const cases: [string, number, Parameters<Guest['tryOpen']>[1]?][] = [
    ['file', Errno.SUCCESS],
    ['dir', Errno.SUCCESS],
    ['dir/', Errno.SUCCESS],
    ['./dir//.///file', Errno.SUCCESS],
    ['dir/../dir/empty/../file', Errno.SUCCESS],
    ['.', Errno.SUCCESS],
    ['', Errno.NOENT],
    ['missing', Errno.NOENT],
    ['missing/deep', Errno.NOENT],
    ['file/', Errno.NOTDIR],
    ['file/deep', Errno.NOTDIR],
    ['file', Errno.NOTDIR, { flags: DIRECTORY }],
    ['..', Errno.NOTCAPABLE],
    ['dir/../../file', Errno.NOTCAPABLE],
    ['/file', Errno.NOTCAPABLE],
    ['file\0', Errno.INVAL],
    ['x'.repeat(256), Errno.NAMETOOLONG],
    ['x/'.repeat(3000), Errno.NAMETOOLONG],
    ['x'.repeat(70_000), Errno.NAMETOOLONG],
    ['link', Errno.LOOP],
    ['link', Errno.NOTDIR, { flags: DIRECTORY }],
    ['link', Errno.SUCCESS, { follow: true }],
    ['link/', Errno.NOTDIR],
    ['dirlink/', Errno.SUCCESS],
    ['dirlink/file', Errno.SUCCESS],
    ['dangling', Errno.LOOP],
    ['dangling', Errno.NOENT, { follow: true }],
    ['dangling', Errno.EXIST, { follow: true, flags: CREAT | EXCL }],
    ['loop', Errno.LOOP],
    ['loop', Errno.LOOP, { follow: true }],
    ['up', Errno.NOTCAPABLE, { follow: true }],
    ['absolute', Errno.NOTCAPABLE, { follow: true }],
    ['dir/back', Errno.SUCCESS, { follow: true }],
    ['file', Errno.EXIST, { flags: CREAT | EXCL }],
    ['file', Errno.SUCCESS, { flags: EXCL }],
    ['dir', Errno.ISDIR, { flags: CREAT }],
    ['dir', Errno.ISDIR, { flags: TRUNC }],
    ['dir', Errno.ISDIR, { base: BigInt(FD_READ | FD_WRITE), flags: DIRECTORY }],
    ['dir', Errno.SUCCESS, { base: BigInt(FD_READ), flags: DIRECTORY }],
    ['new', Errno.INVAL, { flags: CREAT | DIRECTORY }],
    ['new/', Errno.ISDIR, { flags: CREAT }],
    ['missing/new', Errno.NOENT, { flags: CREAT }],
    ['file', Errno.INVAL, { flags: 16 }],
    ['file', Errno.INVAL, { fdFlags: 32 }],
    ['file', Errno.BADF, { dir: 9 }],
    ['file', Errno.NOTDIR, { dir: 1 }],
  ];
  for (const [path, expected, how] of cases) {
    const guest = new Guest(tree);
    const { errno, fd } = guest.tryOpen(path, how);
    t.equal(
      errno,
      expected,
      `${path.slice(0, 20)} ${JSON.stringify(how, (_, value) => (typeof value === 'bigint' ? `${value}` : value)) ?? ''}`,
    );
    t.equal(fd, expected === Errno.SUCCESS ? 4 : 0xffffffff);
  }
  const guest = new Guest(tree);
  t.equal(guest.call('path_open', 3, 2, ...guest.text('file'), 0, ALL, ALL, 0, guest.room(4)), Errno.INVAL);
  t.equal(
    guest.call('path_open', 3, 0, ...guest.text(Uint8Array.of(0xc3, 0x28)), 0, ALL, ALL, 0, guest.room(4)),
    Errno.ILSEQ,
  );
  t.equal(
    guest.call(
      'path_open',
      3,
      0,
      ...guest.text(Uint8Array.of(0xed, 0xa0, 0x80)),
      0,
      ALL,
      ALL,
      0,
      guest.room(4),
    ),
    Errno.ILSEQ,
  );
});

t.test('opening creates through a dangling link, and truncates what is there', async (t) => {
  const guest = new Guest(tree);
  guest.open('dangling', { follow: true, flags: CREAT });
  t.ok(guest.exists('/nowhere'));
  guest.open('dir/file', { flags: TRUNC, base: 0n });
  t.equal(guest.content('/dir/file'), '');
});

t.test('making and removing entries', async (t) => {
  const answers: [string, number][] = [];
  const guest = new Guest(tree);
  const at = (
    call: 'path_create_directory' | 'path_remove_directory' | 'path_unlink_file',
    path: string,
    expected: number,
  ) => {
    t.equal(guest.call(call, 3, ...guest.text(path)), expected, `${call} ${path}`);
    answers.push([path, expected]);
  };
  at('path_create_directory', 'dir', Errno.EXIST);
  at('path_create_directory', 'file/', Errno.NOTDIR);
  at('path_create_directory', 'dangling', Errno.EXIST);
  at('path_create_directory', '.', Errno.EXIST);
  at('path_create_directory', 'missing/new', Errno.NOENT);
  at('path_create_directory', 'new/', Errno.SUCCESS);
  at('path_remove_directory', 'new/', Errno.SUCCESS);
  at('path_remove_directory', 'dir', Errno.NOTEMPTY);
  at('path_remove_directory', 'file', Errno.NOTDIR);
  at('path_remove_directory', 'file/', Errno.NOTDIR);
  at('path_remove_directory', 'dirlink', Errno.NOTDIR);
  at('path_remove_directory', 'dirlink/', Errno.NOTDIR);
  at('path_remove_directory', 'missing', Errno.NOENT);
  at('path_remove_directory', '.', Errno.BUSY);
  at('path_remove_directory', 'dir/empty/.', Errno.INVAL);
  at('path_unlink_file', 'dir', Errno.ISDIR);
  at('path_unlink_file', 'dir/', Errno.ISDIR);
  at('path_unlink_file', 'file/', Errno.NOTDIR);
  at('path_unlink_file', 'missing', Errno.NOENT);
  at('path_unlink_file', 'link', Errno.SUCCESS);
  at('path_unlink_file', 'file', Errno.SUCCESS);
  t.ok(guest.exists('/dir/file'), 'the link was removed, not what it leads to');
});

t.test('symbolic links are made, read and followed', async (t) => {
  const guest = new Guest(tree);
  const link = (target: string, path: string) =>
    guest.call('path_symlink', ...guest.text(target), 3, ...guest.text(path));
  t.equal(link('dir/file', 'new'), Errno.SUCCESS);
  t.equal(guest.filestat(3, 'new').size, 8n);
  t.equal(guest.filestat(3, 'new', true).size, 7n);
  t.equal(link('x', 'new2/'), Errno.NOENT);
  t.equal(link('x', 'dir/'), Errno.EXIST);
  t.equal(link('x', 'file/'), Errno.NOTDIR);
  t.equal(link('x', 'file'), Errno.EXIST);
  t.equal(link('', 'new3'), Errno.NOENT);
  t.equal(link('/file', 'new3'), Errno.NOTCAPABLE);
  t.equal(link('a\0b', 'new3'), Errno.INVAL);
  t.equal(link('x'.repeat(5000), 'new3'), Errno.NAMETOOLONG);
  const out = guest.room(4);
  const buffer = guest.room(16);
  guest.bytes.fill(0xee, buffer, buffer + 16);
  guest.done('path_readlink', 3, ...guest.text('new'), buffer, 4, out);
  t.equal(guest.view.getUint32(out, true), 4);
  t.equal(Buffer.from(guest.bytes.slice(buffer, buffer + 5)).toString('latin1'), 'dir/\xee');
  guest.done('path_readlink', 3, ...guest.text('new'), buffer, 16, out);
  t.equal(guest.view.getUint32(out, true), 8);
  t.equal(guest.call('path_readlink', 3, ...guest.text('file'), buffer, 16, out), Errno.INVAL);
  t.equal(guest.call('path_readlink', 3, ...guest.text('nothing'), buffer, 16, out), Errno.NOENT);
});

t.test('hard links', async (t) => {
  const guest = new Guest(tree);
  const link = (from: string, to: string, flags = 0) =>
    guest.call('path_link', 3, flags, ...guest.text(from), 3, ...guest.text(to));
  t.equal(link('file', 'second'), Errno.SUCCESS);
  t.equal(guest.filestat(3, 'file').links, 2n);
  t.equal(guest.filestat(3, 'file').inode, guest.filestat(3, 'second').inode);
  t.equal(link('file', 'file'), Errno.EXIST);
  t.equal(link('file', 'dir'), Errno.EXIST);
  t.equal(link('file', 'dangling'), Errno.EXIST);
  t.equal(link('file', 'third/'), Errno.NOENT);
  t.equal(link('file/', 'third'), Errno.NOTDIR);
  t.equal(link('dir', 'third'), Errno.PERM);
  t.equal(link('missing', 'third'), Errno.NOENT);
  t.equal(link('dangling', 'third', 1), Errno.NOENT);
  t.equal(link('file', 'third', 2), Errno.INVAL);
  t.equal(link('dangling', 'third'), Errno.SUCCESS);
  t.equal(guest.filestat(3, 'third').type, 7, 'of the link itself');
  t.equal(link('link', 'fourth', 1), Errno.SUCCESS);
  t.equal(guest.filestat(3, 'fourth').type, 4, 'of what it leads to');
});

t.test('renaming', async (t) => {
  const guest = new Guest({
    files: { '/a/x': '1', '/b/': '', '/f': '2', '/g': '3', '/full/x': '' },
    links: { '/l': 'a' },
  });
  const rename = (from: string, to: string) =>
    guest.call('path_rename', 3, ...guest.text(from), 3, ...guest.text(to));
  t.equal(rename('f', 'g'), Errno.SUCCESS);
  t.equal(guest.content('/g'), '2');
  t.equal(rename('g', 'g'), Errno.SUCCESS);
  t.equal(rename('g', 'b'), Errno.ISDIR);
  t.equal(rename('g', 'new/'), Errno.NOTDIR);
  t.equal(rename('g/', 'new'), Errno.NOTDIR);
  t.equal(rename('a', 'g'), Errno.NOTDIR);
  t.equal(rename('a', 'full'), Errno.NOTEMPTY);
  t.equal(rename('a', 'a/inside'), Errno.INVAL);
  t.equal(rename('a', '.'), Errno.BUSY);
  t.equal(rename('a/.', 'new'), Errno.INVAL);
  t.equal(rename('missing', 'new'), Errno.NOENT);
  t.equal(rename('l/', 'new'), Errno.NOTDIR);
  t.equal(rename('a/', 'b/'), Errno.SUCCESS);
  t.equal(guest.content('/b/x'), '1');
  t.equal(rename('b', 'moved/'), Errno.SUCCESS);
  t.equal(rename('l', 'm'), Errno.SUCCESS);
  t.equal(guest.filestat(3, 'm').type, 7);
});

t.test('times are set as they are told', async (t) => {
  const guest = new Guest(tree);
  const set = (path: string, flags: number, follow = 0) =>
    guest.call('path_filestat_set_times', 3, follow, ...guest.text(path), 11n, -1n, flags);
  const before = guest.filestat(3, 'file');
  t.equal(set('file', 1), Errno.SUCCESS);
  t.equal(guest.filestat(3, 'file').accessed, 11n);
  t.equal(guest.filestat(3, 'file').modified, before.modified);
  t.equal(set('file', 4), Errno.SUCCESS);
  t.equal(guest.filestat(3, 'file').modified, 2n ** 64n - 1n);
  for (const flags of [3, 12, 15, 16, -1]) t.equal(set('file', flags), Errno.INVAL, `${flags}`);
  t.equal(set('file', 10), Errno.SUCCESS);
  t.equal(guest.filestat(3, 'file').modified, 1_700_000_000_000_001_000n);
  const untouched = guest.filestat(3, 'file');
  t.equal(set('file', 0), Errno.SUCCESS);
  t.same(guest.filestat(3, 'file'), untouched, 'without flags not even the change time moves');
  t.equal(set('link', 1), Errno.SUCCESS);
  t.not(guest.filestat(3, 'dir/file').accessed, 11n);
  t.equal(set('link', 1, 1), Errno.SUCCESS);
  t.equal(guest.filestat(3, 'dir/file').accessed, 11n);
  const fd = guest.open('file', { base: ALL });
  for (const flags of [3, 12, 16])
    t.equal(guest.call('fd_filestat_set_times', fd, 1n, 2n, flags), Errno.INVAL);
  guest.done('fd_filestat_set_times', fd, 1n, 2n, 5);
  t.match(guest.filestat(fd), { accessed: 1n, modified: 2n, device: 1n, type: 4, links: 1n, size: 3n });
});
