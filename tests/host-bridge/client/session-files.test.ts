import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { connect } from '../../../host-bridge/client/index.ts';
import { concatBytes } from '../../../proto/bytes.ts';
import { encodeRangeHeader, encodeResultHeader } from '../../../proto/wire/response-codec.ts';
import { answer, contextOf, opened } from './served-session.ts';
import { StandInEnclave } from './stand-in-enclave.ts';

const MIB = 1 << 20;

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
