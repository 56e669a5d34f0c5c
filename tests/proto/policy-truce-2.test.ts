import t from 'tap';
import { toHex } from '../../proto/bytes.ts';
import { type ErrorCode, TruceError } from '../../proto/errors.ts';
import { runLimitTable } from '../../proto/limits.ts';
import { mayRun } from '../../proto/policy/authority.ts';
import type { Policy } from '../../proto/policy/model.ts';
import { parsePolicy } from '../../proto/policy/parse.ts';
import { limitFieldName } from '../../proto/policy/program-settings.ts';
import { namesOfRights } from '../../proto/rights.ts';
import { type Change, makeCertificate, NOW, put, truce2Policy, veracruzPolicy } from './policy-samples.ts';

const YEAR = 365 * 86_400_000;
const certificates = await Promise.all([1, 2, 3, 4].map(() => makeCertificate(NOW - YEAR, NOW + 12 * YEAR)));
const [owner, camera, viewer, root] = certificates;
const expired = await makeCertificate(NOW - 2 * YEAR, NOW - YEAR);

function parse(change: Change = () => {}): Policy {
  const policy = truce2Policy(certificates);
  change(policy);
  return parsePolicy(JSON.stringify(policy), { now: NOW });
}

function refusal(change: Change): TruceError | undefined {
  try {
    parse(change);
    return undefined;
  } catch (error) {
    if (!(error instanceof TruceError)) throw error;
    return error;
  }
}

const program = (name: string, value: unknown): Change => put(value, 'programs', 0, name);

t.test('reads the example of docs/policy.md, and every field of it counts', async (t) => {
  const policy = parse();
  t.match(policy, { dialect: 'truce-2', maxMemoryMib: 2048, receipts: true, enableClock: true });
  t.same(policy.warnings, []);
  t.same(
    policy.identities.map(({ mayShutDown }) => mayShutDown),
    [false, false, true],
  );
  const [detector] = policy.programs;
  t.match(detector, {
    path: '/program/detector.wasm',
    arguments: ['--threshold', '0.6'],
    environment: ['LANG=C.UTF-8'],
    limits: { memoryBytes: 1 << 28, wallMilliseconds: 60_000, openFiles: 16 },
    determinism: { realtime: BigInt(Date.UTC(2030, 0, 1)) * 1_000_000n },
    fuel: 1e9,
    interfaces: [],
    outcome: 'success',
  });
  t.equal(Object.keys(detector!.limits).length, 3, 'what is left out stays out');
  t.equal(toHex(detector!.determinism!.seed).slice(0, 8), '00010203');
  t.same([...policy.liveFiles], ['/input/video', '/output/boxes', 'stdout']);
  t.same(policy.trustRoots, [root!.der]);
  t.same(
    policy.pcrs.map((set) => [...set.keys()]),
    [[0, 1, 2], [8]],
  );
  t.same(policy.identities[2]!.certificate, viewer!.der);
  t.ok(mayRun(policy, policy.identities[2]!, detector!));
  t.notOk(mayRun(policy, policy.identities[1]!, detector!), 'who may only write does not run');
});

t.test('names mean what they say: a file, or with a slash a subtree; no right is implied', async (t) => {
  const { programs, boundaries, initialDirectories } = parse();
  const { access } = programs[0]!;
  t.same(
    access.entries.map(({ path, scope }) => [path, scope]),
    [
      ['/input/video', 'file'],
      ['/output', 'subtree'],
      ['stdout', 'file'],
    ],
  );
  t.equal(access.rightsAt('/input/video/x'), 0);
  t.same(namesOfRights(access.rightsAt('stdout')), ['FD_WRITE']);
  t.ok(boundaries.paths.has('/output/boxes'), 'no link or rename crosses a live file');
  t.same(initialDirectories, ['/input', '/output', '/program']);
});

t.test('every limit of a run can be set, from its smallest to its largest', async (t) => {
  for (const [name, { minimum, maximum }] of Object.entries(runLimitTable)) {
    const field = limitFieldName(name as keyof typeof runLimitTable);
    const limits = (value: unknown) => program('limits', { [field]: value });
    t.same(parse(limits(minimum)).programs[0]!.limits, { [name]: minimum });
    t.same(parse(limits(maximum)).programs[0]!.limits, { [name]: maximum });
    for (const value of [minimum - 1, maximum + 1, '1', 1.5, null])
      t.match(
        refusal(limits(value)),
        { code: 'POLICY_WRONG_TYPE', details: { path: `$.programs[0].limits.${field}` } },
        `${field} ${value}`,
      );
  }
});

t.test('warns of limits that an enclave with defaults would refuse', async (t) => {
  const { wallMilliseconds } = runLimitTable;
  const warnings = (wall: number) => parse(program('limits', { wall_milliseconds: wall })).warnings;
  t.same(warnings(wallMilliseconds.value), []);
  t.match(warnings(wallMilliseconds.value + 1), [
    { code: 'LIMIT_OVER_DEFAULT', paths: ['$.programs[0].limits.wall_milliseconds'] },
  ]);
});

t.test('what is left out has its default', async (t) => {
  const bare = parse((policy) => {
    for (const field of ['live_files', 'receipts', 'trust_roots', 'measurements', 'max_memory_mib'])
      delete policy[field];
    delete (policy.identities[2] as Record<string, unknown>).may_shut_down;
    for (const name of [
      'arguments',
      'environment',
      'limits',
      'deterministic',
      'fuel',
      'interfaces',
      'outcome',
    ])
      delete policy.programs[0]![name];
  });
  t.match(bare, { maxMemoryMib: undefined, receipts: false, trustRoots: [], pcrs: [] });
  t.equal(bare.liveFiles.size, 0);
  t.ok(bare.identities.every(({ mayShutDown }) => !mayShutDown));
  t.match(bare.programs[0], {
    arguments: [],
    environment: [],
    limits: {},
    determinism: undefined,
    fuel: undefined,
    interfaces: [],
    outcome: 'full',
  });
  t.ok(bare.warnings.some(({ code }) => code === 'NO_MEASUREMENT'));
});

t.test('the older dialects keep what they always meant', async (t) => {
  const [first, second, proxy] = await Promise.all([makeCertificate(), makeCertificate(), makeCertificate()]);
  const policy = parsePolicy(JSON.stringify(veracruzPolicy(first!, second!, proxy!)), { now: NOW });
  t.match(policy, { receipts: false, trustRoots: [], pcrs: [] });
  t.ok(policy.identities.every(({ mayShutDown }) => mayShutDown));
  t.match(policy.programs[0], { arguments: [], environment: [], limits: {}, outcome: 'full' });
});

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
