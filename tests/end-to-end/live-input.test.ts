/** How a program reads what parties add while it runs. */
import t from 'tap';
import { LiveReader } from '../support/live-reader.ts';
import { READ, WRITE } from '../support/policy-text.ts';
import { IN, MIB, OUT, startLive, text } from './live-enclave.ts';

const { writes, reads, start, printed, printedBytes } = await startLive({
  programs: {
    'copy-bytes': { arguments: ['copy', '/in/bytes', '/out/bytes', '7'], rights: { ...IN, ...OUT } },
    'copy-large': { arguments: ['copy', '/in/large', '/out/large', '1000000'], rights: { ...IN, ...OUT } },
    echo: { arguments: ['echo'], rights: { stdin: READ, stdout: WRITE } },
    again: { arguments: ['again', '/in/again'], rights: { ...IN, ...OUT } },
    poll: { arguments: ['poll', '-1', '/in/p', '/in/q'], rights: { ...IN, ...OUT } },
    'poll-briefly': { arguments: ['poll', '20', '/in/r'], rights: { ...IN, ...OUT } },
    nonblock: { arguments: ['nonblock', '/in/n'], rights: { ...IN, ...OUT } },
  },
  liveFiles: [
    ...['bytes', 'large', 'again', 'p', 'q', 'r', 'n'].map((name) => `/in/${name}`),
    ...['/out/bytes', '/out/large', 'stdin'],
  ],
});

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
    const output = new LiveReader(reads, `/out/${name}`);
    if (name === 'large') await writes.feedLive('/in/large', pieces(), { end: true });
    else {
      await writes.appendFile('/in/bytes', content.subarray(0, length));
      await writes.endLive('/in/bytes');
    }
    t.ok((await output.rest()) === content.subarray(0, length).toString('latin1'), name);
    t.equal(await run.ended, 'exit 0');
  }
});

t.test('a live standard input is waited for, and read to its end', async (t) => {
  const before = await printedBytes();
  const run = await start('echo');
  const output = new LiveReader(reads, 'stdout', { offset: before });
  await writes.appendFile('stdin', text('hello '));
  t.equal(await output.take(6), 'hello ');
  await writes.appendFile('stdin', text('world'));
  t.equal(await output.take(5), 'world');
  await writes.endLive('stdin');
  t.equal(await run.ended, 'exit 0');
  await output.leave();
});

t.test('what has come can be read again, and by position', async (t) => {
  const before = await printedBytes();
  await writes.appendFile('/in/again', text('0123456789'.repeat(50_000)));
  await writes.endLive('/in/again');
  t.equal(await (await start('again')).ended, 'exit 0');
  t.equal(await printed(before), 'at 500000\nat 500000\nsame\n34567\n');
});

t.test('poll says which file has something, and which has ended', async (t) => {
  const output = new LiveReader(reads, 'stdout', { offset: await printedBytes() });
  const run = await start('poll');
  await writes.appendFile('/in/q', text('later'));
  t.equal(await output.take(9), '1: later\n');
  await writes.appendFile('/in/p', text('sooner'));
  t.equal(await output.take(10), '0: sooner\n');
  await writes.endLive('/in/q');
  t.equal(await output.take(10), '1 ended: \n');
  await writes.endLive('/in/p');
  t.equal(await output.take(10), '0 ended: \n');
  t.equal(await run.ended, 'exit 0');
  await output.leave();
});

t.test('poll waits no longer than it is told', async (t) => {
  const output = new LiveReader(reads, 'stdout', { offset: await printedBytes() });
  const run = await start('poll-briefly');
  t.equal(await output.take(16), 'nothing\nnothing\n');
  await writes.endLive('/in/r');
  t.match(await output.take(8 * 2), /nothing\n|0 ended: \n/);
  t.equal(await run.ended, 'exit 0');
  await output.leave();
});

t.test('a read that must not wait says that there is nothing', async (t) => {
  const output = new LiveReader(reads, 'stdout', { offset: await printedBytes() });
  const run = await start('nonblock');
  t.equal(await output.take(35), 'first Resource temporarily unavaila');
  await writes.appendFile('/in/n', text('abc'));
  t.equal(await output.take(16), 'ble\nsecond done\n');
  await writes.appendFile('/in/n', text('de'));
  t.equal(await run.ended, 'exit 0');
  t.equal(await output.take(2), '2\n');
  await output.leave();
});
