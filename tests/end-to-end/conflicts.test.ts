import t from 'tap';
import { Rights } from '../../proto/rights.ts';
import { idle } from '../support/enclave-status.ts';
import { READ, RUN, WRITE } from '../support/policy-text.ts';
import { makeParty, startTestEnclave } from '../support/test-enclave.ts';
import { versionTwoPolicy } from '../support/version-two-policy.ts';
import { compileScript, type Step } from '../support/wasi-script.ts';

const CHANGE =
  WRITE |
  Rights.FD_READDIR |
  Rights.PATH_UNLINK_FILE |
  Rights.PATH_RENAME_SOURCE |
  Rights.PATH_RENAME_TARGET |
  Rights.PATH_CREATE_DIRECTORY |
  Rights.PATH_REMOVE_DIRECTORY |
  Rights.PATH_FILESTAT_SET_TIMES |
  Rights.PATH_LINK_SOURCE |
  Rights.PATH_LINK_TARGET;

type Client = Awaited<ReturnType<typeof enclave.connect>>;

interface Case {
  /** What the run does to `file`, which holds "before", in a directory of the case's own. */
  readonly run: (directory: string) => Step[];
  /** What a client does meanwhile. */
  readonly client: (session: Client, directory: string) => Promise<void>;
  readonly conflict: boolean;
  /** Files and their contents in the end. */
  readonly left: Readonly<Record<string, string>>;
}

const put =
  (name: string): Case['client'] =>
  (session, directory) =>
    session.writeFile(`/${directory}/${name}`, Buffer.from('client'));
const writing =
  (name: string) =>
  (directory: string): Step[] => [{ call: 'write', path: `${directory}/${name}`, text: 'run' }];

const cases: Readonly<Record<string, Case>> = {
  'both write a file': {
    run: writing('file'),
    client: put('file'),
    conflict: true,
    left: { file: 'client' },
  },
  'the client appends': {
    run: writing('file'),
    client: (session, directory) => session.appendFile(`/${directory}/file`, Buffer.from('-client')),
    conflict: true,
    left: { file: 'before-client' },
  },
  'the run removes what the client writes': {
    run: (directory) => [{ call: 'unlink', path: `${directory}/file` }],
    client: put('file'),
    conflict: true,
    left: { file: 'client' },
  },
  'the run replaces what the client writes': {
    run: (directory) => [
      { call: 'write', path: `${directory}/new`, text: 'run' },
      { call: 'rename', from: `${directory}/new`, to: `${directory}/file` },
    ],
    client: put('file'),
    conflict: true,
    left: { file: 'client' },
  },
  'the run sets the times of what the client writes': {
    run: (directory) => [{ call: 'set-times', path: `${directory}/file`, nanoseconds: 5 }],
    client: put('file'),
    conflict: true,
    left: { file: 'client' },
  },
  'the client removes what the run writes': {
    run: writing('file'),
    client: (session, directory) => session.remove(`/${directory}/file`),
    conflict: true,
    left: {},
  },
  'the client makes what the run makes': {
    run: writing('new'),
    client: put('new'),
    conflict: true,
    left: { file: 'before', new: 'client' },
  },
  'the client fills a directory that the run removes': {
    run: (directory) => [{ call: 'remove-directory', path: `${directory}/empty` }],
    client: put('empty/file'),
    conflict: true,
    left: { file: 'before', 'empty/file': 'client' },
  },
  'the client removes the directory that the run writes to': {
    run: writing('empty/new'),
    client: (session, directory) => session.remove(`/${directory}/empty`),
    conflict: true,
    left: { file: 'before' },
  },
  'they write different files': {
    run: writing('file'),
    client: put('other'),
    conflict: false,
    left: { file: 'runore', other: 'client' },
  },
  'the run links what the client writes': {
    run: (directory) => [{ call: 'link', from: `${directory}/file`, to: `${directory}/link` }],
    client: put('file'),
    conflict: false,
    left: { file: 'client', link: 'client' },
  },
  'the run moves what the client writes': {
    run: (directory) => [{ call: 'rename', from: `${directory}/file`, to: `${directory}/moved` }],
    client: put('file'),
    conflict: false,
    left: { moved: 'client' },
  },
};

const LETTERS = 'a'.charCodeAt(0);
const all = Object.entries(cases).map(([name, one], index) => ({ ...one, name, directory: `case-${index}` }));
const path = (directory: string) => `/bin/${directory}.wasm`;
/** Each run has a word of its own to wait for: a small machine does not start all of them before some have ended. */
const go = (directory: string) => `/go-${directory}`;
const modules = await Promise.all(
  all.map(({ run, directory }, index) => {
    // A letter says that it has started: its files are what they were then. It goes on when it is told to.
    const text = String.fromCharCode(LETTERS + index);
    return compileScript([
      { call: 'print', text },
      { call: 'await', path: go(directory).slice(1) },
      ...run(directory),
    ]);
  }),
);
const party = await makeParty('party');
const own = Object.fromEntries(
  all.flatMap(({ directory }) => [
    [`/${directory}/`, READ | CHANGE],
    [go(directory), WRITE],
  ]),
);
const enclave = await startTestEnclave(
  (pcr0) =>
    versionTwoPolicy(
      {
        pcr0,
        parties: [
          {
            certificate: party.certificate,
            rights: { ...own, '/bin/': WRITE | RUN, stdout: READ },
          },
        ],
        programs: all.map(({ directory }, index) => ({
          path: path(directory),
          module: modules[index]!,
          rights: { [`/${directory}/`]: CHANGE, [go(directory)]: READ, stdout: WRITE },
        })),
      },
      { live_files: all.map(({ directory }) => go(directory)) },
    ),
  { limits: { runs: all.length }, executor: { warmChildren: 4, namespaces: 'if-possible' } },
);
t.teardown(() => enclave.stop());

t.test('what a client did during a run stands; the run is kept as a whole, or not at all', async (t) => {
  const session = await enclave.connect(party);
  for (const [index, { directory }] of all.entries()) {
    await session.writeFile(path(directory), modules[index]!);
    await session.writeFile(`/${directory}/file`, Buffer.from('before'));
    await session.writeFile(`/${directory}/empty/file`, Buffer.alloc(0));
    await session.remove(`/${directory}/empty/file`);
  }
  const runners = await Promise.all(all.map(() => enclave.connect(party)));
  const runs = all.map(({ directory }, index) =>
    runners[index]!.run(path(directory)).then(
      ({ exitCode }) => `exit ${exitCode}`,
      (error: { code: string }) => error.code,
    ),
  );
  for (let seen = 0; seen < all.length; ) {
    const printed = await session.readRange('stdout', seen, all.length);
    for (const letter of printed) {
      const { client, directory } = all[letter - LETTERS]!;
      await client(session, directory);
      await session.appendFile(go(directory), Buffer.from('!'));
    }
    seen += printed.length;
    if (printed.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  for (const [index, { name, conflict, directory, left }] of all.entries()) {
    t.equal(await runs[index], conflict ? 'RUN_CONFLICT' : 'exit 0', name);
    const found: Record<string, string> = {};
    for (const entry of await session.list(`/${directory}`)) {
      const inner = entry.kind === 'directory' ? await session.list(`/${directory}/${entry.name}`) : [];
      for (const file of entry.kind === 'directory'
        ? inner.map((one) => `${entry.name}/${one.name}`)
        : [entry.name])
        found[file] = Buffer.from(await session.readFile(`/${directory}/${file}`)).toString();
    }
    t.same(found, left, name);
  }
  await idle(enclave);
  await Promise.all([session, ...runners].map((one) => one.close()));
});
