import t from 'tap';
import type { RemoteError, TruceSession } from '../../host-bridge/client/index.ts';
import { type RightName, Rights } from '../../proto/rights.ts';
import { compileSample } from '../programs/sample-programs.ts';
import { enclaveStatus } from '../support/enclave-status.ts';
import { READ, RUN, WRITE } from '../support/policy-text.ts';
import { makeParty, startTestEnclave } from '../support/test-enclave.ts';

/** What docs/policy.md says that each operation needs; of the names in one inner list, any one is enough. */
interface Case {
  readonly operation: string;
  readonly target: 'file' | 'nothing' | 'directory';
  readonly needs: readonly (readonly RightName[])[];
  readonly act: (session: TruceSession, path: string) => Promise<unknown>;
}

const BYTES = Buffer.from('x');
const write: Case['act'] = (session, path) => session.writeFile(path, BYTES);
const append: Case['act'] = (session, path) => session.appendFile(path, BYTES);
const chunk: Case['act'] = (session, path) => session.writeChunk(path, BYTES, { final: true });
const writing: Case['needs'] = [['PATH_OPEN'], ['FD_WRITE'], ['FD_SEEK']];
const reading: Case['needs'] = [['PATH_OPEN'], ['FD_READ'], ['FD_SEEK']];
const cases: readonly Case[] = [
  { operation: 'read', target: 'file', needs: reading, act: (session, path) => session.readFile(path) },
  {
    operation: 'range',
    target: 'file',
    needs: reading,
    act: (session, path) => session.readRange(path, 0, 1),
  },
  { operation: 'replace', target: 'file', needs: [...writing, ['PATH_FILESTAT_SET_SIZE']], act: write },
  { operation: 'create', target: 'nothing', needs: [...writing, ['PATH_CREATE_FILE']], act: write },
  { operation: 'append', target: 'file', needs: writing, act: append },
  { operation: 'append-new', target: 'nothing', needs: [...writing, ['PATH_CREATE_FILE']], act: append },
  { operation: 'chunk', target: 'file', needs: [...writing, ['PATH_FILESTAT_SET_SIZE']], act: chunk },
  { operation: 'chunk-new', target: 'nothing', needs: [...writing, ['PATH_CREATE_FILE']], act: chunk },
  {
    operation: 'list',
    target: 'directory',
    needs: [['FD_READDIR']],
    act: (session, path) => session.list(path),
  },
  {
    operation: 'stat',
    target: 'file',
    needs: [['PATH_FILESTAT_GET', 'FD_FILESTAT_GET']],
    act: (session, path) => session.stat(path),
  },
  {
    operation: 'remove',
    target: 'file',
    needs: [['PATH_UNLINK_FILE']],
    act: (session, path) => session.remove(path),
  },
  {
    operation: 'remove-directory',
    target: 'directory',
    needs: [['PATH_UNLINK_FILE'], ['PATH_REMOVE_DIRECTORY']],
    act: (session, path) => session.remove(path),
  },
  {
    operation: 'hash',
    target: 'file',
    needs: [['FD_EXECUTE', 'FD_READ']],
    act: (session, path) => session.programHash(path),
  },
];

const EVERY_BIT = Object.values(Rights).reduce((all, bit) => all | bit, 0);

/** FD_READ and FD_WRITE bring FD_FILESTAT_GET with them in this dialect. */
function without(names: readonly RightName[]): number {
  let rights = EVERY_BIT;
  for (const name of names) rights &= ~Rights[name];
  if (names.includes('FD_FILESTAT_GET')) rights &= ~(Rights.FD_READ | Rights.FD_WRITE);
  return rights;
}

const only = (needs: Case['needs']) => needs.reduce((rights, [first]) => rights | Rights[first!], 0);

const rights: Record<string, number> = {};
const prepared: Record<string, number> = {};
const allowed: { path: string; one: Case }[] = [];
const denied: { path: string; one: Case }[] = [];
for (const one of cases) {
  const add = (list: typeof allowed, name: string, bits: number) => {
    const path = `/bits/${one.operation}-${name.toLowerCase()}`;
    rights[path] = bits;
    prepared[path] = WRITE | Rights.PATH_CREATE_DIRECTORY | Rights.PATH_UNLINK_FILE;
    list.push({ path, one });
  };
  add(allowed, 'enough', only(one.needs));
  if (one.needs.some((any) => any.length > 1))
    for (const name of one.needs[0]!) add(allowed, `by-${name}`, Rights[name]);
  for (const any of one.needs) add(denied, `no-${any[0]}`, without(any));
}

const program = await compileSample('exit-three');
const [maker, party] = await Promise.all([makeParty('maker'), makeParty('party')]);
const runner = {
  '/p/enough': Rights.PATH_OPEN | Rights.FD_EXECUTE,
  '/p/no-open': without(['PATH_OPEN']),
  '/p/no-execute': without(['FD_EXECUTE']),
};
const enclave = await startTestEnclave({
  parties: [
    {
      certificate: maker!.certificate,
      rights: { ...prepared, ...Object.fromEntries(Object.keys(runner).map((path) => [path, WRITE])) },
    },
    {
      certificate: party!.certificate,
      rights: {
        ...rights,
        ...runner,
        stdin: READ & ~Rights.PATH_OPEN,
        stdout: Rights.FD_SEEK | Rights.PATH_OPEN,
      },
    },
  ],
  programs: Object.keys(runner).map((path) => ({ path, module: program, rights: { '/nothing': RUN } })),
});
t.teardown(() => enclave.stop());
const makers = await enclave.connect(maker!);
const session = await enclave.connect(party!);

for (const { path, one } of [...allowed, ...denied]) {
  if (one.target === 'file') await makers.writeFile(path, BYTES);
  if (one.target === 'directory') {
    // Made with what is in it; then it is empty.
    await makers.writeFile(`${path}/file`, BYTES);
    await makers.remove(`${path}/file`);
  }
}
for (const path of Object.keys(runner)) await makers.writeFile(path, program);

t.test('an operation needs the rights of the table, and no more', async (t) => {
  for (const { path, one } of allowed) await t.resolves(one.act(session, path), path);
});

t.test('each right that is missing denies it, whatever else there is', async (t) => {
  const { files: before } = await enclaveStatus(enclave);
  for (const { path, one } of denied)
    await t.rejects(one.act(session, path), { code: 'ACCESS_DENIED' }, path);
  t.same((await enclaveStatus(enclave)).files, before);
});

t.test('running takes PATH_OPEN and FD_EXECUTE; others learn of no program', async (t) => {
  t.same(await session.run('/p/enough'), { exitCode: 3 });
  const answers = new Set<string>();
  for (const path of ['/p/no-open', '/p/no-execute', '/p/none', '/bits/hash-enough', 'stdin']) {
    const error = await session.run(path).catch((caught: RemoteError) => caught);
    answers.add(`${(error as RemoteError).code} ${(error as RemoteError).message.replace(path, 'PATH')}`);
  }
  t.equal(answers.size, 1, [...answers].join(' | '));
  t.match([...answers][0], /^PROGRAM_UNKNOWN /);
  await t.rejects(makers.run('/p/enough'), { code: 'PROGRAM_UNKNOWN' }, 'who may write it may not run it');
});

t.test('streams need no PATH_OPEN, and files no less for it', async (t) => {
  t.equal((await session.readFile('stdin')).length, 0);
  await t.rejects(session.readFile('stdout'), { code: 'ACCESS_DENIED' });
  await Promise.all([session.close(), makers.close()]);
});
