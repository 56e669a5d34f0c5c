import t from 'tap';
import { rightsOfText } from '../../host-bridge/cli/capabilities.ts';
import {
  collectDirectory,
  collectLimit,
  collectOutput,
  collectVariable,
  parseFuel,
  parseSeed,
  parseTime,
} from '../../host-bridge/cli/exec-options.ts';
import { interruptedStatus, statusOf } from '../../host-bridge/cli/exec-status.ts';
import { type ErrorCode, errorTable, TruceError } from '../../proto/errors.ts';
import { describeExecFailure, execError } from '../../proto/exec.ts';
import { ALL_RIGHTS } from '../../proto/rights.ts';

const WRONG = { code: 'commander.invalidArgument' };

t.test('--dir: a host’s path, the program’s path, and rights as policies are generated with', async (t) => {
  const rightsOf = (text: string) => collectDirectory(`x::/${text}`)[0]?.rights;
  t.same(collectDirectory('a::/b'), [{ host: 'a', guest: '/b', rights: ALL_RIGHTS }]);
  t.same(collectDirectory('c:/d::e::/b/:r'), [
    { host: 'c:/d::e', guest: '/b', rights: rightsOfText('r', 'truce-2') },
  ]);
  t.same(collectDirectory('.::/').length, 1);
  for (const letters of ['r', 'w', 'x', 'rwx'])
    t.equal(rightsOf(`:${letters}`), rightsOfText(letters, 'truce-2'), letters);
  t.same([rightsOf(':24582'), rightsOf(':0x6006'), rightsOf(':0')], [24582, 0x6006, 0]);
  t.same(collectDirectory('y::/y', collectDirectory('x::/x')).length, 2);
  const wrong = [
    'a',
    'a:/b',
    '::/b',
    'a::b',
    'a::',
    'a::/b/../c',
    'a::/b//c',
    'a::/b:',
    'a::/b:rwz',
    'a::/b:0x40000000',
    'a::/b:-1',
    'a::/b:r:w',
  ];
  for (const text of wrong) t.throws(() => collectDirectory(text), WRONG, text);
  t.throws(() => collectDirectory('b::/x/', collectDirectory('a::/x')), { message: /named twice/ });
});

t.test('--out: a slash says that it is a folder', async (t) => {
  t.same(collectOutput('/a::b::c'), [{ guest: '/a', directory: false, host: 'b::c' }]);
  t.same(collectOutput('/a/::b'), [{ guest: '/a', directory: true, host: 'b' }]);
  t.same(collectOutput('/::b'), [{ guest: '/', directory: true, host: 'b' }]);
  for (const host of ['b/', 'b/.'])
    t.same(collectOutput(`/a::${host}`), [{ guest: '/a', directory: false, host, hostIsFolder: true }]);
  for (const text of ['/a', 'a::b', '::b', '/a::', '/../a::b'])
    t.throws(() => collectOutput(text), WRONG, text);
});

t.test('--env: a value, or the one that is here', async (t) => {
  process.env.TRUCE_TEST_VARIABLE = 'here';
  t.teardown(() => delete process.env.TRUCE_TEST_VARIABLE);
  t.same(collectVariable('TRUCE_TEST_VARIABLE', collectVariable('A=')), ['A=', 'TRUCE_TEST_VARIABLE=here']);
  t.same(
    collectVariable('A=2', collectVariable('AB=3', collectVariable('A=1'))),
    ['AB=3', 'A=2'],
    'the last',
  );
  for (const text of ['', '=x', 'TRUCE_TEST_NONE']) t.throws(() => collectVariable(text), WRONG, text);
});

t.test('--limit: names of runs and of the file system, in both spellings', async (t) => {
  const one = collectLimit('memory_bytes=65536');
  t.same(collectLimit('vfsInodes=100', collectLimit('openFiles=9', one)), {
    run: { memoryBytes: 65536, openFiles: 9 },
    vfsInodes: 100,
  });
  t.same(collectLimit('run.open_files=9', collectLimit('run.memoryBytes=65536')), {
    run: { memoryBytes: 65536, openFiles: 9 },
  });
  for (const text of [
    'run.vfsBytes=65536',
    'run.run.openFiles=9',
    'sessions=3',
    'memoryBytes',
    'memoryBytes=',
    'memoryBytes=1e9',
    'memoryBytes=1',
    'openFiles=-9',
    '=1',
  ])
    t.throws(() => collectLimit(text), WRONG, text);
});

t.test('seeds, times and fuel', async (t) => {
  t.equal(parseSeed('Ab'.repeat(32)), 'Ab'.repeat(32));
  t.equal(parseTime('1970-01-01T00:00:01.5Z'), 1_500_000_000n);
  t.equal(parseFuel('9007199254740991'), Number.MAX_SAFE_INTEGER);
  for (const text of ['', 'ab', 'g'.repeat(64)]) t.throws(() => parseSeed(text), WRONG, text);
  t.equal(parseTime('1970-01-01T00:00:00.000000001Z'), 1n);
  const noTimes = ['now', '2026-13-01T00:00:00Z', '2026-02-30T00:00:00Z', '2026-01-01'];
  for (const text of [...noTimes, '1969-12-31T23:59:59Z', '2262-01-01T00:00:00Z'])
    t.throws(() => parseTime(text), WRONG, text);
  for (const text of ['0', '1.5', '9007199254740992', '']) t.throws(() => parseFuel(text), WRONG, text);
});

t.test('the exit status is the program’s, and a failure never looks like a success', async (t) => {
  const exits = [0, 1, 255, 256, 257, 0xffffffff].map((exitCode) => statusOf({ exitCode, milliseconds: 1 }));
  t.same(exits, [0, 1, 255, 255, 1, 255]);
  const failure = (code: ErrorCode) => describeExecFailure(new TruceError(code));
  const status = (code: ErrorCode) => statusOf({ error: failure(code), milliseconds: 1 });
  t.same(
    [status('RUN_TRAP'), status('RUN_MEMORY_LIMIT'), status('PROGRAM_INVALID'), status('STORAGE_FULL')],
    [134, 137, 1, 1],
  );
  const outputError = failure('EXEC_RESULT_MISSING');
  t.same(
    [0, 7].map((exitCode) => statusOf({ exitCode, outputError, milliseconds: 1 })),
    [1, 7],
  );
  t.equal(statusOf({ outputClosed: true, milliseconds: 1 }), 141);
  t.same(['SIGHUP', 'SIGINT', 'SIGTERM'].map(interruptedStatus), [129, 130, 143]);
});

t.test('every way in which a run can end has a status of its own kind', async (t) => {
  // Those of before a run, and what one is told who may not know how it ended.
  const before = ['RUN_QUEUE_FULL', 'RUN_CANCELLED', 'RUN_NONDETERMINISTIC', 'RUN_UNSUCCESSFUL'];
  for (const code of Object.keys(errorTable).filter((name) => name.startsWith('RUN_'))) {
    const error = describeExecFailure(new TruceError(code as ErrorCode));
    t.equal(statusOf({ error, milliseconds: 1 }) === 1, before.includes(code), code);
  }
});

t.test('errors cross the channel as they are', async (t) => {
  const error = new TruceError('STORAGE_FULL', { path: '/a', reason: 'no room' });
  const back = execError(JSON.parse(JSON.stringify(describeExecFailure(error))));
  t.match(back, { code: error.code, message: error.message, details: error.details });
  t.match(execError(describeExecFailure(new RangeError('odd'))), { name: 'Error', message: 'odd' });
});
