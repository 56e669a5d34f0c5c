import { Writable } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import t, { type Test } from 'tap';
import { TruceError } from '../../../proto/errors.ts';
import { defaultLimits } from '../../../proto/limits.ts';
import { AccessTable } from '../../../proto/policy/access.ts';
import type { PolicyIdentity } from '../../../proto/policy/model.ts';
import { Rights } from '../../../proto/rights.ts';
import { encodeRequest } from '../../../proto/wire/request-codec.ts';
import { ResponseDecoder } from '../../../proto/wire/response-decoder.ts';
import {
  ClientLiveFiles,
  MOST_OF_ONE_PARTY,
  MOST_SUBSCRIPTIONS,
} from '../../../runtime/manager/live-files.ts';
import type { RequestServer } from '../../../runtime/manager/request-server.ts';
import { Responder } from '../../../runtime/session/responder.ts';
import { Session } from '../../../runtime/session/session.ts';
import { Subscriptions } from '../../../runtime/session/subscriptions.ts';
import { FileSystem } from '../../../runtime/vfs/file-system.ts';
import { LiveFiles } from '../../../runtime/vfs/live-files.ts';
import { MemfdContents } from '../../../runtime/vfs/memfd-content.ts';

const MIB = 1 << 20;
const user = {
  access: new AccessTable([
    { path: '/', scope: 'subtree', rights: Rights.PATH_OPEN | Rights.FD_READ | Rights.FD_SEEK },
    { path: 'stdout', scope: 'file', rights: Rights.FD_READ | Rights.FD_SEEK },
  ]),
};

/** A connection whose other side takes bytes when the test says so; what came is told in order. */
function connection() {
  const told: string[] = [];
  let text = '';
  let head = '';
  const decoder = new ResponseDecoder(
    {
      response: (response) => {
        told.push(`${response.context} ${response.kind === 'error' ? response.code : response.kind}`);
      },
      resultBegin: (header) => {
        text = '';
        head = `${header.context} ${header.kind}${header.kind === 'live' && header.ended ? ' ended' : ''}`;
      },
      result: (piece) => {
        text += Buffer.from(piece).toString('latin1');
      },
      resultEnd: () => told.push(`${head} ${text.length > 20 ? text.length : text}`),
    },
    { messageBytes: 2 ** 40, smallMessageBytes: MIB },
  );
  let held: (() => void) | undefined;
  let holding = false;
  const writable = new Writable({
    write(chunk: Buffer, _encoding, done) {
      decoder.push(chunk);
      if (holding) held = done;
      else done();
    },
  });
  const hold = () => {
    holding = true;
  };
  const release = () => {
    holding = false;
    held?.();
  };
  return {
    socket: writable as unknown as TLSSocket,
    told,
    hold,
    release,
    waiting: () => writable.writableLength,
  };
}

function setUp(t: Test, paths: readonly string[] = ['/a', '/b']) {
  const fileSystem = new FileSystem({
    contents: new MemfdContents(),
    limits: { bytes: 64 * MIB, inodes: 100, nameBytes: 255, pathBytes: 4096, fileBytes: 64 * MIB },
    now: () => 1n,
  });
  const live = new LiveFiles(fileSystem, paths);
  const files = new ClientLiveFiles(fileSystem, live);
  const link = connection();
  const responder = new Responder(link.socket);
  let valid = true;
  const subscriptions = new Subscriptions(
    responder,
    () => {
      if (!valid) throw new TruceError('IDENTITY_UNKNOWN');
    },
    () => t.fail('the connection is whole'),
  );
  const file = (name: string) => [...live.declared].find(({ path }) => path === name)!;
  return {
    ...link,
    files,
    responder,
    subscriptions,
    file,
    expire: () => {
      valid = false;
    },
    open: (context: number, name: string, offset = 0) =>
      subscriptions.open(context, () => files.subscribe(user, name, offset)),
    append: (name: string, bytes: string | Uint8Array) => {
      const { inode } = file(name);
      fileSystem.write(inode, Buffer.from(bytes), inode.content.size);
      file(name).grown();
    },
  };
}

/** In order for each context: which of two goes first is nobody's promise. */
function byContext(told: readonly string[]): string[][] {
  const contexts = [...new Set(told.map((line) => line.split(' ')[0]!))].sort();
  return contexts.map((context) => told.filter((line) => line.startsWith(`${context} `)));
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

t.test(
  'what is followed comes as it grows, under the context that asked for it, up to its end',
  async (t) => {
    const { open, append, file, told, files } = setUp(t);
    open(1, '/a');
    open(2, '/b');
    append('/a', 'early');
    open(3, '/a', 3);
    await settled();
    append('/b', 'other');
    await settled();
    append('/a', '!');
    file('/a').end();
    await settled();
    t.same(byContext(told), [
      ['1 live ', '1 live early', '1 live ended !'],
      ['2 live ', '2 live other'],
      ['3 live ly', '3 live ended !'],
    ]);
    t.equal(files.subscriptions, 1);
  },
);

t.test('who takes nothing holds one piece of memory, and gets all of it later', async (t) => {
  const { open, append, file, told, hold, release, waiting } = setUp(t);
  open(1, '/a');
  await settled();
  hold();
  for (let index = 0; index < 32; index++) {
    append('/a', new Uint8Array(MIB));
    await settled();
  }
  t.ok(waiting() <= 300_000, `${waiting()} bytes wait`);
  release();
  file('/a').end();
  while (!told.at(-1)?.includes('ended')) await settled();
  const bytes = told.slice(1).reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  t.equal(bytes, 32 * MIB);
});

t.test('no piece comes into the middle of an answer', async (t) => {
  const { open, append, told, responder, hold, release } = setUp(t);
  open(1, '/a');
  await settled();
  const content = new MemfdContents().create();
  content.write(new Uint8Array(2 * MIB), 0);
  hold();
  const answered = responder.answer(7, { kind: 'contents', content });
  append('/a', 'meanwhile');
  await settled();
  release();
  await answered;
  await settled();
  t.same(told, ['1 live ', `7 result ${2 * MIB}`, '1 live meanwhile']);
});

t.test(
  'a subscription ends when it is cancelled, the file begun anew, the party no more, or its session',
  async (t) => {
    const { open, append, file, told, subscriptions, expire, files } = setUp(t);
    append('/a', 'x');
    open(1, '/a');
    open(2, '/a');
    open(3, '/b');
    open(4, '/none');
    await settled();
    subscriptions.cancel(1);
    subscriptions.cancel(99);
    await settled();
    file('/a').restarted(1);
    await settled();
    expire();
    append('/b', 'y');
    await settled();
    open(5, '/b');
    await settled();
    await subscriptions.end(new TruceError('SHUTTING_DOWN'));
    t.same(byContext(told), [
      ['1 live x', '1 SUBSCRIPTION_CANCELLED'],
      ['2 live x', '2 LIVE_RESTARTED'],
      ['3 live ', '3 IDENTITY_UNKNOWN'],
      ['4 FILE_NOT_LIVE'],
      ['5 live y', '5 SHUTTING_DOWN'],
    ]);
    t.equal(files.subscriptions, 0);
    t.equal(file('/a').waiting + file('/b').waiting, 0, 'nobody is left waiting');
  },
);

t.test('who begins at the end of what a run left is told of the next run', async (t) => {
  const { open, append, file, told } = setUp(t);
  const run = (text: string) => {
    const release = file('/a').hold();
    append('/a', text);
    file('/a').grownByRun();
    release();
  };
  run('first');
  open(1, '/a', 5);
  open(2, '/a', 4);
  await settled();
  run('second');
  await settled();
  t.same(byContext(told), [['1 live ', '1 live ended second'], ['2 live ended t']]);
});

t.test('there is a bound for one session, one for one party, and one for all', async (t) => {
  const { open, told, files } = setUp(t);
  for (let context = 0; context < 65; context++) open(context, '/a');
  await settled();
  t.equal(told.filter((line) => line.endsWith('SUBSCRIPTION_LIMIT')).length, 1);
  const take = (who: typeof user, count: number) =>
    Array.from({ length: count }, () => files.subscribe(who, '/b', 0));
  const others = take(user, MOST_OF_ONE_PARTY - 64);
  t.throws(() => take(user, 1), { code: 'SUBSCRIPTION_LIMIT', details: { limit: MOST_OF_ONE_PARTY } });
  while (files.subscriptions < MOST_SUBSCRIPTIONS) others.push(...take({ ...user }, MOST_OF_ONE_PARTY));
  t.throws(() => take({ ...user }, 1), {
    code: 'SUBSCRIPTION_LIMIT',
    details: { limit: MOST_SUBSCRIPTIONS },
  });
  for (const one of others) {
    one.close();
    one.close();
  }
  t.equal(files.subscriptions, 64);
});

t.test('who asks for more and takes no answer is not read any more until it does', async (t) => {
  const { files, socket, hold, release, told } = setUp(t);
  let reading = true;
  Object.assign(socket, {
    setNoDelay: () => undefined,
    pause: () => (reading = false),
    resume: () => (reading = true),
  });
  const requests = {
    openChunkedWrites: () => ({ close: () => undefined }),
    subscribe: ({ fileName }: { fileName: string }) => files.subscribe(user, fileName, 0),
  } as unknown as RequestServer;
  const identity = { notAfter: Number.POSITIVE_INFINITY } as PolicyIdentity;
  new Session(socket, identity, requests, defaultLimits);
  const subscribe = (context: number, fileName: string) =>
    socket.emit('data', encodeRequest({ context, kind: 'subscribe', fileName, offset: 0 }));
  hold();
  for (let context = 0; context < 64; context++) subscribe(context, '/none');
  t.equal(reading, true);
  subscribe(64, '/a');
  t.equal(reading, false);
  await settled();
  t.equal(reading, false);
  release();
  await settled();
  t.equal(reading, true);
  t.equal(told.length, 65);
  t.equal(told.filter((line) => line.endsWith('FILE_NOT_LIVE')).length, 64);
});
