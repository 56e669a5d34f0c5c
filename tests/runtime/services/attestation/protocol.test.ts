import { createHash, createPublicKey } from 'node:crypto';
import t from 'tap';
import { readAll, serveAttestation } from './served-attestation.ts';

const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString();

t.test('the answers, byte for byte', async (t) => {
  const { exchange } = await serveAttestation(t);
  const exact: [request: string, answer: RegExp][] = [
    ['{"command":"ping"}\n', /^\{"success":true,"message":"pong","timestamp":\d{10}\}\n$/],
    [
      '{"command":"status"}\n',
      /^\{"success":true,"status":"running","port":9000,"uptime":[\d.]+,"documents":0,"keys":0,"phase":"awaiting-policy"\}\n$/,
    ],
    [
      // As the vsock guide writes it.
      '{\n  "command": "attest",\n'.replaceAll('\n', ' ') +
        '"user_data": "hello-from-enclave", "nonce": "optional-nonce", "generate_key": false}\n',
      /^\{"success":true,"attestation_document":"ZG9jdW1lbnQgMQ==","user_data":"hello-from-enclave","nonce":"optional-nonce","has_public_key":false,"document_size":10,"timestamp":\d{13}\}\n$/,
    ],
    [
      '{"command":"sign"}\n',
      /^\{"success":false,"error":"Unknown command: sign","code":"REQUEST_UNSUPPORTED","available_commands":\["ping","attest","status"\]\}\n$/,
    ],
    [
      'attest\n',
      /^\{"success":false,"error":"Invalid JSON request: invalid JSON at line 1, column 1: [^"]+","code":"JSON_INVALID"\}\n$/,
    ],
  ];
  for (const [request, answer] of exact) t.match(await exchange(request), answer, request);
});

t.test('a document has what was asked for, and what the original adds unasked', async (t) => {
  const { ask, asked } = await serveAttestation(t);
  t.match(await ask({ command: 'attest' }), { user_data: 'hello-from-enclave', nonce: null });
  t.equal(text(asked[0]!.userData), 'hello-from-enclave');
  t.equal(asked[0]!.nonce, undefined, 'null in the document');
  t.equal(asked[0]!.publicKey, undefined);

  const given = { user_data: 'session-12345 ✓', nonce: 'challenge-abc' };
  t.match(await ask({ command: 'attest', ...given }), { ...given, has_public_key: false, key_id: undefined });
  t.equal(text(asked[1]!.userData), given.user_data);
  t.equal(text(asked[1]!.nonce), given.nonce);

  t.match(await ask({ command: 'attest', user_data: null, nonce: '' }), { user_data: null, nonce: '' });
  t.equal(asked[2]!.userData, undefined);
  t.same(asked[2]!.nonce, new Uint8Array(0), 'empty is not null');
});

t.test('a key is made inside and named by the hash of its public half', async (t) => {
  const { ask, asked, keys } = await serveAttestation(t);
  const answer = await ask({ command: 'attest', generate_key: true });
  const { publicKey } = asked[0]!;
  const key = createPublicKey({ key: Buffer.from(publicKey!), type: 'spki', format: 'der' });
  t.equal(key.asymmetricKeyDetails?.namedCurve, 'secp384r1');
  t.equal(answer.has_public_key, true);
  t.equal(answer.key_id, createHash('sha256').update(publicKey!).digest('hex'));
  t.ok((answer.key_expires as number) > Date.now());
  t.equal(keys.size, 1);
  t.match(await ask({ command: 'status' }), { documents: 1, keys: 1 });
});

t.test('a key that no document speaks for is not kept', async (t) => {
  const { ask, keys } = await serveAttestation(t, {
    attest: () => Promise.reject(new Error('of no matter')),
  });
  t.match(await ask({ command: 'attest', generate_key: true }), { success: false, code: 'INTERNAL' });
  t.equal(keys.size, 0);
});

t.test('uptime counts from the start of the service', async (t) => {
  const { ask } = await serveAttestation(t);
  const first = (await ask({ command: 'status' })).uptime as number;
  await new Promise((resolve) => setTimeout(resolve, 50));
  const second = (await ask({ command: 'status' })).uptime as number;
  t.ok(first < 60, 'it is no time of day, as it is in the original');
  t.ok(second - first >= 0.04, 'it goes on, in seconds');
});

t.test('requests come in any pieces, and may end with the connection', async (t) => {
  const { open, exchange } = await serveAttestation(t);
  const pieces = await open();
  for (const byte of Buffer.from('{"command":"ping"}\r\n')) {
    pieces.write(Buffer.of(byte));
    await new Promise(setImmediate);
  }
  t.match(await readAll(pieces), /"pong"/);
  pieces.destroy();

  const ended = await open();
  ended.end('{"command":"ping"}');
  t.match(await readAll(ended), /"pong"/);

  const silent = await open();
  silent.end();
  t.equal(await readAll(silent), '', 'who asks nothing gets nothing');
  t.match(
    await exchange('{"command":"ping"}\n{"command":"status"}\n'),
    /^[^\n]*"pong"[^\n]*\n$/,
    'one answer',
  );
});

t.test('callers that leave early take nothing with them', async (t) => {
  const { open, ask, asked } = await serveAttestation(t);
  for (let i = 0; i < 20; i++) {
    const socket = await open();
    socket.write('{"command":"attest"}\n');
    socket.destroy();
  }
  const { user_data } = await ask({ command: 'attest', user_data: 'still here' });
  t.equal(user_data, 'still here');
  t.ok(asked.length >= 1);
});
