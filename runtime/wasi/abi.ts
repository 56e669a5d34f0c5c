/**
 * WASI preview 1 as it lies in a program's memory: numbers, flags and record layouts, all little-endian.
 * Source: WebAssembly/WASI, legacy/preview1/witx/typenames.witx, lowered by the witx layout rules (each field at the
 * next multiple of its own size).
 */

/** `clockid`. */
export const Clock = { realtime: 0, monotonic: 1, processCpuTime: 2, threadCpuTime: 3 } as const;

/** `fdflags`. */
export const FdFlags = { APPEND: 1, DSYNC: 2, NONBLOCK: 4, RSYNC: 8, SYNC: 16 } as const;
export const ALL_FD_FLAGS = 0x1f;

/** `oflags`. */
export const OpenFlags = { CREAT: 1, DIRECTORY: 2, EXCL: 4, TRUNC: 8 } as const;
export const ALL_OPEN_FLAGS = 0xf;

/** `lookupflags`. */
export const LookupFlags = { SYMLINK_FOLLOW: 1 } as const;
export const ALL_LOOKUP_FLAGS = 1;

/** `fstflags`. */
export const TimeFlags = { ATIM: 1, ATIM_NOW: 2, MTIM: 4, MTIM_NOW: 8 } as const;
export const ALL_TIME_FLAGS = 0xf;

/** `whence`. */
export const Whence = { set: 0, current: 1, end: 2 } as const;

/** The highest `advice`, `noreuse`. */
export const LAST_ADVICE = 5;

/** `eventtype`. */
export const EventType = { clock: 0, fdRead: 1, fdWrite: 2 } as const;

/** `subclockflags`. */
export const ALL_CLOCK_SUBSCRIPTION_FLAGS = 1;
export const CLOCK_SUBSCRIPTION_ABSOLUTE = 1;

/** `preopentype`. */
export const PREOPEN_DIRECTORY = 0;

/** `fdstat`: the record's size and the offsets of its fields. */
export const FdStat = { size: 24, fileType: 0, flags: 2, base: 8, inheriting: 16 } as const;

/** `filestat`. */
export const FileStat = {
  size: 64,
  device: 0,
  inode: 8,
  fileType: 16,
  links: 24,
  length: 32,
  accessed: 40,
  modified: 48,
  changed: 56,
} as const;

/** `dirent`, which the bytes of the name follow. */
export const DirectoryEntry = { size: 24, next: 0, inode: 8, nameLength: 16, fileType: 20 } as const;

/** `prestat`. */
export const PreStat = { size: 8, tag: 0, nameLength: 4 } as const;

/** `iovec` and `ciovec`. */
export const IoVector = { size: 8, buffer: 0, length: 4 } as const;

/** `subscription`; the fields of its two kinds overlap. */
export const Subscription = {
  size: 48,
  userData: 0,
  tag: 8,
  clockId: 16,
  timeout: 24,
  precision: 32,
  clockFlags: 40,
  descriptor: 16,
} as const;

/** `event`. */
export const PollEvent = {
  size: 32,
  userData: 0,
  error: 8,
  type: 10,
  available: 16,
  readWriteFlags: 24,
} as const;

/** `eventrwflags`: the writer has ended. */
export const FD_READWRITE_HANGUP = 1;

/** `signal`: what raising each one does to the program. Numbers without a name end it. */
export const LAST_SIGNAL = 30;
export const NO_SIGNAL = 0;
/** `pipe`, `chld`, `cont`, `urg`, `winch`: "ignored", or continuing what is not stopped. */
export const IGNORED_SIGNALS: ReadonlySet<number> = new Set([13, 16, 17, 22, 27]);
/** `stop`, `tstp`, `ttin`, `ttou`. */
export const STOPPING_SIGNALS: ReadonlySet<number> = new Set([18, 19, 20, 21]);

/** `filestat::dev` of everything: there is one file system. */
export const DEVICE = 1;
