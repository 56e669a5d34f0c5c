import fc from 'fast-check';
import t from 'tap';
import { decodeBase64, encodeBase64 } from '../../../proto/base64.ts';
import { encodeServiceFrame, ServiceFrameDecoder } from '../../../proto/wire/service-frame.ts';
import {
  decodeServiceAnswer,
  decodeServiceRequest,
  encodeServiceAnswer,
  encodeServiceRequest,
  type ServiceRequest,
} from '../../../proto/wire/service-message.ts';

const LIMIT = 4096;
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (message: Uint8Array) => new TextDecoder().decode(message);

/** What a decoder makes of a stream that comes in pieces of these lengths, over and over. */
function decodeInPieces(stream: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const decoder = new ServiceFrameDecoder(LIMIT);
  const messages: Uint8Array[] = [];
  for (let offset = 0, turn = 0; offset < stream.length; turn++) {
    const length = lengths[turn % lengths.length]!;
    decoder.push(stream.subarray(offset, offset + length), (message) => messages.push(message.slice()));
    offset += length;
  }
  return messages;
}

t.test('a length is 4 bytes, little-endian, and does not count itself', (t) => {
  t.same([...encodeServiceFrame(new Uint8Array(258).fill(7)).subarray(0, 5)], [2, 1, 0, 0, 7]);
  t.throws(() => encodeServiceFrame(new Uint8Array(0)), RangeError);
  t.end();
});

t.test('however a stream is split, it gives the same messages', (t) => {
  const message = fc.uint8Array({ minLength: 1, maxLength: 300 });
  const pieces = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 5 }), pieces, (messages, lengths) => {
      const stream = Buffer.concat(messages.map(encodeServiceFrame));
      return Buffer.concat(decodeInPieces(stream, lengths)).equals(Buffer.concat(messages));
    }),
  );
  const one = encodeServiceFrame(bytes('{}'));
  t.same(decodeInPieces(one, [1]).map(text), ['{}'], 'byte by byte, its header too');
  t.end();
});

t.test('negative, empty and oversized lengths are refused before anything is kept for them', (t) => {
  const lengths: [number, string][] = [
    [-1, 'FRAME_INVALID'],
    [-0x80000000, 'FRAME_INVALID'],
    [0, 'FRAME_INVALID'],
    [LIMIT + 1, 'FRAME_TOO_LARGE'],
    [0x7fffffff, 'FRAME_TOO_LARGE'],
  ];
  for (const [length, code] of lengths) {
    const header = Buffer.alloc(4);
    header.writeInt32LE(length);
    t.throws(() => new ServiceFrameDecoder(LIMIT).push(header, () => t.fail()), { code }, String(length));
  }
  t.equal(
    decodeInPieces(encodeServiceFrame(new Uint8Array(LIMIT)), [LIMIT]).length,
    1,
    'the limit itself fits',
  );
  t.end();
});

const REQUEST: ServiceRequest = {
  requestId: 'r-1',
  serviceType: 'account',
  operation: 'hash',
  payload: bytes('{"a":1}'),
};

t.test('requests are written as .NET wrote them, and read whatever the case of their names', (t) => {
  const written = '{"RequestId":"r-1","ServiceType":"account","Operation":"hash","Payload":"eyJhIjoxfQ=="}';
  t.equal(text(encodeServiceRequest(REQUEST)), written);
  t.same(decodeServiceRequest(bytes(written)), REQUEST);
  t.same(decodeServiceRequest(bytes(written.replace('RequestId', 'rEqUeStId'))), REQUEST);
  const least = decodeServiceRequest(bytes('{"requestid":"","SERVICETYPE":"ping","operation":null}'));
  t.match(least, { requestId: '', serviceType: 'ping', operation: '' });
  t.equal(least.payload.length, 0);
  t.end();
});

t.test('an error that is longer than readers take is cut, and still read', (t) => {
  const told = (errorMessage: string) => {
    const failed = {
      requestId: 'r',
      success: false,
      errorMessage,
      errorCode: 'PROGRAM_UNKNOWN',
      payload: null,
    };
    return decodeServiceAnswer(encodeServiceAnswer(failed)).errorMessage;
  };
  t.equal(told('a'.repeat(4096)), 'a'.repeat(4096));
  t.equal(told('a'.repeat(4097)), 'a'.repeat(4096));
  t.equal(told(`${'a'.repeat(4095)}\u{1f600}`), 'a'.repeat(4095));
  t.end();
});

t.test('what two readers could read differently is no request', (t) => {
  const refused: Record<string, string> = {
    'names that differ in case alone': '{"RequestId":"a","requestid":"b","ServiceType":"ping"}',
    'a name twice': '{"RequestId":"a","RequestId":"b","ServiceType":"ping"}',
    'a field that is not known': '{"RequestId":"a","ServiceType":"ping","Extra":1}',
    'no service': '{"RequestId":"a"}',
    'no id': '{"ServiceType":"ping"}',
    'an id that is a number': '{"RequestId":1,"ServiceType":"ping"}',
    'an id too long': `{"RequestId":"${'a'.repeat(129)}","ServiceType":"ping"}`,
    'bytes as an array': '{"RequestId":"a","ServiceType":"ping","Payload":[1]}',
    'base64 without its padding': '{"RequestId":"a","ServiceType":"ping","Payload":"eyJhIjoxfQ"}',
    'base64 with stray bits': '{"RequestId":"a","ServiceType":"ping","Payload":"eyJhIjoxfR=="}',
    'base64 with a blank': '{"RequestId":"a","ServiceType":"ping","Payload":"e30 "}',
    'many fields': `{${Array.from({ length: 8 }, (_, index) => `"${index}":1`).join(',')}}`,
    'an array': '[]',
    nesting: '{"RequestId":{"a":1},"ServiceType":"ping"}',
    'something behind it': '{"RequestId":"a","ServiceType":"ping"} {}',
  };
  for (const [what, message] of Object.entries(refused))
    t.throws(() => decodeServiceRequest(bytes(message)), { code: /^(JSON|SERVICE_MESSAGE)_INVALID$/ }, what);
  t.throws(
    () => decodeServiceRequest(Uint8Array.of(0x22, 0xff, 0x22)),
    { code: 'JSON_INVALID' },
    'not UTF-8',
  );
  t.end();
});

t.test('answers are in camelCase, and come back as they were', (t) => {
  const done = { requestId: 'r', success: true, errorMessage: null, errorCode: null, payload: bytes('{}') };
  const failed = { ...done, success: false, errorMessage: 'no', errorCode: 'SERVICE_UNKNOWN', payload: null };
  t.equal(
    text(encodeServiceAnswer(done)),
    '{"requestId":"r","success":true,"errorMessage":null,"errorCode":null,"payload":"e30="}',
  );
  for (const answer of [done, failed]) t.same(decodeServiceAnswer(encodeServiceAnswer(answer)), answer);
  const original = decodeServiceAnswer(bytes('{"RequestId":"r","Success":false,"ErrorMessage":"x"}'));
  t.match(original, { success: false, errorMessage: 'x', errorCode: null, payload: null });
  t.throws(() => decodeServiceAnswer(bytes('{"requestId":"r"}')), { code: 'SERVICE_MESSAGE_INVALID' });
  t.end();
});

t.test('no bytes at all make a decoder fail otherwise than by its own errors', (t) => {
  const near = fc.json().map((json) => bytes(json));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 64 }), near), (message) => {
      for (const decode of [decodeServiceRequest, decodeServiceAnswer]) {
        try {
          decode(message);
        } catch (error) {
          if (!/^(JSON|SERVICE_MESSAGE)_INVALID$/.test((error as { code?: string }).code ?? '')) return false;
        }
      }
      return true;
    }),
  );
  t.end();
});

t.test('base64 agrees with what everybody else writes, one text for one byte string', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (some) => {
      const encoded = encodeBase64(some);
      const decoded = decodeBase64(encoded);
      return (
        encoded === Buffer.from(some).toString('base64') &&
        decoded !== undefined &&
        Buffer.from(some).equals(decoded)
      );
    }),
  );
  const canonical = fc.stringMatching(/^[A-Za-z0-9+/]{0,6}={0,2}$/);
  fc.assert(
    fc.property(canonical, (candidate) => {
      const decoded = decodeBase64(candidate);
      return decoded === undefined
        ? Buffer.from(candidate, 'base64').toString('base64') !== candidate
        : encodeBase64(decoded) === candidate;
    }),
  );
  const large = new Uint8Array(100_000).map((_, index) => index * 7);
  t.same(decodeBase64(encodeBase64(large)), large);
  t.end();
});
