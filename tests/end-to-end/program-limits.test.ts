import t from 'tap';
import { Rights } from '../../proto/rights.ts';
import { compileSample, compileText } from '../programs/sample-programs.ts';
import { READ, RUN, WRITE } from '../support/policy-text.ts';
import { makeParty, startTestEnclave, testLauncher } from '../support/test-enclave.ts';
import { versionTwoPolicy } from '../support/version-two-policy.ts';
import { compileScript } from '../support/wasi-script.ts';

/** An emulated processor needs so many times as long. */
const PATIENCE = testLauncher === 'qemu' ? 20 : 1;
const LARGE = 'x'.repeat(60_000);
const OUTPUT = { '/output/': WRITE | Rights.FD_FILESTAT_SET_SIZE };

const start = (body: string, fields = '') =>
  compileText(`(module
    (import "wasi_snapshot_preview1" "path_open"
      (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    ${fields} (memory (export "memory") 1) (data (i32.const 64) "input/a")
    (func (export "_start") (local $left i32) ${body}))`);
/** Repeats `step` so often; where it leaves something else than 0 on the stack it is tried no more, but trapped at. */
const times = (count: number, step: string) => `(local.set $left (i32.const ${count}))
  (loop $again
    (if ${step} (then unreachable))
    (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))`;
const files = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    call: 'write' as const,
    path: `output/${index}`,
    text: '',
  }));

interface Limited {
  readonly module: Uint8Array;
  readonly limits: Readonly<Record<string, number>>;
  readonly rights?: Readonly<Record<string, number>>;
  readonly code: string;
}

/** Each is well without its limits, and fails with them. */
const programs: Readonly<Record<string, Limited>> = {
  wall: {
    module: await compileScript([{ call: 'sleep', milliseconds: 400 * PATIENCE }]),
    limits: { wall_milliseconds: 100 * PATIENCE },
    code: 'RUN_WALL_LIMIT',
  },
  processor: {
    module: await start(
      `(local.set $left (i32.const 300000000))
      (loop $again (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))`,
    ),
    limits: { cpu_milliseconds: 40 * PATIENCE },
    code: 'RUN_CPU_LIMIT',
  },
  compile: {
    module: await compileText(`(module (memory (export "memory") 1) (func (export "_start"))
      ${Array.from({ length: 20_000 }, (_, index) => `(func (result i32) (i32.const ${index}))`).join('\n')})`),
    limits: { compile_milliseconds: 1 },
    code: 'RUN_COMPILE_LIMIT',
  },
  memory: {
    module: await start(times(31, '(i32.eq (memory.grow (i32.const 1)) (i32.const -1))')),
    limits: { memory_bytes: 16 * 65_536 },
    code: 'RUN_MEMORY_LIMIT',
  },
  'what the engine allocates': {
    module: await start(times(100, '(i32.eq (memory.grow (i32.const 16)) (i32.const -1))')),
    limits: { data_bytes: 64 << 20 },
    code: 'RUN_MEMORY_LIMIT',
  },
  tables: {
    module: await start(
      times(500, '(i32.eq (table.grow 0 (ref.null func) (i32.const 1)) (i32.const -1))'),
      '(table 1 funcref)',
    ),
    limits: { table_elements: 100 },
    code: 'RUN_TABLE_LIMIT',
  },
  stack: {
    module: await start(
      '(drop (call $deep (i32.const 8000)))',
      `(func $deep (param i32) (result i32)
        (if (result i32) (local.get 0)
          (then (i32.add (i32.const 1) (call $deep (i32.sub (local.get 0) (i32.const 1)))))
          (else (i32.const 0))))`,
    ),
    limits: { stack_bytes: 65_536 },
    code: 'RUN_STACK_LIMIT',
  },
  output: {
    module: await compileScript([{ call: 'print', text: LARGE }]),
    limits: { output_bytes: 10_000 },
    rights: { stdout: WRITE },
    code: 'RUN_OUTPUT_LIMIT',
  },
  descriptors: {
    module: await start(
      times(
        20,
        `(call $path_open (i32.const 3) (i32.const 1) (i32.const 64) (i32.const 7)
          (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 16))`,
      ),
    ),
    limits: { open_files: 8 },
    rights: { '/input/a': READ },
    code: 'RUN_FILES_LIMIT',
  },
  'bytes added': {
    module: await compileScript([{ call: 'write', path: 'output/added', text: LARGE }]),
    limits: { written_bytes: 50_000 },
    rights: OUTPUT,
    code: 'RUN_SPACE_LIMIT',
  },
  'bytes written over others': {
    module: await compileScript([{ call: 'write', path: 'input/a', text: LARGE, offset: 0, existing: true }]),
    limits: { written_bytes: 50_000 },
    rights: { '/input/a': WRITE },
    code: 'RUN_WRITE_LIMIT',
  },
  'files made': {
    module: await compileScript(files(5)),
    limits: { new_inodes: 4 },
    rights: OUTPUT,
    code: 'RUN_INODES_LIMIT',
  },
  'changes made': {
    module: await compileScript(files(5)),
    limits: { journal_operations: 4 },
    rights: OUTPUT,
    code: 'RUN_JOURNAL_LIMIT',
  },
  'size of the changes': {
    module: await compileScript(files(50)),
    limits: { journal_bytes: 1024 },
    rights: OUTPUT,
    code: 'RUN_JOURNAL_LIMIT',
  },
  module: {
    module: await compileScript([]),
    limits: { module_bytes: 64 },
    code: 'PROGRAM_TOO_LARGE',
  },
};
const exitsThree = await compileSample('exit-three');
const trap = await compileSample('trap');
/** Writes its arguments, and then its variables, to stdout, each with the NUL behind it. */
const tells = await compileText(`(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ_sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $print
    (i32.store (i32.const 16) (i32.const 1024))
    (i32.store (i32.const 20) (i32.load (i32.const 4)))
    (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 24))))
  (func (export "_start")
    (drop (call $args_sizes (i32.const 0) (i32.const 4)))
    (drop (call $args (i32.const 64) (i32.const 1024)))
    (call $print)
    (drop (call $environ_sizes (i32.const 0) (i32.const 4)))
    (drop (call $environ (i32.const 64) (i32.const 1024)))
    (call $print)))`);

const limited = (name: string) => `/bin/limited ${name}`;
const free = (name: string) => `/bin/free ${name}`;
const [runner, other] = await Promise.all([makeParty('runner'), makeParty('other')]);
const OWN = READ | WRITE | Rights.FD_READDIR | Rights.PATH_UNLINK_FILE;
const others: Readonly<Record<string, { module: Uint8Array; members: Readonly<Record<string, unknown>> }>> = {
  '/bin/quiet exit': { module: exitsThree, members: { outcome: 'success' } },
  '/bin/quiet trap': { module: trap, members: { outcome: 'success' } },
  '/bin/quiet success': { module: await compileScript([]), members: { outcome: 'success' } },
  '/bin/plain exit': { module: exitsThree, members: { outcome: 'full' } },
  '/bin/tells': {
    module: tells,
    members: { arguments: ['--level', 'ü'], environment: { B: '2', A: 'x=y' } },
  },
};
const enclave = await startTestEnclave(
  (pcr0) =>
    mayShutDown(
      1,
      versionTwoPolicy(
        {
          pcr0,
          clock: true,
          parties: [
            {
              certificate: runner!.certificate,
              rights: { '/bin/': WRITE | RUN, '/input/': OWN, '/output/': OWN, stdout: READ | WRITE },
            },
            { certificate: other!.certificate, rights: { '/other/': OWN } },
          ],
          programs: [
            ...Object.entries(programs).flatMap(([name, { module, rights = {} }]) =>
              [limited(name), free(name)].map((path) => ({ path, module, rights })),
            ),
            ...Object.entries(others).map(([path, { module }]) => ({
              path,
              module,
              rights: { stdout: WRITE },
            })),
          ],
        },
        {},
        {
          ...Object.fromEntries(
            Object.entries(programs).map(([name, { limits }]) => [limited(name), { limits }]),
          ),
          ...Object.fromEntries(Object.entries(others).map(([path, { members }]) => [path, members])),
        },
      ),
    ),
  { executor: { warmChildren: 3, namespaces: 'if-possible' } },
);
t.teardown(() => enclave.stop());
const session = await enclave.connect(runner!);
for (const [name, { module }] of Object.entries(programs))
  for (const path of [limited(name), free(name)]) await session.writeFile(path, module);
for (const [path, { module }] of Object.entries(others)) await session.writeFile(path, module);
await session.writeFile('/input/a', Buffer.alloc(60_000));

for (const [name, { code, limits }] of Object.entries(programs))
  t.test(`${name}: the program with the limit ends by ${code}, the one without does not`, async (t) => {
    const [value] = Object.values(limits);
    const error = await session.run(limited(name)).catch((reason: unknown) => reason);
    t.match(error, { code });
    const named = code !== 'RUN_JOURNAL_LIMIT' && !('data_bytes' in limits);
    if (named) t.match((error as Error).message, String(value), 'it names the limit');
    t.same(await session.run(free(name)), { exitCode: 0 });
    for (const { name: entry } of await session.list('/output')) await session.remove(`/output/${entry}`);
  });

t.test(
  'where the policy says so, its runner learns whether a program succeeded and nothing else',
  async (t) => {
    const failed = {
      code: 'RUN_UNSUCCESSFUL',
      message: 'the program did not succeed; the policy tells no more of it',
    };
    await t.rejects(session.run('/bin/quiet exit'), failed);
    await t.rejects(session.run('/bin/quiet trap'), failed);
    t.same(await session.run('/bin/quiet success'), { exitCode: 0 });
    t.same(await session.run('/bin/plain exit'), { exitCode: 3 });
  },
);

t.test('a program gets the arguments and the environment of its policy, after its own name', async (t) => {
  await session.writeFile('stdout', Buffer.alloc(0));
  t.same(await session.run('/bin/tells'), { exitCode: 0 });
  const told = Buffer.from(await session.readFile('stdout')).toString();
  t.same(told.split('\0'), ['/bin/tells', '--level', 'ü', 'B=2', 'A=x=y', '']);
});

t.test('who the policy says may shut the enclave down, and nobody else', async (t) => {
  await t.rejects(session.shutdown(), { code: 'ACCESS_DENIED' });
  await t.resolves(session.policyHash(), 'it goes on');
  const stranger = await enclave.connect(other!);
  await stranger.shutdown();
  t.same(await enclave.enclave.exited, { code: 0, signal: null });
  await session.close();
});

function mayShutDown(identity: number, text: string): string {
  const policy = JSON.parse(text);
  policy.identities[identity].may_shut_down = true;
  return JSON.stringify(policy);
}
