/** What a small file system after POSIX is made of: files, links and directories, and what is done to each by itself. */
import { LARGEST } from './posix-steps.ts';

interface Times {
  accessed: bigint;
  modified: bigint;
}
export type File = Times & { readonly kind: 'file'; bytes: Buffer; links: number };
export type Link = Times & { readonly kind: 'link'; readonly target: string; links: number };
export type Directory = Times & {
  readonly kind: 'directory';
  readonly entries: Map<string, Node>;
  above: Directory;
};
export type Node = File | Link | Directory;

export interface Place {
  readonly directory: Directory;
  readonly name: string;
  readonly node: Node | undefined;
  readonly slash: boolean;
}

const NANO = 1_000_000_000n;

/** Ends an operation with an errno. */
export class Fails extends Error {}

export function need(condition: boolean, errno: string): void {
  if (!condition) throw new Fails(errno);
}

export function there({ node }: Place): Node {
  if (node === undefined) throw new Fails('NOENT');
  return node;
}

/** Any time that no script sets. */
export function now(): Times {
  return { accessed: 0n, modified: 0n };
}

export function newFile(): File {
  return { kind: 'file', bytes: Buffer.alloc(0), links: 0, ...now() };
}

/** Without one above it, it is its own. */
export function newDirectory(above?: Directory): Directory {
  const directory = { kind: 'directory', entries: new Map<string, Node>(), ...now() } as Directory;
  directory.above = above ?? directory;
  return directory;
}

export function add<T extends Node>({ directory, name }: Place, node: T): T {
  directory.entries.set(name, node);
  directory.modified = now().modified;
  if (node.kind !== 'directory') node.links++;
  return node;
}

export function remove({ directory, name, node }: Place): void {
  directory.entries.delete(name);
  directory.modified = now().modified;
  if (node !== undefined && node.kind !== 'directory') node.links--;
}

export function within(directory: Directory, above: Directory): boolean {
  for (let at = directory; ; at = at.above) {
    if (at === above) return true;
    if (at === at.above) return false;
  }
}

export function resize(file: File, size: number): string {
  need(size <= LARGEST * 2, 'FBIG');
  const bytes = Buffer.alloc(size);
  file.bytes.copy(bytes);
  file.bytes = bytes;
  file.modified = now().modified;
  return 'ok';
}

export function write(file: File, position: number, length: number, byte: number): void {
  if (length === 0) return;
  if (position + length > file.bytes.length) resize(file, position + length);
  file.bytes.fill(byte, position, position + length);
  file.modified = now().modified;
}

export function setTimes(node: Node, accessed: number, modified: number): string {
  node.accessed = BigInt(accessed) * NANO;
  node.modified = BigInt(modified) * NANO;
  return 'ok';
}
