/** Runs that wait for live files: what ends them, and what of their output. */
import t from 'tap';
import { idle, statusWhen } from '../support/enclave-status.ts';
import { LiveReader } from '../support/live-reader.ts';
import { WRITE } from '../support/policy-text.ts';
import { testLauncher } from '../support/test-enclave.ts';
import { IN, owner, path, reader, startLive, text } from './live-enclave.ts';

/** An emulated machine needs a while to get a program going. */
const WALL = testLauncher === 'qemu' ? 15_000 : 4000;

const { enclave, writes, reads, start, printedBytes } = await startLive({
  programs: {
    waits: { arguments: ['copy', '/in/never', '/out/never', '100'], rights: { ...IN, '/out/never': WRITE } },
    'waits-too-long': {
      arguments: ['copy', '/in/never', '/out/wall', '100'],
      rights: { ...IN, '/out/wall': WRITE },
      // Were it to spin, its processor time would be up first.
      limits: { wall_milliseconds: WALL, cpu_milliseconds: WALL / 2 },
    },
    writes: { arguments: ['fill', '/out/one', '3', '3'], rights: { '/out/one': WRITE, stdout: WRITE } },
  },
  pipelines: [`${path('writes')} ; ${path('writes')}`],
  liveFiles: ['/in/never', '/out/never', '/out/wall', '/out/one'],
});

t.test('waiting costs no processor time, and the wall clock ends it', async (t) => {
  await writes.appendFile('/in/never', text('seen'));
  const run = await start('waits-too-long');
  t.equal(await run.ended, 'RUN_WALL_LIMIT');
  t.equal(await new LiveReader(reads, '/out/wall').rest(), 'seen', 'what it wrote stands, and has ended');
});

t.test('a run that waits can be cancelled, and what it wrote stands', async (t) => {
  const controller = new AbortController();
  const run = await start('waits', controller.signal);
  const output = new LiveReader(reads, '/out/never');
  t.equal(await output.take(4), 'seen');
  controller.abort(new Error('enough'));
  t.equal(await run.ended, 'enough');
  t.equal(await output.rest(), '');
  t.equal(Buffer.from(await reads.readFile('/out/never')).toString(), 'seen');
  await idle(enclave);
});

t.test('what one step of a pipeline writes goes on in the next', async (t) => {
  const output = new LiveReader(reads, '/out/one');
  const session = await enclave.connect(owner);
  t.same(await session.runPipeline('0'), { exitCode: 0 });
  t.equal(await output.rest(), 'xxxxxx');
  const later = new LiveReader(reads, '/out/one', { offset: 6 });
  t.same(await session.run(path('writes')), { exitCode: 0 }, 'a later run takes it up again');
  t.equal(await later.rest(), 'xxx', 'for one who has what there was');
  t.equal(await new LiveReader(reads, '/out/one').rest(), 'xxxxxxxxx');
  await session.close();
});

t.test('an enclave that shuts down ends those who wait and those who follow', async (t) => {
  const run = await start('waits');
  const session = await enclave.connect(reader);
  const output = new LiveReader(session, 'stdout', { offset: await printedBytes() }).take(1);
  output.catch(() => undefined);
  await statusWhen(enclave, ({ subscriptions, executor }) => subscriptions === 1 && executor.taken === 1);
  await enclave.enclave.stop();
  t.match(await run.ended, /SHUTTING_DOWN|CLIENT_CLOSED/);
  await t.rejects(output, { code: /SHUTTING_DOWN|CLIENT_CLOSED/ });
});
