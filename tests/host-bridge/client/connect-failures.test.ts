/** Attempts that end before there is anything to check: by the channel, by the peer, or by whoever made them. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import t from 'tap';
import { connect } from '../../../host-bridge/client/index.ts';
import { encodeLengthPrefix } from '../../../proto/wire/length-prefix.ts';
import { encodeResponse } from '../../../proto/wire/response-codec.ts';
import { StandInEnclave, type StandInOptions } from './stand-in-enclave.ts';

t.test('only TLS 1.3 with the suite of the policy will do', async (t) => {
  const attempt = async (tls: StandInOptions['tls'] & {}) =>
    connect((await StandInEnclave.start(t, { tls })).options);
  await t.rejects(
    attempt({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-CHACHA20-POLY1305' }),
    {
      code: 'CLIENT_TLS_FAILED',
    },
  );
  await t.rejects(attempt({ ciphers: 'TLS_AES_256_GCM_SHA384' }), { code: 'CLIENT_TLS_FAILED' });
  const enclave = await StandInEnclave.start(t);
  const policy = enclave.options.policy.replace(
    /TLS1_3_CHACHA20_POLY1305_SHA256/,
    'TLS-ECDHE-ECDSA-WITH-AES-256-GCM-SHA384',
  );
  await t.rejects(connect({ ...enclave.options, policy }), { code: 'CLIENT_TLS_VERSION' });
});

t.test('an address where nobody listens, or no TLS is spoken, has its own error', async (t) => {
  const { options } = await StandInEnclave.start(t);
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy()).resume();
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  await t.rejects(connect({ ...options, address: { host: '127.0.0.1', port } }), {
    code: 'CLIENT_TLS_FAILED',
  });
  await new Promise((resolve) => server.close(resolve));
  await t.rejects(connect({ ...options, address: { host: '127.0.0.1', port } }), {
    code: 'CLIENT_UNREACHABLE',
  });
});

t.test('a refusal by the enclave is told with its code', async (t) => {
  const error = {
    kind: 'error',
    error: new Uint8Array(0),
    code: 'IDENTITY_UNKNOWN',
    message: 'no party',
  } as const;
  const refuse = (socket: { end(bytes: Uint8Array): unknown }) =>
    socket.end(encodeResponse({ context: 0, status: 2, ...error }));
  const enclave = await StandInEnclave.start(t, { connection: refuse });
  await t.rejects(connect(enclave.options), {
    code: 'CLIENT_REFUSED',
    message: /IDENTITY_UNKNOWN.*no party/,
  });
  const veracruz = await StandInEnclave.start(t, {
    attest: (socket, { context }) => socket.write(encodeResponse({ context, status: 7, kind: 'none' })),
  });
  await t.rejects(connect(veracruz.options), { code: 'CLIENT_REFUSED', message: /FAILED_INVALID_REQUEST/ });
});

t.test('before it has proven anything a peer cannot make the client hold much', async (t) => {
  const enclave = await StandInEnclave.start(t, {
    attest: (socket) =>
      socket.write(Buffer.concat([encodeLengthPrefix((64 << 10) + 1), Buffer.alloc(1 << 16)])),
  });
  await t.rejects(connect(enclave.options), { code: 'CLIENT_PROTOCOL', message: /over the limit/ });
});

t.test('a peer that closes, says too much or another thing is refused', async (t) => {
  const attempt = async (attest: StandInOptions['attest'] & {}) =>
    connect((await StandInEnclave.start(t, { attest })).options);
  await t.rejects(
    attempt((socket) => socket.destroy()),
    { code: 'CLIENT_CLOSED' },
  );
  await t.rejects(
    attempt((socket) => socket.end()),
    { code: 'CLIENT_CLOSED' },
  );
  await t.rejects(
    attempt((socket) => socket.write(Buffer.from('00000000000000023a00', 'hex'))),
    { code: 'CLIENT_PROTOCOL' },
  );
  await t.rejects(
    attempt((socket, { context }) => socket.write(encodeResponse({ context, status: 1, kind: 'none' }))),
    { code: 'CLIENT_PROTOCOL' },
  );
  await t.rejects(
    attempt((socket, { context }) =>
      socket.write(encodeResponse({ context: context + 1, status: 1, kind: 'none' })),
    ),
    { code: 'CLIENT_PROTOCOL', message: /out of order/ },
  );
});

t.test('aborting gives up, whether before, in the handshake or in the attestation', async (t) => {
  const gone = new Error('changed my mind');
  const enclave = await StandInEnclave.start(t, { attest: () => undefined });
  await t.rejects(connect({ ...enclave.options, signal: AbortSignal.abort(gone) }), gone);
  const attesting = new AbortController();
  setTimeout(() => attesting.abort(gone), 50);
  await t.rejects(connect({ ...enclave.options, signal: attesting.signal }), gone);
  const mute = createServer((socket) => socket.on('error', () => undefined).resume());
  t.teardown(() => mute.close());
  await once(mute.listen(0, '127.0.0.1'), 'listening');
  const { port } = mute.address() as { port: number };
  const shaking = new AbortController();
  setTimeout(() => shaking.abort(gone), 50);
  const address = { host: '127.0.0.1', port };
  await t.rejects(connect({ ...enclave.options, address, signal: shaking.signal }), gone);
});
