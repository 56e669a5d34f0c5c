/**
 * C programs, built with Debian's clang and wasi-libc, that say for each behaviour of POSIX whether they found it
 * (tests/programs/c). Every behaviour is a test here; `npm run test:tools` has the same sources say the same of Linux.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { PREVIEW1_RIGHTS } from '../../../proto/rights.ts';
import { programClock } from '../../../runtime/executor/program-clock.ts';
import { MemfdContents } from '../../../runtime/vfs/memfd-content.ts';
import { OverlayContents } from '../../../runtime/vfs/overlay-content.ts';
import { limitModule } from '../../../runtime/wasi/module-limits.ts';
import { ProgramHost, type ProgramRun, READ, WRITE } from '../../support/program-host.ts';
import { repositoryRoot } from '../../support/repository.ts';

const folder = new URL('tests/programs/c/', repositoryRoot);
const everything: ProgramRun = {
  rights: { '/': PREVIEW1_RIGHTS },
  streamRights: PREVIEW1_RIGHTS,
  clock: programClock,
  // What descriptors.c and streams.c read: 20,000 bytes.
  stdin: 'first line\nsecond\n42 words\n'.padEnd(20_000, 'x'),
  openFiles: 64,
};

const program = (name: string): Uint8Array => readFileSync(new URL(`${name}.wasm`, folder));
const behaviours = (name: string): string[] =>
  [...readFileSync(new URL(`${name}.c`, folder), 'utf8').matchAll(/BEHAVIOUR\("(.+)"\)/g)].map(
    ([, text]) => text!,
  );

/** Each behaviour that the source names, as a test: what the program said of it. */
function report(t: Test, name: string, stdout: string): void {
  const lines = stdout.split('\n');
  for (const behaviour of behaviours(name)) {
    const at = lines.findIndex((line) => line === `ok ${behaviour}` || line === `not ok ${behaviour}`);
    const before = lines.slice(0, Math.max(at, 0)).reverse();
    const end = before.findIndex((line) => !line.startsWith('#'));
    const failures = before.slice(0, end === -1 ? before.length : end).reverse();
    t.equal([...failures, lines[at]].join('\n'), `ok ${behaviour}`, behaviour);
  }
}

for (const name of ['descriptors', 'directories', 'files', 'links', 'paths', 'streams', 'times'])
  t.test(`${name}.c, over the files of a run and over those of the runtime`, async (t) => {
    for (const contents of [new OverlayContents(), new MemfdContents()]) {
      const host = new ProgramHost({ contents, now: programClock.realtime });
      const { exitCode, stdout, stderr } = host.run(program(name), everything);
      report(t, name, stdout);
      t.equal(exitCode, 0);
      if (name !== 'streams') t.equal(stderr, '');
      else {
        t.equal(stderr, 'to stderr 1\n');
        t.match(stdout, '- formatted  3.14 1099511627776 x\n- unbuffered\nok ');
      }
    }
  });

t.test('read-only.c, with the rights that policies give', async (t) => {
  const host = new ProgramHost();
  host.append('/in/file', 'input');
  host.append('/secret', 'hidden');
  host.makeDirectory(['out']);
  const readDirectories = READ | (1 << 14) | (1 << 18);
  const { exitCode, stdout } = host.run(program('read-only'), {
    rights: { '/in/': readDirectories, '/out/': WRITE },
  });
  report(t, 'read-only', stdout);
  t.equal(exitCode, 0);
});

t.test('arguments and variables come as they were given, empty and not ASCII', async (t) => {
  const args = ['show', '', ' ', 'dëjà\tvu', '🚀', '--', '-x=\n', 'a'.repeat(5000)];
  const env = ['HOME=/', 'EMPTY=', '=odd', 'ÜNÏ=cödé', 'TWICE=a=b'];
  const { exitCode, stdout } = new ProgramHost().run(program('process'), { ...everything, args, env });
  const expected = [
    ...['program', ...args].map((arg) => `argument [${arg}]`),
    ...env.map((variable) => `variable [${variable}]`),
    'home [/]',
  ];
  t.equal(stdout, `${expected.join('\n')}\n`);
  t.equal(exitCode, 0);
  const bare = new ProgramHost().run(program('process'), everything);
  t.equal(bare.stdout, 'argument [program]\nhome [(none)]\n');
});

t.test('a program ends with its own code, whichever way it ends', async (t) => {
  const run = (...args: string[]) => new ProgramHost().run(program('process'), { ...everything, args });
  for (const code of [0, 1, 42, 125, 126, 127, 128, 255, 256, 65_536, 0x7fffffff]) {
    t.match(run('exit', `${code}`), { exitCode: code, stdout: 'before at exit\n' });
    t.match(run('quick', `${code}`), { exitCode: code, stdout: '' }, 'not even flushed');
    t.match(run('return', `${code}`), { exitCode: code });
  }
  t.equal(run('exit', '-1').exitCode, 0xffffffff);
});

t.test('abort, a trap and an overflow of the stack end a program', async (t) => {
  const run = (...args: string[]) => new ProgramHost().run(program('process'), { ...everything, args });
  for (const how of ['abort', 'trap']) t.throws(() => run(how), WebAssembly.RuntimeError, how);
  // C's own stack lies at the bottom of the memory: what overflows it leaves the memory.
  t.throws(() => run('overflow', '0'), { name: /^(RuntimeError|RangeError)$/ });
});

t.test('randomness comes in any length', async (t) => {
  const run = (...args: string[]) => new ProgramHost().run(program('process'), { ...everything, args });
  for (const size of [0, 1, 255, 65_535, 65_536, 65_537, 1_000_000]) {
    const [filled = 0, after = 1] = run('random', `${size}`).stdout.split(' ').map(Number);
    t.ok(filled <= Math.min(size, 1024) && filled >= Math.min(size, 1024) * 0.9 - 1, `${filled} of ${size}`);
    t.equal(after, 0, 'and nothing after it');
  }
  t.equal(run('entropy').exitCode, 0);
});

t.test('malloc finds the end of the memory', async (t) => {
  const { bytes } = limitModule(program('process'), { memoryPages: 512, tableElements: 1000 });
  const { exitCode, stdout } = new ProgramHost().run(bytes, { ...everything, args: ['grow'] });
  t.equal(exitCode, 0);
  t.ok(Number(stdout) >= 30 && Number(stdout) < 32, `${stdout.trim()} MiB of 32`);
});

t.test('the programs and their sources have the hashes of the manifest', async (t) => {
  interface Entry {
    readonly name: string;
    readonly sha256: string;
    readonly sources: readonly { readonly path: string; readonly sha256: string }[];
  }
  const text = readFileSync(new URL('manifest.json', folder), 'utf8');
  const { programs } = JSON.parse(text) as { programs: readonly Entry[] };
  const hash = (path: string): string =>
    createHash('sha256')
      .update(readFileSync(new URL(path, folder)))
      .digest('hex');
  for (const { name, sha256, sources } of programs) {
    t.equal(hash(`${name}.wasm`), sha256, name);
    for (const source of sources) t.equal(hash(source.path), source.sha256, source.path);
  }
});
