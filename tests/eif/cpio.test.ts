import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import t from 'tap';
import { type CpioEntry, writeCpio } from '../../eif/cpio.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const fixture = (name: string) => readFileSync(new URL(`../fixtures/eif/${name}`, import.meta.url));

/** Thirteen fields of a newc header, joined by hand. */
const header = (...fields: string[]) => `070701${fields.join('')}`;
const ZERO = '00000000';
const PLACE = ['00000003', '00000001'];

t.test('an archive has exactly the bytes that the format says', async (t) => {
  const archive = writeCpio([
    { path: 'dev', kind: 'directory', mode: 0o755 },
    { path: 'dev/console', kind: 'character-device', mode: 0o600, major: 5, minor: 1 },
    { path: 'init', kind: 'file', mode: 0o755, content: bytes('#!x\n') },
    { path: 'lib', kind: 'symbolic-link', mode: 0o777, target: 'usr/l' },
  ]);
  const written = [
    // inode, mode, uid, gid, links, mtime, size, device, device of the node, length of the name, check
    header(
      '000002d1',
      '000041ed',
      ZERO,
      ZERO,
      '00000002',
      ZERO,
      ZERO,
      ...PLACE,
      ZERO,
      ZERO,
      '00000004',
      ZERO,
    ),
    'dev\0\0\0', // 110 + 4 = 114, two more to 116
    header(
      '000002d2',
      '00002180',
      ZERO,
      ZERO,
      '00000001',
      ZERO,
      ZERO,
      ...PLACE,
      '00000005',
      '00000001',
      '0000000c',
      ZERO,
    ),
    'dev/console\0\0\0', // 110 + 12 = 122, two more to 124
    header(
      '000002d3',
      '000081ed',
      ZERO,
      ZERO,
      '00000001',
      ZERO,
      '00000004',
      ...PLACE,
      ZERO,
      ZERO,
      '00000005',
      ZERO,
    ),
    'init\0\0#!x\n', // 110 + 5 = 115, one more to 116
    header(
      '000002d4',
      '0000a1ff',
      ZERO,
      ZERO,
      '00000001',
      ZERO,
      '00000005',
      ...PLACE,
      ZERO,
      ZERO,
      '00000004',
      ZERO,
    ),
    'lib\0\0\0usr/l\0\0\0',
    header('000002d5', ZERO, ZERO, ZERO, '00000001', ZERO, ZERO, ...PLACE, ZERO, ZERO, '0000000b', ZERO),
    'TRAILER!!!\0',
  ].join('');
  t.equal(written.length % 4, 1);
  t.equal(archive.length, 1024);
  t.equal(Buffer.from(archive).toString('latin1'), written.padEnd(1024, '\0'));
});

t.test('linuxkit writes the same, but for its times', async (t) => {
  /** Fixture archives carry 2017-04-18T16:30:00Z on their entries. */
  const withoutTimes = (archive: Buffer) => archive.toString('latin1').replaceAll('58f63f08', ZERO);
  const boot = writeCpio([
    { path: 'dev', kind: 'directory', mode: 0o755 },
    { path: 'init', kind: 'file', mode: 0o755, content: bytes('#!fake init\n') },
    { path: 'nsm.ko', kind: 'file', mode: 0o755, content: bytes('fake nsm') },
  ]);
  t.equal(Buffer.from(boot).toString('latin1'), withoutTimes(fixture('r0.cpio')));
  const application = writeCpio([
    { path: 'rootfs', kind: 'directory', mode: 0o755 },
    { path: 'rootfs/hello', kind: 'file', mode: 0o644, content: bytes('hi\n') },
    { path: 'cmd', kind: 'file', mode: 0o644, content: bytes('/hello\n') },
    { path: 'env', kind: 'file', mode: 0o644, content: bytes('A=B\n') },
  ]);
  t.equal(Buffer.from(application).toString('latin1'), withoutTimes(fixture('r1.cpio')));
});

t.test('an archive without entries is its trailer', async (t) => {
  const archive = writeCpio([]);
  t.equal(archive.length, 512);
  t.match(Buffer.from(archive).toString('latin1'), /^070701000002d1.*TRAILER!!!\0+$/);
});

t.test('archives come back as they went in, whatever their names and contents', async (t) => {
  const name = fc.stringMatching(/^[a-zé-]{1,9}$/);
  const content = fc.uint8Array({ maxLength: 40 });
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(name, content), { selector: ([path]) => path }), (files) => {
      const entries = files.map(([path, content]) => ({ path, kind: 'file', mode: 0o644, content }) as const);
      const archive = Buffer.from(writeCpio(entries));
      t.equal(archive.length % 512, 0);
      t.same(
        filesOf(archive).map(({ path, content }) => [path, [...content]]),
        files.map(([path, content]) => [path, [...content]]),
      );
    }),
    { numRuns: 50 },
  );
});

/** What is in an archive, read as init/initramfs.c walks it. */
function filesOf(archive: Buffer): { path: string; content: Buffer }[] {
  const files: { path: string; content: Buffer }[] = [];
  for (let position = 0; ; ) {
    const field = (index: number) =>
      Number.parseInt(archive.toString('latin1', position + 6 + index * 8, position + 14 + index * 8), 16);
    const nameStart = position + 110;
    const path = archive.toString('utf8', nameStart, nameStart + field(11) - 1);
    if (path === 'TRAILER!!!') return files;
    const start = (nameStart + field(11) + 3) & ~3;
    files.push({ path, content: archive.subarray(start, start + field(6)) });
    position = (start + field(6) + 3) & ~3;
  }
}

t.test('an entry that the kernel would lose or misread is refused', async (t) => {
  const file = (path: string, more: object = {}): CpioEntry => ({
    path,
    kind: 'file',
    mode: 0o644,
    content: new Uint8Array(),
    ...more,
  });
  const directory = (path: string): CpioEntry => ({ path, kind: 'directory', mode: 0o755 });
  const link = (target: string): CpioEntry => ({ path: 'l', kind: 'symbolic-link', mode: 0o777, target });
  const refused: readonly (readonly [what: string, entries: CpioEntry[], path: string])[] = [
    ['a leading slash', [file('/init')], '/init'],
    ['a trailing slash', [directory('a'), file('a/')], 'a/'],
    ['a parent directory', [directory('a'), file('a/../b')], 'a/../b'],
    ['the directory itself', [file('./a')], './a'],
    ['an empty name', [file('')], ''],
    ['a NUL', [file('a\0b')], 'a\0b'],
    ['half a surrogate pair', [file('a\ud800')], 'a\ud800'],
    ['a long name', [file('é'.repeat(128))], 'é'.repeat(128)],
    ['a long path', [file(`${'a/'.repeat(2048)}b`)], `${'a/'.repeat(2048)}b`],
    ['the name of the trailer', [file('TRAILER!!!')], 'TRAILER!!!'],
    ['a repeated path', [file('a'), file('a')], 'a'],
    ['no parent', [file('a/b')], 'a/b'],
    ['a parent that comes later', [file('a/b'), directory('a')], 'a/b'],
    ['a parent that is a file', [file('a'), file('a/b')], 'a/b'],
    ['a type in the mode', [file('a', { mode: 0o100644 })], 'a'],
    ['a negative mode', [file('a', { mode: -1 })], 'a'],
    ['a fractional mode', [file('a', { mode: 0.5 })], 'a'],
    ['a link to nothing', [link('')], 'l'],
    ['a link with a NUL', [link('a\0')], 'l'],
    ['a link too long', [link('x'.repeat(4096))], 'l'],
    [
      'a device out of range',
      [{ path: 'd', kind: 'character-device', mode: 0o600, major: 2 ** 32, minor: 0 }],
      'd',
    ],
  ];
  for (const [what, entries, path] of refused)
    t.throws(() => writeCpio(entries), { code: 'CPIO_INVALID', details: { path } }, what);
  t.doesNotThrow(() => writeCpio([file('x'.repeat(255)), link('x'.repeat(4095))]));
});
