import { createPrivateKey, generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionOptions } from 'node:tls';
import t, { type Test } from 'tap';
import { createParty } from '../../host-bridge/cli/demo-parties.ts';
import { encodeDataHeader, encodeRequest } from '../../proto/wire/request-codec.ts';
import { KeyUsage } from '../../proto/x509/certificate.ts';
import {
  basicConstraints,
  commonNameOnly,
  issueCertificate,
  keyUsage,
} from '../../proto/x509/certificate-writer.ts';
import { Oid } from '../../proto/x509/object-identifiers.ts';
import { encodePem } from '../../proto/x509/pem.ts';
import { statusWhen } from '../support/enclave-status.ts';
import { policyText, READ, WRITE } from '../support/policy-text.ts';
import { makeParty, type Party, startTestEnclave } from '../support/test-enclave.ts';
import { controlOf, launchBare } from './bare-enclave.ts';
import { closeOf, codeOf, RawParty } from './raw-party.ts';
import {
  extension,
  HandshakeType,
  RecordType,
  readExtensions,
  Tls13Client,
  uint,
  vector,
} from './tls13-client.ts';

const [owner, stranger] = await Promise.all([makeParty('harriet-the-owner'), makeParty('stranger')]);
const authority = await certify('ignatius-the-authority', undefined);
const issued = await certify('issued-by-ignatius', authority);
const parties = [owner, authority].map(({ certificate }) => ({
  certificate,
  rights: { '/note': READ | WRITE },
}));
/** Time for a handshake that others hold up, too. */
const LIMITS = { sessions: 6, sessionsPerIdentity: 2, handshakeMilliseconds: 4000 };
const [enclave, legacy, small] = await Promise.all([
  startTestEnclave({ parties }),
  startTestEnclave({ parties, ciphersuite: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256' }),
  startTestEnclave({ parties }, { limits: LIMITS }),
]);
t.teardown(() => Promise.all([enclave.stop(), legacy.stop(), small.stop()]));
const { address } = enclave.relay;
const POLICY_HASH = encodeRequest({ context: 7, kind: 'request_policy_hash' });

/** What everything here comes to: the runtime still serves who is in the policy. */
async function stillServes(t: Test, at = enclave): Promise<void> {
  const party = await RawParty.open(at.relay.address, owner);
  party.send(POLICY_HASH);
  const answer = await party.answer();
  t.equal(answer?.context, 7, 'the next party is served');
  party.close();
  await party.ended;
}

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
  await stillServes(t);
});

t.test('connections are bounded in number and in the time they may take', async (t) => {
  const { address } = small.relay;
  const open = () => RawParty.open(address, owner);
  const [first, second] = await Promise.all([open(), open()]);
  const third = await open();
  t.equal(codeOf(await third.answer()), 'SESSION_LIMIT');
  t.equal(await third.ended, '');
  const other = await RawParty.open(address, authority);
  other.send(POLICY_HASH);
  t.equal(codeOf(await other.answer()), '', 'one party takes no place of another');

  const idle = Array.from({ length: LIMITS.sessions - 3 }, () =>
    connect(address).on('error', () => undefined),
  );
  const closed = Promise.all(idle.map((socket) => closeOf(socket.resume())));
  await delay(100);
  const fresh = await RawParty.open(address, authority);
  fresh.send(POLICY_HASH);
  t.equal(
    codeOf(await fresh.answer()),
    '',
    'beyond the limit a party takes the place of one that has shown nothing',
  );
  fresh.close();
  await closed;
  t.pass('those that do not shake hands are closed in time');
  first.close();
  await first.ended;
  // The enclave hears of the end a little later than the party.
  await statusWhen(small, ({ sessions }) => sessions === 2);
  await stillServes(t, small);
  for (const party of [second, other]) {
    party.send(POLICY_HASH);
    t.equal(codeOf(await party.answer()), '');
    party.close();
  }
});

t.test('a certificate that ends takes its sessions along', async (t) => {
  const bare = await launchBare(t);
  // Certificates count in whole seconds. There are enough of them for all that comes before the end.
  const notAfter = Math.ceil(Date.now() / 1000 + 5) * 1000;
  const party = await createParty('jemima-the-short-lived', notAfter);
  const { pcr0 } = bare.measurements;
  const policy = policyText({
    parties: [{ certificate: party.certificate, rights: { '/note': READ } }],
    pcr0,
  });
  await (await controlOf(t, bare)).setPolicy(policy);

  const early = await RawParty.open({ path: bare.dataTarget.path }, party);
  early.send(POLICY_HASH);
  t.equal(codeOf(await early.answer()), '', 'until then it is a party like any other');
  await delay(notAfter - Date.now() + 50);
  early.send(POLICY_HASH);
  t.equal(codeOf(await early.answer()), 'IDENTITY_UNKNOWN', 'an open session ends as well');
  t.equal(await early.ended, '');
  const late = await RawParty.open({ path: bare.dataTarget.path }, party);
  late.send(POLICY_HASH);
  t.equal(codeOf(await late.answer()), 'IDENTITY_UNKNOWN');
  t.equal(await late.ended, '');
});

/** A party whose certificate `issuer` signed; without one, an authority that signed its own. */
async function certify(name: string, issuer: Party | undefined): Promise<Party> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signer = issuer === undefined ? privateKey : createPrivateKey(issuer.key);
  const certificate = await issueCertificate(
    {
      serial: randomBytes(16),
      issuer: commonNameOnly(issuer?.name ?? name),
      subject: commonNameOnly(name),
      notBefore: Date.now() - 60_000,
      notAfter: Date.now() + 3_600_000,
      publicKey: publicKey.export({ type: 'spki', format: 'der' }),
      extensions: [
        basicConstraints(issuer === undefined),
        keyUsage(KeyUsage.DIGITAL_SIGNATURE | (issuer === undefined ? KeyUsage.KEY_CERT_SIGN : 0)),
      ],
      signatureAlgorithm: Oid.ECDSA_SHA256,
    },
    async (tbs) => sign('sha256', tbs, { key: signer, dsaEncoding: 'ieee-p1363' }),
  );
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  return { name, certificate: encodePem('CERTIFICATE', certificate), key };
}
