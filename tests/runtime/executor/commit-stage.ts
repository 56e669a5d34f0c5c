/** Files that a run changes, and its commit, without a child. */
import { type AccessEntry, AccessTable, BoundaryTable } from '../../../proto/policy/access.ts';
import { Rights } from '../../../proto/rights.ts';
import { RunCommit } from '../../../runtime/executor/commit.ts';
import type { Journal } from '../../../runtime/executor/run-protocol.ts';
import { JobParts, takeSnapshot } from '../../../runtime/executor/snapshot.ts';
import { FileSystem } from '../../../runtime/vfs/file-system.ts';
import type { FileInode } from '../../../runtime/vfs/inode.ts';
import { MemfdContents } from '../../../runtime/vfs/memfd-content.ts';

export const WRITE =
  Rights.PATH_OPEN |
  Rights.FD_READ |
  Rights.FD_WRITE |
  Rights.PATH_CREATE_FILE |
  Rights.PATH_FILESTAT_SET_SIZE;
const MOVE = Rights.PATH_RENAME_SOURCE | Rights.PATH_RENAME_TARGET;
const LINK = Rights.PATH_LINK_SOURCE | Rights.PATH_LINK_TARGET;
export const EVERYTHING: AccessEntry[] = [
  { path: '/output', rights: WRITE | MOVE | LINK | Rights.PATH_UNLINK_FILE, scope: 'subtree' },
];
export const NOTHING: Journal = { operations: [], contents: [], times: [] };
const LIMITS = { bytes: 1 << 24, inodes: 1000, nameBytes: 255, pathBytes: 4096, fileBytes: 1 << 24 };

/** A file system with /input/a ("input"), /output/b ("before") and a program that may write below /output alone. */
export function stage(
  entries: AccessEntry[] = [{ path: '/output', rights: WRITE, scope: 'subtree' }],
  { writtenBytes = 1 << 20, inodes = 1000 } = {},
) {
  const contents = new MemfdContents({ limit: 1 << 24, descriptors: 100 });
  const fileSystem = new FileSystem({ contents, limits: { ...LIMITS, inodes }, now: () => 1n });
  const make = (directory: string, name: string, text: string): FileInode => {
    const parent = fileSystem.createDirectory(fileSystem.root, directory);
    const file = fileSystem.createFile(parent, name);
    fileSystem.write(file, Buffer.from(text), 0);
    return file;
  };
  const input = make('input', 'a', 'input');
  const output = make('output', 'b', 'before');
  const access = new AccessTable(entries);
  const boundaries = new BoundaryTable([...entries.map((entry) => entry.path), '/input']);
  const { seen } = takeSnapshot(fileSystem, access, new JobParts());
  const commit = new RunCommit({
    fileSystem,
    contents,
    access,
    boundaries,
    seen,
    writtenBytes,
    newInodes: 100,
  });
  const directory = fileSystem.root.entries.get('output')!;
  return { fileSystem, commit, input, output, outputDirectory: directory.number };
}

export function extent(inode: number, position: number, text: string): Uint8Array {
  const payload = new Uint8Array(16 + text.length);
  const view = new DataView(payload.buffer);
  view.setFloat64(0, inode, true);
  view.setFloat64(8, position, true);
  payload.set(Buffer.from(text), 16);
  return payload;
}

export function text(fileSystem: FileSystem, file: FileInode): string {
  const bytes = Buffer.alloc(file.content.size);
  fileSystem.read(file, bytes, 0);
  return bytes.toString();
}
