/**
 * The rights a policy grants on a file: WASI preview 1's bits 0-28, as wasi_snapshot_preview1's `rights` numbers them,
 * and Veracruz's FD_EXECUTE above them. All fit a positive 32-bit integer, so the plain bit operators are exact.
 */

export const Rights = {
  FD_DATASYNC: 1 << 0,
  FD_READ: 1 << 1,
  FD_SEEK: 1 << 2,
  FD_FDSTAT_SET_FLAGS: 1 << 3,
  FD_SYNC: 1 << 4,
  FD_TELL: 1 << 5,
  FD_WRITE: 1 << 6,
  FD_ADVISE: 1 << 7,
  FD_ALLOCATE: 1 << 8,
  PATH_CREATE_DIRECTORY: 1 << 9,
  PATH_CREATE_FILE: 1 << 10,
  PATH_LINK_SOURCE: 1 << 11,
  PATH_LINK_TARGET: 1 << 12,
  PATH_OPEN: 1 << 13,
  FD_READDIR: 1 << 14,
  PATH_READLINK: 1 << 15,
  PATH_RENAME_SOURCE: 1 << 16,
  PATH_RENAME_TARGET: 1 << 17,
  PATH_FILESTAT_GET: 1 << 18,
  PATH_FILESTAT_SET_SIZE: 1 << 19,
  PATH_FILESTAT_SET_TIMES: 1 << 20,
  FD_FILESTAT_GET: 1 << 21,
  FD_FILESTAT_SET_SIZE: 1 << 22,
  FD_FILESTAT_SET_TIMES: 1 << 23,
  PATH_SYMLINK: 1 << 24,
  PATH_REMOVE_DIRECTORY: 1 << 25,
  PATH_UNLINK_FILE: 1 << 26,
  POLL_FD_READWRITE: 1 << 27,
  SOCK_SHUTDOWN: 1 << 28,
  /** Veracruz's own (2022): the file may be run as a program. */
  FD_EXECUTE: 1 << 29,
} as const satisfies Record<string, number>;

export type RightName = keyof typeof Rights;

/** Every bit that has a name. */
export const ALL_RIGHTS = 0x3fffffff;

/** The bits that WASI preview 1 itself defines: what a program can be told of. */
export const PREVIEW1_RIGHTS = 0x1fffffff;

/** All names, in the order of their bits. */
export const rightNames: readonly RightName[] = Object.keys(Rights) as RightName[];

/** Whether `value` is a whole number made of named bits only. */
export function isRights(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= ALL_RIGHTS;
}

/** Whether `rights` holds every bit of `needed`. */
export function hasRights(rights: number, needed: number): boolean {
  return (rights & needed) === needed;
}

/** The names of the bits in `rights`, lowest first; bits without a name are left out. */
export function namesOfRights(rights: number): RightName[] {
  return rightNames.filter((name) => (rights & Rights[name]) !== 0);
}

/** The bits of some names, together; undefined where one of them is no right's name. */
export function rightsOfNames(names: Iterable<string>): number | undefined {
  let rights = 0;
  for (const name of names) {
    if (!Object.hasOwn(Rights, name)) return undefined;
    rights |= Rights[name as RightName];
  }
  return rights;
}
