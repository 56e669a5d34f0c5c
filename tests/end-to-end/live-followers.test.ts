/** Parties who add to live files and follow them, over sessions and from the command line. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { statusWhen } from '../support/enclave-status.ts';
import { LiveReader } from '../support/live-reader.ts';
import { READ, WRITE } from '../support/policy-text.ts';
import type { Party } from '../support/test-enclave.ts';
import { startTruce, truce } from '../support/truce-command.ts';
import { IN, OUT, reader, startLive, text, writer } from './live-enclave.ts';

const { enclave, writes, reads, start, printedBytes } = await startLive({
  programs: {
    copy: { arguments: ['copy', '/in/a', '/out/a', '4096'], rights: { ...IN, ...OUT } },
    'copy-stdin': {
      arguments: ['copy', '-', '/out/copied', '10'],
      rights: { stdin: READ, '/out/copied': WRITE },
    },
  },
  liveFiles: ['/in/a', '/out/a', '/out/copied', '/out/ended', 'stdin'],
});

t.test(
  'a program gets what a party adds while it waits, and another party what it makes of it',
  async (t) => {
    const output = new LiveReader(reads, '/out/a');
    const run = await start('copy');
    for (const piece of ['first', 'second, longer', 'x'.repeat(100_000)]) {
      await writes.appendFile('/in/a', text(piece));
      t.equal(await output.take(piece.length), piece, 'before there is any more');
    }
    await writes.endLive('/in/a');
    t.equal(await run.ended, 'exit 0');
    t.equal(await output.rest(), '', 'the output ends with the run');
    t.equal((await reads.readFile('/out/a')).length, 100_019, 'it is a file like others');
    t.equal(await new LiveReader(reads, '/out/a', { offset: 100_009 }).rest(), 'x'.repeat(10));
    await t.rejects(writes.appendFile('/in/a', text('more')), { code: 'LIVE_ENDED' });
    await writes.endLive('/in/a');
  },
);

t.test('a file is followed by many at once', async (t) => {
  const sessions = await Promise.all(Array.from({ length: 8 }, () => enclave.connect(reader)));
  const readers = sessions.flatMap((session) =>
    Array.from({ length: 8 }, () => new LiveReader(session, '/out/ended')),
  );
  const first = readers.map((one) => one.take(5));
  await statusWhen(enclave, ({ subscriptions }) => subscriptions === 64);
  await writes.appendFile('/out/ended', text('first'));
  t.same(new Set(await Promise.all(first)), new Set(['first']));
  const rest = readers.map((one) => one.rest());
  await writes.appendFile('/out/ended', text('second'));
  await writes.endLive('/out/ended');
  t.same(new Set(await Promise.all(rest)), new Set(['second']));
  await statusWhen(enclave, ({ subscriptions }) => subscriptions === 0);
  await Promise.all(sessions.map((session) => session.close()));
});

t.test('the subscriptions of one session are bounded, and leaving one makes room', async (t) => {
  const session = await enclave.connect(reader);
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
  await writes.writeFile('stdin', new Uint8Array(0));
  const from = await printedBytes();
  const following = startTruce(client(reader, 'r', '--follow', `/out/copied=${at('copied')}`, '--json'));
  await statusWhen(enclave, ({ subscriptions }) => subscriptions === 1);
  const run = await start('copy-stdin');
  const fed = await truce(client(writer, 'w', '--feed', 'stdin=-'), { input: 'from the pipe' });
  t.match(fed, { code: 0, stdout: /fed stdin, 13 bytes/ }, fed.stderr);
  t.equal(await run.ended, 'exit 0');
  const followed = await following.outcome;
  t.equal(followed.code, 0, followed.stderr);
  t.match(JSON.parse(followed.stdout), {
    operations: [{ operation: 'follow', name: '/out/copied', bytes: 13 }],
  });
  t.equal(readFileSync(at('copied'), 'utf8'), 'from the pipe');
  const shown = await truce(client(reader, 'r', '--follow', '/out/copied=-'));
  t.match(shown, { code: 0, stdout: 'from the pipe', stderr: /followed \/out\/copied to its end, 13 bytes/ });
  t.equal(await printedBytes(), from);
});
