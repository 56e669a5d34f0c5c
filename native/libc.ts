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
  mprotect: declare<(address: Pointer, length: number, protection: number) => number>(
    'int mprotect(void *address, size_t length, int protection)',
  ),
  madvise: declare<(address: Pointer, length: number, advice: number) => number>(
    'int madvise(void *address, size_t length, int advice)',
  ),
  lgetxattr: declare<(path: string, name: string, value: Uint8Array, length: number) => number>(
    'int64_t lgetxattr(const char *path, const char *name, void *value, size_t length)',
  ),
  fsetxattr: declare<(fd: number, name: string, value: Uint8Array, length: number, flags: number) => number>(
    'int fsetxattr(int fd, const char *name, void *value, size_t length, int flags)',
  ),
  fremovexattr: declare<(fd: number, name: string) => number>('int fremovexattr(int fd, const char *name)'),
  socketpair: declare<(domain: number, type: number, protocol: number, descriptors: Uint8Array) => number>(
    'int socketpair(int domain, int type, int protocol, void *descriptors)',
  ),
  socket: declare<(domain: number, type: number, protocol: number) => number>(
    'int socket(int domain, int type, int protocol)',
  ),
  bind: declare<(fd: number, address: Uint8Array, length: number) => number>(
    'int bind(int fd, void *address, uint32_t length)',
  ),
  connect: declare<(fd: number, address: Uint8Array, length: number) => number>(
    'int connect(int fd, void *address, uint32_t length)',
  ),
  getpeername: declare<(fd: number, address: Uint8Array, length: Uint8Array) => number>(
    'int getpeername(int fd, void *address, void *length)',
  ),
  setsockopt: declare<
    (fd: number, level: number, option: number, value: Uint8Array, length: number) => number
  >('int setsockopt(int fd, int level, int option, void *value, uint32_t length)'),
  getsockopt: declare<
    (fd: number, level: number, option: number, value: Uint8Array, length: Uint8Array) => number
  >('int getsockopt(int fd, int level, int option, void *value, void *length)'),
  sendmsg: declare<(fd: number, message: Uint8Array, flags: number) => number>(
    'int64_t sendmsg(int fd, void *message, int flags)',
  ),
  recvmsg: declare<(fd: number, message: Uint8Array, flags: number) => number>(
    'int64_t recvmsg(int fd, void *message, int flags)',
  ),
  poll: declare<(descriptors: Uint8Array, count: number, milliseconds: number) => number>(
    'int poll(void *descriptors, unsigned long count, int milliseconds)',
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
  mount: declare<
    (source: string, target: string, type: string | null, flags: number, data: string | null) => number
  >(
    'int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)',
  ),
  sync: declare<() => void>('void sync()'),
  reboot: declare<(command: number) => number>('int reboot(int command)'),
  dup3: declare<(from: number, to: number, flags: number) => number>('int dup3(int from, int to, int flags)'),
  ioctl: declare<(fd: number, request: number, argument: Uint8Array) => number>(
    'int ioctl(int fd, unsigned long request, void *argument)',
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
  waitid: declare<(kind: number, id: number, information: Uint8Array, options: number) => number>(
    'int waitid(int kind, uint32_t id, void *information, int options)',
  ),
  clock_getcpuclockid: declare<(pid: number, clock: Uint8Array) => number>(
    'int clock_getcpuclockid(int pid, void *clock)',
  ),
  clock_gettime: declare<(clock: number, time: Uint8Array) => number>(
    'int clock_gettime(int clock, void *time)',
  ),
  getrusage: declare<(who: number, usage: Uint8Array) => number>('int getrusage(int who, void *usage)'),
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

/**
 * Makes a call that may block, on a thread of libuv's pool. The buffers whose addresses it knows are held until it
 * returns. koffi keeps the errno of each such call and puts it back for its callback, where it must be read.
 */
export function callAside<A extends unknown[]>(
  call: (...values: A) => number,
  values: A,
  held: readonly Uint8Array[],
): Promise<{ readonly result: number; readonly errno: number }> {
  const { async: start } = call as unknown as { async: (...values: unknown[]) => void };
  pending.add(held);
  return new Promise((resolve, reject) => {
    start(...values, (failure: Error | null, result: number) => {
      const errno = koffi.errno();
      pending.delete(held);
      if (failure === null) resolve({ result, errno });
      else reject(failure);
    });
  });
}

/** Where the C library keeps a function or variable. */
export function symbolAddress(name: string): Pointer {
  return library.symbol(name) as Pointer;
}

/** A zeroed buffer outside V8's moving heap, for structures whose address goes to the kernel. */
export function kernelBuffer(length: number): Uint8Array {
  return new Uint8Array(new ArrayBuffer(length));
}

const pending = new Set<readonly Uint8Array[]>();

/**
 * Gives a call the addresses of buffers that it passes inside other structures; the buffers are held until it returns,
 * so that the collector cannot free them under the kernel.
 */
export function withAddresses<T>(buffers: readonly Uint8Array[], call: (...addresses: Pointer[]) => T): T {
  pending.add(buffers);
  try {
    return call(...buffers.map((buffer) => BigInt(koffi.address(buffer))));
  } finally {
    pending.delete(buffers);
  }
}

/** A view of memory that is not V8's. The caller answers for the bounds and for how long the memory stays. */
export function viewMemory(address: Pointer, length: number): Uint8Array {
  return new Uint8Array(koffi.view(address, length));
}
