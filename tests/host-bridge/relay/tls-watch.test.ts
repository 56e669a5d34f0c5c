import fc from 'fast-check';
import t from 'tap';
import { GuessLimit, plainAddress } from '../../../host-bridge/relay/guess-limit.ts';
import { encodeBlob, parsePlaneRequest } from '../../../host-bridge/relay/http-body.ts';
import { MessageReader, RecordReader } from '../../../host-bridge/relay/tls-records.ts';
import { TlsWatch } from '../../../host-bridge/relay/tls-watch.ts';
import { TruceError } from '../../../proto/errors.ts';

function record(type: number, body: Buffer): Buffer {
  const header = Buffer.from([type, 3, 3, 0, 0]);
  header.writeUInt16BE(body.length, 3);
  return Buffer.concat([header, body]);
}

function message(type: number, length: number, start = Buffer.alloc(0)): Buffer {
  const header = Buffer.from([type, 0, 0, 0]);
  header.writeUIntBE(length, 1, 3);
  return Buffer.concat([header, start, Buffer.alloc(length - start.length)]);
}

const handshake = (...messages: readonly Buffer[]) => record(22, Buffer.concat(messages));
const changeCipherSpec = record(20, Buffer.from([1]));
const encrypted = (length: number) => record(23, Buffer.alloc(length));
const clientHello = handshake(message(1, 200));
const RETRY = Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex');

function serverHello(suite: number, random = Buffer.alloc(32, 7), session = 32): Buffer {
  const number = Buffer.from([suite >> 8, suite & 0xff]);
  return message(
    2,
    120,
    Buffer.concat([Buffer.from([3, 3]), random, Buffer.from([session]), Buffer.alloc(session), number]),
  );
}

/** A TLS 1.3 handshake of AES-256: the enclave's flight, and the client's. */
const flight = [handshake(serverHello(0x1302)), changeCipherSpec, ...[23, 50, 1500, 95, 69].map(encrypted)];
const clientFlight = [changeCipherSpec, ...[700, 96, 69].map(encrypted)];

function opened(): TlsWatch {
  const watch = new TlsWatch();
  watch.sent(clientHello);
  watch.received(Buffer.concat(flight));
  watch.sent(Buffer.concat(clientFlight));
  return watch;
}

t.test(
  "in TLS 1.3's handshake the ClientHello is answered, by a whole flight, and the client's is not",
  (t) => {
    const watch = new TlsWatch();
    t.ok(watch.sent(clientHello));
    t.same(watch.due, { kind: 'answer' });
    for (const part of flight) {
      t.equal(watch.speaking, true);
      t.ok(watch.received(part));
    }
    t.equal(watch.speaking, false, 'behind its Finished');
    for (const [part, due] of [
      [clientFlight[0]!, 'nothing'],
      [clientFlight[1]!, 'nothing'],
      [clientFlight[2]!, 'continuation'],
      [clientFlight[3]!, 'nothing'],
      [encrypted(40), 'answer'],
    ] as const) {
      t.ok(watch.sent(part));
      t.equal(watch.due.kind, due);
    }
    const padded = new TlsWatch();
    padded.sent(clientHello);
    padded.received(Buffer.concat(flight));
    padded.sent(Buffer.concat([encrypted(700), encrypted(112), encrypted(80)]));
    padded.sent(encrypted(300));
    t.same(padded.due, { kind: 'answer' }, 'a Finished that is padded to 16 bytes is one, too');
    t.end();
  },
);

t.test('a second ClientHello is answered as the first, and so is one in pieces', (t) => {
  const watch = new TlsWatch();
  watch.sent(clientHello);
  watch.received(Buffer.concat([handshake(serverHello(0x1302, RETRY)), changeCipherSpec]));
  t.equal(watch.speaking, false);
  watch.sent(changeCipherSpec);
  t.same(watch.due, { kind: 'nothing' });
  watch.sent(record(22, message(1, 200).subarray(0, 100)));
  t.same(watch.due, { kind: 'nothing' });
  watch.sent(record(22, message(1, 200).subarray(100)));
  t.same(watch.due, { kind: 'answer' });
  watch.received(Buffer.concat(flight));
  t.equal(watch.speaking, false);
  t.end();
});

t.test("in TLS 1.2's handshake each message says whose turn it is", (t) => {
  const watch = new TlsWatch();
  watch.sent(clientHello);
  watch.received(handshake(serverHello(0xc02c), message(11, 1200)));
  watch.received(handshake(message(12, 200), message(13, 40)));
  t.equal(watch.speaking, true);
  watch.received(handshake(message(14, 0)));
  t.equal(watch.speaking, false, 'behind ServerHelloDone');
  for (const part of [
    handshake(message(11, 700)),
    handshake(message(16, 66)),
    handshake(message(15, 76)),
    changeCipherSpec,
  ]) {
    watch.sent(part);
    t.same(watch.due, { kind: 'nothing' });
  }
  watch.sent(record(22, Buffer.alloc(40, 0xff)));
  t.same(watch.due, { kind: 'answer' }, 'the Finished, which is encrypted');
  watch.received(changeCipherSpec);
  t.equal(watch.speaking, true);
  watch.received(record(22, Buffer.alloc(40, 0xff)));
  t.equal(watch.speaking, false);
  watch.sent(encrypted(60));
  t.same(watch.due, { kind: 'answer' });
  watch.sent(record(21, Buffer.alloc(26)));
  t.same(watch.due, { kind: 'unsure' }, 'an alert');
  t.end();
});

t.test('full records go on, shorter ones end a message, and an answer begins another', (t) => {
  const watch = opened();
  const dues = (...lengths: readonly number[]) =>
    lengths.map((length) => {
      watch.sent(encrypted(length));
      return watch.due.kind === 'continuation' ? watch.due.run : watch.due.kind;
    });
  t.same(dues(16401, 16401, 16401, 300), [1, 2, 3, 'unsure']);
  watch.received(encrypted(50));
  t.same(dues(16401, 16400), [1, 'unsure'], 'a byte less than full is the last');
  watch.received(Buffer.concat([encrypted(16401), encrypted(16401)]));
  t.equal(watch.speaking, true, 'an answer never ends in a full record');
  watch.received(encrypted(19));
  t.equal(watch.speaking, false);
  watch.received(encrypted(18));
  t.equal(watch.speaking, true, 'nor in one of a single byte');
  watch.received(encrypted(16400));
  t.equal(watch.speaking, false);
  watch.received(encrypted(300).subarray(0, 100));
  t.equal(watch.speaking, true, 'nor within one');
  t.end();
});

t.test('a client of TLS 1.2 with little memory shows how it cuts its messages', (t) => {
  const watch = new TlsWatch();
  watch.sent(clientHello);
  watch.received(handshake(serverHello(0xcca9), message(14, 0)));
  watch.sent(Buffer.concat([handshake(message(16, 66)), changeCipherSpec, record(22, Buffer.alloc(40))]));
  watch.received(Buffer.concat([changeCipherSpec, record(22, Buffer.alloc(40))]));
  const due = (length: number) => {
    watch.sent(encrypted(length));
    return watch.due.kind;
  };
  t.equal(due(60), 'answer', 'a request without data is short');
  watch.received(encrypted(40));
  t.same([2016, 2016, 2016, 700].map(due), ['unsure', 'continuation', 'continuation', 'unsure']);
  watch.received(encrypted(40));
  t.same([2016, 1500].map(due), ['continuation', 'unsure'], 'and is known from then on');
  t.end();
});

t.test('however the bytes are cut, the same is known at the end', (t) => {
  const client = Buffer.concat([...clientFlight, encrypted(16401), encrypted(16401), encrypted(200)]);
  const cuts = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 40 });
  const cut = (bytes: Buffer, sizes: readonly number[], take: (piece: Buffer) => boolean) => {
    for (let at = 0, turn = 0; at < bytes.length; turn++) {
      const end = at + (sizes[turn % sizes.length] ?? 1);
      if (!take(bytes.subarray(at, end))) throw new Error('not TLS');
      at = end;
    }
  };
  fc.assert(
    fc.property(cuts, cuts, (sizes, others) => {
      const watch = new TlsWatch();
      cut(clientHello, sizes, (piece) => watch.sent(piece));
      t.equal(watch.due.kind, 'answer');
      cut(Buffer.concat(flight), others, (piece) => watch.received(piece));
      t.equal(watch.speaking, false);
      cut(client, sizes, (piece) => watch.sent(piece));
      t.equal(watch.due.kind, 'unsure');
    }),
    { numRuns: 40 },
  );
  t.end();
});

t.test('any bytes are taken or refused, and nothing is kept of them', (t) => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), (chunks) => {
      const watch = new TlsWatch();
      for (const chunk of chunks) {
        if (!watch.sent(chunk)) return;
        t.match(watch.due.kind, /^(nothing|continuation|unsure|answer)$/);
      }
    }),
  );
  const ended: number[] = [];
  const messages = new MessageReader((type, head) => ended.push(type, head.length));
  const reader = new RecordReader({ handshake: (bytes) => messages.push(bytes), record: () => undefined });
  t.ok(reader.push(handshake(message(11, 0xfff), message(14, 0))));
  t.same(ended, [11, 73, 14, 4]);
  const malformed = [
    [0x16, 2, 0, 0, 1],
    [0x18, 3, 3, 0, 1],
    [0x13, 3, 3, 0, 1],
    [0x17, 3, 3, 0, 0],
    [0x17, 3, 3, 0x48, 1],
  ];
  for (const bytes of malformed) {
    t.notOk(
      new RecordReader({ handshake: () => undefined, record: () => undefined }).push(Buffer.from(bytes)),
    );
  }
  t.end();
});

t.test('bodies come back as they were written, and any other bytes are an error of the table', (t) => {
  const spaces = fc.stringMatching(/^[ \t\r\n\v\f]{1,5}$/);
  const body = fc.record({
    session: fc.nat({ max: 2 ** 32 - 1 }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 200 }),
  });
  fc.assert(
    fc.property(
      body,
      spaces,
      spaces,
      fc.stringMatching(/^( [!-~]+)*$/),
      ({ session, bytes }, before, between, after) => {
        const text = `${before}${session}${between}${encodeBlob(Buffer.from(bytes)).trim()}${after}`;
        t.same(parsePlaneRequest(Buffer.from(text)), { session, bytes: Buffer.from(bytes) });
      },
    ),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        const { session, bytes: blob } = parsePlaneRequest(Buffer.from(bytes));
        t.ok(session > 0 || blob.length > 0);
      } catch (error) {
        t.ok(error instanceof TruceError && error.code === 'RELAY_REQUEST_INVALID');
      }
    }),
  );
  t.end();
});

t.test('guesses run out for an address, come back with time, and others have their own', (t) => {
  const guesses = new GuessLimit();
  let counted = 0;
  for (; !guesses.exhausted('10.0.0.1', 0); counted++) guesses.count('10.0.0.1', 0);
  t.equal(counted, 512);
  t.notOk(guesses.exhausted('10.0.0.2', 0));
  t.ok(guesses.exhausted('10.0.0.1', 50));
  t.notOk(guesses.exhausted('10.0.0.1', 70), '16 a second');
  for (let count = 0; count < 512; count++) guesses.count('2001:db8:0:1::5', 0);
  t.ok(guesses.exhausted('2001:db8::1:ffff:0:0:9', 0), 'a /64 is one host');
  t.notOk(guesses.exhausted('2001:db8:0:2::5', 0));
  for (let count = 0; count < 70_000; count++) guesses.count(`10.1.${count >> 8}.${count & 255}`, 1);
  t.notOk(
    guesses.exhausted('10.0.0.1', 1),
    'who was quiet longest is forgotten: what is remembered is bounded',
  );
  t.equal(plainAddress('::ffff:192.0.2.1'), '192.0.2.1');
  t.equal(plainAddress('::1'), '::1');
  t.end();
});
