import fc from 'fast-check';
import t from 'tap';
import { concatBytes, fromHex } from '../../../proto/bytes.ts';
import { TruceError } from '../../../proto/errors.ts';
import { encodeLengthPrefix } from '../../../proto/wire/length-prefix.ts';
import { frameMessage } from '../../../proto/wire/message-frame.ts';
import { encodeDataHeader, RequestDecoder } from '../../../proto/wire/request-codec.ts';
import {
  decodeRequests,
  decodeResponses,
  encodeEvent,
  LIMITS,
  requestEvents,
  splits,
} from './wire-events.ts';

const hex = (text: string): Uint8Array => fromHex(text.replaceAll(' ', ''))!;
const framed = (text: string): Uint8Array => frameMessage(hex(text));

/** The code of the typed error, or 'ok'. Anything else that is thrown goes up. */
function outcome(work: () => unknown): string {
  try {
    work();
    return 'ok';
  } catch (error) {
    if (!(error instanceof TruceError)) throw error;
    return error.code;
  }
}
const singly = (bytes: Uint8Array): Uint8Array[] => [...bytes].map((byte) => Uint8Array.of(byte));

t.test('a request is refused unless there is exactly one way to read it', (t) => {
  const cases: readonly (readonly [message: string, why: string, reason: RegExp])[] = [
    ['', 'no member', /asks for nothing/],
    ['0801', 'a context alone', /asks for nothing/],
    ['4200 5200', 'two members', /holds both request_shutdown and request_policy_hash/],
    ['4200 4200', 'one member twice', /holds both/],
    ['12040a026161 1a040a026161', 'two members with contents', /holds both write_file and append_file/],
    ['0801 0801 4200', 'context twice', /context comes twice/],
    ['5a06 0a0161 0a0162', 'a file name twice', /file_name comes twice/],
    ['1209 0a0161 120141 120142', 'contents twice', /data comes twice/],
    ['3a00', 'a reserved number', /field 7 is unknown/],
    ['9a0600', 'an unknown member', /field 99 is unknown/],
    ['5a05 1a0161 0a00', 'an unknown field inside', /field 3 is unknown/],
    ['5a05 0a0161 1000', 'an unknown varint inside', /field 2 is unknown/],
    ['4000', 'a member with the wrong wire type', /wire type 0/],
    ['0a0101 4200', 'a context with the wrong wire type', /context has wire type 2/],
    ['5a02 0801', 'a file name with the wrong wire type', /file_name has wire type 0/],
    ['43 44', 'a group', /wire type 3/],
    ['088080808010 4200', 'a context over 32 bits', /context is out of range/],
    ['088100 4200', 'a context written longer than needed', /longer than its number needs/],
    ['5a8300 0a0161', 'a length written longer than needed', /longer than its number needs/],
    ['5a04 0a0161', 'a member longer than the message', /read_file is longer than its message/],
    ['5a03 0a0261', 'a name longer than its member', /file_name is longer than its message/],
    ['5a03 0a01ff', 'a name that is not UTF-8', /file_name is not valid UTF-8/],
    ['5a05 0a03eda080', 'a name with half of a surrogate pair', /file_name is not valid UTF-8/],
    ['5a', 'a message cut off in a field', /middle of a field/],
    ['1204 0a0161 12', 'a member cut off in a field', /middle of a field/],
    ['8a020e 0a0161 10ffffffffffffffffff01', 'an offset over 2^53 - 1', /offset is over 2\^53 - 1/],
    ['8a020e 0a0161 10ffffffffffffffffff7f', 'an offset over 64 bits', /more than 64 bits/],
    ['920208 0a0161 1a0141 2002', 'a boolean of 2', /truncate is neither 0 nor 1/],
    ['4a06 108080808008', 'a device id over 31 bits', /device_id is out of range/],
    ['4201 00', 'an empty message that is not empty', /field 0 is unknown/],
  ];
  for (const [message, why, reason] of cases) {
    const bytes = framed(message);
    const refusal = { code: 'MESSAGE_INVALID', message: reason };
    t.throws(() => decodeRequests([bytes]), refusal, why);
    t.throws(() => decodeRequests(singly(bytes)), refusal, `${why}, byte by byte`);
  }
  t.end();
});

t.test('a response is refused for an unknown status or a repeated field', (t) => {
  for (const message of ['0808', '08010801', '0801 2200 2a00', '0801 3a00', '0801 2204 0a010a 0a']) {
    t.equal(
      outcome(() => decodeResponses([framed(message)])),
      'MESSAGE_INVALID',
      message,
    );
  }
  t.end();
});

t.test('fields may come in any legal order while the message is small', (t) => {
  const header = { context: 5, kind: 'write_file', fileName: '/a', length: 2 } as const;
  for (const message of [
    '0805 1208 0a022f61 12026869',
    '0805 1208 12026869 0a022f61',
    '1208 12026869 0a022f61 0805',
  ]) {
    t.same(decodeRequests([framed(message)]), [{ header, data: '6869' }], message);
    t.same(decodeRequests(singly(framed(message))), [{ header, data: '6869' }], message);
  }
  // Veracruz's prototype of a response: the context after the contents.
  t.same(decodeResponses([framed('0801 22040a026869 4009')]), [
    { header: { context: 9, status: 1, kind: 'result', length: 2 }, data: '6869' },
  ]);
  t.end();
});

t.test('contents that precede other fields are bounded', (t) => {
  const before = (size: number): Uint8Array => {
    const data = new Uint8Array(size);
    const member = concatBytes(hex('12'), varint(size), data, hex('0a022f61'));
    return frameMessage(concatBytes(hex('12'), varint(member.length), member));
  };
  t.equal(decodeRequests([before(LIMITS.smallMessageBytes - 20)]).length, 1);
  t.equal(
    outcome(() => decodeRequests([before(LIMITS.smallMessageBytes)])),
    'FRAME_TOO_LARGE',
  );
  const start = before(LIMITS.smallMessageBytes).subarray(0, 20);
  t.equal(
    outcome(() => decodeRequests([start])),
    'FRAME_TOO_LARGE',
    'as soon as it can be told',
  );
  t.end();
});

t.test('a message over its limit fails at its length, a small one before it is collected', (t) => {
  const huge = encodeLengthPrefix(LIMITS.messageBytes + 1);
  t.equal(
    outcome(() => decodeRequests([huge])),
    'FRAME_TOO_LARGE',
  );
  t.equal(
    outcome(() => decodeRequests([hex('ffffffffffffffff')])),
    'FRAME_TOO_LARGE',
  );
  const name = concatBytes(hex('5a'), varint(100_000), hex('0a'), varint(99_996));
  const longName = concatBytes(encodeLengthPrefix(name.length + 99_996), name);
  t.equal(
    outcome(() => decodeRequests([longName])),
    'FRAME_TOO_LARGE',
  );
  t.end();
});

t.test('after an error a decoder takes nothing more', (t) => {
  const seen: string[] = [];
  const ignore = () => undefined;
  const decoder = new RequestDecoder(
    { request: ({ kind }) => seen.push(kind), dataBegin: ignore, data: ignore, dataEnd: ignore },
    LIMITS,
  );
  t.throws(() => decoder.push(concatBytes(framed('5200'), framed('3a00'), framed('4200'))), {
    code: 'MESSAGE_INVALID',
  });
  t.throws(() => decoder.push(framed('4200')), { code: 'MESSAGE_INVALID' });
  t.same(seen, ['request_policy_hash']);
  t.end();
});

t.test('what the handler throws comes out, and ends the decoder', (t) => {
  const refuse = () => {
    throw new TruceError('SHUTTING_DOWN');
  };
  const decoder = new RequestDecoder(
    { request: refuse, dataBegin: refuse, data: refuse, dataEnd: refuse },
    LIMITS,
  );
  t.throws(() => decoder.push(framed('5200')), { code: 'SHUTTING_DOWN' });
  t.throws(() => decoder.push(framed('5200')), { code: 'MESSAGE_INVALID' });
  t.end();
});

t.test('damaged and random streams give messages or typed errors, the same however they are split', (t) => {
  let refused = 0;
  const noise = fc.uint8Array({ maxLength: 40 }).map((bytes) => frameMessage(bytes));
  const damaged = fc.tuple(requestEvents, fc.nat(), fc.nat(255)).map(([event, place, value]) => {
    const bytes = new Uint8Array(encodeEvent(event));
    bytes[8 + (place % (bytes.length - 8))] = value;
    return bytes;
  });
  fc.assert(
    fc.property(fc.oneof(noise, damaged), splits, (stream, cut) => {
      const whole = outcome(() => decodeRequests([stream]));
      t.equal(
        outcome(() => decodeRequests(cut(stream))),
        whole,
      );
      t.equal(
        outcome(() => decodeResponses([stream])),
        outcome(() => decodeResponses(cut(stream))),
      );
      if (whole !== 'ok') refused++;
    }),
    { numRuns: 1000 },
  );
  t.ok(refused > 100);
  t.end();
});

t.test('an announced length costs no memory before its bytes arrive', (t) => {
  const before = process.memoryUsage().arrayBuffers;
  const ignore = () => undefined;
  const handler = { request: ignore, dataBegin: ignore, data: ignore, dataEnd: ignore };
  const limits = { messageBytes: Number.MAX_SAFE_INTEGER, smallMessageBytes: 64 << 20 };
  const name = concatBytes(
    encodeLengthPrefix(60_000_008),
    hex('5a'),
    varint(60_000_003),
    hex('0a'),
    varint(59_999_998),
  );
  for (let index = 0; index < 50; index++) {
    new RequestDecoder(handler, limits).push(name);
    const header = encodeDataHeader({ context: 0, kind: 'write_file', fileName: '/a', length: 2 ** 50 });
    new RequestDecoder(handler, limits).push(header);
  }
  t.ok(process.memoryUsage().arrayBuffers - before < 1 << 20);
  t.end();
});

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Uint8Array.from([...bytes, rest]);
}
