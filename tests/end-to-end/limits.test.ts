import t from 'tap';
import { Rights } from '../../proto/rights.ts';
import { compileSample, compileText } from '../programs/sample-programs.ts';
import { idle, statusWhen } from '../support/enclave-status.ts';
import { READ, RUN, WRITE } from '../support/policy-text.ts';
import { descendants } from '../support/process-tree.ts';
import { makeParty, startTestEnclave } from '../support/test-enclave.ts';
import { versionTwoPolicy } from '../support/version-two-policy.ts';
import { compileScript } from '../support/wasi-script.ts';

const MIB = 1 << 20;
/** Short for those alone that are to be ended by it: the others need no more of it than a slow machine has. */
const TIME: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  RUN_WALL_LIMIT: { wall_milliseconds: 1000 },
  RUN_CPU_LIMIT: { cpu_milliseconds: 150 },
};
const RUN_LIMITS = {
  memoryBytes: 16 * MIB,
  tableElements: 100,
  openFiles: 10,
  outputBytes: MIB,
  writtenBytes: 128 << 10,
  journalOperations: 50,
  moduleBytes: 256 << 10,
};

const OUTPUT = { '/output/': WRITE | Rights.PATH_FILESTAT_SET_SIZE | Rights.FD_FILESTAT_SET_SIZE };
const grow = (then: string) =>
  compileText(`(module (memory (export "memory") 1)
    (func (export "_start")
      (loop $again (br_if $again (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
      ${then}))`);
const wasted = 'x'.repeat(60_000);

interface Limited {
  readonly module: Uint8Array;
  readonly rights?: Record<string, number>;
  /** A code of the error table, or a program's exit code. */
  readonly ends: string | number;
}

const programs: Readonly<Record<string, Limited>> = {
  'endless-loop': { module: await compileSample('endless-loop'), ends: 'RUN_CPU_LIMIT' },
  'endless-loop-of-calls': {
    module: await compileText(`(module
      (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
      (memory (export "memory") 1)
      (func (export "_start") (loop $again (drop (call $random_get (i32.const 0) (i32.const 65536))) (br $again))))`),
    ends: 'RUN_CPU_LIMIT',
  },
  asleep: {
    module: await compileScript([{ call: 'sleep', milliseconds: 3_600_000 }]),
    ends: 'RUN_WALL_LIMIT',
  },
  'memory-bomb': { module: await compileSample('memory-bomb'), ends: 'RUN_MEMORY_LIMIT' },
  'memory-or-trap': { module: await grow('unreachable'), ends: 'RUN_MEMORY_LIMIT' },
  'memory-from-the-start': {
    module: await compileText('(module (memory (export "memory") 257) (func (export "_start")))'),
    ends: 'MODULE_MEMORY_TOO_LARGE',
  },
  'table-from-the-start': {
    module: await compileText(
      '(module (memory (export "memory") 1) (table 101 funcref) (func (export "_start")))',
    ),
    ends: 'MODULE_TABLE_TOO_LARGE',
  },
  // Its size is judged before it is looked at.
  'large-module': { module: new Uint8Array(RUN_LIMITS.moduleBytes + 1), ends: 'PROGRAM_TOO_LARGE' },
  'output-flood': {
    module: await compileSample('output-flood'),
    rights: { stdout: WRITE },
    ends: 'RUN_OUTPUT_LIMIT',
  },
  'deep-recursion': { module: await compileSample('deep-recursion'), ends: 'RUN_STACK_LIMIT' },
  trap: { module: await compileSample('trap'), ends: 'RUN_TRAP' },
  'divides-by-zero': {
    module: await compileText(
      '(module (memory (export "memory") 1) (func (export "_start") (drop (i32.div_u (i32.const 1) (i32.const 0)))))',
    ),
    ends: 'RUN_TRAP',
  },
  'many-open-files': {
    module: await compileSample('many-open-files'),
    rights: { '/input/a.csv': READ },
    ends: 'RUN_FILES_LIMIT',
  },
  'many-files': { module: await compileSample('many-files'), rights: OUTPUT, ends: 'RUN_JOURNAL_LIMIT' },
  'many-bytes': {
    module: await compileScript(
      [0, 1, 2].map((index) => ({
        call: 'write',
        path: 'output/many',
        text: wasted,
        offset: index * 60_000,
      })),
    ),
    rights: OUTPUT,
    ends: 'RUN_SPACE_LIMIT',
  },
  'many-bytes-over-others': {
    module: await compileScript(
      [0, 1, 2].map((index) => ({
        call: 'write',
        path: 'input/there',
        text: wasted,
        offset: index * 60_000,
        existing: true,
      })),
    ),
    rights: { '/input/': WRITE },
    ends: 'RUN_WRITE_LIMIT',
  },
  'same-bytes-again': {
    module: await compileScript(
      [0, 1, 2].map(() => ({ call: 'write', path: 'output/same', text: wasted, offset: 0 })),
    ),
    rights: OUTPUT,
    ends: 0,
  },
  'large-file': {
    module: await compileScript([
      { call: 'write', path: 'output/large', text: '' },
      { call: 'set-size', path: 'output/large', size: 5 * MIB },
    ]),
    rights: OUTPUT,
    ends: 'RUN_SPACE_LIMIT',
  },
  'large-files': {
    module: await compileScript(
      ['a', 'b', 'c'].flatMap((name) => [
        { call: 'write', path: `output/${name}`, text: '' } as const,
        { call: 'set-size', path: `output/${name}`, size: 4 * MIB } as const,
      ]),
    ),
    rights: OUTPUT,
    ends: 'RUN_SPACE_LIMIT',
  },
};

const path = (name: string) => `/bin/${name}.wasm`;
const [runner, other] = await Promise.all([makeParty('runner'), makeParty('other')]);
const OWN = READ | WRITE | Rights.FD_READDIR | Rights.PATH_UNLINK_FILE | Rights.PATH_FILESTAT_GET;
const enclave = await startTestEnclave(
  (pcr0) =>
    versionTwoPolicy(
      {
        pcr0,
        parties: [
          {
            certificate: runner!.certificate,
            rights: {
              '/bin/': WRITE | RUN,
              '/input/': WRITE,
              '/output/': OWN,
              '/runner/': OWN,
              stdout: OWN,
            },
          },
          { certificate: other!.certificate, rights: { '/other/': OWN } },
        ],
        programs: Object.entries(programs).map(([name, { module, rights = {} }]) => ({
          path: path(name),
          module,
          rights,
        })),
        clock: true,
      },
      {},
      Object.fromEntries(
        Object.entries(programs).map(([name, { ends }]) => [path(name), { limits: TIME[ends] ?? {} }]),
      ),
    ),
  {
    limits: { vfsBytes: 10 * MIB, fileBytes: 4 * MIB, run: RUN_LIMITS },
    executor: { warmChildren: 3, namespaces: 'if-possible' },
  },
);
t.teardown(() => enclave.stop());
const [runners, others] = await Promise.all([enclave.connect(runner!), enclave.connect(other!)]);
for (const [name, { module }] of Object.entries(programs)) await runners.writeFile(path(name), module);
await runners.writeFile('/input/a.csv', Buffer.from('key,x\n'));
await runners.writeFile('/input/there', Buffer.alloc(180_000));
await statusWhen(enclave, ({ executor }) => executor.warm === 3 && executor.starting === 0);
const processes = descendants(enclave.enclave.pid).length;

const outcome = (name: string): Promise<string | number> =>
  runners.run(path(name)).then(
    ({ exitCode }) => exitCode,
    (error: { code: string }) => error.code,
  );

for (const [name, { ends }] of Object.entries(programs))
  t.test(`${name}: ends by ${ends}, and takes nobody along`, async (t) => {
    const { files: before } = await idle(enclave);
    const ended = outcome(name);
    // Another party is served meanwhile, and afterwards.
    await others.writeFile('/other/file', Buffer.from(name));
    t.equal(Buffer.from(await others.readFile('/other/file')).toString(), name);
    t.equal(await ended, ends);
    t.equal((await others.stat('/other/file')).size, name.length);
    await others.remove('/other/file');
    if (typeof ends === 'string') {
      const { files } = await idle(enclave);
      const printed = (await runners.stat('stdout')).size;
      t.same({ ...files, bytes: files.bytes - printed }, before, 'nothing of it is kept but what it printed');
      if (name === 'output-flood') t.ok(printed > MIB / 2 && printed <= MIB, `${printed} bytes were printed`);
    }
    await runners.writeFile('stdout', Buffer.alloc(0));
    for (const { name: file } of await runners.list('/output')) await runners.remove(`/output/${file}`);
  });

t.test('no process of any of them is left', async (t) => {
  await statusWhen(
    enclave,
    ({ executor, runs }) => executor.taken + executor.starting + runs.running === 0 && executor.warm === 3,
  );
  t.equal(descendants(enclave.enclave.pid).length, processes);
  await Promise.all([runners.close(), others.close()]);
});
