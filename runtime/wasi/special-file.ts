/** Files that hand what a program writes to them to something else, request by request. */
import type { FileInode } from '../vfs/inode.ts';

/** Such a file as one descriptor has it. It reads as empty. */
export interface SpecialFile {
  /** Bytes of a request that is not whole yet. */
  readonly pending: number;
  /** Takes all of the parts as the request's next bytes. Throws VfsError where it fails; nothing is pending then. */
  write(parts: readonly Uint8Array[]): void;
  /** Forgets what is pending. */
  reset(): void;
}

export interface SpecialFiles {
  /** For one descriptor; undefined for a file as others. */
  open(file: FileInode): SpecialFile | undefined;
}
