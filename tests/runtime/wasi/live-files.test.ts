/** Calls on live files: descriptors of a program over the runtime's own side, with no process between them. */
import t from 'tap';
import { concatBytes } from '../../../proto/bytes.ts';
import { AccessTable } from '../../../proto/policy/access.ts';
import { PREVIEW1_RIGHTS } from '../../../proto/rights.ts';
import { type ChildLink, silentLink } from '../../../runtime/executor/child-link.ts';
import { LiveContent, livePoll } from '../../../runtime/executor/live-content.ts';
import { LiveExchange } from '../../../runtime/executor/live-exchange.ts';
import { Errno } from '../../../runtime/vfs/errno.ts';
import { FileSystem } from '../../../runtime/vfs/file-system.ts';
import { LiveFiles } from '../../../runtime/vfs/live-files.ts';
import { MemfdContents } from '../../../runtime/vfs/memfd-content.ts';
import { Guest, ManualClock } from './guest.ts';

const [NONBLOCK, APPEND, TRUNC] = [4, 1, 8];
const [CLOCK, FD_READ, FD_WRITE, HANGUP] = [0, 1, 2, 1];
const ALL = BigInt(PREVIEW1_RIGHTS);

/** A guest with the live file /live and a live stdin, and what happens when it waits. */
function liveGuest() {
  const fileSystem = new FileSystem({
    contents: new MemfdContents(),
    limits: { bytes: 1 << 20, inodes: 20, nameBytes: 255, pathBytes: 4096, fileBytes: 1 << 21 },
    now: () => 1n,
  });
  const live = new LiveFiles(fileSystem, ['/live', 'stdin']);
  const access = new AccessTable([
    { path: '/', rights: PREVIEW1_RIGHTS, scope: 'subtree' },
    { path: 'stdin', rights: PREVIEW1_RIGHTS, scope: 'file' },
  ]);
  const files = live.seenBy(access);
  const answers: Uint8Array[] = [];
  const exchange = new LiveExchange({
    files,
    access,
    fileSystem,
    charge: () => undefined,
    answer: (payload) => answers.push(payload),
    failed: (error) => t.fail(error.message),
  });
  const asked: string[] = [];
  const meanwhile: (() => void)[] = [];
  const link: ChildLink = {
    ...silentLink,
    ask: (type, ...parts) => {
      asked.push(type);
      const payload = concatBytes(...parts);
      if (type === 'liveWrite') exchange.write(payload);
      else exchange.request(payload);
      while (answers.length === 0) {
        const event = meanwhile.shift();
        if (event === undefined) throw new Error('the program would wait for ever');
        event();
      }
      return answers.shift()!;
    },
  };
  const clock = new ManualClock();
  const guest = new Guest({
    clock,
    files: { '/live': '', '/plain': 'plain', '/other': '' },
    streams: {
      stdin: { rights: PREVIEW1_RIGHTS, read: () => 0, live: new LiveContent(link, 1).openLive() },
      stdout: undefined,
      stderr: undefined,
    },
    pollLive: livePoll(link),
  });
  const { inode } = guest.fileSystem.resolve(guest.fileSystem.root, 'live', { followLast: false });
  Object.assign(inode!, { content: new LiveContent(link, 0), pinned: true });
  const file = (index: number) => files[index]!;
  return {
    guest,
    clock,
    asked,
    meanwhile,
    end: (index = 0) => file(index).end(),
    append: (text: string, index = 0) => {
      fileSystem.write(file(index).inode, Buffer.from(text), file(index).size);
      file(index).grown();
    },
    beginAnew: (text: string) => {
      const before = file(0).size;
      fileSystem.setSize(file(0).inode, 0);
      file(0).restarted(before);
      fileSystem.write(file(0).inode, Buffer.from(text), 0);
    },
  };
}

interface Wanted {
  readonly type: number;
  readonly fd?: number;
  readonly timeout?: bigint;
}

/** The events of a poll: which subscription, what is there, and flags. */
function poll(guest: Guest, ...wanted: Wanted[]) {
  const subscriptions = guest.room(wanted.length * 48);
  const events = guest.room(wanted.length * 32);
  const out = guest.room(4);
  wanted.forEach(({ type, fd = 0, timeout }, index) => {
    const at = subscriptions + index * 48;
    guest.view.setBigUint64(at, BigInt(index), true);
    guest.view.setUint8(at + 8, type);
    guest.view.setUint32(at + 16, type === CLOCK ? 1 : fd, true);
    if (timeout !== undefined) guest.view.setBigUint64(at + 24, timeout, true);
  });
  guest.done('poll_oneoff', subscriptions, events, wanted.length, out);
  return Array.from({ length: guest.view.getUint32(out, true) }, (_, index) => {
    const at = events + index * 32;
    return {
      which: Number(guest.view.getBigUint64(at, true)),
      errno: guest.view.getUint16(at + 8, true),
      bytes: Number(guest.view.getBigUint64(at + 16, true)),
      flags: guest.view.getUint16(at + 24, true),
    };
  });
}

const open = (guest: Guest, fdFlags = 0) => guest.open('live', { base: ALL, fdFlags });

t.test('a read waits for the first byte, takes what there is, and ends with the file', async (t) => {
  const { guest, append, end, meanwhile } = liveGuest();
  const fd = open(guest);
  meanwhile.push(() => append('abc'));
  t.same(guest.read(fd, 10), { errno: 0, content: 'abc' });
  append('defgh');
  t.same(guest.read(fd, 2), { errno: 0, content: 'de' });
  meanwhile.push(() => append('later'));
  t.same(guest.read(fd, 10), { errno: 0, content: 'fgh' }, 'without waiting for more');
  t.same(guest.read(fd, 10), { errno: 0, content: 'later' });
  meanwhile.push(() => end());
  t.same(guest.read(fd, 10), { errno: 0, content: '' });
});

t.test('several buffers are filled with what there is, and pread waits at its own position', async (t) => {
  const { guest, append, meanwhile } = liveGuest();
  const fd = open(guest);
  append('abcd');
  const [one, two] = [guest.room(4), guest.room(4)];
  const out = guest.room(4);
  guest.done('fd_read', fd, ...guest.vectors([one, 4], [two, 4]), out);
  t.equal(guest.view.getUint32(out, true), 4, 'the second one does not wait');
  meanwhile.push(() => append('e'));
  guest.done('fd_pread', fd, ...guest.vectors([two, 4]), 4n, out);
  t.equal(guest.view.getUint32(out, true), 1);
  t.equal(guest.seek(fd, 0n, 1), 4);
  t.equal(guest.seek(fd, 0n, 2), 5, 'the end is where it is now');
  t.equal(guest.filestat(fd).size, 5n);
});

t.test('small reads are served from what was asked for ahead', async (t) => {
  const { guest, append, asked } = liveGuest();
  const fd = open(guest);
  append('x'.repeat(1000));
  let read = '';
  for (let index = 0; index < 1000; index++) read += guest.read(fd, 1).content;
  t.equal(read, 'x'.repeat(1000));
  t.same(asked, ['liveRequest']);
});

t.test('with nonblock nothing is AGAIN', async (t) => {
  const { guest, append, end } = liveGuest();
  const fd = open(guest, NONBLOCK);
  t.equal(guest.read(fd, 4).errno, Errno.AGAIN);
  append('ab');
  t.same(guest.read(fd, 4), { errno: 0, content: 'ab' });
  t.equal(guest.read(fd, 4).errno, Errno.AGAIN);
  end();
  t.same(guest.read(fd, 4), { errno: 0, content: '' });
});

t.test('polling waits for a live file, tells what is there, and that it has ended', async (t) => {
  const { guest, append, end, meanwhile } = liveGuest();
  const fd = open(guest);
  const [input, standard] = [
    { type: FD_READ, fd },
    { type: FD_READ, fd: 0 },
  ];
  meanwhile.push(() => append('abc'));
  t.same(poll(guest, input, standard), [{ which: 0, errno: 0, bytes: 3, flags: 0 }]);
  append('in', 1);
  guest.read(fd, 1);
  t.same(poll(guest, input, standard), [
    { which: 0, errno: 0, bytes: 2, flags: 0 },
    { which: 1, errno: 0, bytes: 2, flags: 0 },
  ]);
  end();
  t.same(poll(guest, input), [{ which: 0, errno: 0, bytes: 2, flags: HANGUP }]);
  guest.read(fd, 2);
  t.same(poll(guest, input), [{ which: 0, errno: 0, bytes: 0, flags: HANGUP }]);
});

t.test(
  'polling does not wait for a live file where something else is ready, and no longer than a clock',
  async (t) => {
    const { guest, clock, append, meanwhile } = liveGuest();
    const fd = open(guest);
    const plain = guest.open('plain');
    const input = { type: FD_READ, fd };
    t.same(poll(guest, input, { type: FD_READ, fd: plain }), [{ which: 1, errno: 0, bytes: 5, flags: 0 }]);
    t.match(poll(guest, input, { type: FD_WRITE, fd }), [{ which: 1, errno: 0 }], 'it can always be written');
    t.match(poll(guest, input, { type: CLOCK, timeout: 500n }), [{ which: 1, errno: 0 }]);
    t.same(clock.slept.length, 1, 'what is less than the wait can tell is slept');
    meanwhile.push(() => append('a'));
    t.match(poll(guest, input, { type: CLOCK, timeout: 10n ** 15n }), [{ which: 0, errno: 0, bytes: 1 }]);
  },
);

t.test('writing adds at the end, wherever the descriptor stands', async (t) => {
  const { guest, append, end } = liveGuest();
  const fd = open(guest);
  append('theirs');
  t.same(guest.write(fd, 'ours'), { errno: 0, count: 4 });
  t.equal(guest.seek(fd, 0n, 1), 10);
  t.equal(guest.seek(fd, 2n, 0), 2);
  t.same(guest.write(fd, '!'), { errno: 0, count: 1 });
  const appending = open(guest, APPEND);
  t.same(guest.write(appending, '?'), { errno: 0, count: 1 });
  t.equal(guest.seek(fd, 0n, 0), 0);
  t.equal(guest.read(fd, 100).content, 'theirsours!?');
  const out = guest.room(4);
  t.equal(guest.call('fd_pwrite', fd, ...guest.vectors(guest.text('x')), 0n, out), Errno.SPIPE);
  t.equal(guest.call('fd_allocate', fd, 0n, 100n), Errno.SPIPE);
  t.same(guest.write(fd, 'x'.repeat(1_000_000)), { errno: 0, count: 1_000_000 });
  t.equal(guest.write(fd, 'x'.repeat(100_000)).errno, Errno.NOSPC);
  end();
  t.equal(guest.write(fd, 'x').errno, Errno.PIPE);
});

t.test('a live file is begun anew, and keeps its size otherwise', async (t) => {
  const { guest, append, beginAnew } = liveGuest();
  const fd = open(guest);
  append('abc');
  t.equal(guest.read(fd, 2).content, 'ab');
  t.equal(guest.call('fd_filestat_set_size', fd, 1n), Errno.INVAL);
  t.equal(guest.call('fd_filestat_set_size', fd, 9n), Errno.INVAL);
  t.equal(guest.call('fd_filestat_set_size', fd, 3n), 0);
  beginAnew('other');
  t.equal(guest.read(fd, 1).content, 'c', 'what was asked for ahead');
  t.equal(guest.read(fd, 1).errno, Errno.STALE);
  t.equal(guest.read(fd, 1).errno, Errno.STALE);
  t.equal(guest.seek(fd, 0n, 0), 0);
  t.equal(guest.read(fd, 9).content, 'other');
  t.equal(guest.call('fd_filestat_set_size', fd, 0n), 0);
  t.equal(guest.filestat(fd).size, 0n);
  append('x');
  open(guest);
  t.equal(guest.filestat(guest.open('live', { base: ALL, flags: TRUNC })).size, 0n);
});

t.test(
  'a descriptor reads a file that was begun anew from its beginning, or where it first comes',
  async (t) => {
    const { guest, append, beginAnew } = liveGuest();
    const [reader, late] = [open(guest), open(guest)];
    append('first one');
    t.equal(guest.read(reader, 5).content, 'first');
    beginAnew('other one');
    t.equal(guest.seek(reader, 0n, 0), 0);
    t.equal(guest.read(reader, 5).content, 'other', 'and not what had been asked for ahead');
    t.equal(guest.seek(late, 6n, 0), 6);
    t.match(poll(guest, { type: FD_READ, fd: late }), [{ bytes: 3 }]);
    t.same(guest.read(late, 9), { errno: 0, content: 'one' }, 'who has read nothing has missed nothing');
    const out = guest.room(4);
    guest.done('fd_pread', late, ...guest.vectors(guest.text('x')), 2n ** 63n - 1n, out);
    t.equal(guest.view.getUint32(out, true), 0, 'beyond the last position there is nothing');
  },
);

t.test('a live file keeps its name and its times', async (t) => {
  const { guest } = liveGuest();
  const [live, other] = [guest.text('live'), guest.text('other')];
  t.equal(guest.call('path_unlink_file', 3, ...live), Errno.BUSY);
  t.equal(guest.call('path_rename', 3, ...live, 3, ...guest.text('new')), Errno.BUSY);
  t.equal(guest.call('path_rename', 3, ...other, 3, ...live), Errno.BUSY);
  t.equal(guest.call('path_link', 3, 0, ...live, 3, ...guest.text('new')), Errno.BUSY);
  t.equal(guest.call('path_filestat_set_times', 3, 0, ...live, 1n, 1n, 5), Errno.NOTSUP);
  t.equal(guest.call('fd_filestat_set_times', open(guest), 1n, 1n, 5), Errno.NOTSUP);
});

t.test('a live standard input is a stream that waits', async (t) => {
  const { guest, append, end, meanwhile } = liveGuest();
  meanwhile.push(() => append('line', 1));
  t.same(guest.read(0, 3), { errno: 0, content: 'lin' });
  t.same(guest.read(0, 3), { errno: 0, content: 'e' });
  t.equal(guest.seek(0, 0n, 0), -Errno.SPIPE);
  t.equal(guest.fdstat(0).type, 0);
  end(1);
  t.same(guest.read(0, 3), { errno: 0, content: '' });
});
