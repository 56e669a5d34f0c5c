import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import t, { type Test } from 'tap';
import { connect, RemoteError, type TruceSession } from '../../../host-bridge/client/index.ts';
import { concatBytes } from '../../../proto/bytes.ts';
import {
  encodeLiveHeader,
  encodeRangeHeader,
  encodeResponse,
  encodeResultHeader,
  type ResponseBody,
} from '../../../proto/wire/response-codec.ts';
import { type Received, StandInEnclave, type StandInOptions } from './stand-in-enclave.ts';

type Serve = NonNullable<StandInOptions['serve']>;
const MIB = 1 << 20;

async function opened(t: Test, serve: Serve): Promise<{ session: TruceSession; received: Received[] }> {
  const enclave = await StandInEnclave.start(t, { serve });
  const session = await connect(enclave.options);
  t.teardown(() => session.close());
  return { session, received: enclave.received };
}

const contextOf = (received: Received): number =>
  'header' in received ? received.header.context : received.context;

function answer(socket: TLSSocket, received: Received, body: ResponseBody = { kind: 'none' }): void {
  socket.write(encodeResponse({ context: contextOf(received), status: 1, ...body }));
}

function fail(
  socket: TLSSocket,
  received: Received,
  code: string,
  message = '',
  error = new Uint8Array(0),
): void {
  socket.write(
    encodeResponse({ context: contextOf(received), status: 4, kind: 'error', code, message, error }),
  );
}

/** What was received after the attestation, without contexts. */
const asked = (received: readonly Received[]): string[] =>
  received.slice(1).map((one) => ('header' in one ? `${one.header.kind} ${one.header.fileName}` : one.kind));

t.test('requests are pipelined and answered in order', async (t) => {
  const waiting: Received[] = [];
  const { session, received } = await opened(t, (request, socket) => {
    waiting.push(request);
    if (waiting.length < 4) return;
    for (const one of waiting) {
      if ('kind' in one && one.kind === 'stat')
        answer(socket, one, { kind: 'file_stat', type: 4, size: 7, rights: 2 });
      else if ('kind' in one && one.kind === 'list')
        answer(socket, one, { kind: 'listing', entries: [{ name: 'b', type: 3, size: 0 }] });
      else answer(socket, one);
    }
  });
  const results = await Promise.all([
    session.writeFile('a', Buffer.from('hello')),
    session.stat('/a'),
    session.list('/'),
    session.remove('/a'),
  ]);
  t.same(results, [
    undefined,
    { kind: 'file', size: 7, rights: 2 },
    [{ name: 'b', kind: 'directory', size: 0 }],
    undefined,
  ]);
  t.same(asked(received), ['write_file /a', 'stat', 'list', 'remove']);
  t.same(received.map(contextOf), [1, 2, 3, 4, 5]);
});

t.test('many more requests than may be outstanding all get their answers', async (t) => {
  const { session } = await opened(t, (request, socket) => setImmediate(() => answer(socket, request)));
  const all = Array.from({ length: 200 }, () => session.remove('/a'));
  t.equal((await Promise.all(all)).length, 200);
});

t.test('names are sent in their canonical form, and not at all where they have none', async (t) => {
  const { session, received } = await opened(t, (request, socket) => answer(socket, request));
  await session.writeFile('input-0', new Uint8Array(0));
  await session.remove('/dir/');
  t.match(received[2], { kind: 'remove', path: '/dir' });
  t.same(asked(received), ['write_file /input-0', 'remove']);
  for (const name of ['', '/a/../b', '/a//b', '/./a', '/a\0b']) {
    await t.rejects(session.readFile(name), { code: 'PATH_INVALID' });
    await t.rejects(session.writeFile(name, new Uint8Array(1)), { code: 'PATH_INVALID' });
    await t.rejects(session.run(name), { code: 'PATH_INVALID' });
  }
  t.equal(received.length, 3);
});

t.test('files come whole, in ranges and into sinks; an empty one too', async (t) => {
  const contents = Buffer.from('0123456789');
  const { session } = await opened(t, (request, socket) => {
    if (!('kind' in request)) return;
    const base = { context: request.context, status: 1 } as const;
    if (request.kind === 'read_range') {
      const data = contents.subarray(request.offset, request.offset + request.length);
      socket.write(concatBytes(encodeRangeHeader({ ...base, length: data.length, eof: true }), data));
    } else if (request.kind === 'read_file' && request.fileName === '/empty')
      socket.write(encodeResultHeader({ ...base, length: 0 }));
    else if (request.kind === 'read_file' && request.fileName === '/veracruz') answer(socket, request);
    else {
      // In two parts, so that pieces are put together.
      socket.write(concatBytes(encodeResultHeader({ ...base, length: 10 }), contents.subarray(0, 4)));
      setTimeout(() => socket.write(contents.subarray(4)), 10);
    }
  });
  t.equal(Buffer.from(await session.readFile('/a')).toString(), '0123456789');
  t.equal((await session.readFile('/empty')).length, 0);
  t.equal(
    (await session.readFile('/veracruz')).length,
    0,
    'a bare status is how Veracruz answers an empty file',
  );
  t.equal(Buffer.from(await session.readRange('/a', 3, 4)).toString(), '3456');
  const seen: [number, number][] = [];
  let text = '';
  const sink = (piece: Uint8Array) => {
    text += Buffer.from(piece).toString();
  };
  t.equal(
    await session.readFileTo('/a', sink, { onProgress: (done, total) => seen.push([done, total]) }),
    10,
  );
  t.equal(text, '0123456789');
  t.same(seen.at(-1), [10, 10]);
  const stream = new PassThrough();
  t.equal(await session.readFileTo('/a', stream), 10);
  t.equal(stream.end().setEncoding('utf8').read(), '0123456789');
});

t.test(
  'a file over the limit, a broken sink or an unexpected answer fails one request, not the session',
  async (t) => {
    const { session } = await opened(t, (request, socket) => {
      if ('kind' in request && request.kind === 'stat') answer(socket, request);
      else
        socket.write(
          concatBytes(
            encodeResultHeader({ context: contextOf(request), status: 1, length: 100_000 }),
            Buffer.alloc(100_000),
          ),
        );
    });
    const broken = new Error('disk full');
    const breaking = () => {
      throw broken;
    };
    await Promise.all([
      t.rejects(session.readFile('/a', { maximumBytes: 99_999 }), { code: 'CLIENT_DOWNLOAD_LIMIT' }),
      t.rejects(session.readFileTo('/a', breaking), broken),
      t.rejects(
        session.readFileTo('/a', () => Promise.reject(broken)),
        broken,
      ),
      t.rejects(session.stat('/a'), { code: 'CLIENT_PROTOCOL' }),
    ]);
    t.equal((await session.readFile('/a')).length, 100_000);
  },
);

t.test('a slow sink holds the connection instead of memory', async (t) => {
  const total = 32 * MIB;
  let written = 0;
  const { session } = await opened(t, async (request, socket) => {
    socket.write(encodeResultHeader({ context: contextOf(request), status: 1, length: total }));
    for (; written < total; written += MIB) if (!socket.write(Buffer.alloc(MIB))) await once(socket, 'drain');
  });
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  let taken = 0;
  const reading = session.readFileTo('/a', (piece) => {
    taken += piece.length;
    return gate;
  });
  await delay(200);
  t.ok(taken < MIB, `${taken} bytes were handed to a sink that takes none`);
  t.ok(written < total, 'the server was held up');
  open();
  t.equal(await reading, total);
  t.equal(taken, total);
});

t.test('pieces reach an asynchronous sink one after the other', async (t) => {
  const contents = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index & 0xff));
  const { session } = await opened(t, (request, socket) => {
    socket.write(
      concatBytes(
        encodeResultHeader({ context: contextOf(request), status: 1, length: contents.length }),
        contents,
      ),
    );
  });
  const parts: Uint8Array[] = [];
  let busy = false;
  await session.readFileTo('/a', async (piece) => {
    t.equal(busy, false);
    busy = true;
    await delay(1);
    parts.push(piece);
    busy = false;
  });
  t.equal(Buffer.concat(parts).equals(contents), true);
});

t.test('uploads are read no faster than the server takes them', async (t) => {
  let given = 0;
  const enclave = await StandInEnclave.start(t, { serve: (request, socket) => answer(socket, request) });
  const session = await connect(enclave.options);
  t.teardown(() => session.close());
  async function* endless() {
    for (; given < 64; given++) yield Buffer.alloc(MIB);
  }
  const resume = enclave.pause();
  const progress: number[] = [];
  const writing = session.writeFile(
    '/a',
    { size: 64 * MIB, stream: endless() },
    { onProgress: (done) => progress.push(done) },
  );
  await delay(300);
  t.ok(given < 32, `${given} MiB were read from the source while the server took nothing`);
  resume();
  await writing;
  t.equal(progress.at(-1), 64 * MIB);
  const [, upload] = enclave.received;
  t.equal(upload !== undefined && 'header' in upload && upload.data.length, 64 * MIB);
});

t.test('a stream of another size than announced, or that fails, ends the session', async (t) => {
  async function* give(...pieces: string[]) {
    for (const piece of pieces) yield Buffer.from(piece);
  }
  async function* broken() {
    yield Buffer.from('ab');
    throw new Error('no more');
  }
  const cases = [
    [give('ab', 'c'), { code: 'CLIENT_SOURCE_SIZE' }],
    [give('ab', 'cde'), { code: 'CLIENT_SOURCE_SIZE' }],
    [give(), { code: 'CLIENT_SOURCE_SIZE' }],
    [broken(), { message: 'no more' }],
  ] as const;
  for (const [stream, expected] of cases) {
    const { session, received } = await opened(t, (request, socket) => answer(socket, request));
    await t.rejects(session.writeFile('/a', { size: 4, stream }), expected);
    await t.rejects(session.stat('/a'), { code: 'CLIENT_UPLOAD_BROKEN' });
    t.equal(received.length, 1, 'no whole upload reached the server');
  }
});

t.test('a run gives its exit code, whichever way the runtime tells it', async (t) => {
  const exitCode = (code: number) => Uint8Array.of(code, 0, 0, 0);
  const { session, received } = await opened(t, (request, socket) => {
    if (!('kind' in request)) return;
    if (request.kind === 'request_pipeline')
      fail(socket, request, 'PROGRAM_EXITED', 'exit code 3', exitCode(3));
    else
      answer(socket, request, { kind: 'result', data: exitCode(request.kind === 'request_result' ? 0 : 2) });
  });
  t.same(await session.run('/p.wasm'), { exitCode: 0 });
  t.same(await session.runPipeline('0'), { exitCode: 3 });
  t.match(received[2], { kind: 'request_pipeline', fileName: '0' });
});

t.test('aborting a run rejects at once and cancels it; the session goes on', async (t) => {
  const cancelled: number[] = [];
  let running: Received | undefined;
  const { session } = await opened(t, (request, socket) => {
    if ('kind' in request && request.kind === 'request_result') running = request;
    else if ('kind' in request && request.kind === 'cancel') {
      cancelled.push(request.target);
      fail(socket, running!, 'RUN_CANCELLED');
      answer(socket, request);
    } else answer(socket, request);
  });
  const gone = new Error('enough');
  const aborter = new AbortController();
  const run = session.run('/p.wasm', { signal: aborter.signal });
  await delay(20);
  aborter.abort(gone);
  await t.rejects(run, gone);
  await session.remove('/a');
  t.same(cancelled, [contextOf(running!)]);
});

t.test('a cancel gets through when no other request may be sent any more', async (t) => {
  let running: Received | undefined;
  const held: Received[] = [];
  const { session } = await opened(t, (request, socket) => {
    if (!('kind' in request)) return;
    if (request.kind === 'request_result') running = request;
    else if (request.kind !== 'cancel') held.push(request);
    else {
      answer(socket, request);
      fail(socket, running!, 'RUN_CANCELLED');
      for (const one of held.splice(0)) answer(socket, one);
      running = undefined;
    }
    if (running === undefined) for (const one of held.splice(0)) answer(socket, one);
  });
  const aborter = new AbortController();
  const run = session.run('/p.wasm', { signal: aborter.signal });
  const others = Array.from({ length: 100 }, () => session.remove('/a'));
  await delay(50);
  aborter.abort();
  await t.rejects(run, { name: 'AbortError' });
  t.equal((await Promise.all(others)).length, 100);
});

t.test('aborting takes a waiting request back, and ends a session whose upload is half way', async (t) => {
  const { session, received } = await opened(t, (request, socket) => answer(socket, request));
  async function* slow() {
    yield Buffer.from('ab');
    await delay(100);
    yield Buffer.from('cd');
  }
  const uploading = session.writeFile('/a', { size: 4, stream: slow() });
  const aborter = new AbortController();
  const waiting = session.remove('/b', { signal: aborter.signal });
  aborter.abort();
  await t.rejects(waiting, { name: 'AbortError' });
  await uploading;
  t.same(asked(received), ['write_file /a']);
  await t.rejects(session.stat('/a', { signal: AbortSignal.abort() }), { name: 'AbortError' });
  const half = new AbortController();
  const broken = session.writeFile('/a', { size: 4, stream: slow() }, { signal: half.signal });
  setTimeout(() => half.abort(), 30);
  await t.rejects(broken, { name: 'AbortError' });
  await t.rejects(session.stat('/a'), { code: 'CLIENT_UPLOAD_BROKEN' });
});

t.test('refusals become RemoteErrors whose texts can be printed', async (t) => {
  const { session } = await opened(t, (request, socket) => {
    if ('kind' in request && request.kind === 'stat')
      socket.write(encodeResponse({ context: request.context, status: 7, kind: 'none' }));
    else if ('kind' in request && request.kind === 'list')
      fail(socket, request, 'bad\x1b[2Jcode', 'x\x1b[31m\r\n\u202ey');
    else fail(socket, request, 'FILE_NOT_FOUND', 'no such file: /a');
  });
  const error = await session.readFile('/a').catch((error: unknown) => error);
  t.ok(error instanceof RemoteError);
  t.match(error, { code: 'FILE_NOT_FOUND', status: 4, message: 'no such file: /a' });
  await t.rejects(session.stat('/a'), {
    code: 'FAILED_INVALID_REQUEST',
    status: 7,
    message: /FAILED_INVALID_REQUEST/,
  });
  await t.rejects(session.list('/a'), { code: 'FAILED_GENERIC', message: 'x\ufffd[31m\ufffd\ufffd\ufffdy' });
  await t.rejects(
    session.writeFile('/a', Buffer.from('b')),
    { code: 'FILE_NOT_FOUND' },
    'the session goes on',
  );
});

t.test('hashes are answered as hexadecimal text', async (t) => {
  const hash = 'ab'.repeat(32);
  let text = hash;
  const { session } = await opened(t, (request, socket) => {
    const kind = 'kind' in request && request.kind === 'request_pi_hash' ? 'pi_hash' : 'policy_hash';
    answer(socket, request, { kind, data: Buffer.from(text) });
  });
  t.equal(await session.policyHash(), hash);
  t.equal(await session.programHash('/p.wasm'), hash);
  for (text of ['', hash.toUpperCase(), `${hash}0`, hash.slice(1)])
    await t.rejects(session.policyHash(), { code: 'CLIENT_PROTOCOL' });
});

t.test('an answer that nobody asked for, or out of order, ends the session', async (t) => {
  const strange = [
    (context: number) => encodeResponse({ context: context + 1, status: 1, kind: 'none' }),
    (context: number) => encodeResultHeader({ context: context + 9, status: 1, length: 5 }),
    (context: number) =>
      encodeLiveHeader({
        context: context + 9,
        status: 1,
        length: 0,
        fileName: '/a',
        offset: 0,
        ended: true,
      }),
    () => Buffer.from('000000000000000a00', 'hex'),
  ];
  for (const bytes of strange) {
    const { session } = await opened(t, (request, socket) => socket.write(bytes(contextOf(request))));
    const both = [session.stat('/a'), session.stat('/b')];
    await Promise.all(both.map((one) => t.rejects(one, { code: 'CLIENT_PROTOCOL' })));
    await t.rejects(session.stat('/c'), { code: 'CLIENT_PROTOCOL' });
  }
});

t.test('when the enclave goes away everything that waits fails', async (t) => {
  const { session } = await opened(t, (_request, socket) => socket.destroy());
  await Promise.all([
    t.rejects(session.stat('/a'), { code: 'CLIENT_CLOSED' }),
    t.rejects(session.run('/p'), { code: 'CLIENT_CLOSED' }),
  ]);
  await t.rejects(session.stat('/a'), { code: 'CLIENT_CLOSED' });
  await session.close();
});

t.test('a notice about the connection itself fails everything with its code', async (t) => {
  const { session } = await opened(t, (_request, socket) =>
    socket.end(
      encodeResponse({
        context: 0,
        status: 3,
        kind: 'error',
        code: 'SHUTTING_DOWN',
        message: 'bye',
        error: new Uint8Array(0),
      }),
    ),
  );
  await t.rejects(session.stat('/a'), { name: 'RemoteError', code: 'SHUTTING_DOWN' });
});

t.test('closing waits for what has been asked, and takes nothing more', async (t) => {
  const { session, received } = await opened(t, (request, socket) =>
    setTimeout(() => answer(socket, request), 50),
  );
  const removing = session.remove('/a');
  const closing = session.close();
  await t.rejects(session.stat('/a'), { code: 'CLIENT_CLOSED' });
  await removing;
  await closing;
  t.same(asked(received), ['remove']);
});

t.test('shutting down ends the session', async (t) => {
  const { session, received } = await opened(t, (request, socket) => {
    answer(socket, request);
    socket.end();
  });
  await session.shutdown();
  t.same(asked(received), ['request_shutdown']);
  await t.rejects(session.stat('/a'), { code: 'CLIENT_CLOSED' });
});
