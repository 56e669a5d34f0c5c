/**
 * Tries what a jailed process must not do, and says how each attempt ended. Started as a program of its own:
 * `jailed-probe.js {"locked": true, "attempts": ["open"], ...}`; prints one JSON object, {attempt: outcome}.
 */

import { spawnSync } from 'node:child_process';
import { readFileSync, writeSync } from 'node:fs';
import { SystemError } from '../../native/errno.ts';
import { lastErrno, libc } from '../../native/libc.ts';
import { mapPopulated, reserveMuch } from '../../native/memory-map.ts';
import { exitNow } from '../../native/process-control.ts';
import { type JailLimits, lockDown } from '../../runtime/executor/jail.ts';
import { SYSTEM_CALLS } from './system-calls.ts';

export interface ProbeOrder {
  readonly locked: boolean;
  readonly attempts: readonly string[];
  readonly limits?: Partial<JailLimits>;
}

const MIB = 1 << 20;
/**
 * (module (memory 1 100)
 *   (func (export "run") (param i32) (result i32) (local i32)
 *     (loop (local.set 1 (i32.add (local.get 1) (local.get 0)))
 *       (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
 *     (local.get 1))
 *   (func (export "out") (drop (i32.load (i32.const 0x7ffffff0))))
 *   (func (export "grow") (result i32) (memory.grow (i32.const 50))))
 */
const PROGRAM =
  'AGFzbQEAAAABDQNgAX8Bf2AAAGAAAX8DBAMAAQIFBAEBAWQHFAMDcnVuAAADb3V0AAEEZ3JvdwACCi8DGQEBfwNAIAEgAGohASAAQQFrIgANAAsg' +
  'AQsMAEHw////BygCABoLBgBBMkAACw==';
const order = JSON.parse(process.argv[2] ?? '') as ProbeOrder;
const parent = process.ppid;

const special: Readonly<Record<string, () => string>> = {
  'read a file': () => outcome(() => readFileSync('/etc/passwd')),
  'read /proc of the parent': () => outcome(() => readFileSync(`/proc/${parent}/status`)),
  'start a program': () => spawnSync('/bin/true').error?.message.split(' ').at(-1) ?? 'ok',
  'every other call': () => everyOtherCall(),
  'an x32 call': () => call(0x40000000 + 39),
  'abort itself': () => process.abort(),
  spin: () => {
    for (;;);
  },
  'take all memory': () => takeAll((bytes) => new Uint8Array(bytes).fill(1)),
  'take all memory for files': () => takeAll(mapPopulated),
  'compile and run WebAssembly': () => runWebAssembly(),
  'call itself without end': () => recurse(),
};

// As a child that waited long has done.
reserveMuch();
if (order.locked)
  lockDown({
    dataBytes: 512 * MIB,
    stackBytes: MIB,
    cpuMilliseconds: 60_000,
    openFiles: 64,
    fileBytes: 0,
    ...order.limits,
  });
const outcomes: Record<string, string> = {};
for (const name of order.attempts) outcomes[name] = (special[name] ?? (() => systemCall(name)))();
writeSync(1, JSON.stringify(outcomes));
exitNow(0);

/** How much it got, in MiB. */
function takeAll(take: (bytes: number) => Uint8Array): string {
  const taken: Uint8Array[] = [];
  try {
    for (;;) taken.push(take(16 * MIB));
  } catch (error) {
    if (!(error instanceof RangeError) && (error as SystemError).code !== 'ENOMEM') throw error;
    return String(taken.length * 16);
  }
}

function systemCall(name: string): string {
  const [number, ...values] = SYSTEM_CALLS[name]!;
  return call(number, ...values.map((value) => (value === 'parent' ? parent : value)));
}

function call(number: number, ...values: number[]): string {
  const [first = 0, second = 0, third = 0, fourth = 0, fifth = 0, sixth = 0] = values;
  const result = libc.syscall(number, first, second, third, fourth, fifth, sixth);
  return result === -1 ? new SystemError('syscall', lastErrno()).code : 'ok';
}

/** Numbers of the calls that are not refused outright: with arguments that no call can mean. */
function everyOtherCall(): string {
  // rt_sigreturn, exit and exit_group do not come back. uretprobe and uprobe (335, 336) pass every filter since Linux
  // 6.14 and end who calls them outside a probe by SIGILL.
  const open: number[] = [];
  for (let number = 0; number < 600; number++) {
    if ([15, 60, 231, 335, 336].includes(number)) continue;
    if (call(number, -1, -1, -1, -1, -1, -1) !== 'EPERM') open.push(number);
  }
  return open.join(' ');
}

/** How many calls deep it came before it was refused. */
function recurse(): string {
  let depth = 0;
  const again = (): number => {
    depth++;
    return again() + 1;
  };
  try {
    again();
  } catch (error) {
    if (error instanceof RangeError) return String(depth);
    throw error;
  }
  return 'it ended';
}

function runWebAssembly(): string {
  const module = new WebAssembly.Module(Buffer.from(PROGRAM, 'base64'));
  const { run, out, grow } = new WebAssembly.Instance(module).exports as Record<
    string,
    (value?: number) => number
  >;
  let sum = 0;
  // Enough for the optimising tier, which compiles on other threads.
  for (let round = 0; round < 3000; round++) sum = run!(10_000);
  if (grow!() !== 1) return 'memory does not grow';
  let rest: unknown[] = [];
  for (let index = 0; index < 2_000_000; index++)
    rest = index % 50_000 === 0 ? [] : [...rest.slice(-1), { index }];
  const trapped = outcome(() => out!());
  return `${sum} ${trapped}`;
}

function outcome(attempt: () => unknown): string {
  try {
    attempt();
    return 'ok';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
  }
}
