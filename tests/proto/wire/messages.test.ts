import fc from 'fast-check';
import t from 'tap';
import { concatBytes, fromHex, toHex } from '../../../proto/bytes.ts';
import { ResponseStatus } from '../../../proto/errors.ts';
import { transport_protocol } from '../../../proto/generated/transport_protocol.js';
import { frameMessage } from '../../../proto/wire/message-frame.ts';
import {
  type DataRequestHeader,
  encodeDataHeader,
  encodeRequest,
  type Request,
} from '../../../proto/wire/request-codec.ts';
import {
  encodeLiveHeader,
  encodeRangeHeader,
  encodeResponse,
  encodeResultHeader,
} from '../../../proto/wire/response-codec.ts';
import {
  contextOf,
  decodeRequests,
  decodeResponses,
  encodeEvent,
  LIMITS,
  requestEvents,
  splits,
} from './wire-events.ts';

const hex = (text: string): Uint8Array => fromHex(text.replaceAll(/[ |]/g, ''))!;
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

// Bytes of Veracruz main's client and runtime (crates/transport-protocol).
const requestGoldens: readonly (readonly [Request, string])[] = [
  [{ context: 0, kind: 'read_file', fileName: '/output/b' }, '000000000000000d | 5a0b0a092f6f75747075742f62'],
  [
    { context: 0, kind: 'request_result', fileName: '/program/x.wasm' },
    '0000000000000013 | 2a110a0f2f70726f6772616d2f782e7761736d',
  ],
  [{ context: 0, kind: 'request_pipeline', fileName: '0' }, '0000000000000005 | 62030a0130'],
  [{ context: 0, kind: 'request_shutdown' }, '0000000000000002 | 4200'],
  [{ context: 0, kind: 'request_policy_hash' }, '0000000000000002 | 5200'],
];

t.test("requests equal Veracruz's bytes, both ways", (t) => {
  for (const [request, golden] of requestGoldens) {
    t.equal(toHex(encodeRequest(request)), toHex(hex(golden)), request.kind);
    t.same(decodeRequests([hex(golden)]), [request]);
  }
  const header: DataRequestHeader = { context: 0, kind: 'write_file', fileName: '/input/a', length: 2 };
  const golden = hex('0000000000000010 | 120e0a082f696e7075742f6112026869');
  t.equal(toHex(concatBytes(encodeDataHeader(header), text('hi'))), toHex(golden));
  t.same(decodeRequests([golden]), [{ header, data: '6869' }]);
  t.end();
});

t.test("responses equal Veracruz's bytes, both ways", (t) => {
  const exit = hex('000000000000000a | 080122060a0400000000');
  const base = { context: 0, status: ResponseStatus.SUCCESS };
  t.equal(toHex(concatBytes(encodeResultHeader({ ...base, length: 4 }), new Uint8Array(4))), toHex(exit));
  t.equal(toHex(encodeResponse({ ...base, kind: 'result', data: new Uint8Array(4) })), toHex(exit));
  t.same(decodeResponses([exit]), [{ header: { ...base, kind: 'result', length: 4 }, data: '00000000' }]);
  const invalid = hex('0000000000000002 | 0807');
  t.equal(toHex(encodeResponse({ context: 0, status: 7, kind: 'none' })), toHex(invalid));
  t.same(decodeResponses([invalid]), [{ context: 0, status: 7, kind: 'none' }]);
  t.end();
});

t.test('an empty file is an empty result; its absence is told apart', (t) => {
  const base = { context: 0, status: ResponseStatus.SUCCESS };
  t.equal(toHex(encodeResultHeader({ ...base, length: 0 })), '000000000000000408012200');
  t.same(decodeResponses([hex('000000000000000408012200')]), [
    { header: { ...base, kind: 'result', length: 0 }, data: '' },
  ]);
  t.same(decodeResponses([hex('00000000000000020801')]), [{ ...base, kind: 'none' }]);
  t.end();
});

t.test('writing an empty file leaves the data field out, as proto3 does', (t) => {
  const header: DataRequestHeader = { context: 3, kind: 'append_file', fileName: '/a', length: 0 };
  const plain = transport_protocol.RuntimeManagerRequest.encode({
    context: 3,
    append_file: { file_name: '/a', data: new Uint8Array(0) },
  }).finish();
  t.equal(toHex(encodeDataHeader(header)), toHex(frameMessage(plain)));
  t.same(decodeRequests([encodeDataHeader(header)]), [{ header, data: '' }]);
  t.end();
});

t.test('messages come out the same however the bytes are split', (t) => {
  fc.assert(
    fc.property(fc.array(requestEvents, { maxLength: 5 }), splits, (events, cut) => {
      const stream = concatBytes(...events.map(encodeEvent));
      t.same(decodeRequests(cut(stream)), events);
      t.same(decodeRequests([...stream].map((byte) => Uint8Array.of(byte))), events);
    }),
  );
  t.end();
});

t.test('protobufjs reads what is encoded here, and what it writes is read here', (t) => {
  fc.assert(
    fc.property(requestEvents, (event) => {
      const bytes = encodeEvent(event);
      const message = transport_protocol.RuntimeManagerRequest.decode(bytes.subarray(8));
      t.equal(message.context, contextOf(event));
      t.equal(message.message_oneof, 'header' in event ? event.header.kind : event.kind);
      // protobufjs writes fields by number: context first, contents before truncate and final.
      t.same(
        decodeRequests([frameMessage(transport_protocol.RuntimeManagerRequest.encode(message).finish())]),
        [event],
      );
    }),
  );
  t.end();
});

t.test('responses of every kind survive the round trip', (t) => {
  const base = { context: 0xffff_ffff, status: ResponseStatus.FAILED_VM_ERROR };
  const data = hex('00ff');
  const messages = [
    { ...base, kind: 'none' },
    { ...base, kind: 'pi_hash', data },
    { ...base, kind: 'policy_hash', data },
    { ...base, kind: 'cert', data },
    { ...base, kind: 'state', state: data },
    { ...base, kind: 'error', error: data, code: 'X', message: 'é\u{1f600}\ufeff' },
    { ...base, kind: 'attestation', document: data, instanceId: hex('01') },
    { ...base, kind: 'listing', entries: [] },
    {
      ...base,
      kind: 'listing',
      entries: [
        { name: 'a', type: 4, size: 0 },
        { name: 'b', type: 3, size: Number.MAX_SAFE_INTEGER },
      ],
    },
    { ...base, kind: 'file_stat', type: 4, size: 2 ** 40, rights: 0x3fff_ffff },
    { ...base, kind: 'receipt', data, signature: hex('02'), document: hex('03'), openings: hex('80') },
  ] as const;
  for (const message of messages) t.same(decodeResponses([encodeResponse(message)]), [message], message.kind);
  const range = { ...base, length: 2, eof: true };
  t.same(decodeResponses([encodeRangeHeader(range), data]), [
    { header: { ...range, kind: 'range' }, data: '00ff' },
  ]);
  const live = { ...base, length: 2, fileName: 'stdout', offset: 2 ** 50, ended: true };
  t.same(decodeResponses([encodeLiveHeader(live), data]), [
    { header: { ...live, kind: 'live' }, data: '00ff' },
  ]);
  t.end();
});

t.test('contents larger than every buffer pass in pieces that are views of the chunks', (t) => {
  const header: DataRequestHeader = {
    context: 1,
    kind: 'write_file',
    fileName: '/big',
    length: 3 * LIMITS.smallMessageBytes,
  };
  const chunk = new Uint8Array(LIMITS.smallMessageBytes).fill(7);
  const pieces: Uint8Array[] = [];
  const events = decodeRequests([encodeDataHeader(header), chunk, chunk, chunk], pieces);
  t.same(events.length, 1);
  t.same(
    pieces.map((piece) => piece.buffer === chunk.buffer),
    [true, true, true],
  );
  t.end();
});

t.test('values that the wire cannot carry are refused before they are sent', (t) => {
  const invalid = { code: 'MESSAGE_INVALID' };
  t.throws(() => encodeRequest({ context: -1, kind: 'request_shutdown' }), invalid);
  t.throws(() => encodeRequest({ context: 2 ** 32, kind: 'request_shutdown' }), invalid);
  t.throws(() => encodeRequest({ context: 0, kind: 'stat', path: '/\udfff' }), invalid);
  t.throws(() => encodeRequest({ context: 0, kind: 'subscribe', fileName: '/a', offset: 2 ** 53 }), invalid);
  t.throws(() => encodeDataHeader({ context: 0, kind: 'write_file', fileName: '/a', length: 1.5 }), invalid);
  t.throws(() => encodeResultHeader({ context: 0, status: 1, length: -1 }), invalid);
  t.end();
});

t.test('a receipt is asked for by the request that ran the program, or by a file, and never by both', (t) => {
  const byContext = { context: 7, kind: 'receipt', target: 5, fileName: '' } as const;
  t.equal(toHex(encodeRequest(byContext)), '0000000000000007' + '0807' + 'ca02' + '02' + '0805');
  const byFile = { context: 7, kind: 'receipt', target: 0, fileName: '/a' } as const;
  t.equal(toHex(encodeRequest(byFile)), '0000000000000009' + '0807' + 'ca02' + '04' + '12022f61');
  t.same(decodeRequests([encodeRequest(byContext), encodeRequest(byFile)]), [byContext, byFile]);
  t.throws(() => encodeRequest({ ...byContext, fileName: '/a' }), { code: 'MESSAGE_INVALID' });
  t.end();
});
