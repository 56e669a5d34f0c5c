/**
 * Random operations against a small model. Both kinds of content run side by side and must give the same bytes, listings
 * and errors.
 */
import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { VfsError } from '../../../runtime/vfs/errno.ts';
import type { FileSystem } from '../../../runtime/vfs/file-system.ts';
import { type DirectoryInode, FileType, type Inode } from '../../../runtime/vfs/inode.ts';
import { MemfdContents } from '../../../runtime/vfs/memfd-content.ts';
import { OverlayContents } from '../../../runtime/vfs/overlay-content.ts';
import { LIMITS, Model, ModelError, newBytes, type Step, step } from './tree-model.ts';
import { describeTree, makeFileSystem } from './trees.ts';

/** The same step on the real thing. Symbolic links on the way are not followed: the model knows none. */
function applyTo(
  fileSystem: FileSystem,
  contents: { create(): ReturnType<MemfdContents['create'] | OverlayContents['create']> },
  step: Step,
): void {
  const { parent, name, inode } = locate(fileSystem, step.path);
  const target = (): { parent: DirectoryInode; name: string } => locate(fileSystem, step.other);
  const known = (): Inode => inode ?? missing();
  const file = () => (inode?.type === FileType.regularFile ? inode : missing());
  switch (step.kind) {
    case 'create':
      fileSystem.createFile(parent, name);
      break;
    case 'mkdir':
      fileSystem.createDirectory(parent, name);
      break;
    case 'symlink':
      fileSystem.createSymbolicLink(parent, name, step.other.join('/'));
      break;
    case 'link':
      fileSystem.link(known(), target().parent, target().name);
      break;
    case 'unlink':
      fileSystem.unlink(parent, name);
      break;
    case 'rmdir':
      fileSystem.removeDirectory(parent, name);
      break;
    case 'rename':
      fileSystem.rename(parent, name, target().parent, target().name);
      break;
    case 'write':
      fileSystem.write(file(), Buffer.alloc(step.length, step.length % 251), step.position);
      break;
    case 'cut':
      fileSystem.setSize(file(), step.position);
      break;
    case 'replace': {
      const old = file();
      const content = contents.create();
      content.write(newBytes(Buffer.alloc(0), 'replace', step.position, step.length), 0);
      try {
        fileSystem.replaceContent(old, content);
      } catch (failure) {
        content.dispose();
        throw failure;
      }
    }
  }
}

function locate(fileSystem: FileSystem, path: readonly string[]) {
  let parent = fileSystem.root;
  for (const name of path.slice(0, -1)) {
    const inode = parent.entries.get(name);
    parent = inode?.type === FileType.directory ? inode : missing();
  }
  const name = path.at(-1) ?? missing();
  return { parent, name, inode: parent.entries.get(name) };
}

function missing(): never {
  throw new VfsError(44, 'not there');
}

function describeReal(fileSystem: FileSystem): string[] {
  const lines: string[] = [];
  const pending: [string, DirectoryInode][] = [['', fileSystem.root]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const [name, inode] of fileSystem.entries(next[1])) {
      const path = `${next[0]}/${name}`;
      if (inode.type === FileType.directory) {
        if (fileSystem.pathOf(inode) !== path) throw new Error(`${path} has another path`);
        lines.push(`${path} /`);
        pending.push([path, inode]);
      } else if (inode.type === FileType.symbolicLink) lines.push(`${path} -> ${inode.target}`);
      else {
        const bytes = Buffer.alloc(inode.content.size);
        fileSystem.read(inode, bytes, 0);
        lines.push(`${path} ${bytes.toString('hex')}`);
      }
    }
  }
  return lines.sort();
}

/** True where it happened, false where it was refused for a reason that a program may see. */
function succeeds(work: () => void, refusal: typeof VfsError | typeof ModelError): boolean {
  try {
    work();
    return true;
  } catch (failure) {
    if (failure instanceof refusal) return false;
    throw failure;
  }
}

/** So that steps find something to work on: /a/b, /a/c and /b. */
const BEGINNING: readonly Step[] = (
  [
    ['mkdir', ['a']],
    ['mkdir', ['a', 'b']],
    ['create', ['a', 'c']],
    ['create', ['b']],
  ] as const
).map(([kind, path]) => ({ kind, path, other: path, position: 0, length: 0 }));

class RolledBack extends Error {}

t.test('any sequence of operations leaves what the model says, over either kind of content', async (t) => {
  const group = fc.record({
    steps: fc.array(step, { minLength: 4, maxLength: 30, size: 'max' }),
    rollback: fc.boolean(),
  });
  let happened = 0;
  fc.assert(
    fc.property(fc.array(group, { minLength: 1, maxLength: 12, size: 'max' }), (groups) => {
      let model = new Model();
      const kinds = [new MemfdContents({ inlineBytes: 32, chunkBytes: 128 }), new OverlayContents()].map(
        (contents) => ({
          contents,
          fileSystem: makeFileSystem({ contents, limits: LIMITS }),
        }),
      );
      const compare = (steps: readonly Step[]): void => {
        for (const step of steps) {
          const next = model.clone();
          const expected = succeeds(() => next.apply(step), ModelError);
          if (expected) model = next;
          happened += Number(expected);
          for (const { contents, fileSystem } of kinds) {
            const found = succeeds(() => applyTo(fileSystem, contents, step), VfsError);
            if (found !== expected)
              throw new Error(`${JSON.stringify(step)} ${found ? 'happened' : 'was refused'}`);
          }
        }
        for (const { fileSystem } of kinds) {
          deepStrictEqual(describeReal(fileSystem), model.describe());
          deepStrictEqual(fileSystem.usage(), model.usage());
        }
      };
      compare(BEGINNING);
      for (const { steps, rollback } of groups) {
        if (!rollback) {
          compare(steps);
          continue;
        }
        const before = kinds.map(({ fileSystem }) => describeTree(fileSystem));
        const modelBefore = model.clone();
        const [first, second] = kinds;
        const undone = () =>
          first?.fileSystem.transaction(() =>
            second?.fileSystem.transaction(() => {
              compare(steps);
              throw new RolledBack();
            }),
          );
        if (succeeds(undone, RolledBack as typeof ModelError)) throw new Error('the transaction succeeded');
        model = modelBefore;
        deepStrictEqual(
          kinds.map(({ fileSystem }) => describeTree(fileSystem)),
          before,
        );
      }
      for (const { fileSystem } of kinds) removeAll(fileSystem);
      const [memfd] = kinds;
      if (memfd?.contents instanceof MemfdContents)
        deepStrictEqual(memfd.contents.usage(), { bytes: 0, descriptors: 0 }, 'nothing leaks');
    }),
    { numRuns: 150 },
  );
  t.ok(happened > 1500, `${happened} operations happened`);
});

/** Bottom up, without recursion. */
function removeAll(fileSystem: FileSystem): void {
  const directories = [fileSystem.root];
  for (let index = 0; index < directories.length; index++) {
    const directory = directories[index]!;
    for (const [name, inode] of [...fileSystem.entries(directory)]) {
      if (inode.type === FileType.directory) directories.push(inode);
      else fileSystem.unlink(directory, name);
    }
  }
  for (const directory of directories.reverse())
    if (directory !== fileSystem.root) fileSystem.removeDirectory(directory.parent, directory.name);
  if (fileSystem.usage().inodes !== 0) throw new Error('an inode is left');
}
