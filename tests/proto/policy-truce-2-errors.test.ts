/** Each fault of a policy of version 2, with the field that it is in. */
import t from 'tap';
import type { ErrorCode } from '../../proto/errors.ts';
import { type Change, makeCertificate, NOW, put } from './policy-samples.ts';
import { camera, owner, parse, program, refusal, root, YEAR } from './truce-2-policies.ts';

const expired = await makeCertificate(NOW - 2 * YEAR, NOW - YEAR);

t.test('a policy is of version 2 or of an older dialect, never of both', async (t) => {
  const cases: [Change, ErrorCode, string][] = [
    [put(3, 'version'), 'POLICY_VERSION_UNKNOWN', '$.version'],
    [put(1, 'version'), 'POLICY_VERSION_UNKNOWN', '$.version'],
    [put('2', 'version'), 'POLICY_WRONG_TYPE', '$.version'],
    [put(undefined, 'version'), 'POLICY_UNKNOWN_FIELD', '$.live_files'],
    [put([], 'std_streams_table'), 'POLICY_DIALECT_AMBIGUOUS', '$.std_streams_table'],
    [program('pi_hash', '00'), 'POLICY_DIALECT_AMBIGUOUS', '$.programs[0].pi_hash'],
  ];
  for (const [change, code, path] of cases) t.match(refusal(change), { code, details: { path } });
});

t.test('names the field that is wrong', async (t) => {
  const pcr = 'ab'.repeat(48);
  const cases: [name: string, change: Change, code: ErrorCode, path: string][] = [
    [
      'no number',
      put('yes', 'identities', 2, 'may_shut_down'),
      'POLICY_WRONG_TYPE',
      '$.identities[2].may_shut_down',
    ],
    ['unknown of a program', program('limit', {}), 'POLICY_UNKNOWN_FIELD', '$.programs[0].limit'],
    ['arguments', program('arguments', 'x'), 'POLICY_WRONG_TYPE', '$.programs[0].arguments'],
    ['argument', program('arguments', [1]), 'POLICY_WRONG_TYPE', '$.programs[0].arguments[0]'],
    ['NUL', program('arguments', ['', 'a\0b']), 'POLICY_WRONG_TYPE', '$.programs[0].arguments[1]'],
    ['environment', program('environment', ['A=B']), 'POLICY_WRONG_TYPE', '$.programs[0].environment'],
    ['value', program('environment', { A: 1 }), 'POLICY_WRONG_TYPE', '$.programs[0].environment.A'],
    [
      'name with =',
      program('environment', { 'A=B': '' }),
      'POLICY_CONTRADICTION',
      '$.programs[0].environment["A=B"]',
    ],
    ['no name', program('environment', { '': '' }), 'POLICY_CONTRADICTION', '$.programs[0].environment[""]'],
    [
      'limit unknown',
      program('limits', { vfs_bytes: 1 }),
      'POLICY_UNKNOWN_FIELD',
      '$.programs[0].limits.vfs_bytes',
    ],
    [
      'limit of another case',
      program('limits', { memoryBytes: 65536 }),
      'POLICY_UNKNOWN_FIELD',
      '$.programs[0].limits.memoryBytes',
    ],
    [
      'seed',
      put('00', 'programs', 0, 'deterministic', 'seed'),
      'POLICY_HASH_INVALID',
      '$.programs[0].deterministic.seed',
    ],
    [
      'no seed',
      put(undefined, 'programs', 0, 'deterministic', 'seed'),
      'POLICY_MISSING_FIELD',
      '$.programs[0].deterministic.seed',
    ],
    ['fuel', program('fuel', 0), 'POLICY_WRONG_TYPE', '$.programs[0].fuel'],
    ['interface', program('interfaces', ['wasi:nn']), 'POLICY_WRONG_TYPE', '$.programs[0].interfaces[0]'],
    [
      'interface twice',
      program('interfaces', ['wasi:http', 'wasi:http']),
      'POLICY_CONTRADICTION',
      '$.programs[0].interfaces[1]',
    ],
    ['outcome', program('outcome', 'none'), 'POLICY_WRONG_TYPE', '$.programs[0].outcome'],
    ['receipts', put(1, 'receipts'), 'POLICY_WRONG_TYPE', '$.receipts'],
    ['live directory', put(['/output/'], 'live_files'), 'POLICY_PATH_INVALID', '$.live_files[0]'],
    [
      'live directory by its entry',
      put(['/output'], 'live_files'),
      'POLICY_CONTRADICTION',
      '$.live_files[0]',
    ],
    [
      'live file above another',
      put(['/output/a', '/output/a/b'], 'live_files'),
      'POLICY_CONTRADICTION',
      '$.live_files[0]',
    ],
    ['live twice', put(['/output/a', 'output/a'], 'live_files'), 'POLICY_REPEATED_PATH', '$.live_files[1]'],
    [
      'live with a hash',
      put(['/program/detector.wasm'], 'live_files'),
      'POLICY_CONTRADICTION',
      '$.live_files[0]',
    ],
    ['live, but nobody’s', put(['/nowhere'], 'live_files'), 'POLICY_CONTRADICTION', '$.live_files[0]'],
    ['live stream, but nobody’s', put(['stdin'], 'live_files'), 'POLICY_CONTRADICTION', '$.live_files[0]'],
    ['no roots', put([], 'trust_roots'), 'POLICY_CONTRADICTION', '$.trust_roots'],
    ['no root', put(['AWS'], 'trust_roots'), 'POLICY_CERTIFICATE_INVALID', '$.trust_roots[0]'],
    [
      'two in one',
      put([`${root!.pem}\n${owner!.pem}`], 'trust_roots'),
      'POLICY_CERTIFICATE_INVALID',
      '$.trust_roots[0]',
    ],
    [
      'root twice',
      put([root!.pem, root!.pem], 'trust_roots'),
      'POLICY_DUPLICATE_CERTIFICATE',
      '$.trust_roots[1]',
    ],
    ['old root', put([expired.pem], 'trust_roots'), 'POLICY_CERTIFICATE_EXPIRED', '$.trust_roots[0]'],
    ['no sets', put([], 'measurements'), 'POLICY_CONTRADICTION', '$.measurements'],
    ['empty set', put([{}], 'measurements'), 'POLICY_CONTRADICTION', '$.measurements[0]'],
    [
      'set of zeros',
      put([{ pcr0: '00'.repeat(48) }], 'measurements'),
      'POLICY_CONTRADICTION',
      '$.measurements[0]',
    ],
    [
      'set that says little',
      put([{ pcr1: pcr, pcr3: pcr }], 'measurements'),
      'POLICY_CONTRADICTION',
      '$.measurements[0]',
    ],
    [
      'half a register',
      put([{ pcr0: 'ab'.repeat(32) }], 'measurements'),
      'POLICY_HASH_INVALID',
      '$.measurements[0].pcr0',
    ],
    [
      'its own register',
      put([{ pcr0: pcr, pcr16: pcr }], 'measurements'),
      'POLICY_UNKNOWN_FIELD',
      '$.measurements[0].pcr16',
    ],
    ['memory', put(0, 'max_memory_mib'), 'POLICY_WRONG_TYPE', '$.max_memory_mib'],
    [
      'same certificate',
      put(camera!.pem, 'identities', 0, 'certificate'),
      'POLICY_DUPLICATE_CERTIFICATE',
      '$.identities[1].certificate',
    ],
  ];
  for (const [name, change, code, path] of cases) t.match(refusal(change), { code, details: { path } }, name);
});

t.test('times are UTC, of days that there are, to the nanosecond', async (t) => {
  const time = (text: string) => put(text, 'programs', 0, 'deterministic', 'time');
  const realtime = (text: string) => parse(time(text)).programs[0]!.determinism!.realtime;
  t.equal(realtime('1970-01-01T00:00:00Z'), 0n);
  t.equal(realtime('1970-01-01T00:00:01.5Z'), 1_500_000_000n);
  t.equal(realtime('1970-01-01T00:00:00.000000001Z'), 1n);
  t.ok(realtime('2261-12-31T23:59:59.999999999Z') < 2n ** 63n);
  for (const text of [
    '2030-02-30T00:00:00Z',
    '2030-01-01T00:00:00',
    '2030-01-01T00:00:00+01:00',
    '2030-01-01',
    '2030-01-01T24:00:00Z',
    '1969-12-31T23:59:59Z',
    '2262-01-01T00:00:00Z',
    '2030-01-01T00:00:00.0000000001Z',
  ])
    t.match(
      refusal(time(text)),
      { code: 'POLICY_TIME_INVALID', details: { path: '$.programs[0].deterministic.time' } },
      text,
    );
});
