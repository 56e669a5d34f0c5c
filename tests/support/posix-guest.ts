/** Runs a script of posix-steps.ts through the calls of WASI preview 1, as a program makes them. */
import { Rights } from '../../proto/rights.ts';
import { Errno } from '../../runtime/vfs/errno.ts';
import { FileType } from '../../runtime/vfs/inode.ts';
import { FdFlags, OpenFlags, TimeFlags } from '../../runtime/wasi/abi.ts';
import type { CallName } from '../../runtime/wasi/signatures.ts';
import { ALL, Guest } from '../runtime/wasi/guest.ts';
import { LARGEST, SLOTS, showBytes, showNames, showStatus } from './posix-steps.ts';

const names = new Map<number, string>(Object.entries(Errno).map(([name, errno]) => [errno, name]));
const NANO = 1_000_000_000n;
/** What a descriptor that is not for reading, or not for writing, does without. */
const READS = BigInt(Rights.FD_READ);
const WRITES = BigInt(
  Rights.FD_WRITE | Rights.FD_ALLOCATE | Rights.FD_FILESTAT_SET_SIZE | Rights.FD_DATASYNC,
);
const ROOT = 3;

interface Slot {
  readonly fd: number;
  readonly directory: boolean;
  readonly writes: boolean;
  appends: boolean;
}

export function runByGuest(script: readonly string[]): string[] {
  const guest = new GuestScript();
  return script.map((line) => guest.run(line.split(' ')));
}

class GuestScript {
  readonly #guest = new Guest({ rights: { '/': Number(ALL) }, boundaries: ['/'], pages: 64 });
  readonly #slots: (Slot | undefined)[] = new Array(SLOTS).fill(undefined);
  readonly #seen = new Map<bigint, number>();
  readonly #buffer = this.#guest.room(LARGEST);
  readonly #out = this.#guest.room(8);

  run(words: readonly string[]): string {
    const [what = '', first = '', second = ''] = words;
    if (what === 'open') return this.#open(Number(first), second, words[3] ?? '');
    if (/^[0-9]$/.test(first)) return this.#onSlot(Number(first), words);
    return this.#onPath(words);
  }

  #open(index: number, path: string, flags: string): string {
    const has = (flag: string): boolean => flags.includes(flag);
    const before = this.#slots[index];
    if (before !== undefined) this.#guest.done('fd_close', before.fd);
    this.#slots[index] = undefined;
    let openFlags = 0;
    for (const [flag, bit] of [
      ['c', OpenFlags.CREAT],
      ['x', OpenFlags.EXCL],
      ['t', OpenFlags.TRUNC],
      ['d', OpenFlags.DIRECTORY],
    ] as const)
      if (has(flag)) openFlags |= bit;
    const { errno, fd } = this.#guest.tryOpen(path, {
      follow: has('f'),
      flags: openFlags,
      base: ALL & ~(has('r') ? 0n : READS) & ~(has('w') ? 0n : WRITES),
      fdFlags: has('a') ? FdFlags.APPEND : 0,
    });
    if (errno !== 0) return show(errno);
    const directory = this.#guest.fdstat(fd).type === FileType.directory;
    this.#slots[index] = { fd, directory, writes: has('w'), appends: has('a') };
    return 'ok';
  }

  #onSlot(index: number, words: readonly string[]): string {
    const slot = this.#slots[index];
    if (slot === undefined) return 'BADF';
    const { fd } = slot;
    const [what, , ...numbers] = words;
    const [first = 0, second = 0, third = 0] = numbers.map(Number);
    if (what === 'close') {
      this.#slots[index] = undefined;
      return this.#call('fd_close', fd);
    }
    if (what === 'fstat') return this.#status(undefined, fd, false);
    if (what === 'futime') {
      const times = [BigInt(first) * NANO, BigInt(second) * NANO] as const;
      return this.#call('fd_filestat_set_times', fd, ...times, TimeFlags.ATIM | TimeFlags.MTIM);
    }
    if (slot.directory) return 'directory';
    switch (what) {
      case 'read':
        return this.#bytes(this.#move('fd_read', fd, first));
      case 'pread':
        return this.#bytes(this.#move('fd_pread', fd, first, BigInt(second)));
      case 'seek':
        return this.#position(this.#guest.call('fd_seek', fd, BigInt(first), second, this.#out));
      case 'tell':
        return this.#position(this.#guest.call('fd_tell', fd, this.#out));
      case 'append':
        slot.appends = numbers[0] === 'a';
        return this.#call('fd_fdstat_set_flags', fd, slot.appends ? FdFlags.APPEND : 0);
    }
    if (!slot.writes) return 'BADF';
    switch (what) {
      case 'write':
        this.#fill(first, second);
        return this.#count(this.#move('fd_write', fd, first));
      case 'pwrite':
        if (slot.appends) return 'append';
        this.#fill(first, second);
        return this.#count(this.#move('fd_pwrite', fd, first, BigInt(third)));
      case 'size':
        return this.#call('fd_filestat_set_size', fd, BigInt(first));
      case 'allocate':
        return this.#call('fd_allocate', fd, BigInt(first), BigInt(second));
    }
    throw new Error(`nobody knows ${words.join(' ')}`);
  }

  #onPath(words: readonly string[]): string {
    const [what, path = '', second = '', third = ''] = words;
    const text = this.#guest.text(path);
    switch (what) {
      case 'mkdir':
        return this.#call('path_create_directory', ROOT, ...text);
      case 'rmdir':
        return this.#call('path_remove_directory', ROOT, ...text);
      case 'unlink':
        return this.#call('path_unlink_file', ROOT, ...text);
      case 'rename':
        return this.#call('path_rename', ROOT, ...text, ROOT, ...this.#guest.text(second));
      case 'link': {
        const follow = third === 'f' ? 1 : 0;
        return this.#call('path_link', ROOT, follow, ...text, ROOT, ...this.#guest.text(second));
      }
      case 'symlink':
        return this.#call('path_symlink', ...text, ROOT, ...this.#guest.text(second));
      case 'readlink': {
        // Linux has no use for a buffer of no bytes.
        const size = Number(second);
        if (size === 0) return 'INVAL';
        const errno = this.#guest.call('path_readlink', ROOT, ...text, this.#buffer, size, this.#out);
        if (errno !== 0) return show(errno);
        const length = this.#guest.view.getUint32(this.#out, true);
        return `ok ${Buffer.from(this.#guest.bytes.subarray(this.#buffer, this.#buffer + length)).toString()}`;
      }
      case 'stat':
        return this.#status(path, ROOT, second === 'f');
      case 'utime': {
        const times = [BigInt(third) * NANO, BigInt(words[4] ?? '') * NANO] as const;
        const flags = TimeFlags.ATIM | TimeFlags.MTIM;
        return this.#call('path_filestat_set_times', ROOT, second === 'f' ? 1 : 0, ...text, ...times, flags);
      }
      case 'list':
        return this.#list(path);
    }
    throw new Error(`nobody knows ${words.join(' ')}`);
  }

  #list(path: string): string {
    const { errno, fd } = this.#guest.tryOpen(path, { follow: true, flags: OpenFlags.DIRECTORY });
    if (errno !== 0) return show(errno);
    const entries = this.#guest.list(fd, 100);
    this.#guest.done('fd_close', fd);
    return showNames(
      entries.map(({ name, type }) => {
        if (type === FileType.directory) return `${name}/`;
        return type === FileType.symbolicLink ? `${name}@` : name;
      }),
    );
  }

  #status(path: string | undefined, fd: number, follow: boolean): string {
    const { errno, inode, type, links, size, modified, accessed } = this.#guest.filestat(fd, path, follow);
    if (errno !== 0) return show(errno);
    const number = this.#seen.get(inode) ?? this.#seen.size;
    this.#seen.set(inode, number);
    return showStatus({
      kind: type === FileType.directory ? 'directory' : type === FileType.symbolicLink ? 'link' : 'file',
      inode: number,
      links: Number(links),
      size: Number(size),
      modified,
      accessed,
    });
  }

  /** The bytes that a call moved through the one buffer, or its errno as a negative number. */
  #move(name: CallName, fd: number, length: number, ...position: bigint[]): number {
    const errno = this.#guest.call(
      name,
      fd,
      ...this.#guest.vectors([this.#buffer, length]),
      ...position,
      this.#out,
    );
    return errno === 0 ? this.#guest.view.getUint32(this.#out, true) : -errno;
  }

  #fill(length: number, byte: number): void {
    this.#guest.bytes.fill(byte, this.#buffer, this.#buffer + length);
  }

  #count(count: number): string {
    return count < 0 ? show(-count) : `ok ${count}`;
  }

  #bytes(count: number): string {
    if (count < 0) return show(-count);
    return showBytes(this.#guest.bytes.subarray(this.#buffer, this.#buffer + count));
  }

  #position(errno: number): string {
    return errno === 0 ? `ok ${this.#guest.view.getBigUint64(this.#out, true)}` : show(errno);
  }

  #call(name: CallName, ...values: (number | bigint)[]): string {
    return show(this.#guest.call(name, ...values));
  }
}

/** A right that a descriptor does not have is what others call the wrong kind of descriptor. */
function show(errno: number): string {
  if (errno === 0) return 'ok';
  return errno === Errno.NOTCAPABLE ? 'BADF' : (names.get(errno) ?? String(errno));
}
