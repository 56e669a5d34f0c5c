/** What an enclave says to its host: its log, its status, its processes' arguments and variables. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { compileSample } from '../programs/sample-programs.ts';
import { enclaveStatus, statusWhen } from '../support/enclave-status.ts';
import { READ, RUN, WRITE } from '../support/policy-text.ts';
import { descendants } from '../support/process-tree.ts';
import { makeParty, startTestEnclave } from '../support/test-enclave.ts';
import { compileScript } from '../support/wasi-script.ts';

const SECRET = 'orchid-7391';
process.env.TRUCE_TEST_SECRET = `${SECRET} of the one who starts it`;

const party = await makeParty(`${SECRET}-party`);
const talkative = await compileScript([
  { call: 'print', text: `${SECRET} printed`, to: 'stdout' },
  { call: 'print', text: `${SECRET} complained of`, to: 'stderr' },
  { call: 'write', path: `data/${SECRET}-made`, text: `${SECRET} written` },
  { call: 'unlink', path: `data/${SECRET}-missing` },
]);
const trapping = await compileSample('trap');
const broken = Buffer.from(`${SECRET} is no module`);
const program = (path: string, module: Uint8Array) => ({
  path,
  module,
  rights: { '/data/': READ | WRITE, stdout: WRITE, stderr: WRITE },
});
const programs = [
  program(`/${SECRET}-talks`, talkative),
  program(`/${SECRET}-traps`, trapping),
  program(`/${SECRET}-broken`, broken),
];
const enclave = await startTestEnclave(
  {
    parties: [
      {
        certificate: party.certificate,
        rights: {
          '/data/': READ | WRITE,
          ...Object.fromEntries(programs.map(({ path }) => [path, WRITE | RUN])),
        },
      },
    ],
    programs,
  },
  { output: 'file' },
);
t.teardown(() => enclave.stop());

/** Every ordinary file that the enclave keeps on the host. */
function filesOfHost(): string[] {
  const { directory } = enclave.enclave;
  return readdirSync(directory)
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile());
}

/** Where the tests are not root, a process that runs programs is closed to them too. */
function variablesOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES' && pid !== enclave.enclave.pid) return '';
    throw error;
  }
}

t.test('nothing that a party sends, names or runs is told to the host', async (t) => {
  const session = await enclave.connect(party);
  await session.writeFile(`/data/${SECRET}-name`, Buffer.from(`${SECRET} contents`));
  for (const { path, module } of programs) await session.writeFile(path, module);
  const failures: [Promise<unknown>, string][] = [
    [session.readFile(`/data/${SECRET}-none`), 'FILE_NOT_FOUND'],
    [session.readFile(`/${SECRET}-elsewhere`), 'ACCESS_DENIED'],
    [session.writeFile(`/${SECRET}-traps`, Buffer.from(SECRET)), 'FILE_HASH_MISMATCH'],
    [session.run(`/${SECRET}-none`), 'PROGRAM_UNKNOWN'],
    [session.run(`/${SECRET}-traps`), 'RUN_TRAP'],
    [session.run(`/${SECRET}-broken`), 'MODULE_INVALID'],
  ];
  for (const [failure, code] of failures) await t.rejects(failure, { code });
  const exitCode = await session.run(`/${SECRET}-talks`);
  t.not(exitCode, 0, 'it ran to its last step, which fails');
  t.equal(
    Buffer.from(await session.readFile(`/data/${SECRET}-made`)).toString(),
    `${SECRET} written`,
    'what it did before was done',
  );
  await session.close();

  t.ok(
    filesOfHost().some((path) => path.endsWith('.log')),
    'there is a log',
  );
  for (const path of filesOfHost()) t.notMatch(readFileSync(path, 'utf8'), SECRET, path);
  t.notMatch(JSON.stringify(await enclaveStatus(enclave)), SECRET);
});

t.test('processes inside get no variable of the host, and no secret as an argument', async (t) => {
  const { pid } = enclave.enclave;
  // Those of the runs before are gone, and nobody comes or goes.
  await statusWhen(
    enclave,
    ({ executor }) => executor.warm > 0 && executor.starting === 0 && executor.taken === 0,
  );
  const inside = [pid, ...descendants(pid)];
  t.ok(inside.length > 1, 'a runtime, and those who run programs');
  for (const one of inside) {
    t.equal(variablesOf(one), '', 'no variables');
    t.notMatch(readFileSync(`/proc/${one}/cmdline`, 'utf8'), SECRET);
  }
});
