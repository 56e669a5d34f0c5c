/**
 * The C library, loaded once, with the functions that native/ wraps. No other folder sees these: a wrong length or
 * pointer here is memory corruption, so each wrapper checks both before it calls.
 *
 * `load(null)` gives what the Node binary itself is linked against, so no path or version is named. Variadic functions
 * (fcntl, prctl, syscall) are declared with the arguments that we pass: integer arguments travel alike in fixed and
 * variadic calls under the System V x86-64 and the AArch64 Linux ABIs.
 */
import koffi from 'koffi';

/** An address in this process. */
export type Pointer = bigint;

/** What a `void *` parameter takes: a buffer, which the call may write to, or an address. */
export type Memory = Uint8Array | Pointer | null;

type Signature = (...values: never[]) => unknown;

const library = koffi.load(null);

function declare<S extends Signature>(definition: string): S {
  return library.func(definition) as unknown as S;
}

export const libc = {
  close: declare<(fd: number) => number>('int close(int fd)'),
  fcntl: declare<(fd: number, command: number, argument: number) => number>(
    'int fcntl(int fd, int command, long argument)',
  ),
  memfd_create: declare<(name: string, flags: number) => number>(
    'int memfd_create(const char *name, unsigned int flags)',
  ),
  mmap: declare<
    (
      address: Memory,
      length: number,
      protection: number,
      flags: number,
      fd: number,
      offset: number,
    ) => Pointer | null
  >('void *mmap(void *address, size_t length, int protection, int flags, int fd, int64_t offset)'),
  socketpair: declare<(domain: number, type: number, protocol: number, descriptors: Uint8Array) => number>(
    'int socketpair(int domain, int type, int protocol, void *descriptors)',
  ),
  setsockopt: declare<
    (fd: number, level: number, option: number, value: Uint8Array, length: number) => number
  >('int setsockopt(int fd, int level, int option, void *value, uint32_t length)'),
  sendmsg: declare<(fd: number, message: Uint8Array, flags: number) => number>(
    'int64_t sendmsg(int fd, void *message, int flags)',
  ),
  recvmsg: declare<(fd: number, message: Uint8Array, flags: number) => number>(
    'int64_t recvmsg(int fd, void *message, int flags)',
  ),
  prctl: declare<(option: number, second: number, third: number, fourth: number, fifth: number) => number>(
    'int prctl(int option, unsigned long second, unsigned long third, unsigned long fourth, unsigned long fifth)',
  ),
  prlimit: declare<(pid: number, resource: number, set: Uint8Array | null, old: Uint8Array | null) => number>(
    'int prlimit(int pid, int resource, void *set, void *old)',
  ),
  setresuid: declare<(real: number, effective: number, saved: number) => number>(
    'int setresuid(uint32_t real, uint32_t effective, uint32_t saved)',
  ),
  setresgid: declare<(real: number, effective: number, saved: number) => number>(
    'int setresgid(uint32_t real, uint32_t effective, uint32_t saved)',
  ),
  setgroups: declare<(count: number, groups: Uint8Array | null) => number>(
    'int setgroups(size_t count, void *groups)',
  ),
  setsid: declare<() => number>('int setsid()'),
  mount: declare<(source: string, target: string, type: string | null, flags: number, data: null) => number>(
    'int mount(const char *source, const char *target, const char *type, unsigned long flags, void *data)',
  ),
  timer_create: declare<(clock: number, event: Uint8Array, timer: Uint8Array) => number>(
    'int timer_create(int clock, void *event, void *timer)',
  ),
  timer_settime: declare<(timer: Pointer, flags: number, set: Uint8Array, old: Uint8Array | null) => number>(
    'int timer_settime(void *timer, int flags, void *set, void *old)',
  ),
  signal: declare<(signal: number, handler: Pointer) => Pointer | null>(
    'void *signal(int signal, void *handler)',
  ),
  sigfillset: declare<(set: Uint8Array) => number>('int sigfillset(void *set)'),
  pthread_sigmask: declare<(how: number, set: Uint8Array, old: Uint8Array | null) => number>(
    'int pthread_sigmask(int how, void *set, void *old)',
  ),
  kill: declare<(pid: number, signal: number) => number>('int kill(int pid, int signal)'),
  waitpid: declare<(pid: number, status: Uint8Array, options: number) => number>(
    'int waitpid(int pid, void *status, int options)',
  ),
  _exit: declare<(status: number) => void>('void _exit(int status)'),
  getcontext: declare<(context: Uint8Array) => number>('int getcontext(void *context)'),
  /** With the three arguments that execve takes; makecontext itself is variadic. */
  makecontext: declare<
    (
      context: Uint8Array,
      entry: Pointer,
      count: number,
      first: Pointer,
      second: Pointer,
      third: Pointer,
    ) => void
  >(
    'void makecontext(void *context, void *entry, int count, uintptr_t first, uintptr_t second, uintptr_t third)',
  ),
  clone: declare<(entry: Pointer, stack: Pointer, flags: number, argument: Pointer) => number>(
    'int clone(void *entry, void *stack, int flags, void *argument)',
  ),
  /** Any system call by number; a result of -1 leaves errno behind like the named ones. */
  syscall: declare<
    (
      number: number,
      first: number | Pointer,
      second: number | Pointer,
      third: number | Pointer,
      fourth: number | Pointer,
      fifth: number | Pointer,
      sixth: number | Pointer,
    ) => number
  >(
    'long syscall(long number, intptr_t first, intptr_t second, intptr_t third, intptr_t fourth, intptr_t fifth, intptr_t sixth)',
  ),
} as const;

/** The errno that the last call through koffi left on this thread: to be read before any other call. */
export function lastErrno(): number {
  return koffi.errno();
}

/** Where the C library keeps a function or variable. */
export function symbolAddress(name: string): Pointer {
  return library.symbol(name) as Pointer;
}

/** A zeroed buffer outside V8's moving heap, for structures whose address goes to the kernel. */
export function kernelBuffer(length: number): Uint8Array {
  return new Uint8Array(new ArrayBuffer(length));
}

const held = new Set<readonly Uint8Array[]>();

/**
 * Gives a call the addresses of buffers that it passes inside other structures; the buffers are held until it returns,
 * so that the collector cannot free them under the kernel.
 */
export function withAddresses<T>(buffers: readonly Uint8Array[], call: (...addresses: Pointer[]) => T): T {
  held.add(buffers);
  try {
    return call(...buffers.map((buffer) => BigInt(koffi.address(buffer))));
  } finally {
    held.delete(buffers);
  }
}

/** A view of memory that is not V8's. The caller answers for the bounds and for how long the memory stays. */
export function viewMemory(address: Pointer, length: number): Uint8Array {
  return new Uint8Array(koffi.view(address, length));
}
