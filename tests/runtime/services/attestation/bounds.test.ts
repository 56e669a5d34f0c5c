import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { RequestLine } from '../../../../runtime/services/attestation/request-line.ts';
import { TokenBucket } from '../../../../runtime/services/attestation/token-bucket.ts';
import { readAll, serveAttestation } from './served-attestation.ts';

const TIMES = { requestMilliseconds: 10_000, closeMilliseconds: 10_000 };

t.test('a line is the same however it is cut, and never longer than its limit', (t) => {
  const limit = 64;
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 }), (chunks) => {
      const whole = Buffer.concat(chunks);
      const end = whole.indexOf(0x0a);
      const length = end < 0 ? whole.length : end;
      const line = new RequestLine(limit);
      let found: Uint8Array | undefined;
      try {
        for (const chunk of chunks) {
          found = line.push(chunk);
          if (found !== undefined) break;
        }
      } catch {
        if (length <= limit) throw new Error('a line within its limit was refused');
        return;
      }
      // What is over the limit is refused with the piece that makes it so.
      if (length > limit) throw new Error('a line over its limit was taken');
      const expected = whole.subarray(0, length);
      if (end >= 0 && !expected.equals(found!)) throw new Error('another line');
      if (end < 0 && (found !== undefined || !expected.equals(line.rest))) throw new Error('another rest');
    }),
  );
  t.end();
});

t.test('a request has at most 8192 bytes', async (t) => {
  const { exchange } = await serveAttestation(t);
  const padded = (length: number) => `{"command":"ping"${' '.repeat(length - 18)}}`;
  t.match(await exchange(`${padded(8192)}\n`), /pong/);
  t.match(JSON.parse(await exchange(`${padded(8193)}\n`)), { success: false, code: 'MESSAGE_INVALID' });
  t.match(JSON.parse(await exchange(randomBytes(100_000).fill(0x20))), { code: 'MESSAGE_INVALID' });
});

t.test('what follows a request is read, so far, and thrown away', async (t) => {
  const { open } = await serveAttestation(t, { limits: { times: TIMES } });
  const socket = await open();
  const ended = readAll(socket);
  socket.write('{"command":"ping"}\n');
  const flood = setInterval(() => socket.write(Buffer.alloc(256 << 10)), 1);
  await new Promise((resolve) => socket.once('close', resolve));
  clearInterval(flood);
  t.match(await ended, /pong/);
  t.ok(socket.bytesWritten > 1 << 20 || socket.destroyed, 'after a MiB of it nobody listens any more');
});

t.test('a request that does not come is not waited for', async (t) => {
  const times = { requestMilliseconds: 30, closeMilliseconds: 10_000 };
  const { open } = await serveAttestation(t, { limits: { times } });
  const socket = await open();
  socket.write('{"command":');
  t.match(JSON.parse(await readAll(socket)), { success: false, code: 'MESSAGE_INVALID', error: /in time/ });
  socket.destroy();
});

t.test('an answer that is not taken is not waited for', async (t) => {
  const times = { requestMilliseconds: 10_000, closeMilliseconds: 30 };
  const { open } = await serveAttestation(t, { limits: { times } });
  const socket = await open();
  socket.write('{"command":"ping"}\n');
  await new Promise((resolve) => socket.once('readable', resolve));
  t.match(String(socket.read()), /pong/);
  socket.resume();
  await new Promise<void>((resolve) => {
    // Its own side is still open: the service has closed on it.
    const write = setInterval(() => socket.write(' '), 5);
    socket.once('error', () => {
      clearInterval(write);
      resolve();
    });
  });
  t.pass();
});

t.test('more requests at once than it has place for are told to come again', async (t) => {
  const { open, ask } = await serveAttestation(t, { limits: { requests: 2, times: TIMES } });
  const [first, second] = [await open(), await open()];
  await new Promise((resolve) => setTimeout(resolve, 10));
  t.match(await ask({ command: 'ping' }), {
    success: false,
    code: 'ATTESTATION_LIMIT',
    retry_after_ms: 1000,
  });
  first.end('{"command":"ping"}');
  t.match(await readAll(first), /pong/);
  t.match(await ask({ command: 'ping' }), { success: true }, 'there is place again');
  second.destroy();
});

t.test('more documents than their rate are refused, with the time to wait', async (t) => {
  // So slow that none comes back meanwhile.
  const rate = { burst: 3, aSecond: 1 / 3600 };
  const { ask, asked } = await serveAttestation(t, { limits: { rate } });
  for (let i = 0; i < 3; i++) t.match(await ask({ command: 'attest' }), { success: true });
  const refused = await ask({ command: 'attest' });
  t.match(refused, { success: false, code: 'ATTESTATION_LIMIT', error: /try again in \d+ ms/ });
  t.ok((refused.retry_after_ms as number) > 0 && (refused.retry_after_ms as number) <= 3_600_000);
  t.match(await ask({ command: 'ping' }), { success: true }, 'what costs nothing is not counted');
  t.equal(asked.length, 3);
});

t.test('documents are made one at a time, and so many wait', async (t) => {
  let atOnce = 0;
  let most = 0;
  let go: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  const attest = async () => {
    most = Math.max(most, ++atOnce);
    await gate;
    atOnce--;
    return new Uint8Array(1);
  };
  const { ask } = await serveAttestation(t, { attest, limits: { waiting: 5 } });
  let refused = 0;
  let done = 0;
  const answers = Array.from({ length: 8 }, async () => {
    const { success, code } = await ask({ command: 'attest' });
    if (success === true) done++;
    else if (code === 'ATTESTATION_LIMIT' && ++refused === 3) go();
  });
  await Promise.all(answers);
  t.equal(done, 5);
  t.equal(most, 1, 'a party that attests waits for one of them at most');
});

t.test('tokens come back with time and never over the burst', (t) => {
  let now = 0;
  const bucket = new TokenBucket({ burst: 2, aSecond: 4 }, () => now);
  t.same([bucket.take(), bucket.take(), bucket.take()], [0, 0, 250]);
  now += 240;
  t.ok(bucket.take() > 0);
  now += 20;
  t.equal(bucket.take(), 0);
  now += 1_000_000;
  t.same([bucket.take(), bucket.take(), bucket.take() > 0], [0, 0, true]);
  t.end();
});

t.test('the end of the service ends its connections', async (t) => {
  const { open, close } = await serveAttestation(t);
  const socket = await open();
  const ended = readAll(socket);
  await new Promise((resolve) => setTimeout(resolve, 5));
  await close();
  t.equal(await ended, '');
  await t.rejects(open());
});
