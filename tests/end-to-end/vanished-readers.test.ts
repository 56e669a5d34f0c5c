import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'node:tls';
import t from 'tap';
import { encodeRequest } from '../../proto/wire/request-codec.ts';
import { READ, WRITE } from '../support/policy-text.ts';
import { makeParty, startTestEnclave } from '../support/test-enclave.ts';

const BYTES = 32 << 20;

t.test('a reader that vanishes while its answers are under way harms nobody', async (t) => {
  const party = await makeParty('reader');
  const enclave = await startTestEnclave({
    parties: [{ certificate: party.certificate, rights: { '/large': READ | WRITE } }],
  });
  t.teardown(() => enclave.stop());
  const session = await enclave.connect(party);
  await session.writeFile('/large', Buffer.alloc(BYTES, 7));
  const read = (context: number) => encodeRequest({ context, kind: 'read_file', fileName: '/large' });
  const leave = {
    'closes at once': (socket: ReturnType<typeof connect>) => socket.destroy(),
    'says goodbye with answers outstanding': (socket: ReturnType<typeof connect>) => socket.end(),
  };
  for (const [how, go] of Object.entries(leave)) {
    const socket = connect({
      ...enclave.relay.address,
      cert: party.certificate,
      key: party.key,
      rejectUnauthorized: false,
    });
    await once(socket, 'secureConnect');
    socket.pause();
    socket.on('error', () => undefined);
    socket.write(Buffer.concat([1, 2, 3, 4].map(read)));
    // Until the buffers on the way are full, and the runtime waits for us.
    await delay(300);
    go(socket);
    await delay(300);
    socket.destroy();
    t.equal((await session.readFile('/large')).length, BYTES, `it ${how}: others are served`);
  }
  await session.close();
});

t.test('connections that show no certificate do not keep the parties out', async (t) => {
  const party = await makeParty('party');
  const enclave = await startTestEnclave(
    { parties: [{ certificate: party.certificate, rights: { '/x': READ | WRITE } }] },
    { limits: { sessions: 8 } },
  );
  t.teardown(() => enclave.stop());
  const silent = await Promise.all(Array.from({ length: 8 }, () => enclave.enclave.connectData()));
  t.teardown(() => {
    for (const socket of silent) socket.destroy();
  });
  const ended = Promise.race(silent.map((socket) => once(socket.resume(), 'end')));
  const session = await enclave.connect(party);
  await session.writeFile('/x', Buffer.from('served'));
  await ended;
  t.pass('one of them made room');
  await session.close();
});
