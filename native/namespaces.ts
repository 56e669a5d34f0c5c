/**
 * Starts a program in namespaces of its own.
 *
 * A threaded process cannot unshare its PID namespace (EINVAL), and JavaScript cannot run between fork and exec, since
 * V8's pages are not copied to a forked child. So the child runs none: clone(2) enters the C library's own setcontext,
 * with a context prepared to call execve, and one to follow that calls _exit(127). CLONE_VM and CLONE_VFORK hold this
 * thread until the exec, so the memory that the child uses stays as it is. Everything is built here before the call.
 */
import { checked } from './errno.ts';
import { kernelBuffer, libc, type Pointer, symbolAddress, withAddresses } from './libc.ts';
import { childStarted } from './own-children.ts';

/** Source: Linux include/uapi/linux/sched.h. */
export const NamespaceFlag = {
  mount: 0x00020000,
  ipc: 0x08000000,
  /** Lets a process without privileges have the others; nobody is mapped in it. */
  user: 0x10000000,
  pid: 0x20000000,
  network: 0x40000000,
} as const;

const CLONE_VM = 0x100;
const CLONE_VFORK = 0x4000;
const SIGCHLD = 17;
const SIG_SETMASK = 2;
const F_SETFD = 2;
const FD_CLOEXEC = 1;

// mount(2) flags. Source: Linux include/uapi/linux/mount.h.
const MS_NOSUID = 2;
const MS_NODEV = 4;
const MS_NOEXEC = 8;
const MS_REC = 16384;
const MS_PRIVATE = 1 << 18;

/** Larger than ucontext_t on either architecture (968 bytes on x86-64, 4560 on AArch64). */
const CONTEXT_BYTES = 8192;
const STACK_BYTES = 65536;
const SIGNAL_SET_BYTES = 128;
/** Offsets in ucontext_t. Source: glibc sysdeps/unix/sysv/linux/{x86,aarch64}/sys/ucontext.h. */
const CONTEXT_LINK = 8;
const CONTEXT_STACK_ADDRESS = 16;
const CONTEXT_STACK_SIZE = 32;
const CONTEXT_SIGNAL_MASK = { x64: 296, arm64: 40 } as const;

export interface IsolatedProgram {
  /** Absolute path of the executable. */
  readonly path: string;
  /** With argv[0]. */
  readonly args: readonly string[];
  /** "NAME=value"; nothing is inherited. */
  readonly environment: readonly string[];
  /** NamespaceFlag bits. */
  readonly namespaces: number;
  /** Stays open in the program under its number. Node marks all it had at its start, stdio too, closed on exec. */
  readonly inheritedDescriptor: number;
}

/**
 * Runs the program as the first process of new namespaces, and returns its process id here. All its signals are
 * blocked at first: nobody's handler may run between clone and exec (Node sets its own mask when it starts).
 * It must be reaped with `reapChild`. A program that cannot be executed ends with status 127.
 * @throws SystemError EPERM without CAP_SYS_ADMIN or where the kernel or a container refuses namespaces
 */
export function startIsolated(program: IsolatedProgram): number {
  const architecture = process.arch;
  if (architecture !== 'x64' && architecture !== 'arm64')
    throw new Error(`unknown ucontext_t of ${architecture}`);
  const strings = [program.path, ...program.args, ...program.environment].map(nulTerminated);
  const [argv, envp] = [program.args, program.environment].map((list) => kernelBuffer((list.length + 1) * 8));
  const [execContext, exitContext] = [kernelBuffer(CONTEXT_BYTES), kernelBuffer(CONTEXT_BYTES)];
  const [entryStack, execStack, exitStack] = [0, 1, 2].map(() => kernelBuffer(STACK_BYTES));
  const all = [execContext, exitContext, entryStack!, execStack!, exitStack!, argv!, envp!, ...strings];
  return withAddresses(all, (exec, exit, entry, execStackAt, exitStackAt, argvAt, envpAt, ...stringsAt) => {
    writePointers(argv!, stringsAt.slice(1, 1 + program.args.length));
    writePointers(envp!, stringsAt.slice(1 + program.args.length));
    prepare(exitContext, exitStackAt!, 0n, architecture);
    libc.makecontext(exitContext, symbolAddress('_exit'), 1, 127n, 0n, 0n);
    prepare(execContext, execStackAt!, exit!, architecture);
    libc.makecontext(execContext, symbolAddress('execve'), 3, stringsAt[0]!, argvAt!, envpAt!);
    const flags = program.namespaces | CLONE_VM | CLONE_VFORK | SIGCHLD;
    return withSignalsBlocked(() => {
      checked('fcntl', libc.fcntl(program.inheritedDescriptor, F_SETFD, 0));
      try {
        const pid = checked(
          'clone',
          libc.clone(symbolAddress('setcontext'), entry! + BigInt(STACK_BYTES), flags, exec!),
        );
        childStarted(pid);
        return pid;
      } finally {
        libc.fcntl(program.inheritedDescriptor, F_SETFD, FD_CLOEXEC);
      }
    });
  });
}

/**
 * For the first process of new PID and mount namespaces: takes its mounts out of everybody else's sight and gives it a
 * /proc that shows its own processes only.
 */
export function mountOwnProc(): void {
  checked('mount', libc.mount('none', '/', null, MS_REC | MS_PRIVATE, null));
  checked('mount', libc.mount('proc', '/proc', 'proc', MS_NOSUID | MS_NODEV | MS_NOEXEC, null));
}

/** Fills a context with this thread's state, a stack, a successor (0 for none) and a mask of all signals. */
function prepare(
  context: Uint8Array,
  stack: Pointer,
  successor: Pointer,
  architecture: 'x64' | 'arm64',
): void {
  checked('getcontext', libc.getcontext(context));
  const view = new DataView(context.buffer);
  view.setBigUint64(CONTEXT_LINK, successor, true);
  view.setBigUint64(CONTEXT_STACK_ADDRESS, stack, true);
  view.setBigUint64(CONTEXT_STACK_SIZE, BigInt(STACK_BYTES), true);
  const mask = CONTEXT_SIGNAL_MASK[architecture];
  context.fill(0xff, mask, mask + 8);
}

function withSignalsBlocked<T>(call: () => T): T {
  const [all, before] = [kernelBuffer(SIGNAL_SET_BYTES), kernelBuffer(SIGNAL_SET_BYTES)];
  libc.sigfillset(all);
  libc.pthread_sigmask(SIG_SETMASK, all, before);
  try {
    return call();
  } finally {
    libc.pthread_sigmask(SIG_SETMASK, before, null);
  }
}

function nulTerminated(text: string): Uint8Array {
  if (text.includes('\0')) throw new RangeError('a program argument holds a NUL');
  const bytes = new TextEncoder().encode(text);
  const terminated = kernelBuffer(bytes.length + 1);
  terminated.set(bytes);
  return terminated;
}

function writePointers(target: Uint8Array, pointers: readonly Pointer[]): void {
  const view = new DataView(target.buffer);
  for (const [index, pointer] of pointers.entries()) view.setBigUint64(index * 8, pointer, true);
}
