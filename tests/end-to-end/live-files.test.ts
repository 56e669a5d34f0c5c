import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { TruceSession } from '../../host-bridge/client/index.ts';
import { PREVIEW1_RIGHTS, Rights } from '../../proto/rights.ts';
import { idle, statusWhen } from '../support/enclave-status.ts';
import { LiveReader } from '../support/live-reader.ts';
import { READ, RUN, WRITE } from '../support/policy-text.ts';
import { repositoryRoot } from '../support/repository.ts';
import { makeParty, type Party, startTestEnclave } from '../support/test-enclave.ts';
import { startTruce, truce } from '../support/truce-command.ts';
import { versionTwoPolicy } from '../support/version-two-policy.ts';

const MIB = 1 << 20;
const module = readFileSync(new URL('tests/programs/c/live.wasm', repositoryRoot));
const WAIT = Rights.POLL_FD_READWRITE | Rights.FD_FDSTAT_SET_FLAGS | Rights.FD_FILESTAT_GET;
const IN = { '/in/': READ | WAIT };
const OUT = { '/out/': WRITE, stdout: WRITE };

interface LiveProgram {
  readonly arguments: readonly string[];
  readonly rights: Readonly<Record<string, number>>;
  readonly limits?: Readonly<Record<string, number>>;
}

const programs: Record<string, LiveProgram> = {
  copy: { arguments: ['copy', '/in/a', '/out/a', '4096'], rights: { ...IN, ...OUT } },
  'copy-bytes': { arguments: ['copy', '/in/bytes', '/out/bytes', '7'], rights: { ...IN, ...OUT } },
  'copy-large': { arguments: ['copy', '/in/large', '/out/large', '1000000'], rights: { ...IN, ...OUT } },
  'copy-stdin': {
    arguments: ['copy', '-', '/out/copied', '10'],
    rights: { stdin: READ, '/out/copied': WRITE },
  },
  echo: { arguments: ['echo'], rights: { stdin: READ, stdout: WRITE } },
  again: { arguments: ['again', '/in/again'], rights: { ...IN, ...OUT } },
  poll: { arguments: ['poll', '-1', '/in/p', '/in/q'], rights: { ...IN, ...OUT } },
  'poll-briefly': { arguments: ['poll', '20', '/in/r'], rights: { ...IN, ...OUT } },
  nonblock: { arguments: ['nonblock', '/in/n'], rights: { ...IN, ...OUT } },
  names: {
    arguments: ['names', '/tree/live/file', '/tree/other', '/tree/link', '/tree/live', '/tree/moved'],
    rights: { '/tree/': PREVIEW1_RIGHTS, stdout: WRITE },
  },
  late: { arguments: ['late', '/in/late', '/out/late'], rights: { ...IN, ...OUT } },
  waits: { arguments: ['copy', '/in/never', '/out/never', '100'], rights: { ...IN, '/out/never': WRITE } },
  'waits-too-long': {
    arguments: ['copy', '/in/never', '/out/wall', '100'],
    rights: { ...IN, '/out/wall': WRITE },
    // Were it to spin, its processor time would be up first.
    limits: { wall_milliseconds: 1500, cpu_milliseconds: 1000 },
  },
  writes: { arguments: ['fill', '/out/one', '3', '3'], rights: { '/out/one': WRITE, stdout: WRITE } },
  'writes-too-much': {
    arguments: ['fill', '/out/limit', '2000000', '1000'],
    rights: { '/out/limit': WRITE, stdout: WRITE },
    limits: { written_bytes: 1_000_000 },
  },
  'writes-all': { arguments: ['fill', '/out/full', '30000000', '1000000'], rights: { ...OUT } },
  'cannot-read': { arguments: ['copy', '/out/a', '/out/a', '1'], rights: OUT },
  'cannot-write': { arguments: ['fill', '/in/a', '1', '1'], rights: { ...IN, stdout: WRITE } },
};
const path = (name: string) => `/bin/${name}.wasm`;
const [owner, writer, reader] = await Promise.all([makeParty('o'), makeParty('w'), makeParty('r')]);
const enclave = await startTestEnclave(
  (pcr0) =>
    versionTwoPolicy(
      {
        pcr0,
        clock: true,
        parties: [
          { certificate: owner!.certificate, rights: { '/bin/': WRITE | RUN } },
          {
            certificate: writer!.certificate,
            rights: { '/in/': WRITE, '/plain': READ | WRITE, '/out/ended': WRITE, stdin: WRITE },
          },
          {
            certificate: reader!.certificate,
            rights: { '/out/': READ | Rights.PATH_FILESTAT_GET, '/tree/': READ, stdout: READ },
          },
        ],
        programs: Object.entries(programs).map(([name, { rights }]) => ({
          path: path(name),
          module,
          rights,
        })),
        pipelines: [`${path('writes')} ; ${path('writes')}`],
      },
      {
        live_files: [
          ...['a', 'bytes', 'large', 'again', 'p', 'q', 'r', 'n', 'late', 'never'].map(
            (name) => `/in/${name}`,
          ),
          ...['a', 'bytes', 'copied', 'large', 'late', 'never', 'wall', 'one', 'limit', 'full', 'ended'].map(
            (name) => `/out/${name}`,
          ),
          '/tree/live/file',
          'stdin',
        ],
      },
      Object.fromEntries(
        Object.entries(programs).map(([name, { arguments: list, limits }]) => [
          path(name),
          { arguments: list, ...(limits === undefined ? {} : { limits }) },
        ]),
      ),
    ),
  {
    limits: { runs: 4, vfsBytes: 24 * MIB, fileBytes: 24 * MIB },
    executor: { warmChildren: 2, namespaces: 'if-possible' },
  },
);
t.teardown(() => enclave.stop());
const [runs, writes, reads] = await Promise.all(
  [owner!, writer!, reader!].map((who) => enclave.connect(who)),
);
for (const name of Object.keys(programs)) await runs!.writeFile(path(name), module);

const text = (value: string): Uint8Array => Buffer.from(value);

/** A run in a session of its own; its promise never rejects. */
async function start(name: string, signal?: AbortSignal) {
  const session = await enclave.connect(owner!);
  const ended = session
    .run(path(name), signal === undefined ? {} : { signal })
    .then(
      ({ exitCode }) => `exit ${exitCode}`,
      (error: Error & { code?: string }) => error.code ?? error.message,
    )
    .finally(() => session.close());
  return { ended };
}

/** What a program printed since `from`. */
async function printed(from: number): Promise<string> {
  return Buffer.from(await reads!.readFile('stdout'))
    .toString()
    .slice(from);
}

async function printedBytes(session: TruceSession = reads!): Promise<number> {
  return (await session.readFile('stdout')).length;
}

t.test(
  'a program gets what a party adds while it waits, and another party what it makes of it',
  async (t) => {
    const output = new LiveReader(reads!, '/out/a');
    const run = await start('copy');
    for (const piece of ['first', 'second, longer', 'x'.repeat(100_000)]) {
      await writes!.appendFile('/in/a', text(piece));
      t.equal(await output.take(piece.length), piece, 'before there is any more');
    }
    await writes!.endLive('/in/a');
    t.equal(await run.ended, 'exit 0');
    t.equal(await output.rest(), '', 'the output ends with the run');
    t.equal((await reads!.readFile('/out/a')).length, 100_019, 'it is a file like others');
    t.equal(await new LiveReader(reads!, '/out/a', { offset: 100_009 }).rest(), 'x'.repeat(10));
    await t.rejects(writes!.appendFile('/in/a', text('more')), { code: 'LIVE_ENDED' });
    await writes!.endLive('/in/a');
  },
);

t.test('reads of any size give the same bytes', async (t) => {
  const content = Buffer.from(Array.from({ length: 3 * MIB }, (_, index) => index * 7 + (index >> 8)));
  async function* pieces() {
    for (let offset = 0; offset < content.length; offset += 300_001)
      yield content.subarray(offset, offset + 300_001);
  }
  for (const [name, length] of [
    ['bytes', 3_000],
    ['large', content.length],
  ] as const) {
    const run = await start(`copy-${name}`);
    const output = new LiveReader(reads!, `/out/${name}`);
    if (name === 'large') await writes!.feedLive('/in/large', pieces(), { end: true });
    else {
      await writes!.appendFile('/in/bytes', content.subarray(0, length));
      await writes!.endLive('/in/bytes');
    }
    t.ok((await output.rest()) === content.subarray(0, length).toString('latin1'), name);
    t.equal(await run.ended, 'exit 0');
  }
});

t.test('a live standard input is waited for, and read to its end', async (t) => {
  const before = await printedBytes();
  const run = await start('echo');
  const output = new LiveReader(reads!, 'stdout', { offset: before });
  await writes!.appendFile('stdin', text('hello '));
  t.equal(await output.take(6), 'hello ');
  await writes!.appendFile('stdin', text('world'));
  t.equal(await output.take(5), 'world');
  await writes!.endLive('stdin');
  t.equal(await run.ended, 'exit 0');
  await output.leave();
});

t.test('what has come can be read again, and by position', async (t) => {
  const before = await printedBytes();
  await writes!.appendFile('/in/again', text('0123456789'.repeat(50_000)));
  await writes!.endLive('/in/again');
  t.equal(await (await start('again')).ended, 'exit 0');
  t.equal(await printed(before), 'at 500000\nat 500000\nsame\n34567\n');
});

t.test('poll says which file has something, and which has ended', async (t) => {
  const output = new LiveReader(reads!, 'stdout', { offset: await printedBytes() });
  const run = await start('poll');
  await writes!.appendFile('/in/q', text('later'));
  t.equal(await output.take(9), '1: later\n');
  await writes!.appendFile('/in/p', text('sooner'));
  t.equal(await output.take(10), '0: sooner\n');
  await writes!.endLive('/in/q');
  t.equal(await output.take(10), '1 ended: \n');
  await writes!.endLive('/in/p');
  t.equal(await output.take(10), '0 ended: \n');
  t.equal(await run.ended, 'exit 0');
  await output.leave();
});

t.test('poll waits no longer than it is told', async (t) => {
  const output = new LiveReader(reads!, 'stdout', { offset: await printedBytes() });
  const run = await start('poll-briefly');
  t.equal(await output.take(16), 'nothing\nnothing\n');
  await writes!.endLive('/in/r');
  t.match(await output.take(8 * 2), /nothing\n|0 ended: \n/);
  t.equal(await run.ended, 'exit 0');
  await output.leave();
});

t.test('a read that must not wait says that there is nothing', async (t) => {
  const output = new LiveReader(reads!, 'stdout', { offset: await printedBytes() });
  const run = await start('nonblock');
  t.equal(await output.take(35), 'first Resource temporarily unavaila');
  await writes!.appendFile('/in/n', text('abc'));
  t.equal(await output.take(16), 'ble\nsecond done\n');
  await writes!.appendFile('/in/n', text('de'));
  t.equal(await run.ended, 'exit 0');
  t.equal(await output.take(2), '2\n');
  await output.leave();
});

t.test('a live file keeps its name, its place and its bytes, but for beginning anew', async (t) => {
  const before = await printedBytes();
  const follower = new LiveReader(reads!, '/tree/live/file');
  t.equal(await (await start('names')).ended, 'exit 0');
  t.equal(
    await printed(before),
    [
      'size 3',
      'unlink Resource busy',
      'rename away Cross-device link',
      'rename over Cross-device link',
      'link Cross-device link',
      'rename directory Cross-device link',
      'pwrite Invalid seek',
      'shorter Invalid argument',
      'as it is done',
      'longer Invalid argument',
      'allocate Invalid seek',
      'times Not supported',
      'anew done',
      'size 0',
      'size 0',
      '',
    ].join('\n'),
  );
  await t.rejects(follower.rest(), { code: 'LIVE_RESTARTED' });
  t.equal(await new LiveReader(reads!, '/tree/live/file').rest(), '');
});

t.test('a reader hears that the file was begun anew, and can begin anew itself', async (t) => {
  const before = await printedBytes();
  await writes!.appendFile('/in/late', text('o'));
  const told = new LiveReader(reads!, '/out/late');
  const run = await start('late');
  t.equal(await told.take(1), 'o', 'it has read the first byte');
  await writes!.writeFile('/in/late', text('other'));
  t.equal(await run.ended, 'exit 0');
  t.equal(await printed(before), '1\nrest Stale file handle\nother\n');
});

t.test('waiting costs no processor time, and the wall clock ends it', async (t) => {
  await writes!.appendFile('/in/never', text('seen'));
  const run = await start('waits-too-long');
  t.equal(await run.ended, 'RUN_WALL_LIMIT');
  t.equal(await new LiveReader(reads!, '/out/wall').rest(), 'seen', 'what it wrote stands, and has ended');
});

t.test('a run that waits can be cancelled, and what it wrote stands', async (t) => {
  const controller = new AbortController();
  const run = await start('waits', controller.signal);
  const output = new LiveReader(reads!, '/out/never');
  t.equal(await output.take(4), 'seen');
  controller.abort(new Error('enough'));
  t.equal(await run.ended, 'enough');
  t.equal(await output.rest(), '');
  t.equal(Buffer.from(await reads!.readFile('/out/never')).toString(), 'seen');
  await idle(enclave);
});

t.test('what one step of a pipeline writes goes on in the next', async (t) => {
  const output = new LiveReader(reads!, '/out/one');
  const session = await enclave.connect(owner!);
  t.same(await session.runPipeline('0'), { exitCode: 0 });
  t.equal(await output.rest(), 'xxxxxx');
  const later = new LiveReader(reads!, '/out/one', { offset: 6 });
  t.same(await session.run(path('writes')), { exitCode: 0 }, 'a later run takes it up again');
  t.equal(await later.rest(), 'xxx', 'for one who has what there was');
  t.equal(await new LiveReader(reads!, '/out/one').rest(), 'xxxxxxxxx');
  await session.close();
});

t.test('rights are those of reading and of appending', async (t) => {
  await t.rejects(new LiveReader(writes!, '/out/a').rest(), { code: 'ACCESS_DENIED' });
  await t.rejects(new LiveReader(reads!, '/in/a').rest(), { code: 'ACCESS_DENIED' });
  await t.rejects(new LiveReader(reads!, '/none/such').rest(), { code: 'ACCESS_DENIED' });
  await t.rejects(new LiveReader(writes!, 'stdout').rest(), { code: 'ACCESS_DENIED' });
  await t.rejects(reads!.endLive('/out/a'), { code: 'ACCESS_DENIED' });
  await t.rejects(reads!.appendFile('/out/a', text('x')), { code: 'ACCESS_DENIED' });
  await writes!.writeFile('/plain', text('x'));
  await t.rejects(writes!.endLive('/plain'), { code: 'FILE_NOT_LIVE' });
  await t.rejects(new LiveReader(writes!, '/plain').rest(), { code: 'FILE_NOT_LIVE' });
  t.equal(await (await start('cannot-read')).ended, 'exit 1');
  t.equal(await (await start('cannot-write')).ended, 'exit 1');
});

t.test('what a run writes is bounded, and so is what there is room for', async (t) => {
  t.equal(await (await start('writes-too-much')).ended, 'RUN_WRITE_LIMIT');
  const before = await printedBytes();
  t.equal(await (await start('writes-all')).ended, 'exit 1');
  t.match(await printed(before), /^\d\d?000000 No space left on device\n$/);
  await t.rejects(writes!.writeFile('/in/never', Buffer.alloc(20 * MIB)), { code: 'STORAGE_FULL' });
  t.equal((await reads!.readFile('/out/limit')).length, 1_000_000);
});

t.test('a file is followed by many at once', async (t) => {
  const sessions = await Promise.all(Array.from({ length: 8 }, () => enclave.connect(reader!)));
  const readers = sessions.flatMap((session) =>
    Array.from({ length: 8 }, () => new LiveReader(session, '/out/ended')),
  );
  const first = readers.map((one) => one.take(5));
  await statusWhen(enclave, ({ subscriptions }) => subscriptions === 64);
  await writes!.appendFile('/out/ended', text('first'));
  t.same(new Set(await Promise.all(first)), new Set(['first']));
  const rest = readers.map((one) => one.rest());
  await writes!.appendFile('/out/ended', text('second'));
  await writes!.endLive('/out/ended');
  t.same(new Set(await Promise.all(rest)), new Set(['second']));
  await statusWhen(enclave, ({ subscriptions }) => subscriptions === 0);
  await Promise.all(sessions.map((session) => session.close()));
});

t.test('the subscriptions of one session are bounded, and leaving one makes room', async (t) => {
  const session = await enclave.connect(reader!);
  const offset = await printedBytes();
  const signals = Array.from({ length: 64 }, () => new AbortController());
  const open = signals.map(({ signal }) => new LiveReader(session, 'stdout', { offset, signal }));
  const told = open.map((one) => one.take(1).catch((error: Error) => error.message));
  await statusWhen(enclave, ({ subscriptions }) => subscriptions === 64);
  await t.rejects(new LiveReader(session, '/out/a').rest(), { code: 'SUBSCRIPTION_LIMIT' });
  for (const controller of signals) controller.abort(new Error('enough'));
  t.same(new Set(await Promise.all(told)), new Set(['enough']));
  await statusWhen(enclave, ({ subscriptions }) => subscriptions === 0);
  t.equal((await new LiveReader(session, '/out/a').rest()).length, 100_019);
  await session.close();
});

t.test('the command line feeds from a pipe, and follows into a file and to its own output', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'truce-live-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const at = (name: string, content?: string) => {
    const file = join(folder, name);
    if (content !== undefined) writeFileSync(file, content, { mode: 0o600 });
    return file;
  };
  const { roots = [], emulator } = enclave.trust;
  const policy = at('policy.json', enclave.policy);
  const relay = `${enclave.relay.address.host}:${enclave.relay.address.port}`;
  const client = (party: Party, name: string, ...args: string[]) => [
    ...['client', policy, '--address', relay],
    ...['--identity', at(`${name}.pem`, party.certificate), '--key', at(`${name}.key`, party.key)],
    ...(emulator ? ['--trust-emulator'] : ['--trust-root', at('root.pem', String(roots[0]))]),
    ...args,
  ];
  await writes!.writeFile('stdin', new Uint8Array(0));
  const from = await printedBytes();
  const following = startTruce(client(reader!, 'r', '--follow', `/out/copied=${at('copied')}`, '--json'));
  await statusWhen(enclave, ({ subscriptions }) => subscriptions === 1);
  const run = await start('copy-stdin');
  const fed = await truce(client(writer!, 'w', '--feed', 'stdin=-'), { input: 'from the pipe' });
  t.match(fed, { code: 0, stdout: /fed stdin, 13 bytes/ }, fed.stderr);
  t.equal(await run.ended, 'exit 0');
  const followed = await following.outcome;
  t.equal(followed.code, 0, followed.stderr);
  t.match(JSON.parse(followed.stdout), {
    operations: [{ operation: 'follow', name: '/out/copied', bytes: 13 }],
  });
  t.equal(readFileSync(at('copied'), 'utf8'), 'from the pipe');
  const shown = await truce(client(reader!, 'r', '--follow', '/out/copied=-'));
  t.match(shown, { code: 0, stdout: 'from the pipe', stderr: /followed \/out\/copied to its end, 13 bytes/ });
  t.equal(await printedBytes(), from);
});

t.test('an enclave that shuts down ends those who wait and those who follow', async (t) => {
  const run = await start('waits');
  const session = await enclave.connect(reader!);
  const output = new LiveReader(session, 'stdout', { offset: await printedBytes() }).take(1);
  output.catch(() => undefined);
  await statusWhen(enclave, ({ subscriptions, executor }) => subscriptions === 1 && executor.taken === 1);
  await enclave.enclave.stop();
  t.match(await run.ended, /SHUTTING_DOWN|CLIENT_CLOSED/);
  await t.rejects(output, { code: /SHUTTING_DOWN|CLIENT_CLOSED/ });
});
