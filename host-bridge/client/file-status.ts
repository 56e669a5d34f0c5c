/** Files and directories of an enclave as its session tells them. */
import type { ListingEntry } from '../../proto/wire/response-codec.ts';

export type FileKind = 'file' | 'directory' | 'symbolic-link' | 'other';

export interface DirectoryEntry {
  readonly name: string;
  readonly kind: FileKind;
  /** Bytes. */
  readonly size: number;
}

export interface FileStatus {
  readonly kind: FileKind;
  /** Bytes. */
  readonly size: number;
  /** Bits of WASI preview 1's rights: what this party may do with it. */
  readonly rights: number;
}

/** `filetype` of WASI preview 1. */
const kinds: ReadonlyMap<number, FileKind> = new Map([
  [3, 'directory'],
  [4, 'file'],
  [7, 'symbolic-link'],
]);

export function readDirectoryEntry({ name, type, size }: ListingEntry): DirectoryEntry {
  return { name, kind: kinds.get(type) ?? 'other', size };
}

export function readFileStatus({
  type,
  size,
  rights,
}: {
  type: number;
  size: number;
  rights: number;
}): FileStatus {
  return { kind: kinds.get(type) ?? 'other', size, rights };
}
