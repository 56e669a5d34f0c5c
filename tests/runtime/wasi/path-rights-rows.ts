/**
 * What each call on a path needs, with a way to make it: written from the documentation of `rights` in preview 1
 * (WebAssembly/WASI, legacy/preview1/witx/typenames.witx), not from the implementation's table.
 */
import type { RightName } from '../../../proto/rights.ts';
import type { CallName } from '../../../runtime/wasi/signatures.ts';
import { Guest } from './guest.ts';
import { bits, everything, type Needs } from './rights-needed.ts';

export interface PathRow {
  readonly call: CallName;
  readonly what?: string;
  /** What is needed at which path; all of it on the directory's descriptor too. */
  readonly needs: Readonly<Record<string, Needs>>;
  /** Needed of what may be opened through the descriptor, not of the descriptor itself. */
  readonly inherited?: readonly RightName[];
  readonly run: (guest: Guest) => number;
}

const open = (guest: Guest, path: string, flags: number, base: RightName[], fdFlags = 0) =>
  guest.tryOpen(path, { flags, base: BigInt(bits(base)), inheriting: 0n, fdFlags }).errno;

export const pathRows: readonly PathRow[] = [
  {
    call: 'path_create_directory',
    needs: { '/d/new': ['PATH_CREATE_DIRECTORY'] },
    run: (g) => g.call('path_create_directory', 3, ...g.text('d/new')),
  },
  {
    call: 'path_filestat_get',
    what: 'file',
    needs: { '/d/file': ['PATH_FILESTAT_GET'] },
    run: (g) => g.call('path_filestat_get', 3, 0, ...g.text('d/file'), g.room(64)),
  },
  {
    call: 'path_filestat_get',
    what: 'directory',
    needs: { '/d/sub': ['PATH_FILESTAT_GET'] },
    run: (g) => g.call('path_filestat_get', 3, 0, ...g.text('d/sub'), g.room(64)),
  },
  {
    call: 'path_filestat_set_times',
    what: 'file',
    needs: { '/d/file': ['PATH_FILESTAT_SET_TIMES'] },
    run: (g) => g.call('path_filestat_set_times', 3, 0, ...g.text('d/file'), 1n, 2n, 5),
  },
  {
    call: 'path_filestat_set_times',
    what: 'directory',
    needs: { '/d/sub': ['PATH_FILESTAT_SET_TIMES'] },
    run: (g) => g.call('path_filestat_set_times', 3, 0, ...g.text('d/sub'), 1n, 2n, 5),
  },
  {
    call: 'path_link',
    needs: { '/d/file': ['PATH_LINK_SOURCE'], '/d/new': ['PATH_LINK_TARGET'] },
    run: (g) => g.call('path_link', 3, 0, ...g.text('d/file'), 3, ...g.text('d/new')),
  },
  {
    call: 'path_open',
    what: 'file',
    needs: { '/d/file': ['PATH_OPEN'] },
    run: (g) => open(g, 'd/file', 0, []),
  },
  {
    call: 'path_open',
    what: 'directory',
    needs: { '/d/sub': ['PATH_OPEN'] },
    run: (g) => open(g, 'd/sub', 2, ['FD_READ', 'FD_READDIR']),
  },
  {
    call: 'path_open',
    what: 'creating',
    needs: { '/d/new': ['PATH_OPEN', 'PATH_CREATE_FILE'] },
    run: (g) => open(g, 'd/new', 1, []),
  },
  {
    call: 'path_open',
    what: 'creating what is there',
    needs: { '/d/file': ['PATH_OPEN', 'PATH_CREATE_FILE'] },
    run: (g) => open(g, 'd/file', 1, []),
  },
  {
    call: 'path_open',
    what: 'truncating',
    needs: { '/d/file': ['PATH_OPEN', 'PATH_FILESTAT_SET_SIZE'] },
    run: (g) => open(g, 'd/file', 8, []),
  },
  {
    call: 'path_open',
    what: 'to read',
    needs: { '/d/file': ['PATH_OPEN', 'FD_READ'] },
    inherited: ['FD_READ'],
    run: (g) => open(g, 'd/file', 0, ['FD_READ']),
  },
  {
    call: 'path_open',
    what: 'to write',
    needs: { '/d/file': ['PATH_OPEN', 'FD_WRITE'] },
    inherited: ['FD_WRITE'],
    run: (g) => open(g, 'd/file', 0, ['FD_WRITE']),
  },
  {
    call: 'path_open',
    what: 'new to write',
    needs: { '/d/new': ['PATH_OPEN', 'PATH_CREATE_FILE', 'FD_WRITE'] },
    inherited: ['FD_WRITE'],
    run: (g) => open(g, 'd/new', 1, ['FD_WRITE']),
  },
  {
    call: 'path_open',
    what: 'dsync',
    needs: { '/d/file': ['PATH_OPEN', ['FD_DATASYNC', 'FD_SYNC']] },
    inherited: ['FD_DATASYNC', 'FD_SYNC'],
    run: (g) => open(g, 'd/file', 0, [], 2),
  },
  {
    call: 'path_open',
    what: 'rsync',
    needs: { '/d/file': ['PATH_OPEN', 'FD_SYNC'] },
    inherited: ['FD_SYNC'],
    run: (g) => open(g, 'd/file', 0, [], 8),
  },
  {
    call: 'path_open',
    what: 'sync',
    needs: { '/d/file': ['PATH_OPEN', 'FD_SYNC'] },
    inherited: ['FD_SYNC'],
    run: (g) => open(g, 'd/file', 0, [], 16),
  },
  {
    call: 'path_readlink',
    needs: { '/d/link': ['PATH_READLINK'] },
    run: (g) => g.call('path_readlink', 3, ...g.text('d/link'), g.room(8), 8, g.room(4)),
  },
  {
    call: 'path_remove_directory',
    needs: { '/d/sub': ['PATH_REMOVE_DIRECTORY'] },
    run: (g) => g.call('path_remove_directory', 3, ...g.text('d/sub')),
  },
  {
    call: 'path_rename',
    what: 'file',
    needs: { '/d/file': ['PATH_RENAME_SOURCE'], '/d/new': ['PATH_RENAME_TARGET'] },
    run: (g) => g.call('path_rename', 3, ...g.text('d/file'), 3, ...g.text('d/new')),
  },
  {
    call: 'path_rename',
    what: 'directory',
    needs: { '/d/sub': ['PATH_RENAME_SOURCE'], '/d/new': ['PATH_RENAME_TARGET'] },
    run: (g) => g.call('path_rename', 3, ...g.text('d/sub'), 3, ...g.text('d/new')),
  },
  {
    call: 'path_symlink',
    needs: { '/d/new': ['PATH_SYMLINK'] },
    run: (g) => g.call('path_symlink', ...g.text('file'), 3, ...g.text('d/new')),
  },
  {
    call: 'path_unlink_file',
    what: 'file',
    needs: { '/d/file': ['PATH_UNLINK_FILE'] },
    run: (g) => g.call('path_unlink_file', 3, ...g.text('d/file')),
  },
  {
    call: 'path_unlink_file',
    what: 'link',
    needs: { '/d/link': ['PATH_UNLINK_FILE'] },
    run: (g) => g.call('path_unlink_file', 3, ...g.text('d/link')),
  },
];

export function pathGuest(rights: Readonly<Record<string, number>>): Guest {
  return new Guest({
    rights: { '/': everything, ...rights },
    files: { '/d/file': 'content', '/d/sub/': '' },
    links: { '/d/link': 'file' },
  });
}
