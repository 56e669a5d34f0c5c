/** Calls on the program itself and its surroundings: arguments, clocks, randomness, ending, and sockets it has none of. */
import { Errno } from '../vfs/errno.ts';
import { Clock, IGNORED_SIGNALS, LAST_SIGNAL, NO_SIGNAL, STOPPING_SIGNALS } from './abi.ts';
import type { Program } from './program.ts';
import type { CallName } from './signatures.ts';

/** Bytes of randomness fetched at once: what getrandom and WebCrypto give in one go. Source: WebCrypto, 10.1.1. */
const RANDOM_PIECE = 65536;

/** Added to a signal's number to make an exit code. Source: POSIX shell, 2.8.2; the number is that of the shells. */
const SIGNAL_EXIT = 128;

/** Thrown through the program to end it: the one exception that a call throws. */
export class ProcessExit extends Error {
  override readonly name = 'ProcessExit';
  /** An unsigned 32-bit integer. */
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`the program ended with exit code ${exitCode}`);
    this.exitCode = exitCode;
  }
}

export function processCalls(program: Program) {
  const { memory, descriptors, args, env, clock } = program;

  function putSizes(strings: readonly Uint8Array[], countPointer: number, sizePointer: number): Errno {
    const count = memory.check(countPointer, 4);
    const size = memory.check(sizePointer, 4);
    memory.setU32(count, strings.length);
    memory.setU32(size, totalLength(strings));
    return Errno.SUCCESS;
  }

  /** Writes the strings one after the other, and where each one starts. */
  function putStrings(strings: readonly Uint8Array[], pointers: number, buffer: number): Errno {
    let pointer = memory.checkArray(pointers, strings.length, 4);
    let at = memory.check(buffer, totalLength(strings));
    for (const string of strings) {
      memory.setU32(pointer, at);
      memory.setBytes(at, string);
      pointer += 4;
      at += string.length;
    }
    return Errno.SUCCESS;
  }

  /** Nothing here is a socket. A preopened directory stands where programs that ask for none expect nothing: BADF. */
  function noSocket(fd: number): Errno {
    const descriptor = descriptors.get(fd);
    return descriptor === undefined || descriptor.directory !== undefined ? Errno.BADF : Errno.NOTSOCK;
  }

  return {
    args_sizes_get: (count: number, size: number): Errno => putSizes(args, count, size),
    args_get: (pointers: number, buffer: number): Errno => putStrings(args, pointers, buffer),
    environ_sizes_get: (count: number, size: number): Errno => putSizes(env, count, size),
    environ_get: (pointers: number, buffer: number): Errno => putStrings(env, pointers, buffer),

    clock_res_get(id: number, result: number): Errno {
      if (id >>> 0 > Clock.threadCpuTime) return Errno.INVAL;
      const out = memory.check(result, 8);
      if (clock === undefined) return Errno.NOTCAPABLE;
      memory.setU64(out, clock.resolution(id));
      return Errno.SUCCESS;
    },

    /** The precision is what the caller can do without; the clock's own is always given. */
    clock_time_get(id: number, _precision: bigint, result: number): Errno {
      if (id >>> 0 > Clock.threadCpuTime) return Errno.INVAL;
      const out = memory.check(result, 8);
      if (clock === undefined) return Errno.NOTCAPABLE;
      if (id === Clock.monotonic) memory.setU64(out, clock.monotonic());
      else memory.setU64(out, id === Clock.realtime ? clock.realtime() : clock.cpu());
      return Errno.SUCCESS;
    },

    random_get(buffer: number, length: number): Errno {
      const start = memory.check(buffer, length);
      const end = start + (length >>> 0);
      for (let at = start; at < end; at += RANDOM_PIECE)
        program.random(memory.slice(at, Math.min(RANDOM_PIECE, end - at)));
      return Errno.SUCCESS;
    },

    proc_exit(code: number): never {
      throw new ProcessExit(code >>> 0);
    },

    /** A program cannot handle signals, so that each does what it does by default; there is nobody to continue it. */
    proc_raise(signal: number): Errno {
      const number = signal >>> 0;
      if (number > LAST_SIGNAL) return Errno.INVAL;
      if (number === NO_SIGNAL || IGNORED_SIGNALS.has(number)) return Errno.SUCCESS;
      if (STOPPING_SIGNALS.has(number)) return Errno.NOTSUP;
      throw new ProcessExit(SIGNAL_EXIT + number);
    },

    sched_yield: (): Errno => Errno.SUCCESS,

    sock_accept: (fd: number, _flags: number, _result: number): Errno => noSocket(fd),
    sock_recv: (
      fd: number,
      _data: number,
      _count: number,
      _flags: number,
      _size: number,
      _out: number,
    ): Errno => noSocket(fd),
    sock_send: (fd: number, _data: number, _count: number, _flags: number, _size: number): Errno =>
      noSocket(fd),
    sock_shutdown: (fd: number, _how: number): Errno => noSocket(fd),
  } satisfies Partial<Record<CallName, unknown>>;
}

function totalLength(strings: readonly Uint8Array[]): number {
  let length = 0;
  for (const string of strings) length += string.length;
  return length;
}
