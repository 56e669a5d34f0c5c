/**
 * Calls on what a descriptor is open on: reading, writing, positions, sizes. The four that move data are the ones that
 * programs make by the million; they make no object beyond the views that guest-memory.ts keeps.
 */
import type { LiveHandle } from '../vfs/content.ts';
import { Errno, VfsError } from '../vfs/errno.ts';
import { FdFlags, LAST_ADVICE, Whence } from './abi.ts';
import type { Descriptor } from './descriptors.ts';
import { type Program, requireDescriptor } from './program.ts';
import { callRights } from './rights-table.ts';
import type { CallName } from './signatures.ts';
import type { SpecialFile } from './special-file.ts';

const needs = callRights;

/** The largest position: beyond it a file's bytes could not be counted exactly. Linux's is of the same order, 2^63-1. */
const LAST_POSITION = Number.MAX_SAFE_INTEGER;

export function fileCalls(program: Program) {
  const { memory, descriptors, fileSystem } = program;

  /** Moves file or stream into the buffers taken over; how many bytes. Fails only where nothing was read. */
  function readInto(descriptor: Descriptor, vectors: number, position: number): number {
    const { file, source, live } = descriptor;
    const mayWait = (descriptor.flags & FdFlags.NONBLOCK) === 0;
    let total = 0;
    try {
      for (let index = 0; index < vectors; index++) {
        const target = memory.vector(index);
        if (target.length === 0) continue;
        if (position + total > LAST_POSITION) break;
        let count = 0;
        // What has come is given at once: the next buffer must not make the program wait for more.
        if (live !== undefined) count = live.read(target, position + total, mayWait && total === 0);
        else if (file !== undefined) count = fileSystem.read(file, target, position + total);
        else if (source !== undefined) count = source.read(target);
        total += count;
        if (count < target.length) break;
      }
    } catch (failure) {
      if (total === 0 || !(failure instanceof VfsError)) throw failure;
    }
    return total;
  }

  /** Moves the buffers taken over into file or stream. Fails only where nothing was written: else the count is short. */
  function writeFrom(descriptor: Descriptor, vectors: number, position: number): number {
    const { file, sink, live } = descriptor;
    let total = 0;
    try {
      for (let index = 0; index < vectors; index++) {
        const source = memory.vector(index);
        if (source.length === 0) continue;
        let count = source.length;
        if (live !== undefined) count = live.append(source);
        else if (file === undefined) count = sink === undefined ? 0 : sink.write(source);
        else if (position + total + count > LAST_POSITION) throw new VfsError(Errno.FBIG, 'beyond any file');
        else fileSystem.write(file, source, position + total);
        total += count;
        if (count < source.length) break;
      }
    } catch (failure) {
      if (total === 0 || !(failure instanceof VfsError)) throw failure;
    }
    return total;
  }

  /** All of the buffers taken over are one piece of a request: its failure must not hide behind what came before. */
  function ask(special: SpecialFile, vectors: number): number {
    const parts = Array.from({ length: vectors }, (_, index) => memory.vector(index));
    special.write(parts);
    return parts.reduce((total, { length }) => total + length, 0);
  }

  return {
    fd_read(fd: number, vectors: number, count: number, result: number): Errno {
      const descriptor = requireDescriptor(program, fd, needs.fd_read);
      const out = memory.check(result, 4);
      const taken = memory.takeVectors(vectors, count);
      const total = readInto(descriptor, taken, descriptor.position);
      if (descriptor.file !== undefined || descriptor.live !== undefined) descriptor.position += total;
      memory.setU32(out, total);
      return Errno.SUCCESS;
    },

    fd_pread(fd: number, vectors: number, count: number, offset: bigint, result: number): Errno {
      const descriptor = requireDescriptor(program, fd, needs.fd_pread);
      const out = memory.check(result, 4);
      const position = filePosition(offset);
      memory.setU32(out, readInto(descriptor, memory.takeVectors(vectors, count), position));
      return Errno.SUCCESS;
    },

    fd_write(fd: number, vectors: number, count: number, result: number): Errno {
      const descriptor = requireDescriptor(program, fd, needs.fd_write);
      const out = memory.check(result, 4);
      const taken = memory.takeVectors(vectors, count);
      const { file, live, special } = descriptor;
      if (special !== undefined) {
        const asked = ask(special, taken);
        descriptor.position += asked;
        memory.setU32(out, asked);
        return Errno.SUCCESS;
      }
      const appends = file !== undefined && live === undefined && (descriptor.flags & FdFlags.APPEND) !== 0;
      const position = appends ? file.content.size : descriptor.position;
      const total = writeFrom(descriptor, taken, position);
      // A live file is added to, wherever the descriptor stood.
      if (live !== undefined) descriptor.position = live.end;
      else if (file !== undefined && total > 0) descriptor.position = position + total;
      memory.setU32(out, total);
      return Errno.SUCCESS;
    },

    /** Writes where it is told even in append mode, as POSIX says (Linux does not). */
    fd_pwrite(fd: number, vectors: number, count: number, offset: bigint, result: number): Errno {
      const descriptor = requireDescriptor(program, fd, needs.fd_pwrite);
      if (descriptor.live !== undefined) return Errno.SPIPE;
      const out = memory.check(result, 4);
      const position = filePosition(offset);
      const { special } = descriptor;
      if (special !== undefined) {
        // A request has no places: it goes on where it stands.
        if (position !== special.pending) return Errno.INVAL;
        memory.setU32(out, ask(special, memory.takeVectors(vectors, count)));
        return Errno.SUCCESS;
      }
      memory.setU32(out, writeFrom(descriptor, memory.takeVectors(vectors, count), position));
      return Errno.SUCCESS;
    },

    fd_seek(fd: number, offset: bigint, whence: number, result: number): Errno {
      const descriptor = descriptors.require(fd);
      // Who may move may also ask, which is to move by nothing.
      if ((descriptor.effective & needs.fd_seek) === 0) {
        const asksOnly = whence === Whence.current && offset === 0n;
        requireDescriptor(program, fd, asksOnly ? needs.fd_tell : needs.fd_seek);
      }
      const out = memory.check(result, 8);
      let from = 0;
      if (whence === Whence.current) from = descriptor.position;
      else if (whence === Whence.end) from = descriptor.file?.content.size ?? 0;
      else if (whence !== Whence.set) return Errno.INVAL;
      // An offset that no double holds exactly leaves the range in either direction whatever it is added to.
      const position = from + Number(offset);
      if (position < 0) return Errno.INVAL;
      if (position > LAST_POSITION) return Errno.OVERFLOW;
      descriptor.position = position;
      memory.setSafe64(out, position);
      return Errno.SUCCESS;
    },

    fd_tell(fd: number, result: number): Errno {
      const descriptor = descriptors.require(fd);
      if ((descriptor.effective & needs.fd_seek) === 0) requireDescriptor(program, fd, needs.fd_tell);
      memory.setSafe64(memory.check(result, 8), descriptor.position);
      return Errno.SUCCESS;
    },

    fd_filestat_set_size(fd: number, size: bigint): Errno {
      const { file, live, special } = requireDescriptor(program, fd, needs.fd_filestat_set_size);
      const wanted = filePosition(size);
      if (special !== undefined) {
        if (wanted !== 0) return Errno.INVAL;
        special.reset();
        return Errno.SUCCESS;
      }
      if (live !== undefined && file !== undefined) return resizeLive(live, file.content.size, wanted);
      if (wanted > LAST_POSITION) return Errno.FBIG;
      if (file !== undefined) fileSystem.setSize(file, wanted);
      return Errno.SUCCESS;
    },

    /** Space is counted, not laid out: what a file's size counts against the quota is its allocation. */
    fd_allocate(fd: number, offset: bigint, length: bigint): Errno {
      const { file, live, special } = requireDescriptor(program, fd, needs.fd_allocate);
      if (live !== undefined || special !== undefined) return Errno.SPIPE;
      if (length === 0n) return Errno.INVAL;
      const end = filePosition(offset) + filePosition(length);
      if (end > LAST_POSITION) return Errno.FBIG;
      // Also where nothing grows: that the file was changed shows in its times, as on Linux.
      if (file !== undefined) fileSystem.setSize(file, Math.max(file.content.size, end));
      return Errno.SUCCESS;
    },

    /** Advice is checked and needs no action: everything is in memory. */
    fd_advise(fd: number, offset: bigint, length: bigint, advice: number): Errno {
      requireDescriptor(program, fd, needs.fd_advise);
      filePosition(offset);
      filePosition(length);
      return advice >>> 0 > LAST_ADVICE ? Errno.INVAL : Errno.SUCCESS;
    },

    fd_datasync(fd: number): Errno {
      requireDescriptor(program, fd, needs.fd_datasync);
      return Errno.SUCCESS;
    },

    fd_sync(fd: number): Errno {
      requireDescriptor(program, fd, needs.fd_sync);
      return Errno.SUCCESS;
    },
  } satisfies Partial<Record<CallName, unknown>>;
}

/** What others have read of it cannot be taken back: it keeps its size, or begins anew. */
function resizeLive(live: LiveHandle, size: number, wanted: number): Errno {
  if (wanted !== 0) return wanted === size ? Errno.SUCCESS : Errno.INVAL;
  live.restart();
  return Errno.SUCCESS;
}

/**
 * An unsigned 64-bit size or offset as a number, exact up to 2^53; beyond that it is over LAST_POSITION and compares so.
 * From 2^63 on it is INVAL: a POSIX off_t that is negative.
 */
function filePosition(offset: bigint): number {
  const signed = BigInt.asIntN(64, offset);
  if (signed < 0n) throw new VfsError(Errno.INVAL, 'a negative position');
  return Number(signed);
}
