/** Rights by way of the directory that something was opened from, and what each kind of descriptor can do at all. */
import t from 'tap';
import { type RightName, Rights } from '../../../proto/rights.ts';
import { Errno } from '../../../runtime/vfs/errno.ts';
import { type CallName, callNames, signatures } from '../../../runtime/wasi/signatures.ts';
import { descriptorRows } from './descriptor-rights-rows.ts';
import { ALL, Guest } from './guest.ts';
import { pathGuest, pathRows } from './path-rights-rows.ts';
import { eachGoodCall, type Value } from './prepared-guest.ts';
import { allowed, alternatives, bits, everything, preview1Names, rightsToTry } from './rights-needed.ts';

const { BADF, INVAL, ISDIR, NOTCAPABLE, NOTDIR, NOTSOCK, SPIPE, SUCCESS } = Errno;
const DIRECTORY = 2;
const noWrite = everything & ~Rights.FD_WRITE;

t.test('a descriptor can do what its directory lets it inherit, and nothing else', async (t) => {
  for (const { call, what, on, needs, run } of descriptorRows) {
    if (on !== 'file' && on !== 'directory') continue;
    const wrong: string[] = [];
    for (const rights of rightsToTry(needs)) {
      const guest = pathGuest({});
      const dir = guest.open('d', { flags: DIRECTORY, base: BigInt(noWrite), inheriting: BigInt(rights) });
      const asked = on === 'file' ? rights : rights & noWrite;
      const fd = guest.open(on === 'file' ? 'file' : 'sub', {
        dir,
        base: BigInt(asked),
        inheriting: 0n,
      });
      const errno = run(guest, fd);
      const expected = allowed(needs, rights) ? SUCCESS : NOTCAPABLE;
      if (errno !== expected) wrong.push(`${rights.toString(16)}: ${errno} instead of ${expected}`);
    }
    t.same(wrong, [], [call, what, 'on', on].join(' '));
  }
});

t.test('what a directory does not pass on cannot be asked for, for itself or to pass on', async (t) => {
  const wrong: string[] = [];
  for (const name of preview1Names) {
    const guest = pathGuest({});
    const kept = everything & ~Rights[name];
    const dir = guest.open('d', { flags: DIRECTORY, base: BigInt(noWrite), inheriting: BigInt(kept) });
    const answer = (base: number, inheriting: number): number =>
      guest.tryOpen('sub', { dir, base: BigInt(base), inheriting: BigInt(inheriting) }).errno;
    const file = guest.tryOpen('file', { dir, base: BigInt(Rights[name]), inheriting: 0n }).errno;
    if (file !== NOTCAPABLE) wrong.push(`${name} for a file: ${file}`);
    if (answer(0, Rights[name]) !== NOTCAPABLE) wrong.push(`${name} to pass on`);
    if (answer(kept & noWrite, kept) !== SUCCESS) wrong.push(`all but ${name}`);
  }
  t.same(wrong, []);
});

t.test(
  'a directory with the least rights is enough for calls on paths, and each of them is needed',
  async (t) => {
    for (const { call, what, needs, inherited = [], run } of pathRows) {
      const names = Object.values(needs)
        .flatMap((each) => alternatives(each))
        .map((any) => any[0]!);
      const own = names.filter((name) => !inherited.includes(name));
      const passed = names.filter((name) => inherited.includes(name));
      const attempt = (base: readonly RightName[], inheriting: readonly RightName[]): number => {
        const guest = pathGuest({});
        guest.done('fd_fdstat_set_rights', 3, BigInt(bits(base)), BigInt(bits(inheriting)));
        return run(guest);
      };
      // Opening a directory asks for rights on it that have to be passed on as well.
      const asked: RightName[] =
        what === 'directory' && call === 'path_open' ? ['FD_READ', 'FD_READDIR'] : [];
      t.equal(attempt(own, [...passed, ...asked]), SUCCESS, [call, what, 'with the least'].join(' '));
      for (const name of new Set(own)) {
        const rest = own.filter((each) => each !== name);
        t.equal(attempt(rest, [...passed, ...asked]), NOTCAPABLE, [call, what, 'without', name].join(' '));
      }
      for (const name of new Set(passed))
        t.equal(
          attempt(
            own,
            passed.filter((each) => each !== name),
          ),
          NOTCAPABLE,
          [call, what, 'without passing on', name].join(' '),
        );
    }
  },
);

t.test('links and renames need one right where they take from and the other where they put', async (t) => {
  const calls = [
    ['path_link', 'PATH_LINK_SOURCE', 'PATH_LINK_TARGET'],
    ['path_rename', 'PATH_RENAME_SOURCE', 'PATH_RENAME_TARGET'],
  ] as const;
  for (const [call, source, target] of calls) {
    const attempt = (from: number, to: number): number => {
      const guest = pathGuest({});
      const open = (rights: number): number =>
        guest.open('d', { flags: DIRECTORY, base: BigInt(rights), inheriting: 0n });
      const [old, flags, next] = [open(from), call === 'path_link' ? [0] : [], open(to)];
      return guest.call(call, old, ...flags, ...guest.text('file'), next, ...guest.text('new'));
    };
    t.equal(attempt(Rights[source], Rights[target]), SUCCESS, call);
    t.equal(attempt(noWrite & ~Rights[target], noWrite & ~Rights[source]), SUCCESS, `${call}, all others`);
    t.equal(attempt(noWrite & ~Rights[source], noWrite), NOTCAPABLE, `${call} without ${source}`);
    t.equal(attempt(noWrite, noWrite & ~Rights[target]), NOTCAPABLE, `${call} without ${target}`);
    t.equal(attempt(Rights[target], Rights[source]), NOTCAPABLE, `${call}, the wrong way round`);
  }
});

t.test('inheriting rights that were given up do not come back, by no way', async (t) => {
  const wrong: string[] = [];
  for (const name of preview1Names) {
    const guest = pathGuest({});
    const { base, inheriting } = guest.fdstat(3);
    const kept = inheriting & ~Rights[name];
    guest.done('fd_fdstat_set_rights', 3, BigInt(base), BigInt(kept));
    if (guest.fdstat(3).inheriting !== kept) wrong.push(`${name} is still reported`);
    const back = guest.call('fd_fdstat_set_rights', 3, BigInt(base), BigInt(inheriting));
    if (back !== NOTCAPABLE) wrong.push(`${name} came back: ${back}`);
    const dir = guest.open('d', { base: BigInt(kept & noWrite), inheriting: BigInt(kept) });
    if (((guest.fdstat(dir).base | guest.fdstat(dir).inheriting) & Rights[name]) !== 0)
      wrong.push(`${name} came back by opening`);
    if (guest.tryOpen('.', { base: BigInt(kept & noWrite), inheriting: ALL }).errno !== NOTCAPABLE)
      wrong.push(`${name} came back by opening the directory again`);
  }
  t.same(wrong, []);
});

t.test('nothing that is opened reports a right that the policy grants nowhere', async (t) => {
  const granted = Rights.PATH_OPEN | Rights.FD_READ | Rights.FD_READDIR | Rights.PATH_FILESTAT_GET;
  const guest = new Guest({ files: { '/d/sub/': '', '/d/file': 'x' }, rights: { '/': granted } });
  for (const path of ['.', 'd', 'd/sub']) {
    const { base, inheriting } = guest.fdstat(
      guest.open(path, { base: 2n ** 64n - 1n - BigInt(Rights.FD_WRITE), inheriting: 2n ** 64n - 1n }),
    );
    t.equal(base & ~granted, 0, path);
    t.equal(inheriting, granted, path);
  }
});

t.test('what each call answers on each kind of descriptor, with every right there is', async (t) => {
  const ok = [SUCCESS, SUCCESS, SUCCESS, SUCCESS];
  const path = [NOTDIR, SUCCESS, NOTDIR, NOTDIR];
  const socket = [NOTSOCK, BADF, NOTSOCK, NOTSOCK];
  const preopen = [BADF, BADF, BADF, BADF];
  const position = [SUCCESS, ISDIR, SPIPE, SPIPE];
  // On a file, a directory, standard input and standard output.
  const answers: Partial<Record<CallName, readonly Errno[]>> = {
    fd_advise: [SUCCESS, SUCCESS, SPIPE, SPIPE],
    fd_allocate: position,
    fd_close: ok,
    fd_datasync: [SUCCESS, ISDIR, SUCCESS, SUCCESS],
    fd_fdstat_get: ok,
    fd_fdstat_set_flags: ok,
    fd_fdstat_set_rights: ok,
    fd_filestat_get: ok,
    fd_filestat_set_size: [SUCCESS, ISDIR, INVAL, INVAL],
    fd_filestat_set_times: [SUCCESS, SUCCESS, NOTCAPABLE, NOTCAPABLE],
    fd_pread: position,
    fd_prestat_get: preopen,
    fd_prestat_dir_name: preopen,
    fd_pwrite: position,
    fd_read: [SUCCESS, ISDIR, SUCCESS, NOTCAPABLE],
    fd_readdir: [NOTDIR, SUCCESS, NOTDIR, NOTDIR],
    fd_renumber: ok,
    fd_seek: position,
    fd_sync: ok,
    fd_tell: position,
    fd_write: [SUCCESS, ISDIR, NOTCAPABLE, SUCCESS],
    sock_accept: socket,
    sock_recv: socket,
    sock_send: socket,
    sock_shutdown: socket,
  };
  for (const name of callNames.filter((each) => /^(fd|path|sock)_/.test(each))) {
    const kinds = ['file', 'directory', 'stdin', 'stdout'] as const;
    const found = kinds.map((kind) => {
      const guest = pathGuest({});
      guest.open('d/file', { base: ALL });
      guest.open('d', { base: BigInt(noWrite) });
      const fd = { file: 4, directory: 5, stdin: 0, stdout: 1 }[kind];
      return guest.call(name, ...argumentsFor(guest, name, fd));
    });
    t.same(found, answers[name] ?? path, name);
  }
});

/** Arguments that are good where the descriptor is: those of the known places, with texts that fit this guest. */
function argumentsFor(guest: Guest, name: CallName, fd: number): Value[] {
  const places: Partial<Record<CallName, Value[]>> = {
    fd_allocate: [fd, 0n, 9n],
    fd_fdstat_set_rights: [fd, 0n, 0n],
    fd_filestat_set_size: [fd, 3n],
    fd_renumber: [fd, 2],
    path_create_directory: [fd, ...guest.text('new')],
    path_filestat_get: [fd, 0, ...guest.text('file'), guest.room(64)],
    path_filestat_set_times: [fd, 0, ...guest.text('file'), 1n, 1n, 5],
    path_link: [fd, 0, ...guest.text('file'), fd, ...guest.text('new')],
    path_open: [fd, 0, ...guest.text('file'), 0, 0n, 0n, 0, guest.room(4)],
    path_readlink: [fd, ...guest.text('link'), guest.room(8), 8, guest.room(4)],
    path_remove_directory: [fd, ...guest.text('sub')],
    path_rename: [fd, ...guest.text('file'), fd, ...guest.text('new')],
    path_symlink: [...guest.text('x'), fd, ...guest.text('new')],
    path_unlink_file: [fd, ...guest.text('file')],
  };
  const good = eachGoodCall().find(([each]) => each === name)?.[1].values;
  const types = [...signatures[name].split(':')[0]!];
  return places[name] ?? [fd, ...(good ?? types.map((type) => (type === 'I' ? 0n : 64))).slice(1)];
}
