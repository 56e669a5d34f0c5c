import fc from 'fast-check';
import t from 'tap';
import { concatBytes, fromHex, toHex } from '../../../proto/bytes.ts';
import { TruceError } from '../../../proto/errors.ts';
import { ControlFrameDecoder, encodeControlFrame } from '../../../proto/wire/control-frame.ts';
import {
  type ControlRequest,
  type ControlResponse,
  decodeControlRequest,
  decodeControlResponse,
  encodeControlRequest,
  encodeControlResponse,
} from '../../../proto/wire/control-messages.ts';

const hex = (text: string): Uint8Array => fromHex(text.replaceAll(' ', ''))!;
const uuid = hex('00112233445566778899aabbccddeeff');

// Frames of Veracruz main's own encoder (bincode 1.3, crates/io-utils).
const requestGoldens: readonly (readonly [ControlRequest, string])[] = [
  [{ kind: 'new_tls_session' }, '040000000000000000 04000000'],
  [
    { kind: 'send_tls_data', session: 1, data: hex('aabb') },
    '120000000000000000 05000000 01000000 0200000000000000 aabb',
  ],
  [{ kind: 'get_tls_data', session: 1 }, '080000000000000000 02000000 01000000'],
  [
    { kind: 'attestation', challenge: hex('0102'), challengeId: uuid },
    '260000000000000000 00000000 0200000000000000 0102 1000000000000000 00112233445566778899aabbccddeeff',
  ],
  [
    { kind: 'initialize', policy: '{}', chain: hex('3000') },
    '180000000000000000 03000000 0200000000000000 7b7d 0200000000000000 3000',
  ],
];
const responseGoldens: readonly (readonly [ControlResponse, string])[] = [
  [{ kind: 'status', status: 0 }, '080000000000000000 01000000 00000000'],
  [{ kind: 'tls_session', session: 1 }, '080000000000000000 03000000 01000000'],
  [{ kind: 'tls_data', data: hex('ff'), alive: true }, '0e0000000000000000 02000000 0100000000000000 ff 01'],
];

const bytes = fc.uint8Array({ maxLength: 200 });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const text = fc.string({ unit: 'grapheme', maxLength: 50 });
const requests: fc.Arbitrary<ControlRequest> = fc.oneof(
  fc.record({
    kind: fc.constant('attestation'),
    challenge: bytes,
    challengeId: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  }),
  fc.record({ kind: fc.constantFrom('close_tls_session', 'get_tls_data'), session: u32 }),
  fc.record({ kind: fc.constant('initialize'), policy: text, chain: bytes }),
  fc.record({ kind: fc.constantFrom('new_tls_session', 'status', 'shutdown') }),
  fc.record({ kind: fc.constant('send_tls_data'), session: u32, data: bytes }),
  fc.record({ kind: fc.constant('set_policy'), policy: text }),
  fc.record({ kind: fc.constant('install_certificate'), chain: bytes }),
);
const responses: fc.Arbitrary<ControlResponse> = fc.oneof(
  fc.record({ kind: fc.constant('attestation_data'), document: bytes, csr: bytes }),
  fc.record({ kind: fc.constant('status'), status: fc.constantFrom(0, 1, 2) }),
  fc.record({ kind: fc.constant('tls_data'), data: bytes, alive: fc.boolean() }),
  fc.record({ kind: fc.constant('tls_session'), session: u32 }),
  fc.record({ kind: fc.constant('status_report'), report: text }),
);

/** What a decoder made of bytes: the value, or the code of its typed error. */
function outcome<T>(work: () => T): { value: T } | { code: string } {
  try {
    return { value: work() };
  } catch (error) {
    if (!(error instanceof TruceError)) throw error;
    return { code: error.code };
  }
}

t.test("control messages equal Veracruz's bytes, both ways", (t) => {
  for (const [request, frame] of requestGoldens) {
    t.equal(
      toHex(encodeControlFrame(encodeControlRequest(request))),
      frame.replaceAll(' ', ''),
      request.kind,
    );
    const [payload] = new ControlFrameDecoder(1000).push(hex(frame));
    t.same(decodeControlRequest(payload!), request);
  }
  for (const [response, frame] of responseGoldens) {
    t.equal(
      toHex(encodeControlFrame(encodeControlResponse(response))),
      frame.replaceAll(' ', ''),
      response.kind,
    );
    const [payload] = new ControlFrameDecoder(1000).push(hex(frame));
    t.same(decodeControlResponse(payload!), response);
  }
  t.equal(toHex(encodeControlRequest({ kind: 'set_policy', policy: '{}' })), '0600000002000000000000007b7d');
  t.equal(
    toHex(encodeControlRequest({ kind: 'install_certificate', chain: hex('30') })),
    '07000000010000000000000030',
  );
  t.equal(toHex(encodeControlRequest({ kind: 'status' })), '08000000');
  t.equal(toHex(encodeControlRequest({ kind: 'shutdown' })), '09000000');
  t.equal(
    toHex(encodeControlResponse({ kind: 'status_report', report: '{}' })),
    '0400000002000000000000007b7d',
  );
  t.end();
});

t.test('a chain comes in one piece, as of Veracruz main, or as the list of its releases of 2022', (t) => {
  const chainIn = (bytes: string) =>
    outcome(() => (decodeControlRequest(hex(bytes)) as { chain: Uint8Array }).chain);
  const policy = '03000000 0200000000000000 7b7d';
  const one = '0200000000000000 3000';
  t.same(chainIn(`${policy} 0000000000000000`), { value: new Uint8Array() });
  t.same(chainIn(`${policy} 0100000000000000 ${one}`), { value: hex('3000') });
  t.same(chainIn(`${policy} 0200000000000000 ${one} 0300000000000000 310100`), { value: hex('3000310100') });
  const refused = [
    `0200000000000000 ${one}`,
    `0100000000000000 ${one} 00`,
    `0300000000000000 ${one} ${one} 0900000000000000 00`,
    'ffffffffffffffff 30',
    '0300000000000000 3000',
  ];
  for (const chain of refused) t.same(chainIn(`${policy} ${chain}`), { code: 'MESSAGE_INVALID' });
  const emptyMembers = (count: number) => {
    const head = hex(`${policy} 0000000000000000`);
    new DataView(head.buffer).setBigUint64(head.length - 8, BigInt(count), true);
    return outcome(() => decodeControlRequest(concatBytes(head, new Uint8Array(count * 8))));
  };
  t.match(emptyMembers(16), { value: { chain: new Uint8Array() } });
  for (const count of [17, 139_000]) t.same(emptyMembers(count), { code: 'MESSAGE_INVALID' });
  t.end();
});

t.test('every control message survives the round trip', (t) => {
  fc.assert(
    fc.property(requests, (request) => t.same(decodeControlRequest(encodeControlRequest(request)), request)),
  );
  fc.assert(
    fc.property(responses, (response) =>
      t.same(decodeControlResponse(encodeControlResponse(response)), response),
    ),
  );
  t.end();
});

t.test('control messages are refused unless they are exactly one message', (t) => {
  const refused = (bytes: string) =>
    t.match(
      outcome(() => decodeControlRequest(hex(bytes))),
      { code: 'MESSAGE_INVALID' },
    );
  refused('');
  refused('04');
  refused('0a000000');
  refused('04000000 00');
  refused('06000000 0300000000000000 7b7d');
  refused('06000000 ffffffffffffffff 7b7d');
  refused('06000000 0200000000000000 ff7d');
  refused('06000000 0300000000000000 eda080');
  refused('00000000 0000000000000000 0f00000000000000 00112233445566778899aabbccddee');
  const response = (bytes: string) =>
    t.match(
      outcome(() => decodeControlResponse(hex(bytes))),
      { code: 'MESSAGE_INVALID' },
    );
  response('05000000');
  response('01000000 03000000');
  response('02000000 0000000000000000 02');
  t.end();
});

t.test('half of a surrogate pair is not sent as something else', (t) => {
  t.throws(() => encodeControlRequest({ kind: 'set_policy', policy: '\ud800' }), { code: 'MESSAGE_INVALID' });
  t.end();
});

t.test('frames come out the same however the bytes are split', (t) => {
  fc.assert(
    fc.property(
      fc.array(bytes, { maxLength: 6 }),
      fc.array(fc.nat(40), { maxLength: 60 }),
      (payloads, cuts) => {
        const stream = concatBytes(...payloads.map(encodeControlFrame));
        const decoder = new ControlFrameDecoder(200);
        const seen: Uint8Array[] = [];
        let offset = 0;
        for (const cut of cuts) {
          seen.push(...decoder.push(stream.subarray(offset, offset + cut)));
          offset += cut;
        }
        seen.push(...decoder.push(stream.subarray(offset)));
        t.same(seen.map(toHex), payloads.map(toHex));
        t.equal(decoder.idle, true);
      },
    ),
  );
  t.end();
});

t.test('a frame over the limit fails at its header, and the decoder stays shut', (t) => {
  const decoder = new ControlFrameDecoder(16);
  t.same(decoder.push(hex('1000000000000000')), []);
  t.same(decoder.push(hex('00')), [], 'the limit itself is allowed');
  for (const [header, failure] of [
    ['110000000000000000', { code: 'FRAME_TOO_LARGE', message: /17 bytes.*16/ }],
    ['ffffffffffffffff00', { code: 'FRAME_TOO_LARGE' }],
    ['000000000000000001', { code: 'FRAME_INVALID' }],
  ] as const) {
    const broken = new ControlFrameDecoder(16);
    t.same(broken.push(hex(header)), []);
    t.match(broken.failure, failure);
    t.throws(() => broken.push(hex('000000000000000000')), failure);
    t.equal(broken.idle, false, 'the stream may not end here');
  }
  t.end();
});

t.test('frames that came whole before a broken header are not lost, however the bytes are split', (t) => {
  const stream = concatBytes(
    encodeControlFrame(hex('aa')),
    encodeControlFrame(hex('bbcc')),
    hex('000000000000000001'),
  );
  for (let cut = 0; cut <= stream.length; cut++) {
    const decoder = new ControlFrameDecoder(16);
    const seen = [...decoder.push(stream.subarray(0, cut))];
    if (cut < stream.length) seen.push(...decoder.push(stream.subarray(cut)));
    t.same(seen.map(toHex), ['aa', 'bbcc']);
    t.equal(decoder.failure?.code, 'FRAME_INVALID');
  }
  t.end();
});

t.test('an announced length costs no memory before its bytes arrive', (t) => {
  const before = process.memoryUsage().arrayBuffers;
  const decoders = Array.from({ length: 100 }, () => {
    const decoder = new ControlFrameDecoder(64 << 20);
    decoder.push(hex('000000040000000000 aabb'));
    return decoder;
  });
  t.ok(process.memoryUsage().arrayBuffers - before < 1 << 20);
  t.equal(
    decoders.every((decoder) => !decoder.idle),
    true,
  );
  t.end();
});

t.test('random bytes give frames and messages, or typed errors', (t) => {
  let typed = 0;
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (noise, framed) => {
      const decoder = new ControlFrameDecoder(1000);
      const results = framed
        ? [outcome(() => [...decoder.push(noise), ...decoder.push(noise)])]
        : [outcome(() => decodeControlRequest(noise)), outcome(() => decodeControlResponse(noise))];
      for (const result of results) if ('code' in result) typed++;
    }),
    { numRuns: 500 },
  );
  // A damaged message is refused or is another message; nothing else.
  fc.assert(
    fc.property(requests, fc.nat(), fc.nat(255), (request, place, value) => {
      const damaged = encodeControlRequest(request);
      damaged[place % damaged.length] = value;
      const result = outcome(() => decodeControlRequest(damaged));
      if ('value' in result) t.same(encodeControlRequest(result.value), damaged);
      else typed++;
    }),
    { numRuns: 500 },
  );
  t.ok(typed > 0);
  t.end();
});
