import t from 'tap';
import { Rights } from '../../proto/rights.ts';
import { compileSample } from '../programs/sample-programs.ts';
import { idle } from '../support/enclave-status.ts';
import { READ, RUN, WRITE } from '../support/policy-text.ts';
import { makeParty, startTestEnclave } from '../support/test-enclave.ts';
import { versionTwoPolicy } from '../support/version-two-policy.ts';
import { compileScript } from '../support/wasi-script.ts';

const MIB = 1 << 20;
const INODES = 40;
const OWN = READ | WRITE | Rights.FD_READDIR | Rights.PATH_UNLINK_FILE | Rights.PATH_FILESTAT_GET;
const OUTPUT = { '/output/': WRITE | Rights.FD_FILESTAT_SET_SIZE };
const programs: Readonly<Record<string, { module: Uint8Array; rights: Record<string, number> }>> = {
  'output-flood': { module: await compileSample('output-flood'), rights: { stdout: WRITE } },
  'many-files': { module: await compileSample('many-files'), rights: OUTPUT },
  'writes-late': {
    module: await compileScript([
      { call: 'print', text: '.' },
      { call: 'await', path: 'room' },
      { call: 'write', path: 'output/late', text: 'some bytes' },
      { call: 'set-size', path: 'output/late', size: 3 * MIB },
    ]),
    rights: { ...OUTPUT, '/room': READ, stdout: WRITE },
  },
};

const path = (name: string) => `/bin/${name}.wasm`;
const [runner, other] = await Promise.all([makeParty('runner'), makeParty('other')]);
const enclave = await startTestEnclave(
  (pcr0) =>
    versionTwoPolicy(
      {
        pcr0,
        parties: [
          {
            certificate: runner!.certificate,
            rights: { '/bin/': WRITE | RUN, '/output/': OWN, '/runner/': OWN, stdout: OWN },
          },
          { certificate: other!.certificate, rights: { '/other/': OWN, '/room': WRITE } },
        ],
        programs: Object.entries(programs).map(([name, { module, rights }]) => ({
          path: path(name),
          module,
          rights,
        })),
      },
      { live_files: ['/room'] },
    ),
  { limits: { vfsBytes: 10 * MIB, fileBytes: 4 * MIB, vfsInodes: INODES } },
);
t.teardown(() => enclave.stop());
const [runners, others] = await Promise.all([enclave.connect(runner!), enclave.connect(other!)]);
for (const [name, { module }] of Object.entries(programs)) await runners.writeFile(path(name), module);

const outcome = (name: string, session = runners): Promise<string | number> =>
  session.run(path(name)).then(
    ({ exitCode }) => exitCode,
    (error: { code: string }) => error.code,
  );

t.test('the storage is one for all parties, and full for all of them', async (t) => {
  const { files: before } = await idle(enclave);
  await runners.writeFile('/runner/a', Buffer.alloc(4 * MIB));
  await others.writeFile('/other/b', Buffer.alloc(3 * MIB));
  await t.rejects(others.writeFile('/other/c', Buffer.alloc(3 * MIB)), { code: 'STORAGE_FULL' });
  await t.rejects(
    runners.appendFile('/runner/a', Buffer.alloc(1)),
    { code: 'STORAGE_FULL' },
    'over what one file may have',
  );
  await t.rejects(
    others.writeFile('/other/c', Buffer.alloc(40 * MIB)),
    { code: 'STORAGE_FULL' },
    'over everything',
  );
  t.same(await others.list('/other'), [{ name: 'b', kind: 'file', size: 3 * MIB }]);
  await runners.remove('/runner/a');
  await others.writeFile('/other/c', Buffer.alloc(3 * MIB));
  await others.remove('/other/b');
  await others.remove('/other/c');
  t.same((await idle(enclave)).files, before);
});

t.test('what a program prints and writes counts, too', async (t) => {
  await others.writeFile('/other/a', Buffer.alloc(4 * MIB));
  await others.writeFile('/other/b', Buffer.alloc(4 * MIB));
  const { files } = await idle(enclave);
  await others.writeFile('/other/c', Buffer.alloc(10 * MIB - files.bytes - (256 << 10)));
  t.equal(await outcome('output-flood'), 'STORAGE_FULL');
  await runners.writeFile('stdout', Buffer.alloc(0));
  await others.remove('/other/a');
  const second = await enclave.connect(runner!);
  // There was room when the program wrote, and there is none when it ends.
  const ended = outcome('writes-late', second);
  while ((await runners.stat('stdout')).size === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await others.writeFile('/other/a', Buffer.alloc(4 * MIB));
  await others.appendFile('/room', Buffer.from('!'));
  t.equal(await ended, 'STORAGE_FULL');
  t.same(await runners.list('/output'), []);
  for (const name of ['a', 'b', 'c']) await others.remove(`/other/${name}`);
  await second.close();
});

t.test('files are counted: a program and a client run out of them alike', async (t) => {
  const { files: before } = await idle(enclave);
  t.equal(await outcome('many-files'), 'RUN_INODES_LIMIT');
  t.same((await idle(enclave)).files, before, 'nothing of it is kept');
  let made = 0;
  const more = async () => others.writeFile(`/other/${made}`, Buffer.from('x'));
  for (; before.inodes + made < INODES; made++) await more();
  await t.rejects(more(), { code: 'STORAGE_FULL' });
  await others.remove('/other/0');
  await more();
  await Promise.all([runners.close(), others.close()]);
});
