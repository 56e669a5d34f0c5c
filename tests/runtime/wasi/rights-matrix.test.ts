/** Every call with and without each right; what each needs stands in descriptor-rights-rows.ts and path-rights-rows.ts. */
import { readFileSync } from 'node:fs';
import t from 'tap';
import { type RightName, Rights } from '../../../proto/rights.ts';
import { Errno } from '../../../runtime/vfs/errno.ts';
import { callRights, twoPathRights } from '../../../runtime/wasi/rights-table.ts';
import { callNames } from '../../../runtime/wasi/signatures.ts';
import { repositoryRoot } from '../../support/repository.ts';
import { descriptorGuest, descriptorRows } from './descriptor-rights-rows.ts';
import { pathGuest, pathRows } from './path-rights-rows.ts';
import {
  allowed,
  alternatives,
  bits,
  everything,
  freeCalls,
  type Needs,
  preview1Names,
  rightsToTry,
} from './rights-needed.ts';

const { NOTCAPABLE, SUCCESS, ISDIR } = Errno;

t.test('calls on descriptors need the rights that are documented, and no others', async (t) => {
  for (const { call, what, on, needs, run } of descriptorRows) {
    const wrong: string[] = [];
    for (const rights of rightsToTry(needs)) {
      const { guest, fd } = descriptorGuest(on, rights);
      const expected = allowed(needs, rights) ? SUCCESS : NOTCAPABLE;
      const errno = run(guest, fd);
      if (errno !== expected) wrong.push(`${rights.toString(16)}: ${errno} instead of ${expected}`);
    }
    t.same(wrong, [], [call, what, 'on', on].join(' '));
  }
});

t.test('a right that the program gave up is gone, and cannot be taken back', async (t) => {
  for (const { call, what, on, needs, run } of descriptorRows) {
    const wrong: string[] = [];
    for (const name of preview1Names) {
      const { guest, fd } = descriptorGuest(on, everything);
      const { base, inheriting } = guest.fdstat(fd);
      const kept = base & ~Rights[name];
      guest.done('fd_fdstat_set_rights', fd, BigInt(kept), BigInt(inheriting));
      if (guest.fdstat(fd).base !== kept) wrong.push(`${name} is still reported`);
      const back = guest.call('fd_fdstat_set_rights', fd, BigInt(kept | Rights[name]), BigInt(inheriting));
      if (back !== NOTCAPABLE) wrong.push(`${name} came back: ${back}`);
      const errno = run(guest, fd);
      const expected = allowed(needs, kept) ? SUCCESS : NOTCAPABLE;
      if (errno !== expected) wrong.push(`without ${name}: ${errno} instead of ${expected}`);
    }
    t.same(wrong, [], [call, what, 'on', on].join(' '));
  }
});

t.test('calls on paths need the documented rights by policy at the path', async (t) => {
  for (const { call, what, needs, run } of pathRows) {
    for (const [path, pathNeeds] of Object.entries(needs)) {
      const wrong: string[] = [];
      for (const rights of rightsToTry(pathNeeds)) {
        const expected = allowed(pathNeeds, rights) ? SUCCESS : NOTCAPABLE;
        const errno = run(pathGuest({ [path]: rights }));
        if (errno !== expected) wrong.push(`${rights.toString(16)}: ${errno} instead of ${expected}`);
      }
      t.same(wrong, [], [call, what, 'at', path].join(' '));
    }
  }
});

t.test('calls on paths need the same of the directory they start from', async (t) => {
  for (const { call, what, needs, inherited = [], run } of pathRows) {
    const own: Needs = Object.values(needs)
      .flat()
      .map((need) => (typeof need === 'string' ? [need] : need))
      .filter((names) => !names.some((name) => inherited.includes(name)));
    const wrong: string[] = [];
    for (const name of preview1Names) {
      const guest = pathGuest({});
      const { base, inheriting } = guest.fdstat(3);
      guest.done('fd_fdstat_set_rights', 3, BigInt(base & ~Rights[name]), BigInt(inheriting));
      const expected = allowed(own, everything & ~Rights[name]) ? SUCCESS : NOTCAPABLE;
      const errno = run(guest);
      if (errno !== expected) wrong.push(`without ${name}: ${errno} instead of ${expected}`);
    }
    t.same(wrong, [], [call, what].join(' '));
  }
});

t.test('what may not be inherited cannot be asked for', async (t) => {
  for (const { call, what, needs, inherited, run } of pathRows) {
    if (inherited === undefined) continue;
    const wanted = Object.values(needs)
      .flat()
      .filter((need): need is readonly RightName[] => typeof need !== 'string');
    const wrong: string[] = [];
    for (const name of preview1Names) {
      const guest = pathGuest({});
      const { base, inheriting } = guest.fdstat(3);
      guest.done('fd_fdstat_set_rights', 3, BigInt(base), BigInt(inheriting & ~Rights[name]));
      const alternative = wanted.some((names) => names.includes(name));
      const expected = inherited.includes(name) && !alternative ? NOTCAPABLE : SUCCESS;
      const errno = run(guest);
      if (errno !== expected) wrong.push(`without ${name}: ${errno} instead of ${expected}`);
    }
    t.same(wrong, [], [call, what].join(' '));
  }
});

t.test('directories never hold the rights of files, nor files those of directories', async (t) => {
  const guest = pathGuest({});
  const directory = guest.open('d', { flags: 2, base: BigInt(everything & ~Rights.FD_WRITE) });
  const file = guest.open('d/file', { base: BigInt(everything) });
  const fileOnly = bits([
    'FD_DATASYNC',
    'FD_READ',
    'FD_SEEK',
    'FD_TELL',
    'FD_WRITE',
    'FD_ALLOCATE',
    'FD_FILESTAT_SET_SIZE',
  ]);
  const directoryOnly = bits([...preview1Names.filter((name) => name.startsWith('PATH_')), 'FD_READDIR']);
  t.equal(guest.fdstat(directory).base & fileOnly, 0);
  t.equal(guest.fdstat(directory).inheriting, everything);
  t.equal(guest.fdstat(file).base & directoryOnly, 0);
  t.equal(guest.fdstat(file).inheriting, 0);
  t.equal(guest.fdstat(3).base & fileOnly, 0);
  for (const { call, on, run } of descriptorRows) {
    const free = ['fd_close', 'fd_fdstat_get', 'fd_fdstat_set_rights', 'fd_renumber'].includes(call);
    if (on !== 'file' || free || descriptorRows.some((row) => row.call === call && row.on === 'directory'))
      continue;
    t.equal(run(guest, directory), ISDIR, `${call} on a directory`);
  }
});

t.test('every call is in the table', async (t) => {
  const listed = new Set<string>([...descriptorRows, ...pathRows].map(({ call }) => call).concat(freeCalls));
  t.same([...listed].sort(), [...callNames].sort());
});

t.test("the published table says what the documentation's does", async (t) => {
  const published = new Map<string, number>(Object.entries(callRights));
  for (const { call, what, needs } of [...descriptorRows]) {
    if (what !== undefined || call === 'fd_tell') continue;
    t.equal(published.get(call) ?? 0, bits(alternatives(needs).flat()), call);
  }
  for (const { call, needs } of pathRows) {
    if (call === 'path_open') continue;
    const all = bits(Object.values(needs).flatMap((each) => alternatives(each).flat()));
    const two = call === 'path_link' || call === 'path_rename' ? twoPathRights[call] : undefined;
    t.equal(two === undefined ? published.get(call) : two.from | two.to, all, call);
  }
});

t.test('docs/wasi.md shows the published table', async (t) => {
  const text = readFileSync(new URL('docs/wasi.md', repositoryRoot), 'utf8');
  const rows = [...text.matchAll(/^\| `((?:fd|path)_\w+)` \| ((?:`\w+` ?)+)\|/gm)];
  const shown = Object.fromEntries(
    rows.map(([, call, names]) => [
      call,
      bits([...names!.matchAll(/\w+/g)].map(([name]) => name as RightName)),
    ]),
  );
  const { path_link: link, path_rename: rename } = twoPathRights;
  t.same(shown, { ...callRights, path_link: link.from | link.to, path_rename: rename.from | rename.to });
});
