import t from 'tap';
import type { TruceSession } from '../../host-bridge/client/index.ts';
import { compileSample } from '../programs/sample-programs.ts';
import { enclaveStatus, idle, statusWhen } from '../support/enclave-status.ts';
import { RUN, WRITE } from '../support/policy-text.ts';
import { descendants } from '../support/process-tree.ts';
import { makeParty, startTestEnclave } from '../support/test-enclave.ts';
import { compileScript } from '../support/wasi-script.ts';

const programs: Record<string, { module: Uint8Array; rights: Record<string, number> }> = {
  'endless-a': { module: await compileSample('endless-loop'), rights: { '/a/': WRITE } },
  'endless-a-inner': { module: await compileSample('endless-loop'), rights: { '/a/inner': WRITE } },
  'endless-b': { module: await compileSample('endless-loop'), rights: { '/b/': WRITE } },
  'endless-c': { module: await compileSample('endless-loop'), rights: { '/c/': WRITE } },
  asleep: { module: await compileScript([{ call: 'sleep', milliseconds: 3_600_000 }]), rights: {} },
  quick: { module: await compileSample('exit-three'), rights: { '/d/': WRITE } },
};
const path = (name: string) => `/bin/${name}.wasm`;
const [first, second] = await Promise.all([makeParty('first'), makeParty('second')]);
const rights = { '/bin/': WRITE | RUN, '/half': WRITE };
const enclave = await startTestEnclave(
  {
    parties: [first!, second!].map(({ certificate }) => ({ certificate, rights })),
    programs: Object.entries(programs).map(([name, { module, rights }]) => ({
      path: path(name),
      module,
      rights,
    })),
    clock: true,
  },
  { limits: { runs: 2, queuedRuns: 2 }, executor: { warmChildren: 2, namespaces: 'if-possible' } },
);
t.teardown(() => enclave.stop());
const [one, two] = [await enclave.connect(first!), await enclave.connect(second!)];
for (const [name, { module }] of Object.entries(programs)) await one.writeFile(path(name), module);

/** A run that can be cancelled; its promise never rejects. */
function start(session: TruceSession, name: string) {
  const controller = new AbortController();
  const ended = session.run(path(name), { signal: controller.signal }).then(
    ({ exitCode }) => `exit ${exitCode}`,
    (error: Error & { code?: string }) => error.code ?? error.message,
  );
  return { ended, cancel: () => controller.abort(new Error('cancelled')) };
}

t.test('runs that write to different places go side by side, others wait for each other', async (t) => {
  const a = start(one, 'endless-a');
  const b = start(two, 'endless-b');
  await statusWhen(enclave, ({ executor }) => executor.taken === 2);
  t.same((await enclaveStatus(enclave)).runs, { running: 2, waiting: 0 });
  b.cancel();
  t.equal(await b.ended, 'cancelled');
  const inner = start(two, 'endless-a-inner');
  await statusWhen(enclave, ({ runs }) => runs.waiting === 1);
  t.same(
    (await enclaveStatus(enclave)).runs,
    { running: 1, waiting: 1 },
    'there is room, but not beside that one',
  );
  const third = await enclave.connect(first!);
  t.equal(await start(third, 'quick').ended, 'exit 3', 'one that overlaps with neither passes it');
  a.cancel();
  await statusWhen(enclave, ({ runs }) => runs.running === 1 && runs.waiting === 0);
  inner.cancel();
  t.equal(await inner.ended, 'cancelled');
  await third.close();
  await idle(enclave);
});

t.test('the queue is bounded, and can be left', async (t) => {
  const sessions = await Promise.all(
    [first!, first!, second!, second!, first!].map((party) => enclave.connect(party)),
  );
  const [s0, s1, s2, s3, s4] = sessions;
  const running = [start(s0!, 'endless-a'), start(s1!, 'endless-b')];
  await statusWhen(enclave, ({ executor }) => executor.taken === 2);
  const waiting = [start(s2!, 'endless-a'), start(s3!, 'endless-c')];
  await statusWhen(enclave, ({ runs }) => runs.waiting === 2);
  t.equal(await start(s4!, 'endless-c').ended, 'RUN_QUEUE_FULL');
  t.equal(await start(s4!, 'quick').ended, 'RUN_QUEUE_FULL');
  waiting[0]!.cancel();
  await statusWhen(enclave, ({ runs }) => runs.waiting === 1);
  const next = start(s4!, 'quick');
  await statusWhen(enclave, ({ runs }) => runs.waiting === 2);
  for (const { cancel } of [...running, ...waiting]) cancel();
  t.equal(await next.ended, 'exit 3');
  await idle(enclave);
  await Promise.all(sessions.map((session) => session.close()));
});

t.test('cancelling ends the program’s process, and the session goes on', async (t) => {
  const settled = () =>
    statusWhen(
      enclave,
      ({ executor }) => executor.warm === 2 && executor.starting === 0 && executor.taken === 0,
    );
  await settled();
  const before = new Set(descendants(enclave.enclave.pid));
  for (const name of ['asleep', 'endless-a']) {
    const run = start(one, name);
    await statusWhen(enclave, ({ executor }) => executor.taken === 1);
    run.cancel();
    t.equal(await run.ended, 'cancelled');
    t.equal(await start(one, 'quick').ended, 'exit 3', 'in its turn, after the cancelled one');
  }
  await settled();
  const now = descendants(enclave.enclave.pid);
  t.equal(now.length, before.size, 'as many processes as before');
});

t.test('a session that goes away takes its runs along', async (t) => {
  await idle(enclave);
  const lost = await enclave.connect(first!);
  const run = start(lost, 'endless-c');
  await statusWhen(enclave, ({ executor }) => executor.taken === 1);
  const queued = start(lost, 'endless-c');
  const broken = lost.writeFile('/half', {
    size: 10,
    stream: (async function* () {
      yield Buffer.from('half');
      throw new Error('the client dies');
    })(),
  });
  await t.rejects(broken, /the client dies/);
  t.equal(await run.ended, 'CLIENT_UPLOAD_BROKEN');
  t.equal(await queued.ended, 'CLIENT_UPLOAD_BROKEN');
  await idle(enclave);
  t.equal((await enclaveStatus(enclave)).runs.waiting, 0);
  await Promise.all([one.close(), two.close()]);
});
