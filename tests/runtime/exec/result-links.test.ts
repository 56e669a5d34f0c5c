import { readdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { BoundaryTable } from '../../../proto/policy/access.ts';
import { HostFiles } from '../../../runtime/exec/host-files.ts';
import { checkResultPlaces } from '../../../runtime/exec/result-places.ts';
import { copyResults } from '../../../runtime/exec/results.ts';
import { left } from '../../support/left-files.ts';
import { ProgramHost } from '../../support/program-host.ts';

const { signal } = new AbortController();
/** Of a program that was given everything as one. */
const boundaries = new BoundaryTable([]);

t.test('no link leads out by way of another', async (t) => {
  const folder = t.testdir({ out: { a: 'x', deep: {} }, target: { safe: 'safe' } });
  const out = join(folder, 'out');
  symlinkSync('../target', join(out, 'away'));
  symlinkSync('deep', join(out, 'near'));
  symlinkSync('../../target', join(out, 'deep/out'));
  /** Links in `/r`, which has the folders `b/c` too. */
  const copyWith = (targets: Readonly<Record<string, string>>) => {
    const links = Object.entries(targets).map(([path, target]) => [`/r/${path}`, `-> ${target}`]);
    const { fileSystem } = left({ '/r/a': 'new', '/r/b/c/d': 'new', ...Object.fromEntries(links) });
    const outputs = [{ guest: '/r', directory: false, host: out }];
    return copyResults({ fileSystem, boundaries, copied: new Map() }, outputs, signal);
  };
  const outward: Record<string, string>[] = [
    // up/.. is the folder above `out`, whatever the two look like side by side.
    { 'b/c/up': '../..', z: 'b/c/up/../target/safe' },
    { 'b/c/up': '../..', z: './b//c/up/./..' },
    { z: 'away/safe' },
    { z: 'away' },
    // By way of a new link to a folder in which the host has one.
    { 'b/in': '../deep', z: 'b/in/out/safe' },
    { z: '/etc/passwd' },
  ];
  for (const targets of outward) {
    await t.rejects(copyWith(targets), { message: /out of the folder/ }, JSON.stringify(targets));
    t.same(readdirSync(out).sort(), ['a', 'away', 'deep', 'near']);
  }
  await copyWith({ 'b/c/up': '../..', z: 'b/c/up/a', y: 'near', x: './..a', away: '../target' });
  t.equal(readFileSync(join(out, 'z'), 'utf8'), 'new');
  t.equal(readlinkSync(join(out, 'x')), './..a');
  t.equal(readlinkSync(join(out, 'away')), '../target', 'a link that is there already is left as it is');
});

/** A program that was given `h`, and left these links in it. */
async function changed(
  folder: string,
  links: Readonly<Record<string, string>>,
): Promise<() => Promise<void>> {
  const program = new ProgramHost();
  const given = new HostFiles(program.fileSystem, signal);
  await given.copy({ host: join(folder, 'h'), guest: '/h' });
  for (const [path, target] of Object.entries(links)) {
    const { parent, name, inode } = program.fileSystem.resolve(program.fileSystem.root, `h/${path}`, {
      followLast: false,
    });
    if (inode !== undefined) program.fileSystem.unlink(parent, name);
    program.fileSystem.createSymbolicLink(parent, name, target);
  }
  const places = checkResultPlaces([{ guest: '/h', directory: false, host: join(folder, 'h') }]);
  return () =>
    copyResults({ fileSystem: program.fileSystem, boundaries, copied: given.copied }, places, signal);
}

t.test('links of the host’s are no way out either, before they are replaced or after', async (t) => {
  const folder = t.testdir({ h: { sub: { dir: {} }, x: 'in' }, x: 'out', target: { keys: 'mine' } });
  symlinkSync('../target', join(folder, 'h/near'));
  symlinkSync('sub/dir', join(folder, 'h/far'));
  symlinkSync('far/../../x', join(folder, 'h/z'));
  const refused = { message: /out of the folder/ };
  const through = await changed(folder, { a: 'near/keys', near: 'sub' });
  await t.rejects(through(), refused, 'until near is replaced, a leads out');
  const turned = await changed(folder, { far: '.' });
  await t.rejects(turned(), refused, 'z stays, and would lead out');
  const replaced = await changed(folder, { near: 'sub', far: 'sub' });
  await t.rejects(replaced(), refused);
  await (await changed(folder, { near: 'sub', b: 'x' }))();
  t.equal(readlinkSync(join(folder, 'h/near')), 'sub');
  t.equal(readFileSync(join(folder, 'h/b'), 'utf8'), 'in');
});

t.test('no link leads out where the host, other outputs or the next run lead it on otherwise', async (t) => {
  const h = { d: { sub: { deep: {} } }, a: { b: { c: {} } }, e: {} };
  const fresh = () => {
    const folder = t.testdir({ h, keys: 'mine' });
    symlinkSync('sub/deep', join(folder, 'h/d/L'));
    symlinkSync('../../keys', join(folder, 'h/a/x'));
    symlinkSync('a', join(folder, 'h/near'));
    return folder;
  };
  const attempts: Record<string, string>[] = [
    // Another output leaves L alone, or not: what it is now says nothing.
    { M: 'd/L/../../keys' },
    // As long as near is the host's, it leads to the host's x.
    { near: 'e', M: 'near/x' },
    { near: 'a/b/c', M: 'near/../../keys' },
    { near: 'a/b/c', M: 'near/../keys' },
    { M: 'a/x' },
    Object.fromEntries([
      ['M', 'c0'],
      ...Array.from({ length: 45 }, (_, at) => [`c${at}`, `c${at + 1}`]),
      ['c45', 'a/x'],
    ]),
  ];
  for (const links of attempts) {
    const folder = fresh();
    await t.rejects(
      (await changed(folder, links))(),
      { message: /out of the folder/ },
      JSON.stringify(links),
    );
    t.equal(readlinkSync(join(folder, 'h/near')), 'a', 'nothing is made');
  }
  const folder = fresh();
  await (await changed(folder, { near: 'a/b', M: 'near/c', 'a/b/up': '../../d/L', loop: 'loop' }))();
  t.equal(readlinkSync(join(folder, 'h/M')), 'near/c');
});

t.test('what one output leaves alone does not hide what another one makes there', async (t) => {
  const folder = t.testdir({ h: { d: { sub: { deep: {} } }, keys: 'in' } });
  symlinkSync('d/L/../keys', join(folder, 'h/M'));
  symlinkSync('sub/deep', join(folder, 'h/d/L'));
  const program = left({ '/o/L': '-> .' });
  const given = new HostFiles(program.fileSystem, signal);
  await given.copy({ host: join(folder, 'h'), guest: '/h' });
  const outputs = [
    { guest: '/o', directory: false, host: join(folder, 'h/d') },
    { guest: '/h', directory: false, host: join(folder, 'h') },
  ];
  for (const order of [outputs, outputs.toReversed()]) {
    const copying = copyResults(
      { fileSystem: program.fileSystem, boundaries, copied: given.copied },
      checkResultPlaces(order),
      signal,
    );
    await t.rejects(copying, { message: /h\/M: it stays a link .* by way of .*h\/d\/L, which changes/ });
  }
  t.equal(readlinkSync(join(folder, 'h/d/L')), 'sub/deep');
});

t.test('ways without end are refused', async (t) => {
  const endless = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`/o/l${index}`, `-> ${'a/../'.repeat(800)}l${index + 1}`]),
  );
  const attempts: [entries: Record<string, string>, message: RegExp][] = [
    [{ '/o/a/b': 'x', ...endless }, /out of the folder/],
    [
      { '/o/s': '-> .', '/o/l': `-> ${'s/'.repeat(1001)}` },
      /h\/l: it is a link to s\/s.{190,200}, through too many names/,
    ],
    [{ '/o/l': `-> l/${'x'.repeat(255)}` }, /through too many names/],
  ];
  for (const [entries, message] of attempts) {
    const folder = t.testdir({ h: {} });
    const places = checkResultPlaces([{ guest: '/o', directory: false, host: join(folder, 'h') }]);
    const { fileSystem } = left(entries);
    await t.rejects(copyResults({ fileSystem, boundaries, copied: new Map() }, places, signal), { message });
    t.same(readdirSync(join(folder, 'h')), []);
  }
});

t.test('links that are each soon looked through, and take too long together, are refused', async (t) => {
  // What is left behind each of 900 names: three times fifteen long names, of which the first is nowhere.
  const rest = `${'x'.repeat(255)}/`.repeat(15);
  const way = {
    '/o/s': '-> .',
    '/o/v': `-> ${'s/'.repeat(900)}`,
    '/o/u': `-> v/${rest}`,
    '/o/t': `-> u/${rest}`,
  };
  const copyWith = (count: number, name: string) => {
    const links = Array.from({ length: count }, (_, index) => [`/o/l${index}`, `-> t/${rest}`] as const);
    const { fileSystem } = left({ ...way, ...Object.fromEntries(links) });
    const outputs = [{ guest: '/o', directory: false, host: join(folder, name) }];
    return copyResults({ fileSystem, boundaries, copied: new Map() }, outputs, signal);
  };
  const folder = t.testdir({});
  await t.rejects(copyWith(30, 'many'), { code: 'LOCAL_FILE_UNWRITABLE', message: /through too many names/ });
  t.same(readdirSync(folder), []);
  await copyWith(12, 'some');
  t.equal(readlinkSync(join(folder, 'some/l11')), `t/${rest}`);
});
