import t from 'tap';
import { toHex } from '../../proto/bytes.ts';
import { runLimitTable } from '../../proto/limits.ts';
import { mayRun } from '../../proto/policy/authority.ts';
import { parsePolicy } from '../../proto/policy/parse.ts';
import { limitFieldName } from '../../proto/policy/program-settings.ts';
import { namesOfRights } from '../../proto/rights.ts';
import { makeCertificate, NOW, veracruzPolicy } from './policy-samples.ts';
import { parse, program, refusal, root, viewer } from './truce-2-policies.ts';

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
