import fc from 'fast-check';
import t from 'tap';
import { AuditArchitecture, assemble, SeccompAction } from '../../../native/seccomp.ts';
import { jailFilter } from '../../../runtime/executor/jail-filter.ts';
import { runFilter } from '../../support/bpf-machine.ts';

const SELF = 4242;
const EPERM = SeccompAction.errno(1);
const { ALLOW, KILL_PROCESS } = SeccompAction;
const filters = { x64: jailFilter('x64', SELF), arm64: jailFilter('arm64', SELF) } as const;
const HIGH = 1n << 32n;

/** System call numbers of both architectures. Source: Linux syscall_64.tbl and asm-generic/unistd.h. */
const NUMBERS = {
  x64: {
    read: 0,
    mmap: 9,
    fcntl: 72,
    clone: 56,
    tgkill: 234,
    prlimit64: 302,
    futex: 202,
    madvise: 28,
    openat: 257,
    kill: 62,
    socket: 41,
    execve: 59,
    ptrace: 101,
  },
  arm64: {
    read: 63,
    mmap: 222,
    fcntl: 25,
    clone: 220,
    tgkill: 131,
    prlimit64: 261,
    futex: 98,
    madvise: 233,
    openat: 56,
    kill: 129,
    socket: 198,
    execve: 221,
    ptrace: 117,
  },
} as const;

for (const architecture of ['x64', 'arm64'] as const) {
  const ask = (name: keyof (typeof NUMBERS)['x64'], ...values: bigint[]) =>
    runFilter(filters[architecture], {
      architecture: AuditArchitecture[architecture],
      number: NUMBERS[architecture][name],
      values,
    });

  t.test(`${architecture}: what may be asked for, and what may not`, (t) => {
    t.equal(ask('read', 3n), ALLOW);
    for (const name of ['openat', 'kill', 'socket', 'execve', 'ptrace'] as const)
      t.equal(ask(name), EPERM, name);
    t.equal(ask('fcntl', 3n, 1n), ALLOW, 'F_GETFD');
    t.equal(ask('fcntl', 3n, 3n), ALLOW, 'F_GETFL');
    for (const command of [0n, 2n, 4n, 8n, 9n, 10n, 15n, 1024n, 1030n, 1033n])
      t.equal(ask('fcntl', 3n, command), EPERM, `fcntl ${command}`);
    t.equal(ask('tgkill', BigInt(SELF), 7n, 6n), ALLOW);
    for (const group of [1n, 0n, -1n, BigInt(SELF) + 1n]) t.equal(ask('tgkill', group, 7n, 9n), EPERM);
    t.equal(ask('prlimit64', 0n, 2n, 0n, 1n), ALLOW);
    t.equal(ask('prlimit64', BigInt(SELF), 2n, 0n, 1n), ALLOW);
    t.equal(ask('prlimit64', 1n, 2n, 0n, 1n), EPERM, 'of another process');
    t.equal(ask('prlimit64', 0n, 2n, 16n, 0n), EPERM, 'to set');
    t.equal(ask('prlimit64', 0n, 2n, HIGH, 0n), EPERM, 'to set, with a pointer whose low half is zero');
    t.equal(ask('mmap', 0n, 4096n, 3n, 0x22n), ALLOW);
    t.equal(ask('mmap', 0n, 4096n, 3n, 0x4022n), ALLOW, 'MAP_NORESERVE');
    t.equal(ask('mmap', 0n, 4096n, 3n, 0x20022n), ALLOW, 'MAP_STACK');
    for (const flags of [0x21n, 0x23n, 0x02n, 0x122n, 0x40022n, 0x20n])
      t.equal(ask('mmap', 0n, 4096n, 3n, flags), EPERM);
    t.equal(ask('futex', 0n, 128n), ALLOW);
    for (const operation of [6n, 7n, 8n, 11n, 12n, 13n, 3n, 4n, 5n])
      t.equal(ask('futex', 0n, operation), EPERM);
    for (const advice of [4n, 8n, 14n, 23n]) t.equal(ask('madvise', 0n, 0n, advice), ALLOW);
    for (const advice of [9n, 11n, 12n, 100n, 101n]) t.equal(ask('madvise', 0n, 0n, advice), EPERM);
    // What glibc's pthread_create asks for.
    t.equal(ask('clone', 0x3d0f00n), ALLOW);
    t.end();
  });

  t.test(`${architecture}: clone makes threads of this process and nothing else`, (t) => {
    const refused = 0xff | 0x1000 | 0x2000 | 0x4000 | 0x20000 | 0x7e000000;
    fc.assert(
      fc.property(fc.nat({ max: 0x7fffffff }), (flags) => {
        const thread = (flags & 0x10100) === 0x10100 && (flags & refused) === 0;
        t.equal(ask('clone', BigInt(flags)) === ALLOW, thread);
      }),
    );
    t.end();
  });

  t.test(`${architecture}: foreign dialects end the process, clone3 does not exist`, (t) => {
    const own = AuditArchitecture[architecture];
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.nat(0x1ff), (other, number) => {
        if (other !== own)
          t.equal(runFilter(filters[architecture], { architecture: other, number }), KILL_PROCESS);
        t.equal(
          runFilter(filters[architecture], { architecture: own, number: 0x40000000 + number }),
          KILL_PROCESS,
        );
      }),
    );
    t.equal(runFilter(filters[architecture], { architecture: own, number: 435 }), SeccompAction.errno(38));
    t.end();
  });
}

t.test('programs that the kernel would refuse are refused before', (t) => {
  t.throws(() => assemble([]), RangeError);
  t.throws(() => assemble([{ code: 0x15, jumpTrue: 1, jumpFalse: 0, operand: 0 }]), RangeError);
  t.throws(() => assemble([{ code: 0x15, jumpTrue: 256, jumpFalse: 0, operand: 0 }]), RangeError);
  t.equal(assemble(filters.x64).length, filters.x64.length * 8);
  t.end();
});
