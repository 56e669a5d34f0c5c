/**
 * The C programs of the WASI tests against what they claim: that the committed ones are what their sources compile to,
 * and that the same sources, built for Linux, say the same of its file system. Needs Debian's clang and wasi-libc.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { repositoryRoot } from '../support/repository.ts';

const folder = fileURLToPath(new URL('tests/programs/c/', repositoryRoot));
const script = fileURLToPath(new URL('scripts/build-test-programs.js', repositoryRoot));

t.test('the committed programs are what their sources compile to', async (t) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  t.equal(status, 0, stderr);
  t.match(stdout, /programs rebuilt by/, 'and they were compiled');
});

t.test('Linux behaves as the programs expect', async (t) => {
  const scratch = mkdtempSync(join(tmpdir(), 'truce-native-'));
  t.teardown(() => rmSync(scratch, { recursive: true, force: true }));
  const flags = ['-std=gnu17', '-O1', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Werror'];
  for (const name of ['descriptors', 'directories', 'files', 'links', 'paths', 'streams', 'times']) {
    const binary = join(scratch, name);
    const built = spawnSync('clang-14', [...flags, join(folder, `${name}.c`), '-o', binary], {
      encoding: 'utf8',
    });
    t.equal(built.status, 0, built.stderr);
    const cwd = join(scratch, `${name}-files`);
    mkdirSync(cwd);
    // Pipes on all three streams: what Node gives are sockets, which are not sought either.
    const input = 'first line\nsecond\n42 words\n'.padEnd(20_000, 'x');
    const { status, stdout } = spawnSync('sh', ['-c', `cat | ${binary} 2>&1 | cat`], {
      cwd,
      input,
      encoding: 'utf8',
    });
    t.equal(status, 0);
    t.notMatch(stdout, /^not ok/m, stdout);
    t.ok(stdout.split('\n').filter((line) => line.startsWith('ok ')).length >= 7, name);
  }
});
