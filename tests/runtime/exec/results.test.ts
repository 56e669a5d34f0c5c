import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { BoundaryTable } from '../../../proto/policy/access.ts';
import { type CopiedFiles, HostFiles } from '../../../runtime/exec/host-files.ts';
import { checkResultPlaces } from '../../../runtime/exec/result-places.ts';
import { copyResults } from '../../../runtime/exec/results.ts';
import { FileType } from '../../../runtime/vfs/inode.ts';
import { ProgramHost } from '../../support/program-host.ts';

/** A program's files, as a program might have left them. */
function files(...paths: string[]): ProgramHost {
  const host = new ProgramHost();
  for (const path of paths) host.append(path, `content of ${path}`);
  return host;
}

const { signal } = new AbortController();
/** Of a program that was given everything as one. */
const boundaries = new BoundaryTable([]);

function copy(
  { fileSystem }: ProgramHost,
  guest: string,
  host: string,
  copied: CopiedFiles = new Map(),
): Promise<void> {
  return copyResults({ fileSystem, boundaries, copied }, [{ guest, directory: false, host }], signal);
}

t.test('a file comes out under its new name, with the permissions of the one it replaces', async (t) => {
  const folder = t.testdir({ old: 'before' });
  chmodSync(join(folder, 'old'), 0o640);
  await copy(files('/out/a'), '/out/a', join(folder, 'old'));
  await copy(files('/out/a'), '/out/a', join(folder, 'new'));
  t.equal(readFileSync(join(folder, 'old'), 'utf8'), 'content of /out/a');
  t.equal(readFileSync(join(folder, 'new'), 'utf8'), 'content of /out/a');
  t.equal(statSync(join(folder, 'old')).mode & 0o777, 0o640);
  t.same(readdirSync(folder).sort(), ['new', 'old'], 'nothing half written is left');
});

const sparse = t.testdir({ probe: '' });
const [size, middle] = [40 << 20, 20 << 20];
truncateSync(join(sparse, 'probe'), size);
const withHoles = statSync(join(sparse, 'probe')).blocks * 512 < size / 2;

t.test('holes of a file stay holes, and it has its size', async (t) => {
  const program = files('/out/a');
  const { inode } = program.fileSystem.resolve(program.fileSystem.root, 'out/a', { followLast: true });
  if (inode?.type !== FileType.regularFile) throw new Error('no file');
  program.fileSystem.write(inode, Buffer.from('middle'), middle);
  program.fileSystem.setSize(inode, size);
  await copy(program, '/out/a', join(sparse, 'a'));
  const { size: found, blocks } = statSync(join(sparse, 'a'));
  t.equal(found, size);
  if (withHoles) t.ok(blocks * 512 < size / 2, `${blocks} blocks`);
  const bytes = readFileSync(join(sparse, 'a'));
  const expected = Buffer.alloc(size);
  expected.write('content of /out/a');
  expected.write('middle', middle);
  t.ok(bytes.equals(expected));
});

t.test('a link that is named is followed once, and stays; what it leads to is written', async (t) => {
  const folder = t.testdir({ file: 'before', real: {} });
  const at = (name: string) => join(folder, name);
  chmodSync(at('file'), 0o600);
  symlinkSync('file', at('to-file'));
  symlinkSync('real', at('to-folder'));
  symlinkSync('none', at('nowhere'));
  const outputTo = (host: string) => ({ guest: '/r/a', directory: false, host });
  const place = (...hosts: string[]) => checkResultPlaces(hosts.map(outputTo));
  const { fileSystem } = files('/r/a');
  await copyResults(
    { fileSystem, boundaries, copied: new Map() },
    place(at('to-file'), at('to-folder/new')),
    signal,
  );
  t.equal(readlinkSync(at('to-file')), 'file');
  for (const name of ['file', 'real/new']) t.equal(readFileSync(at(name), 'utf8'), 'content of /r/a');
  t.equal(statSync(at('file')).mode & 0o777, 0o600, 'nobody may read it who could not before');
  t.throws(() => place(at('nowhere')), {
    code: 'LOCAL_FILE_UNWRITABLE',
    message: /a link that leads nowhere/,
  });
  t.throws(() => place(at('nowhere/new')), { message: /nowhere is a link that leads nowhere/ });
  t.throws(() => place(at('to-file'), at('file')), { message: /another --out goes to .*file already/ });
  await t.rejects(
    copyResults({ fileSystem, boundaries, copied: new Map() }, [outputTo(at('to-file'))], signal),
    {
      message: /to-file: it is no file/,
    },
  );
});

t.test('a device or pipe is refused, by a link too, and is there still', async (t) => {
  const folder = t.testdir({});
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  symlinkSync('pipe', join(folder, 'link'));
  for (const host of [pipe, join(folder, 'link')]) {
    t.throws(() => checkResultPlaces([{ guest: '/r/a', directory: false, host }]), {
      code: 'LOCAL_FILE_UNWRITABLE',
      message: /a device, pipe or socket; name a file/,
    });
    await t.rejects(copy(files('/r/a'), '/r/a', host), { message: /it is no file/ });
  }
  t.ok(statSync(pipe).isFIFO());
});

t.test('a folder comes out with links as links, beside what is there', async (t) => {
  const folder = t.testdir({ out: { kept: 'mine', sub: { old: 'mine' } } });
  const host = files('/r/a', '/r/sub/b');
  const { parent } = host.fileSystem.resolve(host.fileSystem.root, 'r/sub/b', { followLast: false });
  host.fileSystem.createSymbolicLink(parent, 'link', '../a');
  host.makeDirectory(['r', 'empty']);
  await copy(host, '/r', join(folder, 'out'));
  t.equal(readFileSync(join(folder, 'out/kept'), 'utf8'), 'mine');
  t.equal(readFileSync(join(folder, 'out/sub/old'), 'utf8'), 'mine');
  t.equal(readFileSync(join(folder, 'out/sub/b'), 'utf8'), 'content of /r/sub/b');
  t.equal(readlinkSync(join(folder, 'out/sub/link')), '../a');
  t.ok(statSync(join(folder, 'out/empty')).isDirectory());
  await copy(host, '/', join(folder, 'all'));
  t.same(readdirSync(join(folder, 'all/r')).sort(), ['a', 'empty', 'sub']);
});

t.test('what was copied in and left alone is left alone, too', async (t) => {
  const folder = t.testdir({ in: { same: '1', changed: '2' } });
  const at = (name: string) => join(folder, 'in', name);
  for (const name of ['same', 'changed']) utimesSync(at(name), 1, 1);
  const host = new ProgramHost();
  const copied = new HostFiles(host.fileSystem, new AbortController().signal);
  await copied.copy({ host: join(folder, 'in'), guest: '/' });
  host.append('/changed', '!');
  await copy(host, '/', join(folder, 'in'), copied.copied);
  t.equal(readFileSync(at('changed'), 'utf8'), '2!');
  t.equal(statSync(at('same')).mtimeMs, 1000);
  t.not(statSync(at('changed')).mtimeMs, 1000);
  await copy(host, '/', join(folder, 'elsewhere'), copied.copied);
  t.equal(readFileSync(join(folder, 'elsewhere', 'same'), 'utf8'), '1', 'elsewhere it is new');
});

t.test(
  'files with several names stay one where they were left alone, and part where they were changed',
  async (t) => {
    const folder = t.testdir({ in: { same: '1', changed: '2' }, outside: '3' });
    const at = (name: string) => join(folder, 'in', name);
    for (const name of ['same', 'changed']) linkSync(at(name), at(`${name}-too`));
    linkSync(join(folder, 'outside'), at('inside'));
    const numbers = ['same', 'same-too', 'inside'].map((name) => statSync(at(name)).ino);
    const host = new ProgramHost();
    const copied = new HostFiles(host.fileSystem, new AbortController().signal);
    await copied.copy({ host: join(folder, 'in'), guest: '/' });
    host.append('/changed', '!');
    await copy(host, '/', join(folder, 'in'), copied.copied);
    t.same(
      ['same', 'same-too', 'inside'].map((name) => statSync(at(name)).ino),
      numbers,
    );
    for (const name of ['changed', 'changed-too']) t.equal(readFileSync(at(name), 'utf8'), '2!', name);
    t.equal(statSync(at('changed')).nlink, 1);
  },
);

t.test('a program cannot reach beyond the place that was named', async (t) => {
  const folder = t.testdir({ out: {}, target: { safe: 'safe' } });
  const out = join(folder, 'out');
  const link = (target: string) => {
    const host = files('/r/a');
    const { parent } = host.fileSystem.resolve(host.fileSystem.root, 'r/a', { followLast: false });
    host.fileSystem.createSymbolicLink(parent, 'z', target);
    return host;
  };
  for (const target of ['../target', '/etc/passwd', 'a/../../target'])
    await t.rejects(copy(link(target), '/r', out), {
      code: 'LOCAL_FILE_UNWRITABLE',
      message: /out of the folder/,
    });
  t.same(readdirSync(out), [], 'nothing was written, what comes before it neither');
  symlinkSync('../target', join(out, 'sub'));
  await t.rejects(copy(files('/r/sub/safe'), '/r', out), {
    code: 'LOCAL_FILE_UNWRITABLE',
    message: /no folder/,
  });
  symlinkSync('../target/safe', join(out, 'a'));
  await copy(files('/r/a'), '/r', out);
  t.equal(
    readFileSync(join(out, 'a'), 'utf8'),
    'content of /r/a',
    'a link in its way is replaced, not followed',
  );
  t.equal(readFileSync(join(folder, 'target/safe'), 'utf8'), 'safe');
});

t.test('a link of the host’s whose bytes are decoded alike is not the same', async (t) => {
  const out = t.testdir({});
  symlinkSync(Buffer.from([0x61, 0xff]), join(out, 'z'));
  const host = files('/r/a');
  const { parent } = host.fileSystem.resolve(host.fileSystem.root, 'r/a', { followLast: false });
  host.fileSystem.createSymbolicLink(parent, 'z', 'a\uFFFD');
  await copy(host, '/r', out);
  t.same(readlinkSync(join(out, 'z'), { encoding: 'buffer' }), Buffer.from('a\uFFFD'));
});

t.test('what does not fit what is there is refused', async (t) => {
  const folder = t.testdir({ file: 'x', directory: { a: {} } });
  const at = (name: string) => join(folder, name);
  const cases: [guest: string, host: string, message: RegExp][] = [
    ['/r/a', at('directory'), /it is a folder, and \/r\/a is none/],
    ['/r', at('file'), /it is no folder/],
    ['/r', at('directory'), /directory\/a: it is a folder/],
    ['/r/a', at('missing/b'), /ENOENT/],
  ];
  for (const [guest, host, message] of cases)
    await t.rejects(copy(files('/r/a'), guest, host), { code: 'LOCAL_FILE_UNWRITABLE', message }, host);
  await t.rejects(copy(files(), '/r/a', at('new')), { code: 'EXEC_RESULT_MISSING', message: /\/r\/a/ });
  mkdirSync(at('later'));
  writeFileSync(at('later/a'), 'before');
  const both = [
    { guest: '/r', directory: true, host: at('later') },
    { guest: '/none', directory: false, host: at('new') },
  ];
  await t.rejects(
    copyResults({ fileSystem: files('/r/a').fileSystem, boundaries, copied: new Map() }, both, signal),
  );
  t.equal(readFileSync(at('later/a'), 'utf8'), 'before', 'all is looked at before anything is written');
});

t.test('who asks to stop is heard while files are copied, and nothing half written is left', async (t) => {
  const folder = t.testdir({});
  const host = files('/r/a');
  host.append('/r/b', Buffer.alloc(40 << 20));
  const stop = new AbortController();
  const copying = copyResults(
    { fileSystem: host.fileSystem, boundaries, copied: new Map() },
    [{ guest: '/r', directory: true, host: join(folder, 'out') }],
    stop.signal,
  );
  // It goes on with the first entry first, and looks again within the large file.
  setImmediate(() => stop.abort(new Error('enough')));
  await t.rejects(copying, { message: 'enough' });
  t.same(readdirSync(join(folder, 'out')), ['a']);
});
