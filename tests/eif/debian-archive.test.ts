/** Pinned packages, against a stand-in for apt and dpkg: an archive whose content each test decides. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { RunCommand } from '../../eif/debian-apt.ts';
import { DebianArchive, type DebianPin } from '../../eif/debian-archive.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const MIRRORS = 'http://mirror.test/debian bookworm\nhttp://mirror.test/security bookworm-security\n';

interface StandIn {
  /** Suite, version and what its file holds. */
  readonly packages?: readonly {
    readonly suite: string;
    readonly version: string;
    readonly content: string;
  }[];
  readonly mirrors?: string;
  /** Programs that fail, with what they say. */
  readonly fail?: (command: readonly string[]) => { code?: string | number; stderr?: string } | undefined;
}

/** Answers as apt does, and notes every command. */
function standIn({ packages = [], mirrors = MIRRORS, fail }: StandIn): {
  run: RunCommand;
  commands: string[][];
} {
  const commands: string[][] = [];
  const run: RunCommand = async (program, parameters, { directory }) => {
    const command = [program, ...parameters];
    commands.push(command);
    const failure = fail?.(command);
    if (failure !== undefined) throw Object.assign(new Error('failed'), failure);
    const list = parameters.find((text) => text.startsWith('Dir::Etc::SourceList='))?.split('=')[1];
    const line = list === undefined ? '' : readFileSync(list, 'utf8').split('\n')[0];
    const suite = line?.split(' ').at(-2);
    const here = packages.filter((item) => item.suite === suite);
    if (parameters.includes('indextargets')) return mirrors;
    if (parameters.includes('madison')) {
      const kind = parameters.at(-1) === 'qemu' ? 'Sources' : 'amd64 Packages';
      return here
        .map(({ version }) => ` x | ${version} | http://mirror.test ${suite}/main ${kind}\n`)
        .join('');
    }
    if (parameters.includes('download') || parameters.includes('source')) {
      const [name, version] = parameters.at(-1)?.split('=') ?? [];
      const found = here.find((item) => item.version === version);
      if (found === undefined || directory === undefined) throw new Error('no such package');
      const file =
        name === 'qemu' ? `qemu_${version}.orig.tar.xz` : `${name?.split(':')[0]}_${version}_amd64.deb`;
      writeFileSync(join(directory, file), found.content);
    }
    return '';
  };
  return { run, commands };
}

const PIN: DebianPin = {
  package: 'libexample',
  architecture: 'amd64',
  versions: [
    { version: '1.1-1', suite: 'bookworm', sha256: sha256('new') },
    { version: '1.0-1', suite: 'trixie', sha256: sha256('old') },
  ],
};
const NEW = { suite: 'bookworm', version: '1.1-1', content: 'new' };
const OLD = { suite: 'trixie', version: '1.0-1', content: 'old' };

t.test('the first version of a pin is taken where the archive has it, once', async (t) => {
  const cacheDirectory = t.testdir({});
  const first = standIn({ packages: [NEW, OLD] });
  const file = await new DebianArchive({ cacheDirectory, run: first.run }).download(PIN);
  t.match(file, { version: '1.1-1', sha256: sha256('new') });
  t.equal(readFileSync(file.path, 'utf8'), 'new');
  const second = standIn({ fail: () => ({ code: 'ENOENT' }) });
  t.strictSame(await new DebianArchive({ cacheDirectory, run: second.run }).download(PIN), file);
  t.equal(second.commands.length, 0, 'what the cache has asks nobody');
});

t.test('another accepted version is taken when the first has left the archive', async (t) => {
  const { run } = standIn({ packages: [OLD] });
  const archive = new DebianArchive({ cacheDirectory: t.testdir({}), run });
  t.match(await archive.download(PIN), { version: '1.0-1', sha256: sha256('old') });
});

t.test('a package without an accepted version names what is accepted and what is there', async (t) => {
  const { run } = standIn({ packages: [{ suite: 'bookworm', version: '1.2-1', content: 'newer' }] });
  await t.rejects(new DebianArchive({ cacheDirectory: t.testdir({}), run }).download(PIN), {
    code: 'PACKAGE_NOT_ACCEPTED',
    details: { package: 'libexample', accepted: '1.1-1, 1.0-1', found: '1.2-1 in bookworm' },
  });
});

t.test('a file with another hash is refused and leaves nothing behind', async (t) => {
  const cacheDirectory = t.testdir({});
  const { run } = standIn({ packages: [{ ...NEW, content: 'tampered' }] });
  await t.rejects(new DebianArchive({ cacheDirectory, run }).download(PIN), {
    code: 'DEBIAN_ARCHIVE',
    message: /has SHA-256 .* and should have/,
  });
  t.strictSame(readdirSync(join(cacheDirectory, 'debian', 'files')), []);
});

t.test('a file that changed in the cache is fetched again', async (t) => {
  const cacheDirectory = t.testdir({});
  const { run } = standIn({ packages: [NEW] });
  const { path } = await new DebianArchive({ cacheDirectory, run }).download(PIN);
  writeFileSync(path, 'damaged');
  t.equal((await new DebianArchive({ cacheDirectory, run }).download(PIN)).path, path);
  t.equal(readFileSync(path, 'utf8'), 'new');
});

t.test(
  'without the archive an accepted version in the cache will do; with none the failure is told',
  async (t) => {
    const cacheDirectory = t.testdir({});
    const online = standIn({ packages: [OLD] });
    await new DebianArchive({ cacheDirectory, run: online.run }).download(PIN);
    const stderr = 'Reading lists...\nE: Failed to fetch http://mirror.test\nnoise\n';
    const offline = standIn({
      fail: (command) => (command.includes('update') ? { code: 100, stderr } : undefined),
    });
    t.match(await new DebianArchive({ cacheDirectory, run: offline.run }).download(PIN), {
      version: '1.0-1',
    });
    const empty = new DebianArchive({ cacheDirectory: t.testdir({}), run: offline.run });
    await t.rejects(empty.download(PIN), {
      code: 'DEBIAN_ARCHIVE',
      details: { reason: 'E: Failed to fetch http://mirror.test' },
    });
  },
);

t.test('a machine without apt, or whose apt knows no mirror of Debian, is told so', async (t) => {
  const without = standIn({ fail: () => ({ code: 'ENOENT' }) });
  await t.rejects(new DebianArchive({ cacheDirectory: t.testdir({}), run: without.run }).download(PIN), {
    code: 'DEBIAN_ARCHIVE',
    message: /there is no apt-get: this needs Debian/,
  });
  const other = standIn({ mirrors: 'http://mirror.test/other noble\n' });
  await t.rejects(new DebianArchive({ cacheDirectory: t.testdir({}), run: other.run }).download(PIN), {
    code: 'DEBIAN_ARCHIVE',
    message: /names no mirror of Debian/,
  });
});

t.test(
  "apt's lists and settings are its own, and a security suite comes from the security mirror",
  async (t) => {
    const cacheDirectory = t.testdir({});
    const { run, commands } = standIn({ packages: [{ ...NEW, suite: 'trixie-security' }] });
    const pin = { ...PIN, versions: [{ ...PIN.versions[0]!, suite: 'trixie-security' }] };
    await new DebianArchive({ cacheDirectory, run }).download(pin);
    const sources = readFileSync(join(cacheDirectory, 'debian/apt/trixie-security/sources.list'), 'utf8');
    t.match(sources, /^deb (?:\[\S+\] )?http:\/\/mirror\.test\/security trixie-security main\ndeb-src /);
    for (const [program, ...parameters] of commands.filter((command) => !command.includes('indextargets'))) {
      t.match(program, /^apt-/);
      t.ok(parameters.includes('Dir::Etc::SourceParts=/dev/null'), 'no source of the machine');
      t.ok(
        parameters.some((text) => text.startsWith(`Dir::State::Lists=${cacheDirectory}`)),
        'own lists',
      );
    }
  },
);

t.test('two that update the same lists wait for each other', async (t) => {
  let refusals = 1;
  const { run, commands } = standIn({
    packages: [NEW],
    fail: (command) => {
      if (!command.includes('update') || refusals === 0) return undefined;
      refusals -= 1;
      return { code: 100, stderr: 'E: Could not get lock /lists/lock. It is held by process 7\n' };
    },
  });
  await new DebianArchive({ cacheDirectory: t.testdir({}), run }).download(PIN);
  t.equal(commands.filter((command) => command.includes('update')).length, 2);
});

t.test('the source of a package is known by its upstream tar file', async (t) => {
  const content = 'the source';
  const { run } = standIn({ packages: [{ suite: 'trixie', version: '1:10.0+ds-1', content }] });
  const versions = [{ version: '1:10.0+ds-1', suite: 'trixie', sha256: sha256(content) }];
  const archive = new DebianArchive({ cacheDirectory: t.testdir({}), run });
  const file = await archive.downloadSource({ source: 'qemu', versions });
  t.equal(readFileSync(file.path, 'utf8'), content);
});

t.test('an abort ends a download and leaves no file', async (t) => {
  const cacheDirectory = t.testdir({});
  const controller = new AbortController();
  const { run } = standIn({
    packages: [NEW],
    fail: (command) => {
      if (command.includes('download')) controller.abort(new Error('stopped by a test'));
      return controller.signal.aborted ? { code: 'ABORT_ERR' } : undefined;
    },
  });
  const archive = new DebianArchive({ cacheDirectory, run, signal: controller.signal });
  await t.rejects(archive.download(PIN), { message: 'stopped by a test' });
  const files = join(cacheDirectory, 'debian', 'files');
  t.strictSame(existsSync(files) ? readdirSync(files) : [], []);
});

t.test('a pin that could become another parameter or path is a fault of the program', async (t) => {
  const { run, commands } = standIn({ packages: [NEW] });
  const archive = new DebianArchive({ cacheDirectory: t.testdir({}), run });
  const bad: DebianPin[] = [
    { ...PIN, package: '--config-file=x' },
    { ...PIN, package: '../x' },
    { ...PIN, versions: [{ version: '1 -o x', suite: 'bookworm', sha256: sha256('') }] },
    { ...PIN, versions: [{ version: '1', suite: 'bookworm', sha256: '../../etc/passwd' }] },
  ];
  for (const pin of bad) await t.rejects(archive.download(pin), TypeError);
  t.equal(commands.length, 0);
  const suite = { ...PIN, versions: [{ ...PIN.versions[0]!, suite: 'bookworm main\ndeb x' }] };
  await t.rejects(archive.download(suite), { code: 'DEBIAN_ARCHIVE' });
});
