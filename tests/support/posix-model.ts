/**
 * A small file system after POSIX that runs the scripts of posix-steps.ts: slow, obvious, without inode tables, chunks,
 * quotas or rights. What it answers is what the real ones must answer.
 */

import {
  add,
  type Directory,
  Fails,
  type File,
  type Node,
  need,
  newDirectory,
  newFile,
  now,
  type Place,
  remove,
  resize,
  setTimes,
  there,
  within,
  write,
} from './posix-nodes.ts';
import { SLOTS, showBytes, showNames, showStatus } from './posix-steps.ts';

interface Slot {
  readonly node: File | Directory;
  readonly reads: boolean;
  readonly writes: boolean;
  appends: boolean;
  position: number;
}

const MOST_LINKS = 40;
const DOTS: ReadonlySet<string> = new Set(['.', '..']);

export function runByModel(script: readonly string[]): string[] {
  const model = new PosixModel();
  return script.map((line) => {
    try {
      return model.run(line.split(' '));
    } catch (error) {
      if (error instanceof Fails) return error.message;
      throw error;
    }
  });
}

class PosixModel {
  readonly #root = newDirectory();
  readonly #slots: (Slot | undefined)[] = new Array(SLOTS).fill(undefined);
  readonly #seen: Node[] = [];

  run(words: readonly string[]): string {
    const [what, first = '', second = '', third = ''] = words;
    if (what === 'open') return this.#open(Number(first), second, third);
    return /^[0-9]$/.test(first) ? this.#onSlot(words) : this.#onPath(words);
  }

  #open(index: number, path: string, flags: string): string {
    const has = (flag: string): boolean => flags.includes(flag);
    this.#slots[index] = undefined;
    const exclusive = has('c') && has('x');
    need(!(has('c') && has('d')), 'INVAL');
    const place = this.#find(path, has('f') && !exclusive);
    let { node } = place;
    if (node === undefined) {
      need(has('c'), 'NOENT');
      need(!place.slash, 'ISDIR');
      node = add(place, newFile());
    } else {
      need(!exclusive, 'EXIST');
      if (node.kind === 'directory') need(!has('c') && !has('t') && !has('w'), 'ISDIR');
      else need(!has('d'), 'NOTDIR');
    }
    if (node.kind === 'link') throw new Fails('LOOP');
    if (node.kind === 'file' && has('t')) resize(node, 0);
    this.#slots[index] = { node, reads: has('r'), writes: has('w'), appends: has('a'), position: 0 };
    return 'ok';
  }

  #onSlot([what = '', index, ...rest]: readonly string[]): string {
    const slot = this.#slots[Number(index)];
    if (slot === undefined) return 'BADF';
    const { node } = slot;
    const [first = 0, second = 0, third = 0] = rest.map(Number);
    if (what === 'close') {
      this.#slots[Number(index)] = undefined;
      return 'ok';
    }
    if (what === 'fstat') return this.#show(node);
    if (what === 'futime') return setTimes(node, first, second);
    if (node.kind === 'directory') return 'directory';
    const size = node.bytes.length;
    switch (what) {
      case 'read':
      case 'pread': {
        need(slot.reads, 'BADF');
        const from = what === 'read' ? slot.position : second;
        const bytes = node.bytes.subarray(Math.min(from, size), from + first);
        if (what === 'read') slot.position += bytes.length;
        return showBytes(bytes);
      }
      case 'seek':
      case 'tell': {
        const from = what === 'tell' || second === 1 ? slot.position : second === 2 ? size : 0;
        const to = from + (what === 'tell' ? 0 : first);
        need(to >= 0, 'INVAL');
        slot.position = to;
        return `ok ${to}`;
      }
      case 'append':
        slot.appends = rest[0] === 'a';
        return 'ok';
    }
    need(slot.writes, 'BADF');
    switch (what) {
      case 'write': {
        // A write of nothing does nothing, not even go to the end.
        const at = slot.appends && first > 0 ? size : slot.position;
        write(node, at, first, second);
        slot.position = at + first;
        return `ok ${first}`;
      }
      case 'pwrite':
        if (slot.appends) return 'append';
        write(node, third, first, second);
        return `ok ${first}`;
      case 'size':
        return resize(node, first);
      case 'allocate':
        need(second > 0, 'INVAL');
        return resize(node, Math.max(size, first + second));
    }
    throw new Error(`nobody knows ${what}`);
  }

  #onPath([what, path = '', second = '', third = '', fourth = '']: readonly string[]): string {
    switch (what) {
      case 'mkdir': {
        const place = this.#entry(path);
        need(place.node === undefined, 'EXIST');
        add(place, newDirectory(place.directory));
        return 'ok';
      }
      case 'rmdir':
        return this.#removeDirectory(this.#entry(path));
      case 'unlink': {
        const place = this.#entry(path);
        const node = there(place);
        need(node.kind !== 'directory', 'ISDIR');
        remove(place);
        return 'ok';
      }
      case 'rename':
        return this.#rename(this.#entry(path), this.#entry(second));
      case 'link': {
        const node = there(this.#find(path, third === 'f'));
        const place = this.#entry(second);
        need(place.node === undefined, 'EXIST');
        need(!place.slash, 'NOENT');
        need(node.kind !== 'directory', 'PERM');
        add(place, node);
        return 'ok';
      }
      case 'symlink': {
        const place = this.#entry(second);
        need(place.node === undefined, 'EXIST');
        need(!place.slash, 'NOENT');
        add(place, { kind: 'link', target: path, links: 0, ...now() });
        return 'ok';
      }
      case 'readlink': {
        need(second !== '0', 'INVAL');
        const node = there(this.#find(path, false));
        if (node.kind !== 'link') throw new Fails('INVAL');
        return `ok ${node.target.slice(0, Number(second))}`;
      }
      case 'stat':
        return this.#show(there(this.#find(path, second === 'f')));
      case 'utime':
        return setTimes(there(this.#find(path, second === 'f')), Number(third), Number(fourth));
      case 'list': {
        const node = there(this.#find(path, true));
        if (node.kind !== 'directory') throw new Fails('NOTDIR');
        const marks = { directory: '/', link: '@', file: '' };
        const names = [...node.entries].map(([name, { kind }]) => `${name}${marks[kind]}`);
        return showNames(['./', '../', ...names]);
      }
    }
    throw new Error(`nobody knows ${what}`);
  }

  #removeDirectory(place: Place): string {
    const node = there(place);
    need(node !== this.#root, 'BUSY');
    need(!DOTS.has(place.name), 'INVAL');
    if (node.kind !== 'directory') throw new Fails('NOTDIR');
    need(node.entries.size === 0, 'NOTEMPTY');
    remove(place);
    return 'ok';
  }

  #rename(from: Place, to: Place): string {
    const node = there(from);
    need(!to.slash || node.kind === 'directory', 'NOTDIR');
    need(node !== this.#root && to.node !== this.#root, 'BUSY');
    need(!DOTS.has(from.name) && !DOTS.has(to.name), 'INVAL');
    if (to.node === node) return 'ok';
    if (node.kind === 'directory') need(!within(to.directory, node), 'INVAL');
    if (to.node?.kind === 'directory') {
      need(!within(from.directory, to.node), 'NOTEMPTY');
      need(node.kind === 'directory', 'ISDIR');
      need(to.node.entries.size === 0, 'NOTEMPTY');
    } else if (to.node !== undefined) need(node.kind !== 'directory', 'NOTDIR');
    remove(from);
    if (to.node !== undefined) remove(to);
    add(to, node);
    if (node.kind === 'directory') node.above = to.directory;
    return 'ok';
  }

  /** What is to be made, removed or renamed: a slash after what is no directory is NOTDIR, a link too. */
  #entry(path: string): Place {
    const place = this.#walk(path, false);
    need(!place.slash || place.node === undefined || place.node.kind === 'directory', 'NOTDIR');
    return place;
  }

  #find(path: string, follow: boolean): Place {
    let place = this.#walk(path, follow || path.endsWith('/'));
    if (path.endsWith('/')) place = { ...place, slash: true };
    need(!place.slash || place.node === undefined || place.node.kind === 'directory', 'NOTDIR');
    return place;
  }

  #walk(path: string, follow: boolean): Place {
    let directory = this.#root;
    let rest = path;
    for (let links = 0; ; ) {
      const [, name = '', slashes = '', after = ''] = /^([^/]+)(\/*)(.*)$/.exec(rest) ?? [];
      const ends = after === '';
      if (DOTS.has(name)) {
        if (name === '..') directory = directory.above;
        if (ends) return { directory, name, node: directory, slash: slashes !== '' };
        rest = after;
        continue;
      }
      const node = directory.entries.get(name);
      if (node?.kind === 'link' && (!ends || follow)) {
        need(++links <= MOST_LINKS, 'LOOP');
        rest = ends ? node.target + slashes : `${node.target}/${after}`;
        continue;
      }
      if (ends) return { directory, name, node, slash: slashes !== '' };
      need(node !== undefined, 'NOENT');
      if (node?.kind !== 'directory') throw new Fails('NOTDIR');
      directory = node;
      rest = after;
    }
  }

  #show(node: Node): string {
    if (!this.#seen.includes(node)) this.#seen.push(node);
    const size = node.kind === 'file' ? node.bytes.length : node.kind === 'link' ? node.target.length : 0;
    const { kind, modified, accessed } = node;
    const links = node.kind === 'directory' ? 1 : node.links;
    return showStatus({ kind, inode: this.#seen.indexOf(node), links, size, modified, accessed });
  }
}
