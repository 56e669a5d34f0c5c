/**
 * What each call needs, as the preview 1 documentation of `rights` says it (WebAssembly/WASI, legacy/preview1/witx/
 * typenames.witx), and which rights can apply to which kind of descriptor. docs/wasi.md shows these tables.
 */
import { PREVIEW1_RIGHTS, Rights } from '../../proto/rights.ts';
import { FdFlags, OpenFlags } from './abi.ts';
import type { CallName } from './signatures.ts';

const R = Rights;

/**
 * Rights on the descriptor (`fd_*`), or both on the directory's descriptor and, by policy, at the path (`path_*`). Calls
 * that are missing need none, except for the four below, whose needs depend on their arguments.
 */
export const callRights = {
  fd_advise: R.FD_ADVISE,
  fd_allocate: R.FD_ALLOCATE,
  fd_datasync: R.FD_DATASYNC,
  fd_fdstat_set_flags: R.FD_FDSTAT_SET_FLAGS,
  fd_filestat_get: R.FD_FILESTAT_GET,
  fd_filestat_set_size: R.FD_FILESTAT_SET_SIZE,
  fd_filestat_set_times: R.FD_FILESTAT_SET_TIMES,
  fd_pread: R.FD_READ | R.FD_SEEK,
  fd_pwrite: R.FD_WRITE | R.FD_SEEK,
  fd_read: R.FD_READ,
  fd_readdir: R.FD_READDIR,
  fd_seek: R.FD_SEEK,
  fd_sync: R.FD_SYNC,
  fd_tell: R.FD_TELL,
  fd_write: R.FD_WRITE,
  path_create_directory: R.PATH_CREATE_DIRECTORY,
  path_filestat_get: R.PATH_FILESTAT_GET,
  path_filestat_set_times: R.PATH_FILESTAT_SET_TIMES,
  path_open: R.PATH_OPEN,
  path_readlink: R.PATH_READLINK,
  path_remove_directory: R.PATH_REMOVE_DIRECTORY,
  path_symlink: R.PATH_SYMLINK,
  path_unlink_file: R.PATH_UNLINK_FILE,
} as const satisfies Partial<Record<CallName, number>>;

/** `path_link` and `path_rename` need one right where they take from and another where they put. */
export const twoPathRights = {
  path_link: { from: R.PATH_LINK_SOURCE, to: R.PATH_LINK_TARGET },
  path_rename: { from: R.PATH_RENAME_SOURCE, to: R.PATH_RENAME_TARGET },
} as const;

/** `poll_oneoff`, for each subscription to a descriptor. */
export const pollRights = {
  read: R.POLL_FD_READWRITE | R.FD_READ,
  write: R.POLL_FD_READWRITE | R.FD_WRITE,
} as const;

/** `fd_seek` implies `fd_tell`: what asks for the position alone needs either of the two. */
export function withImplied(rights: number): number {
  return (rights & R.FD_SEEK) === 0 ? rights : rights | R.FD_TELL;
}

/** What `path_open` needs besides PATH_OPEN, on the directory's descriptor and at the path. */
export function openFlagRights(openFlags: number): number {
  let needed = 0;
  if ((openFlags & OpenFlags.CREAT) !== 0) needed |= R.PATH_CREATE_FILE;
  if ((openFlags & OpenFlags.TRUNC) !== 0) needed |= R.PATH_FILESTAT_SET_SIZE;
  return needed;
}

/**
 * What `path_open` needs for its synchronous modes, among the inheriting rights of the directory's descriptor and at the
 * path. FD_SYNC brings `dsync` along; `sync` is not mentioned and is taken as `rsync` is.
 */
export function synchronousRights(fdFlags: number, granted: number): number {
  if ((fdFlags & (FdFlags.RSYNC | FdFlags.SYNC)) !== 0) return R.FD_SYNC;
  if ((fdFlags & FdFlags.DSYNC) === 0) return 0;
  return (granted & R.FD_SYNC) === 0 ? R.FD_DATASYNC : 0;
}

/** Rights that a regular file's descriptor can hold. */
export const FILE_RIGHTS =
  R.FD_DATASYNC |
  R.FD_READ |
  R.FD_SEEK |
  R.FD_FDSTAT_SET_FLAGS |
  R.FD_SYNC |
  R.FD_TELL |
  R.FD_WRITE |
  R.FD_ADVISE |
  R.FD_ALLOCATE |
  R.FD_FILESTAT_GET |
  R.FD_FILESTAT_SET_SIZE |
  R.FD_FILESTAT_SET_TIMES |
  R.POLL_FD_READWRITE;

/** Rights of a directory's descriptor that are about the paths below it: policy judges them path by path. */
export const PATH_RIGHTS =
  R.PATH_CREATE_DIRECTORY |
  R.PATH_CREATE_FILE |
  R.PATH_LINK_SOURCE |
  R.PATH_LINK_TARGET |
  R.PATH_OPEN |
  R.PATH_READLINK |
  R.PATH_RENAME_SOURCE |
  R.PATH_RENAME_TARGET |
  R.PATH_FILESTAT_GET |
  R.PATH_FILESTAT_SET_SIZE |
  R.PATH_FILESTAT_SET_TIMES |
  R.PATH_SYMLINK |
  R.PATH_REMOVE_DIRECTORY |
  R.PATH_UNLINK_FILE;

/** Rights that a directory's descriptor can hold for itself. Source: CloudABI's and wasi-common's directory rights. */
export const DIRECTORY_RIGHTS =
  PATH_RIGHTS |
  R.FD_FDSTAT_SET_FLAGS |
  R.FD_SYNC |
  R.FD_ADVISE |
  R.FD_READDIR |
  R.FD_FILESTAT_GET |
  R.FD_FILESTAT_SET_TIMES |
  R.POLL_FD_READWRITE;

/** Rights that a standard stream can hold, besides FD_READ or FD_WRITE: it has no position, no size and no times to set. */
export const STREAM_RIGHTS =
  R.FD_DATASYNC | R.FD_FDSTAT_SET_FLAGS | R.FD_SYNC | R.FD_FILESTAT_GET | R.POLL_FD_READWRITE;

/** The rights among those a call names; bits that preview 1 does not know, and Veracruz's own, are none of its. */
export function namedRights(rights: bigint): number {
  return Number(BigInt.asUintN(32, rights)) & PREVIEW1_RIGHTS;
}

/** Whether a call names bits that no descriptor can hold. */
export function namesUnknownRights(rights: bigint): boolean {
  return (BigInt.asUintN(64, rights) & ~BigInt(PREVIEW1_RIGHTS)) !== 0n;
}
