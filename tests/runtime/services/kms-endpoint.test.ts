/** Who answers in place of the endpoint, and who does not answer. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import t from 'tap';
import type { KmsClientOptions } from '../../../runtime/services/kms/kms-client.ts';
import { dial, type Expected, setting } from './kms-setting.ts';

t.test('nothing is said to anyone but the endpoint', async (t) => {
  const { kms, with: other } = await setting(t);
  const rejected = (options: Partial<KmsClientOptions>, expected: Expected) =>
    t.rejects(other(options).generateRandom(1), expected);
  const tls = { code: 'KMS_TLS_FAILED' };
  const { rootCertificates } = await import('node:tls');
  await rejected({ roots: rootCertificates }, tls);
  await rejected({ endpoint: { host: 'kms.eu-west-2.amazonaws.com', port: 443 } }, tls);
  const expired = await setting(t, { notAfter: Date.now() - 86_400_000 });
  await t.rejects(expired.client.generateRandom(1), {
    ...tls,
    details: { endpoint: 'kms.eu-west-1.amazonaws.com:443', reason: 'CERT_HAS_EXPIRED' },
  });
  t.same([kms.asked, expired.kms.asked], [[], []]);

  const unreachable = { code: 'KMS_UNREACHABLE' };
  await rejected({ connect: () => dial(1) }, { ...unreachable, details: { reason: 'ECONNREFUSED' } });
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  const rude = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  const deaf = createServer((socket) => socket.end('220 mail\r\n')).listen(0, '127.0.0.1');
  const open: Socket[] = [];
  silent.on('connection', (socket) => open.push(socket));
  t.teardown(() => {
    for (const socket of open) socket.destroy();
    for (const server of [silent, rude, deaf]) server.close();
  });
  const portOf = (server: typeof silent) => (server.address() as { port: number }).port;
  await Promise.all([silent, rude, deaf].map((server) => server.listening || once(server, 'listening')));
  await rejected({ connect: () => dial(portOf(rude)) }, unreachable);
  await rejected({ connect: () => dial(portOf(deaf)) }, tls);
  await rejected(
    { connect: () => dial(portOf(silent)), milliseconds: 50 },
    {
      ...unreachable,
      details: { reason: 'no answer in 50 ms' },
    },
  );
  await rejected({ connect: () => new Promise(() => undefined), milliseconds: 50 }, unreachable);
  const abort = new AbortController();
  const waiting = other({ connect: () => dial(portOf(silent)) }).generateRandom(1, abort.signal);
  abort.abort(new Error('no longer wanted'));
  await t.rejects(waiting, { message: 'no longer wanted' });
});
