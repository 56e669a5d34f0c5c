import t, { type Test } from 'tap';
import { TruceError } from '../../../proto/errors.ts';
import { asTruceError } from '../../../runtime/manager/incident.ts';
import { Errno, VfsError } from '../../../runtime/vfs/errno.ts';

/** What is written to standard error meanwhile. */
function said(t: Test, work: () => void): string {
  const written = t.capture(process.stderr, 'write', () => true);
  work();
  const text = written()
    .map(({ args }) => String(args[0]))
    .join('');
  written.restore();
  return text;
}

t.test('a fault of ours is told by its place, without a word of what it says', async (t) => {
  const faults: unknown[] = [
    new Error('cannot parse SECRET'),
    new SyntaxError('SECRET\n    is not JSON'),
    Object.assign(new Error('ENOENT SECRET'), { code: 'EIO', path: 'SECRET' }),
    new VfsError(Errno.IO, 'SECRET'),
    'SECRET',
    { SECRET: 'SECRET' },
    undefined,
  ];
  for (const fault of faults) {
    let told: TruceError | undefined;
    const text = said(t, () => {
      told = asTruceError(fault);
    });
    t.match(told, { code: 'INTERNAL', details: { incident: /^[0-9a-f]{8}$/ } });
    t.match(text, `incident ${told?.details.incident}: `, 'the console has the same number');
    t.notMatch(text, 'SECRET');
    t.notMatch(told?.message, 'SECRET');
  }
});

t.test('errors of the table stay what they are, and are not told on the console', async (t) => {
  const error = new TruceError('FILE_NOT_FOUND', { path: '/SECRET' });
  t.equal(
    said(t, () => t.equal(asTruceError(error), error)),
    '',
  );
  t.equal(
    said(t, () => t.match(asTruceError(AbortSignal.abort().reason), { code: 'RUN_CANCELLED' })),
    '',
  );
});
