import { createHash, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { createParty } from '../../../../host-bridge/cli/demo-parties.ts';
import { resolveLimits } from '../../../../proto/limits.ts';
import { parsePolicy } from '../../../../proto/policy/parse.ts';
import { Rights } from '../../../../proto/rights.ts';
import { componentPrograms } from '../../../../runtime/executor/child-kinds.ts';
import { ChildPool } from '../../../../runtime/executor/child-pool.ts';
import { ComponentCache } from '../../../../runtime/executor/component-cache.ts';
import { RunQueue } from '../../../../runtime/executor/run-queue.ts';
import { ClientFiles } from '../../../../runtime/manager/client-files.ts';
import { FunctionRuns } from '../../../../runtime/manager/function-runs.ts';
import { limitsOfPolicy } from '../../../../runtime/manager/policy-limits.ts';
import { FunctionService } from '../../../../runtime/services/enclave/function-service.ts';
import { SecretsStore } from '../../../../runtime/services/enclave/secrets-store.ts';
import { Errno } from '../../../../runtime/vfs/errno.ts';
import { FileSystem } from '../../../../runtime/vfs/file-system.ts';
import { LiveFiles } from '../../../../runtime/vfs/live-files.ts';
import { MemfdContents } from '../../../../runtime/vfs/memfd-content.ts';
import { compileSample } from '../../../programs/sample-programs.ts';
import { commandComponent } from '../../../support/component-text.ts';
import { policyText, RUN } from '../../../support/policy-text.ts';
import { repositoryRoot } from '../../../support/repository.ts';
import { ALICE, callService } from '../../../support/service-calls.ts';
import { versionTwoPolicy } from '../../../support/version-two-policy.ts';

const DAY = 86_400_000;
const { FD_READ, FD_WRITE, FD_SEEK } = Rights;
const IN = FD_READ | FD_SEEK;
const OUT = FD_WRITE | FD_SEEK;
const [reader, flood, endless, three] = await Promise.all(
  (['read-secret', 'output-flood', 'endless-loop', 'exit-three'] as const).map(compileSample),
);
const modules = {
  '/reader': reader!,
  '/flood': flood!,
  '/endless': endless!,
  '/three': three!,
  '/absent': three!,
  '/component': await commandComponent({ body: '(i32.const 1)' }),
};
const [owner, runner, watcher] = await Promise.all(
  ['owner', 'runner', 'watcher'].map((name) => createParty(name, Date.now() + DAY)),
);
const idOf = ({ certificate }: { certificate: string }) =>
  createHash('sha256').update(new X509Certificate(certificate).raw).digest('hex');
const [OWNER, RUNNER, WATCHER] = [idOf(owner!), idOf(runner!), idOf(watcher!)];
const streams = { stdin: IN, stdout: OUT, stderr: OUT };
const parts = {
  parties: [
    // Everything, the data file of the policy included.
    {
      certificate: owner!.certificate,
      rights: {
        ...Object.fromEntries(Object.keys(modules).map((path) => [path, RUN])),
        '/data': IN,
        stdin: OUT,
        stdout: IN,
        stderr: IN,
      },
    },
    // May run one program, and neither write nor read a stream.
    { certificate: runner!.certificate, rights: { '/reader': RUN } },
    { certificate: watcher!.certificate, rights: { stdout: IN, stderr: IN, stdin: OUT } },
  ],
  programs: Object.entries(modules).map(([path, module]) => ({
    path,
    module,
    rights: { ...streams, '/data': IN },
  })),
  pcr0: new Uint8Array(48).fill(1),
};

const programs = fileURLToPath(new URL('dist/runtime', repositoryRoot));
const pool = await ChildPool.start({
  childProgram: join(programs, 'executor-child.cjs'),
  componentPrograms: componentPrograms(programs),
  warm: 1,
  maximum: 3,
  namespaces: 'if-possible',
});
t.teardown(() => pool.close());

interface SettingOptions {
  readonly policy?: string;
  readonly queuedRuns?: number;
  readonly longest?: number;
  /** Of each program; the runtime's own unless told. */
  readonly cpuMilliseconds?: number;
}

/** A service over a policy whose programs are provisioned, all but `/absent`. */
function setting({
  policy: text = policyText(parts),
  queuedRuns = 8,
  longest = 1 << 19,
  cpuMilliseconds,
}: SettingOptions = {}) {
  const policy = parsePolicy(text, { now: Date.now() });
  const limits = resolveLimits(cpuMilliseconds === undefined ? {} : { run: { cpuMilliseconds } });
  const contents = new MemfdContents({ limit: 1 << 24, descriptors: 16 });
  const vfsLimits = { bytes: 1 << 24, inodes: 100, nameBytes: 255, pathBytes: 4096, fileBytes: 1 << 24 };
  const fileSystem = new FileSystem({ contents, limits: vfsLimits, now: () => 0n });
  const put = (name: string, bytes: Uint8Array) =>
    fileSystem.write(fileSystem.createFile(fileSystem.root, name), bytes, 0);
  for (const [path, module] of Object.entries(modules)) if (path !== '/absent') put(path.slice(1), module);
  put('data', Buffer.from('of the policy'));
  const files = new ClientFiles({
    fileSystem,
    contents,
    hashes: policy.fileHashes,
    nativeModules: [],
    live: new LiveFiles(fileSystem, new Set()),
  });
  const secrets = new SecretsStore();
  secrets.put(OWNER, 'key', Buffer.from('first'));
  secrets.put(OWNER, 'key', Buffer.from('second'));
  secrets.put(RUNNER, 'key', Buffer.from("the runner's"));
  const queue = new RunQueue(1, queuedRuns);
  const { programs: programLimits } = limitsOfPolicy(policy, limits);
  const components = new ComponentCache(limits.componentBytes);
  t.teardown(() => components.dispose());
  const runs = new FunctionRuns({ policy, files, pool, limits, programLimits, queue, components });
  const service = new FunctionService({ secrets, runs: () => runs, longest });
  const run = (caller: string, payload: object | string, signal?: AbortSignal) =>
    callService(service, caller, 'run', payload, signal);
  return { run, secrets, queue, components, fileSystem };
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
const secret = { program: '/reader', args: ['secrets/key'], secrets: [{ name: 'key' }] };

t.test('a component runs as a function too, and is made into what runs once for all its calls', async (t) => {
  const { run, components } = setting();
  const kinds = t.capture(pool, 'take', pool.take);
  for (let call = 0; call < 2; call++)
    t.match(await run(OWNER, { program: '/component' }), { exitCode: 1, stdout: '' });
  t.same(
    kinds().map(({ args: [, kind] }) => kind),
    ['transpiler', 'component', 'component'],
  );
  t.equal(components.status.components, 1);
});

t.test('a program finds the secrets as files, and its caller gets what it prints', async (t) => {
  const { run, secrets } = setting();
  t.same(await run(OWNER, { ...secret, stdin: base64('from stdin') }), {
    exitCode: 0,
    stdout: base64('second'),
    stderr: base64('from stdin'),
  });
  t.match(await run(OWNER, { ...secret, secrets: [{ name: 'key', version: 1 }], stdin: null }), {
    stdout: base64('first'),
    stderr: '',
  });
  secrets.share(RUNNER, 'key', [OWNER]);
  const shared = [{ name: 'key', owner: RUNNER, file: 'theirs' }, { name: 'key' }];
  t.match(await run(OWNER, { ...secret, args: ['secrets/theirs'], secrets: shared }), {
    stdout: base64("the runner's"),
  });
  t.match(await run(OWNER, { program: '/three' }), { exitCode: 3, stdout: '', stderr: '' });
});

t.test('nothing else of the enclave is there, and nothing can be changed or left', async (t) => {
  const { run, fileSystem } = setting();
  const exit = async (args: string[]) => (await run(OWNER, { ...secret, args })).exitCode;
  t.equal(await exit(['data']), Errno.NOTCAPABLE, 'a file of the policy, which the program may read there');
  t.equal(await exit(['secrets/key', 'for writing']), Errno.NOTCAPABLE);
  t.same([...fileSystem.root.entries.keys()], ['reader', 'flood', 'endless', 'three', 'component', 'data']);
  const again = await run(OWNER, { ...secret, secrets: [] });
  t.equal(again.exitCode, Errno.NOENT, 'the next run finds nothing of the last one');
});

t.test('who may run what is as the policy says, and one answer for all that may not', async (t) => {
  const { run } = setting();
  t.same(
    await run(RUNNER, secret),
    { exitCode: 0, stdout: null, stderr: null },
    'streams are not for the runner',
  );
  await t.rejects(run(RUNNER, { ...secret, stdin: '' }), { code: 'FUNCTION_STREAM_DENIED' });
  for (const [caller, program] of [
    [RUNNER, '/three'],
    [RUNNER, '/nowhere'],
    [WATCHER, '/reader'],
    [OWNER, '/data'],
    [OWNER, '/'],
  ] as const)
    await t.rejects(run(caller, { program }), { code: 'PROGRAM_UNKNOWN', details: { path: program } });
  for (const caller of [ALICE, 'host'])
    await t.rejects(run(caller, { program: '/reader' }), { code: 'IDENTITY_UNKNOWN' });
  await t.rejects(run(OWNER, { program: '/absent' }), { code: 'FILE_NOT_FOUND' });
  await t.rejects(run(OWNER, { program: '/../reader' }), { code: 'PATH_INVALID' });
});

t.test('a module in the payload runs for nobody', async (t) => {
  const { run } = setting();
  const module = Buffer.from(modules['/three']).toString('base64');
  await t.rejects(run(OWNER, { module }), { code: 'FUNCTION_MODULE_REFUSED' });
  await t.rejects(run(OWNER, { module, program: '/three' }), { code: 'FUNCTION_MODULE_REFUSED' });
});

t.test("secrets that are not the caller's to read are not there", async (t) => {
  const { run } = setting();
  const unknown = { code: 'SECRET_UNKNOWN' };
  await t.rejects(run(RUNNER, { ...secret, secrets: [{ name: 'key', owner: OWNER }] }), unknown);
  await t.rejects(run(OWNER, { ...secret, secrets: [{ name: 'nothing' }] }), unknown);
  await t.rejects(run(OWNER, { ...secret, secrets: [{ name: 'key', version: 3 }] }), {
    code: 'SECRET_VERSION_UNKNOWN',
  });
  await t.rejects(run(OWNER, { ...secret, secrets: [{ name: 'key' }, { name: 'key', version: 1 }] }), {
    code: 'SERVICE_PAYLOAD_INVALID',
  });
});

t.test(
  'limits are those of the policy, and what an answer holds; runs of both doors share their turns',
  async (t) => {
    const { run, queue } = setting({ queuedRuns: 0, longest: 5000, cpuMilliseconds: 500 });
    await t.rejects(run(OWNER, { program: '/flood' }), {
      code: 'RUN_OUTPUT_LIMIT',
      details: { limit: 5000 },
    });
    await t.rejects(run(OWNER, { program: '/endless' }), { code: 'RUN_CPU_LIMIT', details: { limit: 500 } });
    const leave = await queue.enter([], undefined);
    await t.rejects(run(OWNER, { program: '/three' }), { code: 'RUN_QUEUE_FULL' });
    leave();
    const gone = new AbortController();
    const running = run(OWNER, { program: '/endless' }, gone.signal);
    gone.abort(new Error('the caller is gone'));
    await t.rejects(running, { message: 'the caller is gone' });
  },
);

t.test('a policy that tells less of runs, states arguments or wants receipts is kept to', async (t) => {
  const told = setting({
    policy: versionTwoPolicy(
      parts,
      {},
      { '/three': { outcome: 'success' }, '/reader': { arguments: ['secrets/key'] } },
    ),
  });
  await t.rejects(told.run(OWNER, { program: '/three' }), { code: 'RUN_UNSUCCESSFUL' });
  const { args, ...without } = secret;
  await t.rejects(told.run(OWNER, { ...without, args }), { code: 'FUNCTION_ARGUMENTS' });
  t.match(await told.run(OWNER, without), { stdout: base64('second') });
  const receipts = setting({ policy: versionTwoPolicy(parts, { receipts: true }) });
  await t.rejects(receipts.run(OWNER, { program: '/three' }), { code: 'FUNCTION_RECEIPTS' });
});

t.test('hostile payloads are one error, and nothing runs', async (t) => {
  const { run } = setting({ longest: 2560 });
  for (const [field, values] of Object.entries({
    program: [undefined, null, '', 5, {}, 'x'.repeat(4096)],
    args: ['x', [5], [null], Array(65).fill('x'), ['x'.repeat(1025)], ['\0'], {}],
    stdin: ['*', 5, [], {}, 'YQ', Buffer.alloc(2561).toString('base64')],
    secrets: ['key', [5], ['key'], Array(33).fill({ name: 'key' }), {}],
  }))
    for (const value of values)
      await t.rejects(run(OWNER, { program: '/three', [field]: value }), {
        code: 'SERVICE_PAYLOAD_INVALID',
        details: { field },
      });
  for (const item of [
    {},
    { name: '..' },
    { name: 'key', file: '../x' },
    { name: 'key', file: 'a/b' },
    { name: 'key', path: 'x' },
  ])
    await t.rejects(run(OWNER, { program: '/three', secrets: [item] }), { code: 'SERVICE_PAYLOAD_INVALID' });
  await t.rejects(run(OWNER, '{"program":"/three","__proto__":{}}'), { code: 'SERVICE_PAYLOAD_INVALID' });
});
