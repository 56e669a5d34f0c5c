/** `directory-entry-stream`: a listing in 0.2's form, over preview 1's. */
import { FileType } from '../../vfs/inode.ts';
import { DirectoryEntry } from '../abi.ts';
import { enumeration, record, string, type ValueOf } from './canonical-types.ts';
import type { Preview1Calls } from './preview1-calls.ts';
import type { SharedDescriptor } from './shared-descriptor.ts';

export const descriptorType = enumeration([
  'unknown',
  'block-device',
  'character-device',
  'directory',
  'fifo',
  'symbolic-link',
  'regular-file',
  'socket',
]);

const typeNames = new Map<number, ValueOf<typeof descriptorType>>([
  [FileType.directory, 'directory'],
  [FileType.regularFile, 'regular-file'],
  [FileType.symbolicLink, 'symbolic-link'],
  [FileType.characterDevice, 'character-device'],
]);

export function typeName(fileType: number): ValueOf<typeof descriptorType> {
  return typeNames.get(fileType) ?? 'unknown';
}

export const directoryEntry = record({ type: descriptorType, name: string });
type Entry = ValueOf<typeof directoryEntry>;

/** `.` and `..`, which 0.2 does not list. */
const SELF_AND_PARENT: ReadonlySet<string> = new Set(['.', '..']);
const decoder = new TextDecoder();

export class DirectoryEntryStream {
  readonly #calls: Preview1Calls;
  readonly #shared: SharedDescriptor;
  #cookie = 0n;
  #ended = false;
  #entries: Entry[] = [];

  /** Fails at once where the directory cannot be listed. */
  constructor(calls: Preview1Calls, shared: SharedDescriptor) {
    this.#calls = calls;
    this.#shared = shared;
    this.#fill();
    shared.hold();
  }

  /** Undefined at the end. */
  next(): Entry | undefined {
    while (this.#entries.length === 0 && !this.#ended) this.#fill();
    return this.#entries.shift();
  }

  dispose(): void {
    this.#shared.release();
  }

  /** Reads on from the cookie of the last entry that came whole. */
  #fill(): void {
    const page = this.#calls.readDirectory(this.#shared.fd, this.#cookie);
    const view = new DataView(page.buffer, page.byteOffset, page.length);
    let start = 0;
    while (start + DirectoryEntry.size <= page.length) {
      const end = start + DirectoryEntry.size + view.getUint32(start + DirectoryEntry.nameLength, true);
      if (end > page.length) break;
      const name = decoder.decode(page.subarray(start + DirectoryEntry.size, end));
      const type = typeName(view.getUint8(start + DirectoryEntry.fileType));
      if (!SELF_AND_PARENT.has(name)) this.#entries.push({ type, name });
      this.#cookie = view.getBigUint64(start + DirectoryEntry.next, true);
      start = end;
    }
    // A page that is not full: there are no more.
    this.#ended = start === page.length;
  }
}
