/** What the policy grants by paths: what an opening has of it, what shows without any, and where links and renames end. */
import t from 'tap';
import { PREVIEW1_RIGHTS, Rights } from '../../../proto/rights.ts';
import { Errno } from '../../../runtime/vfs/errno.ts';
import { ALL, Guest } from './guest.ts';

const { CREAT, DIRECTORY } = { CREAT: 1, DIRECTORY: 2 };
const { FD_READ, FD_WRITE, PATH_OPEN } = Rights;

t.test('what opening gives is what was asked, granted and not given up', async (t) => {
  const guest = new Guest({
    files: { '/in/a': 'a', '/out/': '' },
    rights: {
      '/in/': PATH_OPEN | FD_READ | Rights.FD_SEEK,
      '/out/': PATH_OPEN | Rights.PATH_CREATE_FILE | FD_WRITE,
    },
  });
  const { union } = { union: PATH_OPEN | FD_READ | Rights.FD_SEEK | Rights.PATH_CREATE_FILE | FD_WRITE };
  t.equal(guest.fdstat(3).inheriting, union, 'the preopen reports all that is granted anywhere');
  t.equal(guest.fdstat(3).base, PATH_OPEN | Rights.PATH_CREATE_FILE);
  // As wasi-libc opens to read: everything but writing.
  const fd = guest.open('in/a', { base: (2n ** 64n - 1n) ^ BigInt(FD_WRITE), inheriting: 2n ** 64n - 1n });
  t.equal(guest.fdstat(fd).base, FD_READ | Rights.FD_SEEK);
  t.equal(guest.tryOpen('in/a', { base: BigInt(FD_WRITE) }).errno, Errno.NOTCAPABLE);
  t.equal(guest.tryOpen('out/new', { flags: CREAT, base: BigInt(FD_READ) }).errno, Errno.NOTCAPABLE);
  t.notOk(guest.exists('/out/new'));
  t.equal(guest.fdstat(guest.open('out/new', { flags: CREAT, base: ALL & ~BigInt(FD_READ) })).base, FD_WRITE);
  const directory = guest.open('in', {
    flags: DIRECTORY,
    base: ALL & ~BigInt(FD_WRITE),
    inheriting: BigInt(FD_READ),
  });
  t.equal(guest.fdstat(directory).inheriting, FD_READ);
  t.equal(
    guest.fdstat(guest.open('a', { dir: directory, base: BigInt(FD_READ), inheriting: 0n })).base,
    FD_READ,
  );
  t.equal(
    guest.tryOpen('a', { dir: directory, base: BigInt(Rights.FD_SEEK), inheriting: 0n }).errno,
    Errno.NOTCAPABLE,
    'given up by lower inheriting rights',
  );
  t.equal(
    guest.tryOpen('a', { dir: directory, base: BigInt(FD_READ | Rights.FD_ADVISE), inheriting: 0n }).errno,
    Errno.SUCCESS,
    'what nobody ever had is cut',
  );
});

t.test('entries without any right are neither listed nor spoken of', async (t) => {
  const guest = new Guest({
    files: { '/open/a': '', '/secret/file': '', '/mixed/hidden': '', '/mixed/deep/seen': '' },
    links: {
      '/open/out': '../secret/file',
      '/open/nowhere': '../nothing/file',
      '/open/hidden': '../secret',
      '/secretlink': 'open/a',
    },
    rights: { '/': 0, '/open/': PREVIEW1_RIGHTS, '/mixed/deep/': PREVIEW1_RIGHTS },
  });
  for (const path of [
    'secret',
    'nothing',
    'secret/file',
    'secret/nothing',
    'secret/file/x',
    'mixed/hidden',
    'mixed/nothing',
    'secret/../open/a',
    'secretlink',
    'secret/',
    'mixed/hidden/x',
  ]) {
    for (const follow of [true, false])
      t.equal(guest.filestat(3, path, follow).errno, Errno.NOTCAPABLE, path);
    t.equal(guest.tryOpen(path, { follow: true }).errno, Errno.NOTCAPABLE, path);
    t.equal(guest.call('path_unlink_file', 3, ...guest.text(path)), Errno.NOTCAPABLE, path);
    t.equal(guest.call('path_create_directory', 3, ...guest.text(path)), Errno.NOTCAPABLE, path);
    t.equal(
      guest.call('path_rename', 3, ...guest.text('open/a'), 3, ...guest.text(path)),
      Errno.NOTCAPABLE,
      path,
    );
    t.equal(
      guest.call('path_link', 3, 0, ...guest.text('open/a'), 3, ...guest.text(path)),
      Errno.NOTCAPABLE,
      path,
    );
  }
  for (const path of ['open/out', 'open/hidden'])
    t.equal(guest.filestat(3, path, true).errno, Errno.NOTCAPABLE, path);
  t.equal(guest.filestat(3, 'open/out').errno, Errno.SUCCESS);
  t.equal(guest.filestat(3, 'mixed/deep/seen').errno, Errno.SUCCESS, 'ancestors need no right');
  t.equal(guest.filestat(3, 'open/missing').errno, Errno.NOENT);
  t.equal(guest.call('fd_readdir', 3, guest.room(64), 64, 0n, guest.room(4)), Errno.NOTCAPABLE);
});

t.test('what is missing on the way is as silent as what is hidden', async (t) => {
  const guest = new Guest({
    files: { '/open/a': '', '/secret/file': '', '/hiddenfile': '' },
    links: { '/open/there': '../secret/x', '/open/nowhere': '../nothing/x' },
    rights: { '/open/': PREVIEW1_RIGHTS },
  });
  for (const path of [
    'nothing/x',
    'secret/x',
    'nothing/../open/a',
    'hiddenfile/',
    'hiddenfile/x',
    'nothing/',
    'open/there',
    'open/nowhere',
  ])
    t.equal(guest.filestat(3, path, true).errno, Errno.NOTCAPABLE, path);
});

t.test('links and renames do not cross the boundaries of the policy', async (t) => {
  const boundaries = ['/in', '/out', '/out/final', '/file'];
  const options = {
    files: {
      '/in/a': '',
      '/in/sub/x': '',
      '/out/b': '',
      '/out/dir/': '',
      '/file': '',
      '/plain': '',
      '/up/final': '',
    },
    boundaries,
  };
  const crossing: [string, string][] = [
    ['in/a', 'out/a'],
    ['in/a', 'a'],
    ['plain', 'in/p'],
    ['file', 'other'],
    ['plain', 'file'],
    ['out/b', 'out/final'],
    ['in/sub', 'out/sub'],
  ];
  for (const [from, to] of crossing) {
    const guest = new Guest(options);
    t.equal(
      guest.call('path_rename', 3, ...guest.text(from), 3, ...guest.text(to)),
      Errno.XDEV,
      `rename ${from} ${to}`,
    );
    t.ok(guest.exists(`/${from}`));
    if (from === 'in/sub' || to === 'file') continue;
    t.equal(
      guest.call('path_link', 3, 0, ...guest.text(from), 3, ...guest.text(to)),
      Errno.XDEV,
      `link ${from} ${to}`,
    );
  }
  const deep = new Guest({ ...options, boundaries: ['/', '/out/dir/final'] });
  t.equal(
    deep.call('path_rename', 3, ...deep.text('out'), 3, ...deep.text('new')),
    Errno.XDEV,
    'a subtree with a boundary inside',
  );
  t.equal(
    deep.call('path_rename', 3, ...deep.text('up'), 3, ...deep.text('out/dir')),
    Errno.XDEV,
    'what comes to lie on a boundary',
  );
  t.equal(deep.call('path_rename', 3, ...deep.text('in/a'), 3, ...deep.text('out/a')), Errno.SUCCESS);
});
