/** That the samples do what the tests of limits take them to do; the endless ones need an executor to end them. */
import { readdirSync } from 'node:fs';
import t from 'tap';
import { Errno } from '../../runtime/vfs/errno.ts';
import { ProgramHost, type ProgramRun, READ, WRITE } from '../support/program-host.ts';
import { repositoryRoot } from '../support/repository.ts';
import { compileSample, type SampleProgram } from './sample-programs.ts';

async function run(name: SampleProgram, options: Partial<ProgramRun> = {}, host = new ProgramHost()) {
  host.append('/input/a.csv', 'key,x\n');
  host.append('/secret/key', 'secret');
  host.makeDirectory(['output']);
  const rights = options.rights ?? { '/input/': READ, '/output/': WRITE };
  return { ...host.run(await compileSample(name), { ...options, rights }), host };
}

t.test('every sample compiles to a valid module', async (t) => {
  const files = readdirSync(new URL('tests/programs/', repositoryRoot)).filter((name) =>
    name.endsWith('.wat'),
  );
  t.ok(files.length >= 12);
  for (const file of files)
    t.ok(WebAssembly.validate(new Uint8Array(await compileSample(file.slice(0, -4) as SampleProgram))), file);
});

t.test('what the engine ends: traps and the stack', async (t) => {
  await t.rejects(run('trap'), { name: 'RuntimeError', message: /unreachable/ });
  await t.rejects(run('deep-recursion'), { name: 'RangeError' });
});

t.test('exit codes come through', async (t) => {
  t.equal((await run('exit-three')).exitCode, 3);
});

t.test('forbidden paths are refused, and stay as they are', async (t) => {
  t.equal((await run('open-forbidden')).exitCode, Errno.NOTCAPABLE);
  const { exitCode, host } = await run('write-forbidden');
  t.equal(exitCode, Errno.NOTCAPABLE);
  t.equal(host.read('/input/a.csv')?.toString(), 'key,x\n');
  t.equal((await run('dotdot-escape')).exitCode, Errno.NOTCAPABLE);
});

t.test('a link leads nowhere that the rights do not', async (t) => {
  t.equal((await run('symlink-escape')).exitCode, 100 + Errno.NOTCAPABLE, 'no right to make one');
  const rights = { '/output/': WRITE | READ | (1 << 24) };
  t.equal((await run('symlink-escape', { rights })).exitCode, Errno.NOTCAPABLE, 'made, but not followed');
  const allowed = { '/output/': WRITE | READ | (1 << 24), '/secret/': READ };
  t.equal((await run('symlink-escape', { rights: allowed })).exitCode, 0, 'followed where it may');
});

t.test('files run out, open or not', async (t) => {
  const { exitCode, host } = await run('many-files', {}, new ProgramHost({ inodes: 100 }));
  t.equal(exitCode, Errno.NOSPC);
  t.equal(host.fileSystem.usage().inodes, 100);
  t.equal((await run('many-open-files', { openFiles: 20 })).exitCode, Errno.MFILE);
});

t.test('the clock is asked, and may be denied', async (t) => {
  t.not((await run('read-clock')).exitCode, 0);
  const clock = {
    realtime: () => 1n,
    monotonic: () => 1n,
    cpu: () => 1n,
    resolution: () => 1n,
    sleepUntil: () => {},
  };
  t.equal((await run('read-clock', { clock })).exitCode, 0);
});

t.test('stdin is copied to stdout, whatever its length', async (t) => {
  const stdin = 'twelve bytes'.repeat(5000);
  t.match(await run('echo-stdin', { stdin }), { exitCode: 0, stdout: stdin });
});

t.test('the flood of output goes on until it is stopped', async (t) => {
  await t.rejects(run('output-flood', { outputBytes: 1 << 20 }), { message: 'the output is over its limit' });
});
