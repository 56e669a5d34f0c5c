/** What calls leave in memory where they write their results, whatever lay there before. */
import t from 'tap';
import type { CallName } from '../../../runtime/wasi/signatures.ts';
import { ALL, Guest, ManualClock } from './guest.ts';
import { eachGoodCall, preparedForAll } from './prepared-guest.ts';

t.test('outputs may lie over inputs: all is read before anything is written', async (t) => {
  const guest = new Guest({
    clock: new ManualClock(),
    files: { '/file': 'abcdef', '/d/': '' },
    links: { '/l': 'd' },
  });
  const [path, length] = guest.text('file');
  guest.done('path_open', 3, 0, path, length, 0, ALL, 0n, 0, path);
  const fd = guest.view.getUint32(path, true);
  t.equal(fd, 4);
  const [link, linkLength] = guest.text('l   ');
  guest.done('path_readlink', 3, link, 1, link, linkLength, guest.room(4));
  t.equal(guest.bytes[link], 'd'.charCodeAt(0));
  const list = guest.vectors([guest.room(8), 3]);
  guest.done('fd_read', fd, ...list, list[0]);
  t.equal(guest.view.getUint32(list[0], true), 3, 'the count over the list');
  const buffer = guest.room(8);
  guest.done('fd_read', fd, ...guest.vectors([buffer, 3]), buffer);
  t.equal(guest.view.getUint32(buffer, true), 3, 'the count over what was read');
  const subscriptions = guest.room(96);
  guest.view.setBigUint64(subscriptions, 11n, true);
  guest.view.setBigUint64(subscriptions + 48, 22n, true);
  guest.done('poll_oneoff', subscriptions, subscriptions, 2, subscriptions + 92);
  t.same(
    [0, 32].map((at) => guest.view.getBigUint64(subscriptions + at, true)),
    [11n, 22n],
  );
  const sizes = guest.room(8);
  guest.done('args_sizes_get', sizes, sizes);
  t.equal(guest.view.getUint32(sizes, true), 8, 'the second of two results at one place');
});

t.test('records have nothing of what lay there before in their gaps', async (t) => {
  const records: [CallName, number, number][] = [
    ['fd_fdstat_get', 1, 24],
    ['fd_filestat_get', 1, 64],
    ['fd_prestat_get', 1, 8],
    ['path_filestat_get', 4, 64],
    ['poll_oneoff', 1, 32],
    ['fd_readdir', 1, 200],
  ];
  for (const [name, index, size] of records) {
    const written = [0x00, 0xee].map((before) => {
      const guest = preparedForAll();
      const values = eachGoodCall().find(([each]) => each === name)![1].values;
      const at = Number(values[index]);
      guest.bytes.fill(before, at, at + size);
      guest.done(name, ...values);
      const used = name === 'fd_readdir' ? guest.view.getUint32(Number(values.at(-1)), true) : size;
      return Buffer.from(guest.bytes.slice(at, at + used)).toString('hex');
    });
    t.equal(written[1], written[0], name);
  }
});
