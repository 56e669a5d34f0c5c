/**
 * What each call on a descriptor needs, with a way to make it: written from the documentation of `rights` in preview 1
 * (WebAssembly/WASI, legacy/preview1/witx/typenames.witx), not from the implementation's table.
 */
import { Rights } from '../../../proto/rights.ts';
import type { CallName } from '../../../runtime/wasi/signatures.ts';
import { Guest } from './guest.ts';
import { everything, type Needs } from './rights-needed.ts';

export interface DescriptorRow {
  readonly call: CallName;
  readonly what?: string;
  readonly on: 'file' | 'directory' | 'stdin' | 'stdout';
  readonly needs: Needs;
  readonly run: (guest: Guest, fd: number) => number;
}

function vectors(guest: Guest): [number, number] {
  return guest.vectors([guest.room(8), 4]);
}

/** A poll's errno, or the error of its one event. */
function poll(guest: Guest, fd: number, type: number): number {
  const subscription = guest.room(48);
  const event = guest.room(32);
  guest.view.setUint8(subscription + 8, type);
  guest.view.setUint32(subscription + 16, fd, true);
  guest.done('poll_oneoff', subscription, event, 1, guest.room(4));
  return guest.view.getUint16(event + 8, true);
}

const sync = (call: 'fd_sync' | 'fd_datasync') => (guest: Guest, fd: number) => guest.call(call, fd);
const times = (guest: Guest, fd: number) => guest.call('fd_filestat_set_times', fd, 1n, 2n, 5);
const advise = (guest: Guest, fd: number) => guest.call('fd_advise', fd, 0n, 0n, 1);
const setFlags = (guest: Guest, fd: number) => guest.call('fd_fdstat_set_flags', fd, 1);
const filestat = (guest: Guest, fd: number) => guest.call('fd_filestat_get', fd, guest.room(64));
const read = (guest: Guest, fd: number) => guest.call('fd_read', fd, ...vectors(guest), guest.room(4));
const write = (guest: Guest, fd: number) => guest.call('fd_write', fd, ...vectors(guest), guest.room(4));

export const descriptorRows: readonly DescriptorRow[] = [
  { call: 'fd_advise', on: 'file', needs: ['FD_ADVISE'], run: advise },
  {
    call: 'fd_allocate',
    on: 'file',
    needs: ['FD_ALLOCATE'],
    run: (g, fd) => g.call('fd_allocate', fd, 0n, 9n),
  },
  { call: 'fd_close', on: 'file', needs: [], run: (g, fd) => g.call('fd_close', fd) },
  { call: 'fd_datasync', on: 'file', needs: ['FD_DATASYNC'], run: sync('fd_datasync') },
  { call: 'fd_fdstat_get', on: 'file', needs: [], run: (g, fd) => g.call('fd_fdstat_get', fd, g.room(24)) },
  { call: 'fd_fdstat_set_flags', on: 'file', needs: ['FD_FDSTAT_SET_FLAGS'], run: setFlags },
  {
    call: 'fd_fdstat_set_rights',
    on: 'file',
    needs: [],
    run: (g, fd) => g.call('fd_fdstat_set_rights', fd, 0n, 0n),
  },
  { call: 'fd_filestat_get', on: 'file', needs: ['FD_FILESTAT_GET'], run: filestat },
  {
    call: 'fd_filestat_set_size',
    on: 'file',
    needs: ['FD_FILESTAT_SET_SIZE'],
    run: (g, fd) => g.call('fd_filestat_set_size', fd, 3n),
  },
  { call: 'fd_filestat_set_times', on: 'file', needs: ['FD_FILESTAT_SET_TIMES'], run: times },
  {
    call: 'fd_pread',
    on: 'file',
    needs: ['FD_READ', 'FD_SEEK'],
    run: (g, fd) => g.call('fd_pread', fd, ...vectors(g), 1n, g.room(4)),
  },
  {
    call: 'fd_pwrite',
    on: 'file',
    needs: ['FD_WRITE', 'FD_SEEK'],
    run: (g, fd) => g.call('fd_pwrite', fd, ...vectors(g), 1n, g.room(4)),
  },
  { call: 'fd_read', on: 'file', needs: ['FD_READ'], run: read },
  { call: 'fd_renumber', on: 'file', needs: [], run: (g, fd) => g.call('fd_renumber', fd, 2) },
  {
    call: 'fd_seek',
    on: 'file',
    needs: ['FD_SEEK'],
    run: (g, fd) => g.call('fd_seek', fd, 1n, 0, g.room(8)),
  },
  {
    call: 'fd_seek',
    what: 'nowhere',
    on: 'file',
    needs: [['FD_SEEK', 'FD_TELL']],
    run: (g, fd) => g.call('fd_seek', fd, 0n, 1, g.room(8)),
  },
  { call: 'fd_sync', on: 'file', needs: ['FD_SYNC'], run: sync('fd_sync') },
  {
    call: 'fd_tell',
    on: 'file',
    needs: [['FD_SEEK', 'FD_TELL']],
    run: (g, fd) => g.call('fd_tell', fd, g.room(8)),
  },
  { call: 'fd_write', on: 'file', needs: ['FD_WRITE'], run: write },
  {
    call: 'poll_oneoff',
    what: 'reading',
    on: 'file',
    needs: ['POLL_FD_READWRITE', 'FD_READ'],
    run: (g, fd) => poll(g, fd, 1),
  },
  {
    call: 'poll_oneoff',
    what: 'writing',
    on: 'file',
    needs: ['POLL_FD_READWRITE', 'FD_WRITE'],
    run: (g, fd) => poll(g, fd, 2),
  },
  { call: 'fd_advise', on: 'directory', needs: ['FD_ADVISE'], run: advise },
  { call: 'fd_fdstat_set_flags', on: 'directory', needs: ['FD_FDSTAT_SET_FLAGS'], run: setFlags },
  { call: 'fd_filestat_get', on: 'directory', needs: ['FD_FILESTAT_GET'], run: filestat },
  { call: 'fd_filestat_set_times', on: 'directory', needs: ['FD_FILESTAT_SET_TIMES'], run: times },
  {
    call: 'fd_readdir',
    on: 'directory',
    needs: ['FD_READDIR'],
    run: (g, fd) => g.call('fd_readdir', fd, g.room(64), 64, 0n, g.room(4)),
  },
  { call: 'fd_sync', on: 'directory', needs: ['FD_SYNC'], run: sync('fd_sync') },
  { call: 'fd_read', on: 'stdin', needs: ['FD_READ'], run: read },
  { call: 'fd_filestat_get', on: 'stdin', needs: ['FD_FILESTAT_GET'], run: filestat },
  {
    call: 'poll_oneoff',
    what: 'reading',
    on: 'stdin',
    needs: ['POLL_FD_READWRITE', 'FD_READ'],
    run: (g, fd) => poll(g, fd, 1),
  },
  { call: 'fd_write', on: 'stdout', needs: ['FD_WRITE'], run: write },
  { call: 'fd_fdstat_set_flags', on: 'stdout', needs: ['FD_FDSTAT_SET_FLAGS'], run: setFlags },
  { call: 'fd_sync', on: 'stdout', needs: ['FD_SYNC'], run: sync('fd_sync') },
  { call: 'fd_datasync', on: 'stdout', needs: ['FD_DATASYNC'], run: sync('fd_datasync') },
  {
    call: 'poll_oneoff',
    what: 'writing',
    on: 'stdout',
    needs: ['POLL_FD_READWRITE', 'FD_WRITE'],
    run: (g, fd) => poll(g, fd, 2),
  },
];

export function descriptorGuest(on: DescriptorRow['on'], rights: number): { guest: Guest; fd: number } {
  if (on === 'stdin' || on === 'stdout') {
    const stdin = { rights, read: (target: Uint8Array) => target.length };
    const sink = { rights, write: (source: Uint8Array) => source.length };
    return {
      guest: new Guest({ streams: { stdin, stdout: sink, stderr: sink } }),
      fd: on === 'stdin' ? 0 : 1,
    };
  }
  const path = on === 'file' ? '/file' : '/dir';
  // The policy grants what is tried, and PATH_OPEN, without which there would be nothing to try.
  const guest = new Guest({
    files: { '/file': 'content', '/dir/entry': '' },
    rights: { '/': everything, [path]: rights | Rights.PATH_OPEN },
  });
  // All is asked for, but what fails at once: reading and writing that is not granted, and writing a directory.
  const readWrite = Rights.FD_READ | Rights.FD_WRITE;
  const base = on === 'file' ? (everything & ~readWrite) | rights : everything & ~Rights.FD_WRITE;
  return { guest, fd: guest.open(path.slice(1), { base: BigInt(base) }) };
}
