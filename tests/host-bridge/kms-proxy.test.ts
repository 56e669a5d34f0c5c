/** The host's end of the way to KMS, and the whole way: enclave's transport, proxy, HTTPS, attested answer. */
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { describeDestination, parseDestination } from '../../host-bridge/kms-proxy/destination.ts';
import { KmsProxy, type KmsProxyOptions } from '../../host-bridge/kms-proxy/kms-proxy.ts';
import { KMS_PROXY_PORT } from '../../proto/boot.ts';
import type { AttestationRequest } from '../../proto/nsm.ts';
import { unixTransport } from '../../runtime/boot/transport.ts';
import { KmsClient } from '../../runtime/services/kms/kms-client.ts';
import { KmsRecipient } from '../../runtime/services/kms/recipient.ts';
import { AttestationAuthority } from '../support/attestation-authority.ts';
import { StandInKms } from '../support/stand-in-kms.ts';
import { truce } from '../support/truce-command.ts';

const host = '127.0.0.1';

async function proxied(t: Test, port: number, options: Partial<KmsProxyOptions> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'truce-way-'));
  const failures: string[] = [];
  const proxy = await KmsProxy.listen({
    destinations: [{ door: KMS_PROXY_PORT, host, port }],
    enclave: { kind: 'unix', path: join(directory, '5006') },
    failed: (destination, reason) => failures.push(`${describeDestination(destination)} ${reason}`),
    ...options,
  });
  t.teardown(async () => {
    await proxy.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  const dial = () => unixTransport(directory).connectParent(KMS_PROXY_PORT);
  return { directory, proxy, failures, dial };
}

async function listening(
  t: Test,
  accept: (socket: Socket) => void,
): Promise<{ server: Server; port: number }> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    accept(socket);
  }).listen(0, host);
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return { server, port: (server.address() as { port: number }).port };
}

t.test('an enclave has its keys from KMS through it, many at once', async (t) => {
  const authority = await AttestationAuthority.create({ time: Date.now() });
  const whose = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'of+the/tests' };
  const keyId = 'alias/tests';
  const kms = await StandInKms.start({
    region: 'eu-west-1',
    credentials: whose,
    root: authority.root,
    keys: { [keyId]: { 0: '01'.repeat(48) } },
  });
  t.teardown(() => kms.close());
  const { dial, failures } = await proxied(t, kms.port);
  const nsm = {
    attest: ({ userData, publicKey }: AttestationRequest = {}) =>
      authority.document({
        timestamp: Date.now(),
        userData: userData ?? null,
        publicKey: publicKey ?? null,
      }),
  };
  const client = new KmsClient({
    region: 'eu-west-1',
    connect: dial,
    recipient: await KmsRecipient.create({ nsm, instanceId: new Uint8Array(16), now: Date.now }),
    credentials: () => whose,
    roots: [kms.certificate],
  });
  const keys = await Promise.all(Array.from({ length: 30 }, () => client.generateDataKey({ keyId })));
  for (const { plaintext, ciphertext } of keys.slice(0, 3))
    t.same(await client.decrypt({ keyId, ciphertext }), plaintext);
  t.equal(new Set(keys.map(({ plaintext }) => Buffer.from(plaintext).toString('hex'))).size, 30);
  await kms.close();
  await t.rejects(client.generateRandom(1), { code: 'KMS_UNREACHABLE' });
  t.same(failures, [`8000=127.0.0.1:${kms.port} ECONNREFUSED`]);
});

t.test('bytes and ends pass both ways, whole', async (t) => {
  const { port } = await listening(t, async (socket) => {
    const parts: Buffer[] = [];
    for await (const part of socket.iterator({ destroyOnReturn: false })) parts.push(part);
    socket.end(Buffer.concat(parts).reverse());
  });
  const { dial } = await proxied(t, port);
  const sent = Buffer.alloc(3 << 20, 'abcdefg');
  const answers = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const socket = await dial();
      socket.allowHalfOpen = true;
      socket.end(sent);
      const parts: Buffer[] = [];
      for await (const part of socket) parts.push(part);
      return Buffer.concat(parts);
    }),
  );
  for (const answer of answers) t.ok(answer.equals(Buffer.from(sent).reverse()));
});

t.test('connections are bounded in number and time, and all end with it', async (t) => {
  const { port } = await listening(t, () => undefined);
  const closing = (socket: Socket) => once(socket.on('error', () => undefined).resume(), 'close');
  const { dial, proxy, directory } = await proxied(t, port, { connections: 2 });
  const open = [await dial(), await dial()].map(closing);
  await closing(await dial());
  t.pass('a third one is closed as it comes');
  const impatient = await proxied(t, port, { idleMilliseconds: 200 });
  await closing(await impatient.dial());
  t.pass('one that carries nothing is closed');
  await Promise.all([...open, proxy.stop()]);
  t.same(readdirSync(directory), []);
  const blocked = { kind: 'unix', path: join(directory, 'none', '5006') } as const;
  const destinations = [{ door: 8000, host, port }];
  await t.rejects(KmsProxy.listen({ destinations, enclave: blocked }), {
    code: 'KMS_PROXY_LISTEN',
    details: { door: 8000 },
  });
});

t.test('destinations are named by the host alone, one for each door', async (t) => {
  const parsed = (text: string) => {
    const destination = parseDestination(text);
    return destination && describeDestination(destination);
  };
  t.equal(parsed('eu-west-1'), '8000=kms.eu-west-1.amazonaws.com:443');
  t.equal(parsed('us-gov-west-1'), '8000=kms.us-gov-west-1.amazonaws.com:443');
  t.equal(parsed('cn-north-1'), '8000=kms.cn-north-1.amazonaws.com.cn:443');
  t.equal(parsed('8001=eu-west-2'), '8001=kms.eu-west-2.amazonaws.com:443');
  t.equal(parsed('kms.example.org:8443'), '8000=kms.example.org:8443');
  t.equal(parsed('9=[::1]:443'), '9=[::1]:443');
  for (const text of [
    '',
    'eu',
    'host',
    'host:0',
    'host:65536',
    '0=host:1',
    '4294967295=host:1',
    'a b:1',
    'http://a:1',
  ])
    t.equal(parsed(text), undefined, text);
  const refused = await truce(['serve', '--policy', '/none', '--kms-proxy', 'a:1', '--kms-proxy', 'b:2']);
  t.equal(refused.code, 2);
  t.match(refused.stderr, /8000/);
});
