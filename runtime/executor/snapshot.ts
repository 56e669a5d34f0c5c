/**
 * What a run gets: the metadata of every inode its program has any right to, and contents only where it may read.
 * Contents are copy-on-write snapshots, so a client that writes meanwhile changes nothing for the run.
 */
import type { AccessTable } from '../../proto/policy/access.ts';
import { Rights } from '../../proto/rights.ts';
import type { FileContent } from '../vfs/content.ts';
import type { FileSystem } from '../vfs/file-system.ts';
import { type DirectoryInode, FileType, type Inode } from '../vfs/inode.ts';
import type { MemfdContent } from '../vfs/memfd-content.ts';
import { chargedBytes } from '../vfs/volume.ts';
import { joinPath } from './live-names.ts';
import type { ContentPiece, JobContent, JobInode } from './run-protocol.ts';
import type { WitnessedFile } from './run-report.ts';

/** An inode as the run sees it: to be compared with what is there when the run's changes are committed. */
export interface SnapshotInode {
  readonly inode: Inode;
  readonly version: number;
  /** The directory entries under which the program sees it. */
  readonly names: InodeName[];
}

export interface InodeName {
  readonly parent: DirectoryInode;
  readonly name: string;
}

/** Collects the bytes and descriptors that travel with a job. */
export class JobParts {
  readonly inline: Uint8Array[] = [];
  readonly descriptors: number[] = [];
  readonly #snapshots: FileContent[] = [];
  #inlineBytes = 0;

  get inlineBytes(): number {
    return this.#inlineBytes;
  }

  /** Adds a content as it is now: small parts as bytes, chunks as sealed descriptors. */
  add(content: FileContent): JobContent {
    const snapshot = content.snapshot() as MemfdContent;
    this.#snapshots.push(snapshot);
    snapshot.seal();
    const pieces: ContentPiece[] = [];
    for (const piece of snapshot.layout()) {
      if (piece.kind === 'inline') {
        pieces.push({ position: piece.position, length: piece.length, inlineOffset: this.#inlineBytes });
        this.inline.push(piece.bytes);
        this.#inlineBytes += piece.length;
      } else if (piece.kind === 'memfd') {
        pieces.push({ position: piece.position, length: piece.length, descriptor: this.descriptors.length });
        this.descriptors.push(piece.descriptor);
      }
    }
    return { size: snapshot.size, pieces };
  }

  release(): void {
    for (const snapshot of this.#snapshots) snapshot.dispose();
    this.#snapshots.length = 0;
  }
}

export interface Snapshot {
  readonly inodes: readonly JobInode[];
  /** By inode number. */
  readonly seen: ReadonlyMap<number, SnapshotInode>;
  /** What of the file system's usage the run sees. */
  readonly visible: { readonly bytes: number; readonly inodes: number };
}

export function takeSnapshot(fileSystem: FileSystem, access: AccessTable, parts: JobParts): Snapshot {
  const seen = new Map<number, SnapshotInode>();
  const inodes = new Map<number, VisibleInode>();
  const pending: { directory: DirectoryInode; path: string }[] = [{ directory: fileSystem.root, path: '' }];
  seen.set(fileSystem.root.number, { inode: fileSystem.root, version: fileSystem.root.version, names: [] });

  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const [name, inode] of next.directory.entries) {
      const path = `${next.path}/${name}`;
      if (!access.sees(path)) continue;
      const readable = (access.rightsAt(path) & Rights.FD_READ) !== 0;
      const known = inodes.get(inode.number);
      const place = { parent: next.directory, name };
      if (known === undefined) {
        const visible = { inode, version: inode.version, names: [place], readable };
        inodes.set(inode.number, visible);
        seen.set(inode.number, visible);
      } else {
        known.names.push(place);
        known.readable ||= readable;
      }
      if (inode.type === FileType.directory) pending.push({ directory: inode, path });
    }
  }
  // A file may have names in directories that were found after it: all of those come first.
  const all = [...inodes.values()];
  const directories = all.filter(({ inode }) => inode.type === FileType.directory);
  const others = all.filter(({ inode }) => inode.type !== FileType.directory);
  return {
    inodes: [...directories, ...others].map((entry) => describe(entry, parts)),
    seen,
    visible: count(all),
  };
}

/** Every path of the snapshot whose bytes the program may read; stdin, where it may read that. */
export function readableFiles(
  { seen }: Snapshot,
  access: AccessTable,
  fileSystem: FileSystem,
): WitnessedFile[] {
  const readable = (path: string) => (access.rightsAt(path) & Rights.FD_READ) !== 0;
  const files: WitnessedFile[] = readable('stdin') ? [{ path: 'stdin', file: fileSystem.streams.stdin }] : [];
  for (const { inode, names } of seen.values()) {
    if (inode.type !== FileType.regularFile) continue;
    for (const { parent, name } of names) {
      const path = joinPath(fileSystem.pathOf(parent), name);
      if (readable(path)) files.push({ path, file: inode });
    }
  }
  return files;
}

/** As the file system's quota counts: bytes once for each inode, and every name. */
function count(entries: readonly VisibleInode[]): { bytes: number; inodes: number } {
  let [bytes, names] = [0, 0];
  for (const { inode, names: own } of entries) {
    bytes += chargedBytes(inode);
    names += own.length;
  }
  return { bytes, inodes: names };
}

interface VisibleInode extends SnapshotInode {
  /** Whether the program may read it under any of its names. */
  readable: boolean;
}

function describe(entry: VisibleInode, parts: JobParts): JobInode {
  const { inode, readable } = entry;
  const names = entry.names.map(({ parent, name }) => ({ parent: parent.number, name }));
  const common = {
    number: inode.number,
    type: inode.type,
    version: inode.version,
    accessed: inode.accessed.toString(),
    modified: inode.modified.toString(),
    changed: inode.changed.toString(),
    names,
    ...(inode.pinned === true ? { pinned: true as const } : {}),
  };
  if (inode.type === FileType.symbolicLink) return { ...common, target: inode.target };
  if (inode.type === FileType.directory) return common;
  // A live file's bytes stay here: the run asks for them.
  if (inode.pinned === true) return common;
  const content = readable ? parts.add(inode.content) : { size: inode.content.size, pieces: [] };
  return { ...common, content };
}
