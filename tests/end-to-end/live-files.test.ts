/** What a live file is: its name, its bytes, who may do what with it, and how much it holds. */
import t from 'tap';
import { PREVIEW1_RIGHTS } from '../../proto/rights.ts';
import { LiveReader } from '../support/live-reader.ts';
import { WRITE } from '../support/policy-text.ts';
import { IN, MIB, OUT, startLive, text } from './live-enclave.ts';

const { writes, reads, start, printed, printedBytes } = await startLive({
  programs: {
    names: {
      arguments: ['names', '/tree/live/file', '/tree/other', '/tree/link', '/tree/live', '/tree/moved'],
      rights: { '/tree/': PREVIEW1_RIGHTS, stdout: WRITE },
    },
    late: { arguments: ['late', '/in/late', '/out/late'], rights: { ...IN, ...OUT } },
    'writes-too-much': {
      arguments: ['fill', '/out/limit', '2000000', '1000'],
      rights: { '/out/limit': WRITE, stdout: WRITE },
      limits: { written_bytes: 1_000_000 },
    },
    'writes-all': { arguments: ['fill', '/out/full', '30000000', '1000000'], rights: { ...OUT } },
    'cannot-read': { arguments: ['copy', '/out/a', '/out/a', '1'], rights: OUT },
    'cannot-write': { arguments: ['fill', '/in/a', '1', '1'], rights: { ...IN, stdout: WRITE } },
  },
  liveFiles: [
    ...['a', 'late', 'never'].map((name) => `/in/${name}`),
    ...['a', 'late', 'limit', 'full'].map((name) => `/out/${name}`),
    '/tree/live/file',
  ],
});

t.test('a live file keeps its name, its place and its bytes, but for beginning anew', async (t) => {
  const before = await printedBytes();
  const follower = new LiveReader(reads, '/tree/live/file');
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
  t.equal(await new LiveReader(reads, '/tree/live/file').rest(), '');
});

t.test('a reader hears that the file was begun anew, and can begin anew itself', async (t) => {
  const before = await printedBytes();
  await writes.appendFile('/in/late', text('o'));
  const told = new LiveReader(reads, '/out/late');
  const run = await start('late');
  t.equal(await told.take(1), 'o', 'it has read the first byte');
  await writes.writeFile('/in/late', text('other'));
  t.equal(await run.ended, 'exit 0');
  t.equal(await printed(before), '1\nrest Stale file handle\nother\n');
});

t.test('rights are those of reading and of appending', async (t) => {
  await t.rejects(new LiveReader(writes, '/out/a').rest(), { code: 'ACCESS_DENIED' });
  await t.rejects(new LiveReader(reads, '/in/a').rest(), { code: 'ACCESS_DENIED' });
  await t.rejects(new LiveReader(reads, '/none/such').rest(), { code: 'ACCESS_DENIED' });
  await t.rejects(new LiveReader(writes, 'stdout').rest(), { code: 'ACCESS_DENIED' });
  await t.rejects(reads.endLive('/out/a'), { code: 'ACCESS_DENIED' });
  await t.rejects(reads.appendFile('/out/a', text('x')), { code: 'ACCESS_DENIED' });
  await writes.writeFile('/plain', text('x'));
  await t.rejects(writes.endLive('/plain'), { code: 'FILE_NOT_LIVE' });
  await t.rejects(new LiveReader(writes, '/plain').rest(), { code: 'FILE_NOT_LIVE' });
  t.equal(await (await start('cannot-read')).ended, 'exit 1');
  t.equal(await (await start('cannot-write')).ended, 'exit 1');
});

t.test('what a run writes is bounded, and so is what there is room for', async (t) => {
  t.equal(await (await start('writes-too-much')).ended, 'RUN_WRITE_LIMIT');
  const before = await printedBytes();
  t.equal(await (await start('writes-all')).ended, 'exit 1');
  t.match(await printed(before), /^\d\d?000000 No space left on device\n$/);
  await t.rejects(writes.writeFile('/in/never', Buffer.alloc(20 * MIB)), { code: 'STORAGE_FULL' });
  t.equal((await reads.readFile('/out/limit')).length, 1_000_000);
});
