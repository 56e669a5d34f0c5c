/** `npm run nitro:local` as far as it goes without making anything. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { repositoryRoot } from '../support/repository.ts';

const program = fileURLToPath(new URL('dist/nitro-local.js', repositoryRoot));
const nitroLocal = (cache: string, ...args: string[]) =>
  spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    env: { PATH: '/nowhere', XDG_CACHE_HOME: cache },
  });

t.test('--check says of each part whether it is there, and makes nothing', async (t) => {
  const cache = t.testdir({});
  const { status, stdout } = nitroLocal(cache, '--check');
  t.equal(status, 1, 'at least the kernel is missing');
  const lines = stdout.trimEnd().split('\n');
  t.strictSame(
    lines.map((line) => line.split(':')[0]),
    ['QEMU', 'vhost-device-vsock', 'kernel'],
  );
  t.equal(lines[2], 'kernel: missing');
  t.strictSame(readdirSync(cache), []);
});

t.test('wrong usage exits with 2', async (t) => {
  const cache = t.testdir({});
  for (const args of [['--chek'], ['now']]) {
    const { status, stderr } = nitroLocal(cache, ...args);
    t.equal(status, 2);
    t.match(stderr, /usage: npm run nitro:local/);
  }
  t.strictSame(readdirSync(cache), []);
});
