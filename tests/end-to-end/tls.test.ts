import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { connect } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import t from 'tap';
import { encodeDataHeader, encodeRequest } from '../../proto/wire/request-codec.ts';
import { makeParty, type Party, startTestEnclave } from '../support/test-enclave.ts';
import { closeOf, codeOf, RawParty } from './raw-party.ts';
import { authority, certify, listed, owner, POLICY_HASH, stillServes } from './tls-parties.ts';
import {
  extension,
  HandshakeType,
  RecordType,
  readExtensions,
  Tls13Client,
  uint,
  vector,
} from './tls13-client.ts';

const stranger = await makeParty('stranger');
const issued = await certify('issued-by-ignatius', authority);
const [enclave, legacy] = await Promise.all([
  startTestEnclave({ parties: listed }),
  startTestEnclave({ parties: listed, ciphersuite: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256' }),
]);
t.teardown(() => Promise.all([enclave.stop(), legacy.stop()]));
const { address } = enclave.relay;

t.test("only the policy's version and suite are spoken", async (t) => {
  const TLS_1_3 = ['TLS_AES_128_GCM_SHA256', 'TLS_CHACHA20_POLY1305_SHA256'];
  const refused: [ConnectionOptions, RegExp][] = [
    [{ maxVersion: 'TLSv1.2' }, /ALERT_PROTOCOL_VERSION/],
    [
      { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' },
      /ALERT_PROTOCOL_VERSION/,
    ],
    ...TLS_1_3.map((ciphers): [ConnectionOptions, RegExp] => [{ ciphers }, /ALERT_HANDSHAKE_FAILURE/]),
    [{ ecdhCurve: 'P-521' }, /ALERT_HANDSHAKE_FAILURE/],
  ];
  for (const [options, alert] of refused) {
    const party = await RawParty.open(address, owner, options);
    t.match(await party.ended, alert, JSON.stringify(options));
    t.equal(party.received.length, 0);
  }
  const party = await RawParty.open(address, owner);
  t.match(party.socket.getCipher(), { name: 'TLS_AES_256_GCM_SHA384', version: 'TLSv1.3' });
  party.close();
});

t.test('a suite of TLS 1.2 is taken exactly, and by legacy clients alone', async (t) => {
  const other = await RawParty.open(legacy.relay.address, owner, {
    maxVersion: 'TLSv1.2',
    ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  });
  t.match(await other.ended, /ALERT_HANDSHAKE_FAILURE/);
  const newer = await RawParty.open(legacy.relay.address, owner, { minVersion: 'TLSv1.3' });
  t.match(await newer.ended, /ALERT_PROTOCOL_VERSION/);
  await t.rejects(legacy.connect(owner), { code: 'CLIENT_TLS_VERSION' });

  const party = await RawParty.open(legacy.relay.address, owner, { maxVersion: 'TLSv1.2' });
  t.match(party.socket.getCipher(), { name: 'ECDHE-ECDSA-AES128-GCM-SHA256' });
  party.send(POLICY_HASH, encodeRequest({ context: 8, kind: 'attest', nonce: randomBytes(32) }));
  t.equal(codeOf(await party.answer()), '');
  t.equal(codeOf(await party.answer()), 'REQUEST_UNSUPPORTED', 'no channel of TLS 1.2 is attested');

  const renegotiated = new Promise<Error | null>((resolve) =>
    party.socket.renegotiate({ rejectUnauthorized: false }, resolve),
  );
  t.match(await Promise.race([renegotiated, party.ended]), /NO_RENEGOTIATION/i);
  const session = party.socket.getSession();
  party.close();
  const again = await RawParty.open(legacy.relay.address, owner, {
    maxVersion: 'TLSv1.2',
    ...(session && { session }),
  });
  t.notOk(again.socket.isSessionReused());
  t.equal(again.socket.getTLSTicket(), undefined);
  again.send(POLICY_HASH);
  t.equal(codeOf(await again.answer()), '', 'an attempt to resume is a full handshake');
  again.close();
});

t.test('whoever is not in the policy gets one typed error and a close', async (t) => {
  const strangers: Record<string, Party | undefined> = {
    'no certificate': undefined,
    'an unlisted certificate': stranger,
    'a certificate of an authority that is listed': issued,
    'the same with its authority behind it': {
      ...issued,
      certificate: `${issued.certificate}${authority.certificate}`,
    },
  };
  for (const [who, party] of Object.entries(strangers)) {
    const raw = await RawParty.open(address, party);
    raw.send(POLICY_HASH, encodeRequest({ context: 9, kind: 'read_file', fileName: '/note' }));
    t.match(await raw.answer(), { status: 2, context: 0, error: { code: 'IDENTITY_UNKNOWN' } }, who);
    t.match(await raw.ended, '', `${who}: the close is one in order`);
    t.equal(raw.received.length, 0, `${who}: nothing else`);
  }
  const listed = await RawParty.open(address, authority);
  listed.send(POLICY_HASH);
  t.equal(codeOf(await listed.answer()), '', 'the authority itself is a party like any other');
  listed.close();
});

t.test('a certificate is worth nothing without its key', async (t) => {
  const client = await Tls13Client.start(address);
  client.finish(new X509Certificate(owner.certificate).raw, createPrivateKey(stranger.key));
  client.send(RecordType.applicationData, Buffer.from(POLICY_HASH));
  const DECRYPT_ERROR = 51;
  // What was sent behind it may meet a closed connection, whose reset overtakes the alert: then nothing comes at all.
  const alert = { type: RecordType.alert, content: Buffer.of(2, DECRYPT_ERROR) };
  const rest = await client.rest();
  t.same(rest, rest.length === 0 ? [] : [alert]);
});

t.test('the handshake names no party, offers no ticket and takes no early data', async (t) => {
  const unknownTicket = [
    extension(42, Buffer.alloc(0)),
    // One identity of 32 bytes that the server cannot know, with a binder.
    extension(
      41,
      Buffer.concat([
        vector(2, vector(2, randomBytes(32)), uint(4, 0)),
        vector(2, vector(1, randomBytes(48))),
      ]),
    ),
  ];
  for (const extensions of [[], unknownTicket]) {
    const client = await Tls13Client.start(address, ...extensions);
    const messages = new Map(client.flight.map(({ type, content }) => [type, content]));
    t.same(
      [...messages.keys()],
      [
        HandshakeType.serverHello,
        HandshakeType.encryptedExtensions,
        HandshakeType.certificateRequest,
        HandshakeType.certificate,
        HandshakeType.certificateVerify,
        HandshakeType.finished,
      ],
    );
    const flight = Buffer.concat(client.flight.map(({ content }) => content));
    for (const { name, certificate } of [owner, authority]) {
      t.notOk(flight.includes(name), `${name} is not named`);
      t.notOk(flight.includes(new X509Certificate(certificate).raw.subarray(0, 64)));
    }
    const requested = readExtensions(messages.get(HandshakeType.certificateRequest)!.subarray(1));
    t.same([...requested.keys()], [13], 'it asks for signature algorithms, and for no authority');
    const SHA1 = [0x0201, 0x0203];
    const algorithms = requested.get(13)!;
    for (let at = 2; at < algorithms.length; at += 2) t.notOk(SHA1.includes(algorithms.readUInt16BE(at)));
    const taken = readExtensions(messages.get(HandshakeType.encryptedExtensions)!);
    t.notOk(taken.has(42), 'no early data');
    client.finish(new X509Certificate(owner.certificate).raw, createPrivateKey(owner.key));
    client.send(RecordType.applicationData, Buffer.from(POLICY_HASH));
    const first = await client.next();
    t.equal(first?.type, RecordType.applicationData, 'the answer comes first: no ticket before it');
    client.send(RecordType.alert, Buffer.of(1, 0));
    t.same(await client.rest(), [{ type: RecordType.alert, content: Buffer.of(1, 0) }]);
  }
  const party = await RawParty.open(address, owner);
  let tickets = 0;
  party.socket.on('session', () => {
    tickets++;
  });
  party.send(POLICY_HASH);
  await party.answer();
  t.equal(tickets, 0);
  const session = party.socket.getSession();
  party.close();
  const again = await RawParty.open(address, owner, session === undefined ? {} : { session });
  t.notOk(again.socket.isSessionReused());
  again.close();
});

t.test('bytes that are no TLS, broken records and cut connections end nothing but themselves', async (t) => {
  const plain = async (bytes: Uint8Array | string) => {
    const socket = connect(address);
    socket.on('error', () => undefined);
    const received: Buffer[] = [];
    socket.on('data', (chunk) => received.push(chunk));
    socket.write(bytes);
    await closeOf(socket);
    return Buffer.concat(received);
  };
  // OpenSSL says nothing to what is no TLS at all.
  const tellsNothing = (bytes: Buffer) =>
    bytes.length === 0 || (bytes.length === 7 && bytes[0] === RecordType.alert);
  for (const bytes of [
    'GET /runtime_manager HTTP/1.1\r\nHost: enclave\r\n\r\n',
    Buffer.concat([Buffer.of(RecordType.handshake, 0xff, 0xff), randomBytes(64)]),
    Buffer.concat([Buffer.of(RecordType.handshake, 3, 1, 0xff, 0xff), randomBytes(70_000)]),
    Buffer.concat([Buffer.of(RecordType.handshake, 3, 1, 0, 64), randomBytes(64)]),
    POLICY_HASH,
  ])
    t.ok(tellsNothing(await plain(bytes)));

  const [UNEXPECTED_MESSAGE, BAD_RECORD_MAC, RECORD_OVERFLOW] = [10, 20, 22];
  const garbage = Buffer.concat([Buffer.of(RecordType.applicationData, 3, 3), vector(2, randomBytes(200))]);
  const { finished, clientHello } = HandshakeType;
  const bent: [string, number, (client: Tls13Client) => void][] = [
    ['garbage', BAD_RECORD_MAC, (client) => client.socket.write(garbage)],
    ['too long', RECORD_OVERFLOW, (client) => client.send(RecordType.applicationData, Buffer.alloc(16_385))],
    ['of no type', UNEXPECTED_MESSAGE, (client) => client.send(0, Buffer.alloc(4))],
    ['a second Finished', UNEXPECTED_MESSAGE, (client) => client.send(22, Buffer.of(finished, 0, 0, 0))],
    ['a second hello', UNEXPECTED_MESSAGE, (client) => client.send(22, Buffer.of(clientHello, 0, 0, 0))],
  ];
  for (const [what, alert, send] of bent) {
    const client = await Tls13Client.start(address);
    client.finish(new X509Certificate(owner.certificate).raw, createPrivateKey(owner.key));
    send(client);
    t.same(
      await client.rest(),
      [{ type: RecordType.alert, content: Buffer.of(2, alert) }],
      `a record: ${what}`,
    );
  }

  const slow = await RawParty.open(address, owner);
  for (const byte of POLICY_HASH) slow.send(Buffer.of(byte));
  t.equal(codeOf(await slow.answer()), '', 'a request of records of one byte is a request');
  slow.close();

  const header = encodeDataHeader({ context: 1, kind: 'write_file', fileName: '/note', length: 1 << 20 });
  for (const cut of [POLICY_HASH.subarray(0, 5), Buffer.concat([header, Buffer.alloc(70_000)])]) {
    const client = await Tls13Client.start(address);
    client.finish(new X509Certificate(owner.certificate).raw, createPrivateKey(owner.key));
    client.send(RecordType.applicationData, Buffer.from(cut.subarray(0, 16_000)));
    client.socket.end();
    await client.rest();
  }
  const half = await Tls13Client.start(address);
  half.socket.resetAndDestroy();
  await stillServes(t, enclave);
});
