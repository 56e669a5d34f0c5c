import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { RemoteError } from '../../../host-bridge/client/index.ts';
import { encodeLiveHeader, encodeResponse, encodeResultHeader } from '../../../proto/wire/response-codec.ts';
import { answer, asked, contextOf, fail, opened } from './served-session.ts';
import type { Received } from './stand-in-enclave.ts';

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
  async function* aborted() {
    yield Buffer.from('ab');
    half.abort();
    await new Promise(() => undefined);
  }
  const broken = session.writeFile('/a', { size: 4, stream: aborted() }, { signal: half.signal });
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
