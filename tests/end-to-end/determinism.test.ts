import { createHash } from 'node:crypto';
import t from 'tap';
import { Rights } from '../../proto/rights.ts';
import { compileSample, compileText } from '../programs/sample-programs.ts';
import { READ, RUN, WRITE } from '../support/policy-text.ts';
import { makeParty, startTestEnclave } from '../support/test-enclave.ts';
import { versionTwoPolicy } from '../support/version-two-policy.ts';
import { compileScript } from '../support/wasi-script.ts';

const SEED = createHash('sha256').update('a seed').digest('hex');
const DETERMINISTIC = { deterministic: { seed: SEED, time: '2030-01-01T00:00:00Z' } };
const MIB = 1 << 20;

const varies = await compileSample('everything-that-varies');
const greedy = await compileText(`(module (memory (export "memory") 1)
  (func (export "_start") (local $left i32) (local.set $left (i32.const 200))
    (loop $again
      (drop (memory.grow (i32.const 16)))
      (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))))`);
const counted = await compileText(`(module (memory (export "memory") 1)
  (func (export "_start") (local $left i32) (local.set $left (i32.const 1000))
    (loop $again (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))))`);
const large = await compileScript([
  { call: 'write', path: 'output/large', text: '' },
  { call: 'set-size', path: 'output/large', size: 8 * MIB },
]);
const EXACTLY = 2 + 1000 * 5;
const OUTPUT = { '/output/': WRITE | Rights.FD_FILESTAT_SET_SIZE };

interface Sample {
  readonly module: Uint8Array;
  readonly rights: Readonly<Record<string, number>>;
  readonly members: Readonly<Record<string, unknown>>;
}
const SEES = { '/': READ | Rights.FD_READDIR, '/input/': READ | Rights.PATH_FILESTAT_GET, stdout: WRITE };
const programs: Readonly<Record<string, Sample>> = {
  '/bin/fixed.wasm': { module: varies, rights: SEES, members: DETERMINISTIC },
  '/bin/free.wasm': { module: varies, rights: SEES, members: {} },
  '/bin/greedy.wasm': {
    module: greedy,
    rights: {},
    members: { ...DETERMINISTIC, limits: { memory_bytes: 512 * MIB, data_bytes: 64 * MIB } },
  },
  '/bin/enough.wasm': { module: counted, rights: {}, members: { fuel: EXACTLY } },
  '/bin/too-little.wasm': { module: counted, rights: {}, members: { fuel: EXACTLY - 1 } },
  '/bin/large.wasm': { module: large, rights: OUTPUT, members: DETERMINISTIC },
  '/bin/as-large.wasm': { module: large, rights: OUTPUT, members: {} },
};

const party = await makeParty('party');
const enclaves = await Promise.all(
  [0, 1].map(() =>
    startTestEnclave(
      (pcr0) =>
        versionTwoPolicy(
          {
            pcr0,
            clock: true,
            parties: [
              {
                certificate: party.certificate,
                rights: {
                  '/bin/': WRITE | RUN,
                  '/input/': WRITE | Rights.PATH_UNLINK_FILE,
                  '/output/': READ | WRITE | Rights.PATH_UNLINK_FILE,
                  stdout: READ | WRITE,
                },
              },
            ],
            programs: Object.entries(programs).map(([path, { module, rights }]) => ({
              path,
              module,
              rights,
            })),
          },
          {},
          Object.fromEntries(Object.entries(programs).map(([path, { members }]) => [path, members])),
        ),
      {
        limits: { vfsBytes: 4 * MIB },
        executor: { warmChildren: 2, namespaces: 'if-possible' },
        // In a machine: /bin/greedy.wasm is allowed more than half a GiB.
        memoryMiB: 4096,
      },
    ),
  ),
);
const sessions = await Promise.all(enclaves.map((enclave) => enclave.connect(party)));
t.teardown(async () => {
  await Promise.all(sessions.map((session) => session.close()));
  await Promise.all(enclaves.map((enclave) => enclave.stop()));
});
const [first, second] = sessions as [(typeof sessions)[0], (typeof sessions)[0]];
for (const session of sessions) {
  for (const [path, { module }] of Object.entries(programs)) await session.writeFile(path, module);
  const names = session === first ? ['a', 'b', 'c'] : ['c', 'gone', 'b', 'a'];
  for (const name of names) await session.writeFile(`/input/${name}`, Buffer.from(name[0]!));
}
await second.remove('/input/gone');

async function printed(session: typeof first, path: string): Promise<string> {
  await session.writeFile('stdout', Buffer.alloc(0));
  t.equal((await session.run(path)).exitCode, 0);
  return Buffer.from(await session.readFile('stdout')).toString('hex');
}

t.test('two enclaves with two histories give the same, and one gives it twice', async (t) => {
  const outputs = [
    await printed(first, '/bin/fixed.wasm'),
    await printed(second, '/bin/fixed.wasm'),
    await printed(second, '/bin/fixed.wasm'),
  ];
  t.ok(outputs[0]!.length > 500);
  t.same(new Set(outputs).size, 1);
  t.not(await printed(first, '/bin/free.wasm'), await printed(first, '/bin/free.wasm'), 'others never do');
});

t.test('memory that the engine cannot give ends a program, which never sees that', async (t) => {
  await t.rejects(first.run('/bin/greedy.wasm'), { code: 'RUN_MEMORY_LIMIT' });
});

t.test('room that others left it shows in no deterministic program, only in its commit', async (t) => {
  await t.rejects(first.run('/bin/large.wasm'), { code: 'STORAGE_FULL' });
  await t.rejects(first.run('/bin/as-large.wasm'), { code: 'RUN_SPACE_LIMIT' });
});

t.test('a program may execute as many instructions as it has fuel, and not one more', async (t) => {
  for (const session of sessions) {
    t.equal((await session.run('/bin/enough.wasm')).exitCode, 0);
    await t.rejects(session.run('/bin/too-little.wasm'), {
      code: 'RUN_FUEL_LIMIT',
      message: new RegExp(`more than ${EXACTLY - 1} instructions`),
    });
  }
});
