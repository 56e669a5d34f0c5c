/**
 * Two builds that share nothing but the sources and the pinned inputs give the same image, byte for byte: docs/reproduce.md
 * promises it, and its commands are followed here from a clean folder.
 */
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';
import { describeEif } from '../../eif/describe.ts';
import { cacheDirectory } from '../../host-bridge/launcher/places.ts';
import { repositoryRoot } from '../support/repository.ts';
import { makeParty } from '../support/test-enclave.ts';

// An installation of everything, in a clean folder, is part of it.
t.setTimeout(300_000);

const root = fileURLToPath(repositoryRoot);
const folder = mkdtempSync(join(tmpdir(), 'truce-reproduce-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
// Another user has to get through to what is below.
chmodSync(folder, 0o755);

const isRoot = process.getuid?.() === 0;
/** "nobody" on Debian. Source: base-passwd, passwd.master. */
const NOBODY = 65_534;

const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

interface Circumstances {
  readonly directory: string;
  readonly program: string;
  readonly umask: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly arguments?: readonly string[];
  readonly user?: number;
}

/** Builds `app.eif` in a directory, by a shell that sets the umask. */
async function build({ directory, program, umask, environment, user, ...more }: Circumstances) {
  const script = 'umask "$1"; shift; exec "$@"';
  const command = [process.execPath, program, 'enclave', 'build', '--out', 'app.eif', '--json'];
  const { stdout } = await promisify(execFile)(
    'sh',
    ['-c', script, 'sh', umask, ...command, ...(more.arguments ?? [])],
    {
      cwd: directory,
      env: { PATH: process.env.PATH ?? '', ...environment },
      ...(user === undefined ? {} : { uid: user, gid: user }),
    },
  );
  return {
    measurements: JSON.parse(stdout) as { Measurements: Record<string, string> },
    image: sha256(join(directory, 'app.eif')),
    manifest: readFileSync(join(directory, 'app.eif.manifest.json'), 'utf8'),
  };
}

/** A folder that `user` owns, with all in it. */
function own(path: string, user: number | undefined): void {
  if (user === undefined) return;
  chownSync(path, user, user);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) own(join(path, entry.name), user);
    else if (entry.isFile()) chownSync(join(path, entry.name), user, user);
  }
}

/** What the build takes from the cache, without what it made itself: ramdisks are compressed anew. */
function copyCache(to: string): void {
  for (const name of ['debian', 'kernel', 'node'])
    cpSync(join(cacheDirectory(), name), join(to, 'truce', name), { recursive: true });
}

const first = await build({
  directory: mkdtempSync(join(folder, 'first-')),
  program: join(root, 'dist/truce.js'),
  umask: '022',
  environment: {
    HOME: process.env.HOME ?? '/',
    XDG_CACHE_HOME: join(cacheDirectory(), '..'),
    TZ: 'UTC',
    LC_ALL: 'C',
  },
});

t.test('another folder, umask, time zone, language, home, cache and user give the same bytes', async (t) => {
  const place = join(folder, 'second');
  const user = isRoot ? NOBODY : undefined;
  mkdirSync(join(place, 'work'), { recursive: true });
  mkdirSync(join(place, 'home'));
  cpSync(join(root, 'dist'), join(place, 'truce/dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(place, 'truce/package.json'));
  copyCache(join(place, 'cache'));
  own(place, user);
  const second = await build({
    directory: join(place, 'work'),
    program: join(place, 'truce/dist/truce.js'),
    umask: '077',
    environment: {
      HOME: join(place, 'home'),
      XDG_CACHE_HOME: join(place, 'cache'),
      TZ: 'Pacific/Chatham',
      LC_ALL: 'tr_TR.UTF-8',
      LANG: 'tr_TR.UTF-8',
      SOURCE_DATE_EPOCH: '1',
      NODE_OPTIONS: '--no-warnings',
    },
    arguments: ['--no-cache'],
    ...(user === undefined ? {} : { user }),
  });
  t.same(second.measurements, first.measurements);
  t.equal(second.image, first.image);
  t.equal(second.manifest, first.manifest);
  t.notOk(existsSync(join(place, 'cache/truce/ramdisks')), 'nothing was taken from a cache of results');
});

t.test('a signature and what nothing measures leave PCR0, PCR1 and PCR2 as they are', async (t) => {
  const directory = mkdtempSync(join(folder, 'signed-'));
  const { certificate, key } = await makeParty('signer');
  writeFileSync(join(directory, 'signer.pem'), certificate);
  writeFileSync(join(directory, 'signer.key'), key);
  writeFileSync(join(directory, 'metadata.json'), '{"Team":"Zürich"}');
  const signed = await build({
    directory,
    program: join(root, 'dist/truce.js'),
    umask: '022',
    environment: { XDG_CACHE_HOME: join(cacheDirectory(), '..') },
    arguments: [
      ...['--certificate', 'signer.pem', '--key', 'signer.key', '--metadata', 'metadata.json'],
      ...['--name', 'job', '--image-version', '7'],
    ],
  });
  const { PCR8, ...others } = signed.measurements.Measurements;
  t.same(others, first.measurements.Measurements);
  t.match(describeEif(readFileSync(join(directory, 'app.eif')), Date.now()), {
    Measurements: { ...others, PCR8 },
    IsSigned: true,
    SignatureCheck: true,
    CheckCRC: true,
    ImageName: 'job',
    ImageVersion: '7',
    Metadata: { Team: 'Zürich', BuildTime: '1970-01-01T00:00:00+00:00' },
  });
});

/** The commands of the page's blocks, one script for each. */
function blocksOf(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block!);
}

t.test(
  'who follows docs/reproduce.md from a clean folder gets the same registers and manifest',
  async (t) => {
    const [fetch, ...blocks] = blocksOf('docs/reproduce.md');
    t.match(fetch, /^git clone /, 'the page begins with getting the sources');
    const clone = join(folder, 'clean/truce');
    mkdirSync(clone, { recursive: true });
    // In place of cloning: the sources as they are here, committed or not, and nothing that was ever built.
    const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: root,
    });
    for (const path of listed.toString().split('\0'))
      if (path !== '' && existsSync(join(root, path))) cpSync(join(root, path), join(clone, path));
    const script = ['set -eu', ...blocks].join('\n');
    const published = join(folder, 'clean/published.manifest.json');
    cpSync(
      join(folder, readdirSync(folder).find((name) => name.startsWith('first-'))!, 'app.eif.manifest.json'),
      published,
    );
    const { stdout } = await promisify(execFile)('sh', ['-c', script], {
      cwd: clone,
      env: { ...process.env, PUBLISHED: published, npm_config_prefer_offline: 'true' },
      maxBuffer: 1 << 24,
    });
    t.equal(readFileSync(join(clone, 'app.eif.manifest.json'), 'utf8'), first.manifest);
    t.equal(sha256(join(clone, 'app.eif')), first.image);
    t.match(stdout, first.measurements.Measurements.PCR0!);
  },
);
