import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import type { ProbeOrder } from '../../support/jailed-probe.ts';
import { OPEN_SYSTEM_CALLS, SYSTEM_CALLS } from '../../support/system-calls.ts';

const PROBE = fileURLToPath(new URL('../../support/jailed-probe.js', import.meta.url));
const x64 = process.arch === 'x64' ? false : 'the table of calls is for x86-64';
const names = Object.keys(SYSTEM_CALLS);

function probe(order: ProbeOrder) {
  const ended = spawnSync(process.execPath, [PROBE, JSON.stringify(order)], { timeout: 30_000, env: {} });
  const outcomes = () => JSON.parse(ended.stdout.toString()) as Record<string, string>;
  return { status: ended.status, signal: ended.signal, stderr: ended.stderr.toString(), outcomes };
}

t.test('the jail refuses each forbidden call', { skip: x64 }, (t) => {
  const { outcomes, status, stderr } = probe({ locked: true, attempts: names });
  t.equal(status, 0, stderr);
  for (const name of names) t.equal(outcomes()[name], 'EPERM', name);
  t.end();
});

t.test(
  'it is the filter that refuses them: outside, none is',
  { skip: x64 || process.getuid?.() !== 0 },
  (t) => {
    const { outcomes, status, stderr } = probe({ locked: false, attempts: names });
    t.equal(status, 0, stderr);
    // A machine's own settings may refuse these to root as well (kernel.io_uring_disabled, a container's filter).
    const own = new Set([
      'io_uring_setup',
      'io_uring_enter',
      'bpf',
      'perf_event_open',
      'init_module',
      'keyctl',
      'add_key',
    ]);
    for (const name of names) if (!own.has(name)) t.not(outcomes()[name], 'EPERM', name);
    t.end();
  },
);

t.test('of all system calls, only the listed ones are open', { skip: x64 }, (t) => {
  const { outcomes } = probe({ locked: true, attempts: ['every other call'] });
  t.equal(outcomes()['every other call'], OPEN_SYSTEM_CALLS);
  t.end();
});

t.test('files, /proc and programs are out of reach for JavaScript too', (t) => {
  const { outcomes } = probe({
    locked: true,
    attempts: ['read a file', 'read /proc of the parent', 'start a program'],
  });
  t.same(outcomes(), {
    'read a file': 'EPERM',
    'read /proc of the parent': 'EPERM',
    'start a program': 'EPERM',
  });
  t.end();
});

t.test('a call in the x32 dialect ends the process', { skip: x64 }, (t) => {
  t.equal(probe({ locked: true, attempts: ['an x32 call'] }).signal, 'SIGSYS');
  t.end();
});

t.test('V8 works in the jail: tiers, threads, traps, memory growth, garbage collection, the end', (t) => {
  const { outcomes, status } = probe({ locked: true, attempts: ['compile and run WebAssembly'] });
  t.same(outcomes(), { 'compile and run WebAssembly': '50005000 memory access out of bounds' });
  t.equal(status, 0);
  t.equal(probe({ locked: true, attempts: ['abort itself'] }).signal, 'SIGABRT', 'it can still abort');
  t.end();
});

t.test('processor time that is used up ends the process by SIGXCPU', (t) => {
  t.equal(probe({ locked: true, attempts: ['spin'], limits: { cpuMilliseconds: 150 } }).signal, 'SIGXCPU');
  t.end();
});

t.test('calls go as deep as the stack may be, no matter how deep that is, and no further', (t) => {
  const depth = (stackBytes: number) => {
    const { outcomes, signal } = probe({
      locked: true,
      attempts: ['call itself without end'],
      limits: { stackBytes },
    });
    t.equal(signal, null, 'it is an error, never a crash');
    return Number(outcomes()['call itself without end']);
  };
  const [small, usual, large] = [depth(64 << 10), depth(1 << 20), depth(64 << 20)] as [
    number,
    number,
    number,
  ];
  t.ok(small > 100, `${small} calls`);
  t.ok(usual > 8 * small && usual < 32 * small, `${usual} calls`);
  t.ok(large > 48 * usual && large < 80 * usual, `${large} calls`);
  t.end();
});

for (const attempt of ['take all memory', 'take all memory for files'])
  t.test(`memory beyond the limit is not to be had: ${attempt}`, (t) => {
    const dataBytes = 192 << 20;
    const { outcomes, status, signal } = probe({ locked: true, attempts: [attempt], limits: { dataBytes } });
    // V8 may also end its process when the limit leaves it nothing for itself.
    if (signal === null && status === 0) {
      const taken = Number(outcomes()[attempt]) << 20;
      t.ok(taken <= dataBytes, `${taken} bytes`);
      t.ok(taken >= dataBytes / 2, 'most of what was granted was there');
    } else t.ok(signal !== null, 'it died of it');
    t.end();
  });

t.test('limits that make no sense lock nothing in and run nothing', (t) => {
  for (const limits of [
    { dataBytes: -1 },
    { dataBytes: Number.NaN },
    { cpuMilliseconds: 0 },
    { stackBytes: 0 },
    { stackBytes: 0.5 },
    { openFiles: 1.5 },
  ]) {
    const { stderr, status } = probe({ locked: true, attempts: [], limits });
    t.match(stderr, /JAIL_FAILED/);
    t.not(status, 0);
  }
  t.end();
});
