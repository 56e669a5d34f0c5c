import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { parseRelayConfiguration } from '../../host-bridge/relay/configuration.ts';
import { dial } from '../../host-bridge/relay/dial.ts';
import type { VhostUserTarget } from '../../host-bridge/relay/dial-target.ts';
import { defaultRelayOptions, Relay } from '../../host-bridge/relay/relay.ts';
import { writeExecutable } from '../support/stand-in-nitro-local.ts';

interface BackEnd {
  readonly process: ChildProcess;
  readonly directory: string;
  /** What it has complained of. */
  complaint: string;
  target(port: number): VhostUserTarget;
}

/** The stand-in for vhost-device-vsock, in a directory of its own. */
async function backEnd(t: Test): Promise<BackEnd> {
  const directory = mkdtempSync(join(tmpdir(), 'truce-vhost-'));
  const program = writeExecutable(
    join(directory, 'vhost-device-vsock.mjs'),
    './stand-in-vhost-device-vsock.js',
    'standInVhostDeviceVsock',
  );
  const vm = 'guest-cid=16,socket=vhost,uds-path=vsock,tx-buffer-size=32768';
  const child = spawn(program, ['--vm', vm], { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] });
  t.teardown(async () => {
    child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });
  const found: BackEnd = {
    process: child,
    directory,
    complaint: '',
    target: (port) => ({ kind: 'vhost-user', path: join(directory, 'vsock'), port }),
  };
  child.stderr?.on('data', (chunk) => {
    found.complaint += String(chunk);
  });
  while (!(await listens(join(directory, 'vsock')))) await delay(5);
  return found;
}

/** A socket has its name before it takes connections. */
async function listens(path: string): Promise<boolean> {
  if (!existsSync(path)) return false;
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') return false;
    throw error;
  } finally {
    socket.destroy();
  }
}

async function guest(
  t: Test,
  { directory }: BackEnd,
  port: number,
  serve: (socket: Socket) => void,
): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(join(directory, `guest_${port}`), resolve));
  t.teardown(() => server.close());
  return server;
}

/** For what is not meant to be given up. */
const patience = () => AbortSignal.timeout(120_000);

t.test('what the guest says at once is not taken for the answer, with reads of either kind', async (t) => {
  const end = await backEnd(t);
  const sent = randomBytes(300_000);
  await guest(t, end, 7, (socket) => void socket.end(sent, () => socket.destroy()));
  const plain = await dial(end.target(7), {}, patience());
  const pieces: Buffer[] = [];
  for await (const piece of plain) pieces.push(piece as Buffer);
  t.ok(Buffer.concat(pieces).equals(sent), 'as a stream');
  const received: Uint8Array[] = [];
  let length = 0;
  const reading = await dial(
    end.target(7),
    {
      onread: {
        buffer: () => new Uint8Array(5000),
        callback: (count, buffer) => {
          received.push(buffer.slice(0, count));
          length += count;
          return true;
        },
      },
    },
    patience(),
  );
  t.equal(length, 0, 'nothing is read before somebody wants it');
  reading.resume();
  while (length < sent.length) await delay(5);
  t.ok(Buffer.concat(received).equals(sent), 'into buffers of its own');
  reading.destroy();
});

t.test('a stream that is not read stops its sender', async (t) => {
  const end = await backEnd(t);
  let sent = 0;
  await guest(t, end, 8, (socket) => {
    const chunk = Buffer.alloc(1 << 20);
    const more = () => {
      sent += chunk.length;
      if (sent < 256 << 20) socket.write(chunk, more);
    };
    more();
  });
  const socket = await dial(end.target(8), {}, patience());
  await delay(300);
  t.ok(sent < 256 << 20, `${sent} bytes were taken`);
  socket.destroy();
});

t.test('a port where nobody listens, and a back end that talks nonsense, are typed errors', async (t) => {
  const end = await backEnd(t);
  await t.rejects(dial(end.target(9), {}, patience()), { code: 'ENCLAVE_UNREACHABLE', message: /port 9/ });
  for (const [index, answer] of ['OK\n', 'OK x\n', 'NO 5\n', 'OK 1 2\n', 'x'.repeat(100)].entries()) {
    const path = join(end.directory, `nonsense-${index}`);
    const server = createServer((socket) => void socket.on('error', () => {}).write(answer)).listen(path);
    t.teardown(() => server.close());
    await once(server, 'listening');
    const target = { kind: 'vhost-user', path, port: 5 } as const;
    await t.rejects(dial(target, {}, patience()), { code: 'ENCLAVE_UNREACHABLE' }, answer.slice(0, 8));
  }
  const nobody = { ...end.target(5), path: join(end.directory, 'nobody') };
  await t.rejects(dial(nobody, {}, patience()), { code: 'ENOENT' });
});

t.test('an attempt that is given up is heard out, since the back end would end otherwise', async (t) => {
  const end = await backEnd(t);
  await guest(t, end, 10, (socket) => void socket.resume());
  // Nobody is answered until all of them have been given up.
  const hold = join(end.directory, 'hold');
  writeFileSync(hold, '');
  const attempts = Array.from({ length: 20 }, (_, index) => {
    const given = new AbortController();
    setTimeout(() => given.abort(new Error('given up')), index * 2);
    return t.rejects(dial(end.target(10), {}, given.signal), { message: 'given up' });
  });
  await Promise.all(attempts);
  rmSync(hold);
  const after = await dial(end.target(10), {}, patience());
  after.destroy();
  t.equal(end.complaint, '', 'it was never left alone');
  const rude = connect(end.target(10).path);
  rude.write('CONNECT 10\n');
  await once(rude, 'connect');
  rude.destroy();
  while (end.complaint === '') await delay(5);
  t.match(end.complaint, /panicked/, 'the stand-in would have said so');
});

t.test('the relay ends a session whose client has ended, once nothing moves any more', async (t) => {
  const end = await backEnd(t);
  const heard: string[] = [];
  const lingerMilliseconds = 2000;
  let asked = 0;
  let said = '';
  // Waits for an end that this back end never tells of, and goes on with each part as the client has got the one before.
  let say = (): void => undefined;
  await guest(t, end, 11, (socket) => {
    say = () => {
      said += '.';
      socket.write('.');
    };
    socket.on('data', (chunk) => {
      heard.push(String(chunk));
      asked = performance.now();
      say();
    });
  });
  const relay = await Relay.listen({
    ...defaultRelayOptions,
    listen: { host: '127.0.0.1', port: 0 },
    target: end.target(11),
    lingerMilliseconds,
  });
  t.teardown(() => relay.stop());
  const socket = connect({ ...relay.address, allowHalfOpen: true });
  socket.end('question');
  let answer = '';
  for await (const chunk of socket) {
    answer += String(chunk);
    // Longer than the relay waits: what moves is what counts.
    await delay(50);
    if (performance.now() - asked < 1.5 * lingerMilliseconds) say();
  }
  t.equal(answer, said, 'what was under way came, each part within the time');
  t.same(heard, ['question']);
  while (relay.counts.open > 0) await delay(5);
  t.match(relay.counts, { open: 0, failed: 0 }, 'and nothing is left open');
});

t.test("an enclave's end reaches the client, and a client that stays then is let go", async (t) => {
  const end = await backEnd(t);
  await guest(t, end, 12, (socket) => {
    socket.write('refused');
    setTimeout(() => socket.destroy(), 50);
  });
  const relay = await Relay.listen({
    ...defaultRelayOptions,
    listen: { host: '127.0.0.1', port: 0 },
    target: end.target(12),
    // Longer than a busy client takes to read what is there.
    lingerMilliseconds: 2000,
  });
  t.teardown(() => relay.stop());
  const socket = connect({ ...relay.address, allowHalfOpen: true });
  socket.on('error', () => {});
  let answer = '';
  socket.on('data', (chunk) => {
    answer += String(chunk);
  });
  await once(socket, 'end');
  t.equal(answer, 'refused');
  while (relay.counts.open > 0) await delay(5);
  socket.destroy();
});

t.test('a relay process is told of every kind of target, and of no other', (t) => {
  const base = { ...defaultRelayOptions, listen: { host: 'h', port: 1 } };
  const parse = (target: unknown) => parseRelayConfiguration(JSON.stringify({ ...base, target }));
  const good = [
    { kind: 'unix', path: '/a' },
    { kind: 'vhost-user', path: '/a', port: 5006 },
    { kind: 'vsock', cid: 16, port: 5006 },
  ];
  for (const target of good) t.same(parse(target).target, target);
  const bad = [
    undefined,
    null,
    { kind: 'tcp', host: 'h', port: 1 },
    { kind: 'unix', path: '' },
    { kind: 'vhost-user', path: '/a' },
    { kind: 'vhost-user', path: '/a', port: -1 },
    { kind: 'vsock', cid: 2 ** 32 - 1, port: 1 },
    { kind: 'vsock', cid: 16, port: 5006, path: '/a' },
  ];
  for (const target of bad) t.throws(() => parse(target), { code: 'RELAY_CONFIGURATION' });
  const lingering = { ...base, target: good[0], lingerMilliseconds: 5 };
  t.equal(parseRelayConfiguration(JSON.stringify(lingering)).lingerMilliseconds, 5);
  t.end();
});
