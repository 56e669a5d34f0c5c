import { readdirSync, readFileSync, readlinkSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { BoundaryTable } from '../../../proto/policy/access.ts';
import { HostFiles } from '../../../runtime/exec/host-files.ts';
import { checkResultPlaces } from '../../../runtime/exec/result-places.ts';
import { copyResults } from '../../../runtime/exec/results.ts';
import { left } from '../../support/left-files.ts';
import { ProgramHost } from '../../support/program-host.ts';

const { signal } = new AbortController();
/** Of a program that was given everything as one. */
const boundaries = new BoundaryTable([]);

/** Copies guests to places below a new folder, in that order; the folder. */
async function copyAll(
  t: Test,
  entries: Readonly<Record<string, string>>,
  outputs: readonly (readonly [guest: string, place: string])[],
): Promise<{ folder: string; copying: Promise<void> }> {
  const folder = t.testdir({ h: {}, victim: { keys: 'mine' } });
  const places = checkResultPlaces(
    outputs.map(([guest, place]) => ({
      guest,
      directory: false,
      host: join(folder, place) + (place.endsWith('/') ? '/' : ''),
      hostIsFolder: place.endsWith('/'),
    })),
  );
  const { fileSystem } = left(entries);
  return { folder, copying: copyResults({ fileSystem, boundaries, copied: new Map() }, places, signal) };
}

t.test('links of one output lead no other one elsewhere: nothing is written', async (t) => {
  const entries = {
    '/o1/s/a/b': '-> ../..',
    '/o1/s/c': '-> ..',
    '/o2/a/b/l': '-> ../../victim',
    '/o2/c/l/keys': 'not mine',
    '/o1/link': '-> other',
    '/o1/file': 'x',
    '/r': 'y',
  };
  const attempts: [string, string][][] = [
    [
      ['/o1', 'h'],
      ['/o2', 'h/s'],
    ],
    [
      ['/o2', 'h/s'],
      ['/o1', 'h'],
    ],
    [
      ['/o1', 'h'],
      ['/r', 'h/link/f'],
    ],
    [
      ['/o1', 'h'],
      ['/r', 'h/file/f'],
    ],
    [
      ['/o1', 'h'],
      ['/o2', 'h/link'],
    ],
  ];
  for (const outputs of attempts) {
    const { folder, copying } = await copyAll(t, entries, outputs);
    await t.rejects(
      copying,
      { code: 'LOCAL_FILE_UNWRITABLE', message: /another --out makes .* something else than a folder/ },
      JSON.stringify(outputs),
    );
    t.same(readdirSync(join(folder, 'h')), []);
    t.equal(readFileSync(join(folder, 'victim/keys'), 'utf8'), 'mine');
  }
});

t.test('two outputs write no file twice; folders they may share', async (t) => {
  const entries = { '/o1/s/a': '1', '/o2/a': '2', '/o3/b': '3', '/o1/l': '-> s/a' };
  const twice = await copyAll(t, entries, [
    ['/o1', 'h'],
    ['/o2', 'h/s'],
  ]);
  await t.rejects(twice.copying, { message: /h\/s\/a: another --out goes there, too/ });
  t.same(readdirSync(join(twice.folder, 'h')), []);
  const { folder, copying } = await copyAll(t, entries, [
    ['/o1', 'h'],
    ['/o3', 'h/s'],
  ]);
  await copying;
  t.equal(readFileSync(join(folder, 'h/s/b'), 'utf8'), '3');
  t.equal(readFileSync(join(folder, 'h/l'), 'utf8'), '1');
  t.equal(readlinkSync(join(folder, 'h/l')), 's/a');
});

t.test('a result may replace what another output finds unchanged', async (t) => {
  const folder = t.testdir({ d: { old: '1', result: 'of the run before' } });
  const program = new ProgramHost();
  const given = new HostFiles(program.fileSystem, signal);
  await given.copy({ host: join(folder, 'd'), guest: '/d' });
  program.append('/r', 'new');
  const places = checkResultPlaces([
    { guest: '/d', directory: false, host: join(folder, 'd') },
    { guest: '/r', directory: false, host: join(folder, 'd/result') },
  ]);
  await copyResults({ fileSystem: program.fileSystem, boundaries, copied: given.copied }, places, signal);
  t.equal(readFileSync(join(folder, 'd/result'), 'utf8'), 'new');
});

t.test('a place that is named as a folder takes no file', async (t) => {
  const file = await copyAll(t, { '/f': 'x' }, [['/f', 'new/']]);
  await t.rejects(file.copying, { message: /named as a folder, and \/f is none/ });
  const folder = await copyAll(t, { '/d/f': 'x' }, [['/d', 'new/']]);
  await folder.copying;
  t.equal(readFileSync(join(folder.folder, 'new/f'), 'utf8'), 'x');
});

t.test('what has become a link since it was looked at leads nothing elsewhere', async (t) => {
  const folder = t.testdir({ h: {}, elsewhere: {} });
  const { fileSystem } = left({ '/o/a': '1' });
  const [place] = checkResultPlaces([{ guest: '/o/a', directory: false, host: join(folder, 'h/a') }]);
  renameSync(join(folder, 'h'), join(folder, 'was'));
  symlinkSync('elsewhere', join(folder, 'h'));
  await t.rejects(copyResults({ fileSystem, boundaries, copied: new Map() }, [place!], signal), {
    message: /a link has come into its path/,
  });
  t.same(readdirSync(join(folder, 'elsewhere')), []);
});

t.test('the report is reached by no link of the program, and is replaced by no result', async (t) => {
  const folder = t.testdir({ h: {} });
  const { fileSystem } = left({ '/o/sub': '-> other', '/o/a': '1' });
  const places = checkResultPlaces([{ guest: '/o', directory: false, host: join(folder, 'h') }]);
  for (const [name, message] of [
    ['h/a', /the report goes there/],
    ['h/sub/r', /another --out makes .*\/sub something else/],
  ] as const) {
    const report = join(folder, name);
    await t.rejects(copyResults({ fileSystem, boundaries, copied: new Map(), report }, places, signal), {
      message,
    });
    t.same(readdirSync(join(folder, 'h')), []);
  }
  await copyResults(
    { fileSystem, boundaries, copied: new Map(), report: join(folder, 'h/r') },
    places,
    signal,
  );
  t.same(readdirSync(join(folder, 'h')).sort(), ['a', 'sub']);
});

t.test('what cannot be made is known before anything is', async (t) => {
  const missing = await copyAll(t, { '/o/a': '1', '/f': '2' }, [
    ['/o', 'h/new'],
    ['/f', 'h/new/below/f'],
  ]);
  await t.rejects(missing.copying, { message: /below\/f: ENOENT/ });
  t.same(readdirSync(join(missing.folder, 'h')), []);
  const long = await copyAll(t, { '/o/a': '1', '/o/b': `-> ${'./'.repeat(2047)}aa` }, [['/o', 'h']]);
  await t.rejects(long.copying, { message: /a link to more than 4095 bytes/ });
  t.same(readdirSync(join(long.folder, 'h')), []);
});

t.test('a result that has become a link brings nothing from another entry', async (t) => {
  const folder = t.testdir({});
  const { fileSystem } = left({
    '/s/key': 'top',
    '/o/v1': '1',
    '/o/r': '-> ../s/key',
    '/o/latest': '-> v1',
    '/d/s/key': 'top',
    '/d/r': '-> .',
  });
  const copy = (guest: string, entries: string[]) =>
    copyResults(
      { fileSystem, boundaries: new BoundaryTable(entries), copied: new Map() },
      checkResultPlaces([{ guest, directory: false, host: join(folder, 'res') }]),
      signal,
    );
  await t.rejects(copy('/o/r', ['/s', '/o']), {
    code: 'LOCAL_FILE_UNWRITABLE',
    message: /\/o\/r leads to \/s\/key by a link, which is not part/,
  });
  await t.rejects(copy('/d/r', ['/d', '/d/s']), { message: /\/d\/r leads to \/d by a link, which is not/ });
  t.same(readdirSync(folder), []);
  await copy('/o/latest', ['/s', '/o']);
  t.equal(readFileSync(join(folder, 'res'), 'utf8'), '1');
});

t.test('a folder that was named comes out with what another entry has in it', async (t) => {
  const folder = t.testdir({});
  const { fileSystem } = left({ '/d/a': '1', '/d/s/key': '2' });
  await copyResults(
    { fileSystem, boundaries: new BoundaryTable(['/d', '/d/s']), copied: new Map() },
    checkResultPlaces([{ guest: '/d', directory: false, host: join(folder, 'res') }]),
    signal,
  );
  t.equal(readFileSync(join(folder, 'res/s/key'), 'utf8'), '2');
});

t.test('names of files do not multiply what is written beyond the room that files have', async (t) => {
  const folder = t.testdir({ h: {} });
  const program = new ProgramHost({ bytes: 1000 });
  program.append('/o/a', new Uint8Array(400));
  const { fileSystem } = program;
  const { parent, inode } = fileSystem.resolve(fileSystem.root, 'o/a', { followLast: true });
  const copy = () =>
    copyResults(
      { fileSystem, boundaries, copied: new Map() },
      checkResultPlaces([{ guest: '/o', directory: false, host: join(folder, 'h') }]),
      signal,
    );
  fileSystem.link(inode!, parent, 'b');
  await copy();
  t.same(readdirSync(join(folder, 'h')), ['a', 'b']);
  fileSystem.link(inode!, parent, 'c');
  await t.rejects(copy(), {
    code: 'LOCAL_FILE_UNWRITABLE',
    message: /several names take more than the 1000 bytes of vfsBytes/,
  });
  t.same(readdirSync(join(folder, 'h')), ['a', 'b']);
});

t.test('who asks to stop is heard while results are looked through', async (t) => {
  const many = Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`/o/f${index}`, 'x']));
  const folder = t.testdir({ h: {} });
  const { fileSystem } = left(many);
  const stop = new AbortController();
  const places = checkResultPlaces([{ guest: '/o', directory: false, host: join(folder, 'h') }]);
  const stopped = copyResults({ fileSystem, boundaries, copied: new Map() }, places, stop.signal);
  setImmediate(() => stop.abort(new Error('enough')));
  await t.rejects(stopped, { message: 'enough' });
  t.same(readdirSync(join(folder, 'h')), []);
});
