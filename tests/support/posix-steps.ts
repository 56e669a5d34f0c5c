/**
 * Scripts of file operations that a WASI host, native Linux and a model can all run: one operation a line, each answered
 * by one line (`ok` and what it tells, or the errno's name). Words are separated by a space, so paths have none.
 *
 *   open SLOT PATH FLAGS       c create, x exclusive, t truncate, d directory, a append, f follow a link, r read, w write
 *   close | fstat | tell SLOT
 *   read SLOT LENGTH           pread SLOT LENGTH POSITION
 *   write SLOT LENGTH BYTE     pwrite SLOT LENGTH BYTE POSITION
 *   seek SLOT OFFSET WHENCE    size SLOT SIZE           allocate SLOT OFFSET LENGTH
 *   append SLOT a|-            futime SLOT ACCESSED MODIFIED
 *   mkdir | rmdir | unlink | list PATH
 *   rename OLD NEW             link OLD NEW f|-         symlink TARGET PATH      readlink PATH LENGTH
 *   stat PATH f|-              utime PATH f|- ACCESSED MODIFIED
 *
 * What cannot be compared is answered alike by all: a slot that is open on a directory says `directory` to everything
 * but close, fstat and futime; one that is not open for writing says BADF to what writes; `pwrite` in append mode says
 * `append`. Positions, sizes and times are small, and no path or link leads out of the directory where a script begins.
 */
import fc from 'fast-check';

export const SLOTS = 4;
/** Seconds that scripts set as times; any other time is the host's own, and shown as `now`. */
const SET_SECONDS = { min: 1000, max: 999_999 };
/** Bytes that one operation may move, and a little more than the largest position. */
export const LARGEST = 4096;

const name = fc.constantFrom('a', 'b', 'c', 'd');
const last = fc.oneof({ weight: 12, arbitrary: name }, { weight: 1, arbitrary: fc.constantFrom('.', '..') });
const step = fc.oneof({ weight: 8, arbitrary: name }, { weight: 1, arbitrary: fc.constantFrom('.', '..') });

/** Never above where it begins: then no link, whose target goes down only, can lead it out either. */
function staysInside(parts: readonly string[]): boolean {
  let depth = 0;
  return parts.every((part) => {
    if (part === '..') depth--;
    else if (part !== '.') depth++;
    return depth >= 0;
  });
}

const path = fc
  .tuple(fc.array(step, { maxLength: 2 }), last, fc.boolean(), fc.nat(9))
  .map(([above, end, twice, slash]) => ({
    parts: [...above, end],
    text: `${[...above, end].join(twice ? '//' : '/')}${slash === 0 ? '/' : ''}`,
  }))
  .filter(({ parts }) => staysInside(parts))
  .map(({ text }) => text);
const target = fc.array(name, { minLength: 1, maxLength: 2 }).map((parts) => parts.join('/'));

const slot = fc.nat(SLOTS - 1);
const byte = fc.integer({ min: 1, max: 255 });
const length = fc.oneof(fc.nat(20), fc.nat(1500));
const position = fc.oneof(fc.nat(30), fc.nat(2000));
const seconds = fc.integer(SET_SECONDS);
const follow = fc.constantFrom('f', '-');
const openFlags = fc
  .tuple(fc.subarray(['c', 'x', 't', 'd', 'a', 'f']), fc.constantFrom('r', 'w', 'rw', 'rw'))
  .map(([some, access]) => some.join('') + access);
const creating = fc.constantFrom('crw', 'crwf', 'cwa', 'rw', 'rwf', 'ctrw', 'rdf');

function line(word: string, ...parts: fc.Arbitrary<string | number>[]): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((values) => [word, ...values].join(' '));
}

const operation: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: line('open', slot, path, creating) },
  { weight: 3, arbitrary: line('open', slot, path, openFlags) },
  { weight: 1, arbitrary: line('close', slot) },
  { weight: 4, arbitrary: line('write', slot, length, byte) },
  { weight: 2, arbitrary: line('pwrite', slot, length, byte, position) },
  { weight: 3, arbitrary: line('read', slot, length) },
  { weight: 3, arbitrary: line('pread', slot, length, position) },
  { weight: 3, arbitrary: line('seek', slot, fc.integer({ min: -200, max: 2000 }), fc.nat(2)) },
  { weight: 1, arbitrary: line('tell', slot) },
  { weight: 2, arbitrary: line('size', slot, position) },
  { weight: 1, arbitrary: line('allocate', slot, position, fc.nat(100)) },
  { weight: 1, arbitrary: line('append', slot, fc.constantFrom('a', '-')) },
  { weight: 3, arbitrary: line('fstat', slot) },
  { weight: 1, arbitrary: line('futime', slot, seconds, seconds) },
  { weight: 5, arbitrary: line('mkdir', path) },
  { weight: 2, arbitrary: line('rmdir', path) },
  { weight: 3, arbitrary: line('unlink', path) },
  { weight: 6, arbitrary: line('rename', path, path) },
  { weight: 3, arbitrary: line('link', path, path, follow) },
  { weight: 3, arbitrary: line('symlink', target, path) },
  { weight: 2, arbitrary: line('readlink', path, fc.nat(5)) },
  { weight: 4, arbitrary: line('stat', path, follow) },
  { weight: 2, arbitrary: line('utime', path, follow, seconds, seconds) },
  { weight: 3, arbitrary: line('list', path) },
);

/** So that there is something to work on: a file, a directory with a file in it, and a link to each. */
const BEGINNING = [
  'mkdir a',
  'open 0 a/b crw',
  'write 0 40 66',
  'open 1 b crw',
  'write 1 30 67',
  'symlink a c',
  'symlink a/b d',
];
/** And so that the end shows all that was done. */
const END = ['list .', 'list a', 'stat a -', 'stat b -', 'stat c -', 'stat d -', 'fstat 0', 'fstat 1'];

export const scripts: fc.Arbitrary<string[]> = fc
  .array(operation, { minLength: 5, maxLength: 40, size: 'max' })
  .map((lines) => [...BEGINNING, ...lines, ...END]);

/** Runs of equal bytes: count x value. */
export function showBytes(bytes: Uint8Array): string {
  const words = ['ok', String(bytes.length)];
  for (let start = 0, end: number; start < bytes.length; start = end) {
    for (end = start; end < bytes.length && bytes[end] === bytes[start]; end++);
    words.push(`${end - start}x${bytes[start]}`);
  }
  return words.join(' ');
}

/** Times in nanoseconds. */
export interface ShownStatus {
  readonly kind: 'file' | 'directory' | 'link';
  /** In the order in which the script first met them. */
  readonly inode: number;
  readonly links: number;
  readonly size: number;
  readonly modified: bigint;
  readonly accessed: bigint;
}

export function showStatus({ kind, inode, links, size, modified, accessed }: ShownStatus): string {
  const words = ['ok', kind, `inode=${inode}`];
  if (kind !== 'directory') words.push(`links=${links}`, `size=${size}`);
  words.push(`modified=${showTime(modified)}`);
  if (kind === 'file') words.push(`accessed=${showTime(accessed)}`);
  return words.join(' ');
}

function showTime(nanoseconds: bigint): string {
  const seconds = Number(nanoseconds / 1_000_000_000n);
  return seconds >= SET_SECONDS.min && seconds <= SET_SECONDS.max ? String(seconds) : 'now';
}

/** Names with a mark for what they name: `/` or `@`. */
export function showNames(names: readonly string[]): string {
  return ['ok', ...[...names].sort()].join(' ');
}
