import t from 'tap';
import { concatBytes } from '../../../proto/bytes.ts';
import { frameMessage } from '../../../proto/wire/message-frame.ts';
import { encodeDataHeader, encodeRequest, RequestDecoder } from '../../../proto/wire/request-codec.ts';
import { ResponseDecoder } from '../../../proto/wire/response-codec.ts';

const LIMITS = { messageBytes: 1 << 30, smallMessageBytes: 16 << 20 };
const ignore = (): void => undefined;

function readRequest(bytes: Uint8Array): void {
  new RequestDecoder({ request: ignore, dataBegin: ignore, data: ignore, dataEnd: ignore }, LIMITS).push(
    bytes,
  );
}

t.test('a request that waits for its turn is small, whatever its fields say', (t) => {
  const long = (length: number): string => 'x'.repeat(length);
  const requests: readonly ((length: number) => Uint8Array)[] = [
    (length) => encodeRequest({ context: 1, kind: 'read_file', fileName: long(length) }),
    (length) => encodeRequest({ context: 1, kind: 'stat', path: long(length) }),
    (length) => encodeRequest({ context: 1, kind: 'request_pipeline', fileName: long(length) }),
    (length) => encodeRequest({ context: 1, kind: 'attest', nonce: new Uint8Array(length / 2) }),
    (length) => encodeDataHeader({ context: 1, kind: 'write_file', fileName: long(length), length: 9 }),
  ];
  for (const request of requests) {
    t.doesNotThrow(() => readRequest(request(8192)));
    t.throws(() => readRequest(request(8194)), { code: 'MESSAGE_INVALID', message: /longer than/ });
  }
  t.end();
});

t.test('a listing cannot have more entries than anybody could mean', (t) => {
  const entries = new Uint8Array(2 * 1_000_001).map((_, index) => (index % 2 === 0 ? 0x0a : 0));
  const listing = (count: number): Uint8Array => {
    const body = entries.subarray(0, 2 * count);
    // Status 1, then field 34 and its length.
    const length: number[] = [];
    for (let rest = body.length; rest > 0; rest = Math.floor(rest / 128))
      length.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
    return frameMessage(concatBytes(Uint8Array.of(0x08, 1, 0x92, 0x02, ...length), body));
  };
  let found = -1;
  const read = (bytes: Uint8Array): void =>
    new ResponseDecoder(
      {
        response: (response) => {
          found = response.kind === 'listing' ? response.entries.length : -1;
        },
        resultBegin: ignore,
        result: ignore,
        resultEnd: ignore,
      },
      LIMITS,
    ).push(bytes);
  read(listing(1000));
  t.equal(found, 1000);
  t.throws(() => read(listing(1_000_001)), { code: 'MESSAGE_INVALID', message: /more than 1000000 times/ });
  t.end();
});
