import { readFileSync } from 'node:fs';
import t from 'tap';
import { Rights } from '../../proto/rights.ts';
import { commandComponent, EXIT_WITH_CODE, unusedImport } from '../support/component-text.ts';
import { READ, RUN, WRITE } from '../support/policy-text.ts';
import { repositoryRoot } from '../support/repository.ts';
import { makeParty, startTestEnclave } from '../support/test-enclave.ts';
import { versionTwoPolicy } from '../support/version-two-policy.ts';

const example = (path: string) => readFileSync(new URL(`examples/${path}`, repositoryRoot));
const SEE = READ | Rights.FD_READDIR | Rights.PATH_FILESTAT_GET | Rights.FD_FILESTAT_GET;
const WALK = { '/': SEE, '/input/open/': SEE, '/input/hidden/': 0, '/output/': WRITE };

interface Sample {
  readonly module: Uint8Array;
  readonly rights?: Readonly<Record<string, number>>;
  readonly members?: Readonly<Record<string, unknown>>;
  /** Its exit code, or the code of what ends it. */
  readonly end: number | string;
}

const well = await commandComponent({ body: '(i32.const 0)' });
const samples: Readonly<Record<string, Sample>> = {
  'a component with an exit code': {
    module: await commandComponent({
      ...EXIT_WITH_CODE,
      body: '(call $exit (i32.const 33)) (i32.const 0)',
    }),
    end: 33,
  },
  'a component that loops without end': {
    module: await commandComponent({ body: '(loop $again (br $again)) (i32.const 0)' }),
    members: { limits: { cpu_milliseconds: 300 } },
    end: 'RUN_CPU_LIMIT',
  },
  'a component that imports HTTP': {
    module: await commandComponent({
      imports: unusedImport('wasi:http/outgoing-handler@0.2.0'),
      body: '(i32.const 0)',
    }),
    end: 'MODULE_IMPORT_FORBIDDEN',
  },
  'a component that is cut off': { module: well.slice(0, -9), end: 'COMPONENT_INVALID' },
  'a component that comes to more bytes than are kept': {
    module: await commandComponent({
      fields: `(data (i32.const 0) "${'x'.repeat(60_000)}") `.repeat(18),
      body: '(i32.const 0)',
    }),
    end: 'COMPONENT_LIMIT',
  },
  'a component that takes longer to make than it may': {
    module: example('components/directory-walk.wasm'),
    members: { limits: { compile_milliseconds: 1 } },
    end: 'RUN_COMPILE_LIMIT',
  },
  'a component that its transpiler has no time for': {
    module: await commandComponent({
      fields: '(func (result i32) (i32.const 1234567)) '.repeat(60_000),
      body: '(i32.const 0)',
    }),
    members: { limits: { cpu_milliseconds: 10 } },
    end: 'RUN_CPU_LIMIT',
  },
};

const [owner, runner] = await Promise.all([makeParty('owner'), makeParty('runner')]);
const core = example('directory-walk/directory-walk.wasm');
const component = example('components/directory-walk.wasm');
const path = (name: string) => `/bin/${name}`;
const enclave = await startTestEnclave(
  (pcr0) =>
    versionTwoPolicy(
      {
        pcr0,
        parties: [
          { certificate: owner!.certificate, rights: { '/input/': WRITE, '/input/hidden/': WRITE } },
          { certificate: runner!.certificate, rights: { '/bin/': WRITE | RUN, '/output/': READ } },
        ],
        programs: [
          { path: '/bin/core', module: core, rights: WALK },
          { path: '/bin/component', module: component, rights: WALK },
          { path: '/bin/nothing-core', module: core, rights: { '/output/': WRITE, stderr: WRITE } },
          { path: '/bin/nothing', module: component, rights: { '/output/': WRITE, stderr: WRITE } },
          ...Object.entries(samples).map(([name, { module, rights = {} }]) => ({
            path: path(name),
            module,
            rights,
          })),
        ],
      },
      {},
      Object.fromEntries(Object.entries(samples).map(([name, { members = {} }]) => [path(name), members])),
    ),
  {
    limits: { componentBytes: 1 << 20 },
    executor: { warmChildren: 1, namespaces: 'if-possible', components: true },
  },
);
t.teardown(() => enclave.stop());
const [owners, runners] = await Promise.all([enclave.connect(owner!), enclave.connect(runner!)]);
for (const [name, { module }] of Object.entries(samples)) await runners.writeFile(path(name), module);
await runners.writeFile('/bin/core', core);
await runners.writeFile('/bin/component', component);
await runners.writeFile('/bin/nothing-core', core);
await runners.writeFile('/bin/nothing', component);
await owners.writeFile('/input/open/a', Buffer.from('one'));
await owners.writeFile('/input/open/b', Buffer.from('two and more'));
await owners.writeFile('/input/hidden/c', Buffer.from('not for programs'));

const ended = (program: string): Promise<number | string> =>
  runners.run(program).then(
    ({ exitCode }) => exitCode,
    (error: { code: string }) => error.code,
  );

for (const [name, { end }] of Object.entries(samples))
  t.test(`${name} ends with ${end}`, async (t) => t.equal(await ended(path(name)), end));

t.test('a component sees and does what a module of the same source does by the same policy', async (t) => {
  // Errors have other names in 0.2, which the C library has other words for.
  const listing = async () =>
    Buffer.from(await runners.readFile('/output/listing.csv'))
      .toString()
      .replaceAll('Capabilities insufficient', 'Operation not permitted');
  t.equal(await ended('/bin/core'), 0);
  const expected = await listing();
  t.match(expected, '/input/open/b');
  t.notMatch(expected, 'hidden/c');
  t.equal(await ended('/bin/component'), 0);
  t.equal(await listing(), expected);
});

t.test('without a right to look anywhere, both come to the same', async (t) =>
  t.equal(await ended('/bin/nothing'), await ended('/bin/nothing-core')),
);

t.test('the transpiler that was stopped has taken nothing from the next run', async (t) =>
  t.equal(await ended('/bin/component'), 0),
);

t.test('runs of one component at once all come to their end', async (t) => {
  const name = path('a component with an exit code');
  t.same(await Promise.all([1, 2, 3].map(() => ended(name))), [33, 33, 33]);
});
