import { setTimeout as delay } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import t, { type Test } from 'tap';
import { connect, type TruceSession } from '../../../host-bridge/client/index.ts';
import { encodeLiveHeader, encodeResponse } from '../../../proto/wire/response-codec.ts';
import { type Received, StandInEnclave } from './stand-in-enclave.ts';

const MIB = 1 << 20;

interface Script {
  /** Called with each subscription. */
  readonly subscribed: (context: number, socket: TLSSocket) => void;
}

async function opened(t: Test, script: Script): Promise<{ session: TruceSession; received: Received[] }> {
  const enclave = await StandInEnclave.start(t, {
    serve: (request, socket) => {
      if ('kind' in request && request.kind === 'subscribe') script.subscribed(request.context, socket);
      else {
        const context = 'header' in request ? request.header.context : request.context;
        socket.write(encodeResponse({ context, status: 1, kind: 'none' }));
      }
    },
  });
  const session = await connect(enclave.options);
  t.teardown(() => session.close().catch(() => undefined));
  return { session, received: enclave.received };
}

function live(
  socket: TLSSocket,
  context: number,
  offset: number,
  text: string | Buffer,
  ended = false,
): void {
  const data = Buffer.from(text as string);
  socket.write(
    encodeLiveHeader({ context, status: 1, fileName: '/live', offset, length: data.length, ended }),
  );
  if (data.length > 0) socket.write(data);
}

function fail(socket: TLSSocket, context: number, code: string): void {
  socket.write(
    encodeResponse({ context, status: 4, kind: 'error', code, message: code, error: new Uint8Array(0) }),
  );
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += Buffer.from(piece).toString();
  return text;
}

const kinds = (received: readonly Received[]): string[] =>
  received.slice(1).map((one) => ('header' in one ? one.header.kind : one.kind));

t.test('a live file comes between other answers, up to its end', async (t) => {
  const { session, received } = await opened(t, {
    subscribed: (context, socket) => {
      live(socket, context, 5, '');
      live(socket, context, 5, 'first ');
      setTimeout(() => live(socket, context, 11, 'last', true), 5);
    },
  });
  const whole = collect(session.subscribe('/live', { offset: 5 }));
  await session.remove('/other');
  t.equal(await whole, 'first last');
  await session.endLive('/live');
  t.same(kinds(received), ['subscribe', 'remove', 'end_live']);
  t.match(received[1], { fileName: '/live', offset: 5 });
});

t.test('an error is that of the iteration; the session goes on', async (t) => {
  const { session } = await opened(t, {
    subscribed: (context, socket) => {
      live(socket, context, 0, 'some');
      fail(socket, context, 'LIVE_RESTARTED');
    },
  });
  const pieces = session.subscribe('/live')[Symbol.asyncIterator]();
  t.equal(Buffer.from((await pieces.next()).value!).toString(), 'some', 'what came before is given first');
  await t.rejects(pieces.next(), { code: 'LIVE_RESTARTED' });
  t.match(await pieces.next(), { done: true });
  await session.remove('/other');
});

t.test('leaving and aborting tell the enclave, and what still comes is dropped', async (t) => {
  let subscriber: [number, TLSSocket] | undefined;
  const { session, received } = await opened(t, {
    subscribed: (context, socket) => {
      subscriber = [context, socket];
      live(socket, context, 0, 'one');
    },
  });
  for await (const piece of session.subscribe('/live')) {
    t.equal(piece.length, 3);
    break;
  }
  const [context, socket] = subscriber!;
  live(socket, context, 3, 'late');
  fail(socket, context, 'SUBSCRIPTION_CANCELLED');
  const controller = new AbortController();
  const waiting = collect(session.subscribe('/live', { signal: controller.signal }));
  while (kinds(received).length < 3) await delay(1);
  controller.abort(new Error('enough'));
  await t.rejects(waiting, /enough/);
  await t.rejects(collect(session.subscribe('/live', { signal: controller.signal })), /enough/);
  await session.remove('/other');
  t.same(kinds(received), ['subscribe', 'cancel', 'subscribe', 'cancel', 'remove']);
});

t.test('pieces that nobody takes hold the connection back', async (t) => {
  let sent = 0;
  const { session } = await opened(t, {
    subscribed: (context, socket) => {
      const more = () => {
        for (; sent < 64 * MIB && socket.writableLength < MIB; sent += MIB)
          live(socket, context, sent, Buffer.alloc(MIB), sent + MIB === 64 * MIB);
        if (sent < 64 * MIB) socket.once('drain', more);
      };
      more();
    },
  });
  const pieces = session.subscribe('/live')[Symbol.asyncIterator]();
  let taken = (await pieces.next()).value!.length;
  await delay(50);
  const before = sent;
  t.ok(before < 64 * MIB, `${before} bytes were sent`);
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) taken += next.value.length;
  t.equal(taken, 64 * MIB);
});

t.test('an enclave that tells what does not follow breaks the protocol', async (t) => {
  const breaches: Record<string, (context: number, socket: TLSSocket) => void> = {
    'a gap': (context, socket) => live(socket, context, 1, 'x'),
    'the same again': (context, socket) => {
      live(socket, context, 0, 'x');
      live(socket, context, 0, 'x');
    },
    'a file that nobody follows': (context, socket) => live(socket, context + 1, 0, 'x'),
    'more after the end': (context, socket) => {
      live(socket, context, 0, 'x', true);
      live(socket, context, 1, 'x');
    },
    'an answer where a file is followed': (context, socket) =>
      socket.write(encodeResponse({ context, status: 1, kind: 'none' })),
  };
  for (const [what, subscribed] of Object.entries(breaches)) {
    const { session } = await opened(t, { subscribed });
    const pieces = collect(session.subscribe('/live')).then(() => delay(20));
    await pieces.catch((error) => t.match(error, { code: 'CLIENT_PROTOCOL' }, what));
    await t.rejects(session.remove('/other'), { code: 'CLIENT_PROTOCOL' }, what);
  }
});

t.test('closing ends what is followed', async (t) => {
  const { session } = await opened(t, { subscribed: (context, socket) => live(socket, context, 0, 'x') });
  const pieces = collect(session.subscribe('/live'));
  pieces.catch(() => undefined);
  await session.remove('/other');
  await session.close();
  await t.rejects(pieces, { code: 'CLIENT_CLOSED' });
  await t.rejects(collect(session.subscribe('/live')), { code: 'CLIENT_CLOSED' });
});

t.test('a file is fed in order, a few pieces ahead, and a refusal ends it', async (t) => {
  const { session, received } = await opened(t, { subscribed: () => undefined });
  let given = 0;
  async function* pieces() {
    for (; given < 100; given++) yield Buffer.from(`${given} `);
  }
  let fed = 0;
  await session.feedLive('/live', pieces(), { end: true, onProgress: (bytes) => (fed = bytes) });
  const text = received.flatMap((one) => ('data' in one ? Buffer.from(one.data).toString() : [])).join('');
  t.equal(text, Array.from({ length: 100 }, (_, index) => `${index} `).join(''));
  t.equal(fed, text.length);
  t.equal(kinds(received).at(-1), 'end_live');

  const refusing = await StandInEnclave.start(t, {
    serve: (request, socket) => {
      if ('header' in request) fail(socket, request.header.context, 'LIVE_ENDED');
    },
  });
  const other = await connect(refusing.options);
  given = 0;
  await t.rejects(other.feedLive('/live', pieces(), { end: true }), { code: 'LIVE_ENDED' });
  t.ok(given <= 16, `${given} pieces were asked for`);

  async function* oneThenNothing() {
    yield Buffer.from('one');
    await new Promise(() => undefined);
  }
  await t.rejects(
    other.feedLive('/live', oneThenNothing()),
    { code: 'LIVE_ENDED' },
    'while the source waits',
  );
  const controller = new AbortController();
  const waiting = session.feedLive('/live', oneThenNothing(), { signal: controller.signal });
  setTimeout(() => controller.abort(new Error('enough')), 20);
  await t.rejects(waiting, /enough/, 'aborting, while the source waits');
  await other.close();
});

t.test('a session that closes gets its answers, whatever still comes of what it followed', async (t) => {
  let context = 0;
  const enclave = await StandInEnclave.start(t, {
    serve: (request, socket) => {
      if ('kind' in request && request.kind === 'subscribe') context = request.context;
      else {
        for (let offset = 0; offset < 4 * MIB; offset += MIB)
          live(socket, context, offset, Buffer.alloc(MIB));
        const answered = 'header' in request ? request.header.context : request.context;
        socket.write(encodeResponse({ context: answered, status: 1, kind: 'none' }));
      }
    },
  });
  const session = await connect(enclave.options);
  const pieces = session.subscribe('/live')[Symbol.asyncIterator]();
  const removed = session.remove('/other');
  const closed = session.close();
  await removed;
  await closed;
  await t.rejects(pieces.next(), { code: 'CLIENT_CLOSED' });
});
