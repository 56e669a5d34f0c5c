/** Standard streams in both older dialects, by `file_rights` and by the table of seed 004. Live ones: live-input.test.ts. */
import { createHash } from 'node:crypto';
import t from 'tap';
import { Rights } from '../../proto/rights.ts';
import { Errno } from '../../runtime/vfs/errno.ts';
import { compileSample } from '../programs/sample-programs.ts';
import { LiveReader } from '../support/live-reader.ts';
import { policyText, RUN, WRITE } from '../support/policy-text.ts';
import { makeParty, startTestEnclave } from '../support/test-enclave.ts';

const { FD_READ, FD_WRITE, FD_SEEK } = Rights;
const IN = FD_READ | FD_SEEK;
const OUT = FD_WRITE | FD_SEEK;
const [echo, trickle] = await Promise.all([compileSample('echo-stdin'), compileSample('output-trickle')]);
const [feeder, listener] = await Promise.all([makeParty('feeder'), makeParty('listener')]);

/** Programs of Veracruz's dialect: each with the streams that it has. */
const programs = {
  '/echo': { stdin: IN, stdout: OUT },
  '/deaf': { stdout: OUT },
  '/mute': { stdin: IN },
  '/barred-in': { stdin: FD_SEEK, stdout: OUT },
  '/barred-out': { stdin: IN, stdout: IN },
};
const ownRights = Object.fromEntries(Object.keys(programs).map((path) => [path, WRITE | RUN]));
const [veracruz, seed] = await Promise.all([
  startTestEnclave({
    parties: [
      { certificate: feeder.certificate, rights: { ...ownRights, '/trickle': WRITE | RUN, stdin: IN | OUT } },
      { certificate: listener.certificate, rights: { stdout: IN } },
    ],
    programs: [
      ...Object.entries(programs).map(([path, rights]) => ({ path, module: echo, rights })),
      { path: '/trickle', module: trickle, rights: { stdout: OUT } },
    ],
  }),
  startTestEnclave(seedPolicy),
]);
t.teardown(() => Promise.all([veracruz.stop(), seed.stop()]));
const text = (value: string) => Buffer.from(value);

/** The same parties, with one program that the table gives stdin and stdout, and no stderr. */
function seedPolicy(pcr0: Uint8Array): string {
  const {
    file_hashes: _hashes,
    max_memory_mib: _memory,
    native_modules: _modules,
    pipelines: _pipelines,
    ...common
  } = JSON.parse(policyText({ pcr0, parties: [] }));
  const grant = (file_name: string, rights: number) => ({ file_name, rights });
  return JSON.stringify({
    ...common,
    identities: [
      {
        id: 0,
        certificate: feeder.certificate.trimEnd(),
        file_rights: [grant('echo', WRITE), grant('trickle', WRITE), grant('stdin', IN | OUT)],
      },
      { id: 1, certificate: listener.certificate.trimEnd(), file_rights: [grant('stdout', IN)] },
    ],
    programs: Object.entries({ echo, trickle }).map(([name, module], id) => ({
      id,
      program_file_name: name,
      file_rights: [],
      pi_hash: createHash('sha256').update(module).digest('hex'),
    })),
    std_streams_table: [{ Stdin: grant('stdin', IN) }, { Stdout: grant('stdout', OUT) }],
  });
}

for (const [dialect, enclave] of Object.entries({ veracruz, seed }))
  t.test(`streams of ${dialect}: fed, printed, followed while the program runs`, async (t) => {
    const [feeds, listens] = await Promise.all([enclave.connect(feeder), enclave.connect(listener)]);
    await feeds.writeFile('/echo', echo);
    await feeds.writeFile('/trickle', trickle);
    const printed = async () => Buffer.from(await listens.readFile('stdout')).toString();

    await feeds.writeFile('stdin', text('a long first input'));
    await feeds.writeFile('stdin', text('short'));
    t.same(await feeds.run('/echo'), { exitCode: 0 });
    t.equal(await printed(), 'short', 'nothing of the longer one is left');
    await feeds.appendFile('stdin', text(' and more'));
    t.same(await feeds.run('/echo'), { exitCode: 0 });
    t.equal(
      await printed(),
      'shortshort and more',
      'each run reads it from the beginning, and adds to stdout',
    );
    t.equal(Buffer.from(await feeds.readFile('stdin')).toString(), 'short and more', 'reading takes nothing');

    await t.rejects(feeds.readFile('stdout'), { code: 'ACCESS_DENIED' });
    await t.rejects(feeds.readFile('stderr'), { code: 'ACCESS_DENIED' });
    await t.rejects(feeds.writeFile('stdout', text('x')), { code: 'ACCESS_DENIED' });
    await t.rejects(listens.readFile('stdin'), { code: 'ACCESS_DENIED' });
    await t.rejects(listens.writeFile('stdin', text('x')), { code: 'ACCESS_DENIED' });
    await t.rejects(new LiveReader(feeds, 'stdout').take(1), { code: 'ACCESS_DENIED' });
    await t.rejects(new LiveReader(listens, 'stderr').take(1), { code: 'ACCESS_DENIED' });

    const follower = new LiveReader(listens, 'stdout', { offset: 5 });
    t.equal(await follower.rest(), 'short and more', 'what was printed before, up to its end');
    const cancelled = new AbortController();
    const run = t.rejects(feeds.run('/trickle', { signal: cancelled.signal }), { name: 'AbortError' });
    const live = new LiveReader(listens, 'stdout', { offset: 19 });
    t.equal(await live.take(3), '\0\0\0', 'it has not ended, and never would');
    await live.leave();
    cancelled.abort();
    await run;
    t.ok(
      (await listens.readRange('stdout', 0, 22)).length === 22,
      'what it printed stands though it was cancelled',
    );
    await Promise.all([feeds.close(), listens.close()]);
  });

t.test('a program has the streams that it has an entry for, and their rights', async (t) => {
  const session = await veracruz.connect(feeder);
  for (const path of Object.keys(programs)) await session.writeFile(path, echo);
  await session.writeFile('stdin', text('input'));
  const exitOf = async (path: string) => (await session.run(path)).exitCode;
  t.equal(await exitOf('/deaf'), Errno.BADF, 'no stdin');
  t.equal(await exitOf('/mute'), Errno.BADF, 'no stdout');
  t.equal(await exitOf('/barred-in'), Errno.NOTCAPABLE, 'stdin without FD_READ');
  t.equal(await exitOf('/barred-out'), Errno.NOTCAPABLE, 'stdout without FD_WRITE');
  await session.close();
});
