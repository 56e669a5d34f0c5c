/** Random steps on a tree, and a small model of what they do: a map of paths to files, without inodes or chunks. */
import fc from 'fast-check';
import { limitsWith } from './trees.ts';

export const LIMITS = limitsWith({ bytes: 4000, inodes: 12, fileBytes: 1500, nameBytes: 8 });

/** One step: a path chooses what it works on; the numbers are taken as the step needs them. */
export interface Step {
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
export const step: fc.Arbitrary<Step> = fc.record({
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
export class ModelError extends Error {}

/** The same rules, told by paths: slow, obvious, and without any of the means of the real one. */
export class Model {
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

export function newBytes(
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
