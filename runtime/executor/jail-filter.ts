/**
 * The system calls that an executor child may still make, as a seccomp program. Everything else fails with EPERM, save
 * clone3, which answers ENOSYS (the C library then falls back to clone, whose flags a filter can see), and calls in a
 * foreign dialect (another architecture, x32), which end the process: no compiler of ours makes them.
 *
 * What is left reads and writes descriptors that are open already, manages memory, threads and time, and ends.
 */
import {
  AuditArchitecture,
  answer,
  argumentOffset,
  type Instruction,
  jumpIfAtLeast,
  jumpIfEqual,
  load,
  maskWith,
  SeccompAction,
  SeccompData,
} from '../../native/seccomp.ts';

export type Architecture = 'x64' | 'arm64';

/** A condition on one argument: its low 32 bits under a mask are one of these, and its high half, where asked, zero. */
interface ArgumentRule {
  readonly argument: number;
  readonly mask?: number;
  readonly oneOf: readonly number[];
  readonly highZero?: boolean;
}

interface Rule {
  /** Numbers of the call. Source: Linux arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h. */
  readonly x64?: number;
  readonly arm64?: number;
  /** All must hold; none means always allowed. */
  readonly arguments?: readonly ArgumentRule[];
}

const EPERM = 1;
const ENOSYS = 38;
/** __X32_SYSCALL_BIT. Source: Linux arch/x86/include/uapi/asm/unistd.h. */
const X32_BIT = 0x40000000;
const CLONE3 = 435;

// Linux include/uapi/linux/sched.h.
const CLONE_VM = 0x100;
const CLONE_THREAD = 0x10000;
/** All that makes a process, a namespace, a traced child or a handle on one: signal bits (NEWTIME is one), PIDFD, PTRACE, VFORK, NEWNS, NEWCGROUP to NEWNET. */
const CLONE_REFUSED = 0xff | 0x1000 | 0x2000 | 0x4000 | 0x20000 | 0x7e000000;

// Linux include/uapi/asm-generic/mman-common.h and linux/mman.h.
const MAP_TYPE = 0x0f;
const MAP_PRIVATE = 0x02;
const MAP_ANONYMOUS = 0x20;
/** Counted as stack, which RLIMIT_DATA leaves out. */
const MAP_GROWSDOWN = 0x100;
const MAP_HUGETLB = 0x40000;
const MADVISE = {
  NORMAL: 0,
  DONTNEED: 4,
  FREE: 8,
  DONTFORK: 10,
  HUGEPAGE: 14,
  NOHUGEPAGE: 15,
  DONTDUMP: 16,
  DODUMP: 17,
  POPULATE_WRITE: 23,
};

// Linux include/uapi/linux/futex.h: without the priority-inheritance and requeue kinds.
const FUTEX_COMMAND = ~(128 | 256);
const FUTEX = { WAIT: 0, WAKE: 1, WAIT_BITSET: 9, WAKE_BITSET: 10 };

const F_GETFD = 1;
const F_GETFL = 3;

function rules(processId: number): Readonly<Record<string, Rule>> {
  return {
    read: { x64: 0, arm64: 63 },
    write: { x64: 1, arm64: 64 },
    readv: { x64: 19, arm64: 65 },
    writev: { x64: 20, arm64: 66 },
    futex: {
      x64: 202,
      arm64: 98,
      arguments: [{ argument: 1, mask: FUTEX_COMMAND, oneOf: Object.values(FUTEX) }],
    },
    mprotect: { x64: 10, arm64: 226 },
    madvise: { x64: 28, arm64: 233, arguments: [{ argument: 2, oneOf: Object.values(MADVISE) }] },
    munmap: { x64: 11, arm64: 215 },
    mmap: {
      x64: 9,
      arm64: 222,
      arguments: [
        {
          argument: 3,
          mask: MAP_TYPE | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_HUGETLB,
          oneOf: [MAP_PRIVATE | MAP_ANONYMOUS],
        },
      ],
    },
    brk: { x64: 12, arm64: 214 },
    clock_gettime: { x64: 228, arm64: 113 },
    clock_getres: { x64: 229, arm64: 114 },
    clock_nanosleep: { x64: 230, arm64: 115 },
    nanosleep: { x64: 35, arm64: 101 },
    gettimeofday: { x64: 96, arm64: 169 },
    getrandom: { x64: 318, arm64: 278 },
    getrusage: { x64: 98, arm64: 165 },
    getpid: { x64: 39, arm64: 172 },
    gettid: { x64: 186, arm64: 178 },
    sched_yield: { x64: 24, arm64: 124 },
    sched_getaffinity: { x64: 204, arm64: 123 },
    rt_sigreturn: { x64: 15, arm64: 139 },
    rt_sigprocmask: { x64: 14, arm64: 135 },
    sigaltstack: { x64: 131, arm64: 132 },
    restart_syscall: { x64: 219, arm64: 128 },
    rseq: { x64: 334, arm64: 293 },
    set_robust_list: { x64: 273, arm64: 99 },
    epoll_wait: { x64: 232 },
    epoll_pwait: { x64: 281, arm64: 22 },
    close: { x64: 3, arm64: 57 },
    fcntl: { x64: 72, arm64: 25, arguments: [{ argument: 1, oneOf: [F_GETFD, F_GETFL] }] },
    // V8's own abort sends itself SIGABRT; others are out of reach.
    tgkill: { x64: 234, arm64: 131, arguments: [{ argument: 0, oneOf: [processId] }] },
    prlimit64: {
      x64: 302,
      arm64: 261,
      arguments: [
        { argument: 0, oneOf: [0, processId] },
        { argument: 2, oneOf: [0], highZero: true },
      ],
    },
    clone: {
      x64: 56,
      arm64: 220,
      arguments: [
        { argument: 0, mask: CLONE_VM | CLONE_THREAD | CLONE_REFUSED, oneOf: [CLONE_VM | CLONE_THREAD] },
      ],
    },
    exit: { x64: 60, arm64: 93 },
    exit_group: { x64: 231, arm64: 94 },
  };
}

/**
 * The filter for one process.
 * @param processId its own, in its own PID namespace: the only one it may send signals to
 */
export function jailFilter(architecture: Architecture, processId: number): Instruction[] {
  const program: Instruction[] = [
    load(SeccompData.architecture),
    jumpIfEqual(AuditArchitecture[architecture], 1, 0),
    answer(SeccompAction.KILL_PROCESS),
    load(SeccompData.number),
    jumpIfAtLeast(X32_BIT, 0, 1),
    answer(SeccompAction.KILL_PROCESS),
    jumpIfEqual(CLONE3, 0, 1),
    answer(SeccompAction.errno(ENOSYS)),
  ];
  for (const rule of Object.values(rules(processId))) {
    const number = rule[architecture];
    if (number !== undefined) program.push(...compile(number, rule.arguments ?? []));
  }
  program.push(answer(SeccompAction.errno(EPERM)));
  return program;
}

/** "If it is this call: allowed where its arguments hold, refused otherwise." */
function compile(number: number, conditions: readonly ArgumentRule[]): Instruction[] {
  const refuse = answer(SeccompAction.errno(EPERM));
  const body = conditions.flatMap((condition) => {
    const low = [load(argumentOffset(condition.argument, 'low'))];
    if (condition.mask !== undefined) low.push(maskWith(condition.mask));
    // Each match jumps over the other comparisons and the refusal behind them.
    const comparisons = condition.oneOf.map((value, index) =>
      jumpIfEqual(value, condition.oneOf.length - index, 0),
    );
    const high = condition.highZero
      ? [load(argumentOffset(condition.argument, 'high')), jumpIfEqual(0, 1, 0), refuse]
      : [];
    return [...low, ...comparisons, refuse, ...high];
  });
  const block = [...body, answer(SeccompAction.ALLOW)];
  return [jumpIfEqual(number, 0, block.length), ...block];
}
