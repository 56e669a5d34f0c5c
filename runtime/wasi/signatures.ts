/**
 * The functions of `wasi_snapshot_preview1` with their core WebAssembly types: parameters, then the result; `i` is i32,
 * `I` is i64. Source: WebAssembly/WASI, legacy/preview1/witx/wasi_snapshot_preview1.witx; a string or list lowers to
 * pointer and length, each result but the errno to a pointer at the end.
 */
export const PREVIEW1_MODULE = 'wasi_snapshot_preview1';

export const signatures = {
  args_get: 'ii:i',
  args_sizes_get: 'ii:i',
  environ_get: 'ii:i',
  environ_sizes_get: 'ii:i',
  clock_res_get: 'ii:i',
  clock_time_get: 'iIi:i',
  fd_advise: 'iIIi:i',
  fd_allocate: 'iII:i',
  fd_close: 'i:i',
  fd_datasync: 'i:i',
  fd_fdstat_get: 'ii:i',
  fd_fdstat_set_flags: 'ii:i',
  fd_fdstat_set_rights: 'iII:i',
  fd_filestat_get: 'ii:i',
  fd_filestat_set_size: 'iI:i',
  fd_filestat_set_times: 'iIIi:i',
  fd_pread: 'iiiIi:i',
  fd_prestat_get: 'ii:i',
  fd_prestat_dir_name: 'iii:i',
  fd_pwrite: 'iiiIi:i',
  fd_read: 'iiii:i',
  fd_readdir: 'iiiIi:i',
  fd_renumber: 'ii:i',
  fd_seek: 'iIii:i',
  fd_sync: 'i:i',
  fd_tell: 'ii:i',
  fd_write: 'iiii:i',
  path_create_directory: 'iii:i',
  path_filestat_get: 'iiiii:i',
  path_filestat_set_times: 'iiiiIIi:i',
  path_link: 'iiiiiii:i',
  path_open: 'iiiiiIIii:i',
  path_readlink: 'iiiiii:i',
  path_remove_directory: 'iii:i',
  path_rename: 'iiiiii:i',
  path_symlink: 'iiiii:i',
  path_unlink_file: 'iii:i',
  poll_oneoff: 'iiii:i',
  proc_exit: 'i:',
  proc_raise: 'i:i',
  sched_yield: ':i',
  random_get: 'ii:i',
  sock_accept: 'iii:i',
  sock_recv: 'iiiiii:i',
  sock_send: 'iiiii:i',
  sock_shutdown: 'ii:i',
} as const;

export type CallName = keyof typeof signatures;

/** Every function a program may import from preview 1. */
export const callNames = Object.keys(signatures) as readonly CallName[];

/** What Veracruz has besides. Source: Veracruz, execution-engine/src/wasi/common.rs. */
export const VERACRUZ_MODULE = 'veracruz_si';
export const veracruzSignatures = { fd_create: 'i:i' } as const;

/** Every function a program may import, from whichever of the two modules has it. */
export type ImportName = CallName | keyof typeof veracruzSignatures;
export const importNames = [...callNames, ...Object.keys(veracruzSignatures)] as readonly ImportName[];

/** The type of a function that a program may import; undefined for all others. */
export function importSignature(module: string, name: string): string | undefined {
  const table: Readonly<Record<string, string>> | undefined =
    module === PREVIEW1_MODULE ? signatures : module === VERACRUZ_MODULE ? veracruzSignatures : undefined;
  return table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
}
