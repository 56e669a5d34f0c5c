/**
 * Writes initramfs archives: cpio in the "newc" form (Linux: Documentation/driver-api/early-userspace/buffer-format.rst).
 * The same entries always give the same bytes: owner, group and times are 0, inodes count up. Inodes from 721 on and the
 * device 3:1 are linuxkit's and usr/gen_init_cpio.c's, so that archives compare.
 */
import { TruceError } from '../proto/errors.ts';

interface EntryBase {
  /** Without a leading slash; its parent has to come before it. */
  readonly path: string;
  /** Permission bits, 0 to 0o7777. */
  readonly mode: number;
}

export type CpioEntry =
  | (EntryBase & { readonly kind: 'directory' })
  | (EntryBase & { readonly kind: 'file'; readonly content: Uint8Array })
  | (EntryBase & { readonly kind: 'symbolic-link'; readonly target: string })
  | (EntryBase & { readonly kind: 'character-device'; readonly major: number; readonly minor: number });

const MAGIC = '070701';
const HEADER_LENGTH = 110;
const FIRST_INODE = 721;
const DEVICE = { major: 3, minor: 1 } as const;
const TRAILER = 'TRAILER!!!';
/** What the next archive, or a section, follows on. The kernel asks for 4; linuxkit gives 512. */
const ARCHIVE_ALIGNMENT = 512;
/** Linux's PATH_MAX, which init/initramfs.c holds names (NUL included) and link targets against, and NAME_MAX. */
const LONGEST_PATH = 4096;
const LONGEST_NAME = 255;
const LARGEST_FIELD = 0xffff_ffff;

/** File types of `mode`. Source: POSIX cpio.h. */
const TYPE_BITS = {
  directory: 0o040000,
  file: 0o100000,
  'symbolic-link': 0o120000,
  'character-device': 0o020000,
} as const satisfies Record<CpioEntry['kind'], number>;

/** An entry as it is laid out: its name with a NUL, its data, and the header's fields that differ. */
interface ArchiveRecord {
  readonly name: Uint8Array;
  readonly data: Uint8Array;
  readonly mode: number;
  readonly links: number;
  readonly device: { readonly major: number; readonly minor: number };
}

/** The archive, with zeros at its end up to a multiple of 512 bytes. Error: CPIO_INVALID {path, reason}. */
export function writeCpio(entries: readonly CpioEntry[]): Uint8Array {
  checkEntries(entries);
  const records = [...entries.map(recordOf), trailer()];
  let length = 0;
  for (const record of records) length = endOf(record, length);
  const archive = new Uint8Array(aligned(length, ARCHIVE_ALIGNMENT));
  let position = 0;
  for (const [index, record] of records.entries()) {
    archive.set(headerOf(record, FIRST_INODE + index), position);
    archive.set(record.name, position + HEADER_LENGTH);
    archive.set(record.data, dataOffset(record, position));
    position = endOf(record, position);
  }
  return archive;
}

function recordOf(entry: CpioEntry): ArchiveRecord {
  return {
    name: nameOf(entry.path),
    data: dataOf(entry),
    mode: TYPE_BITS[entry.kind] | entry.mode,
    links: entry.kind === 'directory' ? 2 : 1,
    device: entry.kind === 'character-device' ? entry : { major: 0, minor: 0 },
  };
}

function trailer(): ArchiveRecord {
  return { name: nameOf(TRAILER), data: new Uint8Array(), mode: 0, links: 1, device: { major: 0, minor: 0 } };
}

function dataOf(entry: CpioEntry): Uint8Array {
  if (entry.kind === 'file') return entry.content;
  return entry.kind === 'symbolic-link' ? new TextEncoder().encode(entry.target) : new Uint8Array();
}

function nameOf(path: string): Uint8Array {
  return new TextEncoder().encode(`${path}\0`);
}

/** Thirteen fields of eight hexadecimal digits. */
function headerOf({ name, data, mode, links, device }: ArchiveRecord, inode: number): Uint8Array {
  const fields = [
    inode,
    mode,
    0, // uid
    0, // gid
    links,
    0, // mtime
    data.length,
    DEVICE.major,
    DEVICE.minor,
    device.major,
    device.minor,
    name.length,
    0, // checksum, which this form does not have
  ];
  const digits = fields.map((field) => field.toString(16).padStart(8, '0'));
  return new TextEncoder().encode(MAGIC + digits.join(''));
}

function dataOffset({ name }: ArchiveRecord, start: number): number {
  return aligned(start + HEADER_LENGTH + name.length, 4);
}

function endOf(record: ArchiveRecord, start: number): number {
  return aligned(dataOffset(record, start) + record.data.length, 4);
}

function aligned(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}

function checkEntries(entries: readonly CpioEntry[]): void {
  const kinds = new Map<string, CpioEntry['kind']>();
  for (const entry of entries) {
    const { path, mode, kind } = entry;
    checkPath(path);
    if (kinds.has(path)) throw invalid(path, 'it is there twice');
    const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    // The kernel makes no directories on the way: what lacks its parent is silently left out.
    if (parent !== '' && kinds.get(parent) !== 'directory')
      throw invalid(path, 'no directory for it comes before it');
    if (!Number.isInteger(mode) || mode < 0 || mode > 0o7777)
      throw invalid(path, 'its mode is more than permission bits');
    if (kind === 'symbolic-link') checkText(path, entry.target, 'the target of the link');
    if (kind === 'file' && entry.content.length > LARGEST_FIELD) throw invalid(path, 'it is too large');
    if (kind === 'character-device' && ![entry.major, entry.minor].every(isField))
      throw invalid(path, 'its device numbers are out of range');
    kinds.set(path, kind);
  }
}

function checkPath(path: string): void {
  checkText(path, path, 'the path');
  if (path === TRAILER) throw invalid(path, 'this name ends the archive');
  for (const name of path.split('/')) {
    if (name === '' || name === '.' || name === '..')
      throw invalid(path, 'a path here is names with single slashes between them');
    if (nameOf(name).length - 1 > LONGEST_NAME) throw invalid(path, 'a name in it is too long');
  }
}

function checkText(path: string, text: string, what: string): void {
  if (text === '') throw invalid(path, `${what} is empty`);
  if (text.includes('\0')) throw invalid(path, `${what} holds a NUL`);
  if (/\p{Surrogate}/u.test(text)) throw invalid(path, `${what} is no Unicode text`);
  if (nameOf(text).length > LONGEST_PATH) throw invalid(path, `${what} is too long`);
}

function isField(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= LARGEST_FIELD;
}

function invalid(path: string, reason: string): TruceError {
  return new TruceError('CPIO_INVALID', { path, reason });
}
