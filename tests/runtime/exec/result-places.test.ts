import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { realPlace } from '../../../runtime/exec/host-paths.ts';
import { checkReportPlace, checkResultPlaces } from '../../../runtime/exec/result-places.ts';

t.test('a place that is not there, or is no place for it, is refused before the run', async (t) => {
  const folder = t.testdir({ file: 'x', out: {} });
  const at = (name: string) => join(folder, name);
  const check = (...outputs: [host: string, directory?: boolean][]) =>
    checkResultPlaces(
      outputs.map(([host, directory = false]) => ({
        guest: '/r',
        directory,
        host,
        hostIsFolder: host.endsWith('/'),
      })),
    );
  const refused = (message: RegExp, ...outputs: Parameters<typeof check>) =>
    t.throws(() => check(...outputs), { code: 'LOCAL_FILE_UNWRITABLE', message });
  for (const good of ['file', 'new', 'out', 'out/new', 'out/']) t.doesNotThrow(() => check([at(good)]), good);
  t.doesNotThrow(() => check([at('out'), true], [at('new'), true]));
  refused(/missing\/dir\/f: ENOENT/, [at('missing/dir/f')]);
  refused(/file\/f: ENOTDIR/, [at('file/f')]);
  refused(/is no folder, and/, [at('file'), true]);
  refused(/ENOENT/, [at('out'), true], [at('missing/f')]);
  t.doesNotThrow(() => check([at('new')], [at('new/below/f')]), 'what comes before it may bring its folder');
  refused(/ENOENT/, [at('new/below/f')], [at('new')]);
  refused(/ENOENT/, [at('new')], [at('newer/f')]);
});

t.test('a place is where the system would look for it, links and dots as they are', async (t) => {
  const folder = t.testdir({ other: { dir: {} }, here: { file: 'x' } });
  const at = (name: string) => join(folder, name);
  symlinkSync('../other/dir', at('here/link'));
  t.equal(realPlace(`${folder}/here/link/../new`), at('other/new'), 'above what the link leads to');
  t.equal(realPlace(`${at('here')}//./../here/new/`), at('here/new'));
  t.equal(realPlace('none/f'), join(process.cwd(), 'none/f'));
  t.equal(realPlace('/..'), '/');
  t.throws(() => realPlace(`${folder}/here/file/../x`), { code: 'ENOTDIR' });
  t.throws(() => realPlace(`${folder}/here/none/../x`), { code: 'ENOENT' });
});

t.test('names that are not UTF-8 are refused: decoded they would be those of others', async (t) => {
  const folder = t.testdir({ 'd\uFFFD': {} });
  const odd = Buffer.concat([Buffer.from(`${folder}/d`), Buffer.of(0xff)]);
  mkdirSync(odd);
  symlinkSync(odd, join(folder, 'link'));
  t.throws(() => checkResultPlaces([{ guest: '/r', directory: false, host: join(folder, 'link/x') }]), {
    code: 'LOCAL_FILE_UNWRITABLE',
    message: /not UTF-8/,
  });
  t.equal(
    realPlace(join(folder, 'd\uFFFD/x')),
    join(folder, 'd\uFFFD/x'),
    'that character is one like others',
  );
});

t.test('a slash at the end means a folder', async (t) => {
  const folder = t.testdir({ file: 'x' });
  const check = (host: string) => () =>
    checkResultPlaces([{ guest: '/r', directory: false, host, hostIsFolder: host.endsWith('/') }]);
  t.throws(check(`${folder}/file/`), { message: /file\/: ENOTDIR/ });
  t.doesNotThrow(check(`${folder}/new/`), 'what comes out there is known later');
});

t.test('the report has a place of its own', async (t) => {
  const folder = t.testdir({ file: 'x', h: {} });
  symlinkSync('file', join(folder, 'link'));
  const outputs = checkResultPlaces([{ guest: '/r', directory: false, host: join(folder, 'file') }]);
  const check = (report: string) => checkReportPlace(report, outputs);
  for (const report of [`${folder}/file`, `${folder}/link`, `${folder}/h/../file`])
    t.throws(() => check(report), { code: 'LOCAL_FILE_UNWRITABLE', message: /an --out goes there, too/ });
  t.throws(() => check(`${folder}/h`), { message: /it is a folder/ });
  t.throws(() => check(`${folder}/none/r`), { message: /ENOENT/ });
  t.equal(check(`${folder}/h/r`), join(folder, 'h/r'));
  t.equal(check('/dev/null'), '/dev/null', 'nothing takes the place of a device');
});
