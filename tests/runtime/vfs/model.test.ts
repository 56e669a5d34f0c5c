/**
 * Random operations against a small model: a map of paths to files, where the file system has inodes, quotas and chunks.
 * Both kinds of content run side by side and must give the same bytes, listings and errors.
 */
import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { VfsError } from '../../../runtime/vfs/errno.ts';
import type { FileSystem } from '../../../runtime/vfs/file-system.ts';
import { type DirectoryInode, FileType, type Inode } from '../../../runtime/vfs/inode.ts';
import { MemfdContents } from '../../../runtime/vfs/memfd-content.ts';
import { OverlayContents } from '../../../runtime/vfs/overlay-content.ts';
import { describeTree, limitsWith, makeFileSystem } from './trees.ts';

const LIMITS = limitsWith({ bytes: 4000, inodes: 12, fileBytes: 1500, nameBytes: 8 });

/** One step: a path chooses what it works on; the numbers are taken as the step needs them. */
interface Step {
  readonly kind:
    | 'create'
    | 'mkdir'
    | 'symlink'
    | 'link'
    | 'unlink'
    | 'rmdir'
    | 'rename'
    | 'write'
    | 'cut'
    | 'replace';
  readonly path: readonly string[];
  readonly other: readonly string[];
  readonly position: number;
  readonly length: number;
}

const name = fc.constantFrom('a', 'b', 'c');
const path = fc.oneof(fc.tuple(name), fc.tuple(name, name), fc.tuple(name, name, name));
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(
    'create',
    'create',
    'mkdir',
    'mkdir',
    'symlink',
    'link',
    'unlink',
    'rmdir',
    'rename',
    'rename',
    'write',
    'write',
    'write',
    'cut',
    'replace',
  ),
  path,
  other: path,
  position: fc.nat(1600),
  length: fc.nat(600),
});

type Node = { bytes: Buffer } | { target: string } | 'directory';
class ModelError extends Error {}

/** The same rules, told by paths: slow, obvious, and without any of the means of the real one. */
class Model {
  nodes = new Map<string, Node>();

  apply({ kind, path, other, position, length }: Step): void {
    const at = `/${path.join('/')}`;
    const to = `/${other.join('/')}`;
    const node = this.nodes.get(at);
    this.#need(this.#isDirectory(parentOf(at)));
    switch (kind) {
      case 'create':
      case 'mkdir':
      case 'symlink':
        this.#need(node === undefined);
        this.nodes.set(
          at,
          kind === 'create'
            ? { bytes: Buffer.alloc(0) }
            : kind === 'mkdir'
              ? 'directory'
              : { target: to.slice(1) },
        );
        break;
      case 'link':
        this.#need(
          node !== undefined &&
            node !== 'directory' &&
            this.#isDirectory(parentOf(to)) &&
            !this.nodes.has(to),
        );
        this.nodes.set(to, node as Node);
        break;
      case 'unlink':
        this.#need(node !== undefined && node !== 'directory');
        this.nodes.delete(at);
        break;
      case 'rmdir':
        this.#need(node === 'directory' && this.#below(at).length === 0);
        this.nodes.delete(at);
        break;
      case 'rename':
        this.#rename(at, to, node);
        break;
      case 'write':
      case 'cut':
      case 'replace':
        if (node === undefined || node === 'directory' || !('bytes' in node)) throw new ModelError();
        node.bytes = newBytes(node.bytes, kind, position, length);
    }
    const { bytes, inodes } = this.usage();
    const largest = Math.max(0, ...this.#files().map((file) => file.bytes.length));
    this.#need(bytes <= LIMITS.bytes && inodes <= LIMITS.inodes && largest <= LIMITS.fileBytes);
  }

  usage(): { bytes: number; inodes: number } {
    const links = [...this.nodes.values()].filter((node) => node !== 'directory' && 'target' in node);
    const targets = [...new Set(links)].map((node) => (node as { target: string }).target.length);
    const sizes = this.#files().map((file) => file.bytes.length);
    return { bytes: [...sizes, ...targets].reduce((sum, size) => sum + size, 0), inodes: this.nodes.size };
  }

  clone(): Model {
    const copy = new Model();
    const copies = new Map(
      [...this.nodes.values()].map((node) => [node, node === 'directory' ? node : { ...node }]),
    );
    for (const [path, node] of this.nodes) copy.nodes.set(path, copies.get(node) as Node);
    return copy;
  }

  describe(): string[] {
    const show = (node: Node): string =>
      node === 'directory' ? '/' : 'target' in node ? `-> ${node.target}` : node.bytes.toString('hex');
    return [...this.nodes].map(([path, node]) => `${path} ${show(node)}`).sort();
  }

  #rename(at: string, to: string, node: Node | undefined): void {
    const replaced = this.nodes.get(to);
    this.#need(node !== undefined && this.#isDirectory(parentOf(to)));
    if (at === to || (node !== 'directory' && node === replaced)) return;
    if (node === 'directory') {
      this.#need(!`${to}/`.startsWith(`${at}/`));
      this.#need(replaced === undefined || (replaced === 'directory' && this.#below(to).length === 0));
    } else this.#need(replaced !== 'directory');
    const moved = this.#below(at).map((path) => [path, this.nodes.get(path)] as const);
    this.nodes.delete(at);
    this.nodes.set(to, node as Node);
    for (const [path, below] of moved) {
      this.nodes.delete(path);
      this.nodes.set(to + path.slice(at.length), below as Node);
    }
  }

  #files(): { bytes: Buffer }[] {
    return [...new Set(this.nodes.values())].filter((node) => node !== 'directory' && 'bytes' in node) as {
      bytes: Buffer;
    }[];
  }

  #below(path: string): string[] {
    return [...this.nodes.keys()].filter((name) => name.startsWith(`${path}/`));
  }

  #isDirectory(path: string): boolean {
    return path === '' || this.nodes.get(path) === 'directory';
  }

  #need(condition: boolean): void {
    if (!condition) throw new ModelError();
  }
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function newBytes(
  before: Buffer,
  kind: 'write' | 'cut' | 'replace',
  position: number,
  length: number,
): Buffer {
  if (kind === 'replace') return Buffer.alloc(length, 0x40 + (position % 64));
  if (kind === 'write' && length === 0) return before;
  const size = kind === 'cut' ? position : Math.max(before.length, position + length);
  const after = Buffer.alloc(size);
  before.copy(after);
  if (kind === 'write') after.fill(length % 251, position, position + length);
  return after;
}

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

t.test('no path leaves the directory it starts from, whatever links there are', async (t) => {
  const part = fc.constantFrom('a', 'b', 'l', 'm', '..', '.', '', 'jail');
  const text = fc.array(part, { minLength: 1, maxLength: 7 }).map((parts) => parts.join('/'));
  let resolved = 0;
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 4, maxLength: 4 }),
      text,
      fc.boolean(),
      (targets, path, followLast) => {
        const fileSystem = makeFileSystem();
        const outside = fileSystem.createDirectory(fileSystem.root, 'a');
        const jail = fileSystem.createDirectory(outside, 'jail');
        const inside = new Set<Inode>([jail]);
        const a = fileSystem.createDirectory(jail, 'a');
        const b = fileSystem.createDirectory(a, 'b');
        inside.add(a).add(b);
        fileSystem.createDirectory(fileSystem.createDirectory(fileSystem.root, 'b'), 'a');
        for (const [index, target] of targets.entries()) {
          if (target === '') continue;
          const [parent, name] = (
            [
              [jail, 'l'],
              [jail, 'm'],
              [a, 'l'],
              [b, 'm'],
            ] as const
          )[index]!;
          inside.add(fileSystem.createSymbolicLink(parent, name, target));
        }
        let found: ReturnType<FileSystem['resolve']>;
        try {
          found = fileSystem.resolve(jail, path, { followLast });
        } catch (failure) {
          if (failure instanceof VfsError) return true;
          throw failure;
        }
        resolved++;
        const canonical = found.path === '/a/jail' || found.path.startsWith('/a/jail/');
        return (
          canonical && inside.has(found.parent) && (found.inode === undefined || inside.has(found.inode))
        );
      },
    ),
    { numRuns: 3000 },
  );
  t.ok(resolved > 300, 'enough of them lead somewhere');
});
