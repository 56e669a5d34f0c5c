/** Streams of messages as lists that tests can compare, and arbitrary ones to try. */
import fc from 'fast-check';
import { concatBytes, fromHex, toHex } from '../../../proto/bytes.ts';
import {
  type DataRequestHeader,
  encodeDataHeader,
  encodeRequest,
  type Request,
  RequestDecoder,
} from '../../../proto/wire/request-codec.ts';
import { type ContentsHeader, type Response, ResponseDecoder } from '../../../proto/wire/response-codec.ts';

export const LIMITS = { messageBytes: 1 << 20, smallMessageBytes: 4096 };

/** A message with contents: the header, and all pieces joined, in hexadecimal. */
export interface WithContents<Header> {
  readonly header: Header;
  readonly data: string;
}
export type RequestEvent = Request | WithContents<DataRequestHeader>;
export type ResponseEvent = Response | WithContents<ContentsHeader>;

/** Everything that the chunks say. Where `pieces` is given, the pieces as they were handed out are added to it. */
export function decodeRequests(chunks: Iterable<Uint8Array>, pieces: Uint8Array[] = []): RequestEvent[] {
  const events: RequestEvent[] = [];
  const contents = new ContentsCollector<DataRequestHeader>(pieces);
  const decoder = new RequestDecoder(
    {
      request: (request) => events.push(contents.outside(plain(request))),
      dataBegin: (header) => contents.begin(header),
      data: (piece) => contents.add(piece),
      dataEnd: () => events.push(contents.end()),
    },
    LIMITS,
  );
  for (const chunk of chunks) decoder.push(chunk);
  if (!decoder.idle) throw new Error('the chunks end in the middle of a message');
  return events;
}

export function decodeResponses(chunks: Iterable<Uint8Array>): ResponseEvent[] {
  const events: ResponseEvent[] = [];
  const contents = new ContentsCollector<ContentsHeader>([]);
  const decoder = new ResponseDecoder(
    {
      response: (response) => events.push(contents.outside(plain(response))),
      resultBegin: (header) => contents.begin(header),
      result: (piece) => contents.add(piece),
      resultEnd: () => events.push(contents.end()),
    },
    LIMITS,
  );
  for (const chunk of chunks) decoder.push(chunk);
  if (!decoder.idle) throw new Error('the chunks end in the middle of a message');
  return events;
}

/** Checks that contents begin, add up and end. */
class ContentsCollector<Header extends { readonly length: number }> {
  readonly #pieces: Uint8Array[];
  #open: { header: Header; parts: Uint8Array[] } | undefined;

  constructor(pieces: Uint8Array[]) {
    this.#pieces = pieces;
  }

  outside<T>(event: T): T {
    if (this.#open) throw new Error('a message in the middle of contents');
    return event;
  }

  begin(header: Header): void {
    this.outside(header);
    this.#open = { header, parts: [] };
  }

  add(piece: Uint8Array): void {
    if (piece.length === 0) throw new Error('an empty piece');
    this.#pieces.push(piece);
    this.#open!.parts.push(piece.slice());
  }

  end(): WithContents<Header> {
    const { header, parts } = this.#open!;
    this.#open = undefined;
    const data = concatBytes(...parts);
    if (data.length !== header.length) throw new Error('contents of another length than announced');
    return { header, data: toHex(data) };
  }
}

/** Byte strings as plain Uint8Arrays: what protobufjs hands out is a Buffer under Node. */
function plain<T extends object>(message: T): T {
  const entries = Object.entries(message).map(([key, value]) => [
    key,
    value instanceof Uint8Array ? new Uint8Array(value) : value,
  ]);
  return Object.fromEntries(entries) as T;
}

export function encodeEvent(event: RequestEvent): Uint8Array {
  return 'header' in event
    ? concatBytes(encodeDataHeader(event.header), fromHex(event.data)!)
    : encodeRequest(event);
}

export function contextOf(event: RequestEvent): number {
  return 'header' in event ? event.header.context : event.context;
}

const context = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff_ffff }));
const fileName = fc.string({ unit: 'grapheme', maxLength: 200 });
const bytes = fc.uint8Array({ maxLength: 80 }).map((array) => new Uint8Array(array));
const position = fc.maxSafeNat();
const requests: fc.Arbitrary<Request> = fc.oneof(
  fc.record({ context, kind: fc.constant('attest'), nonce: bytes }),
  fc.record({
    context,
    kind: fc.constantFrom('read_file', 'request_result', 'request_pipeline', 'request_pi_hash', 'end_live'),
    fileName,
  }),
  fc.record({ context, kind: fc.constantFrom('request_policy_hash', 'request_shutdown') }),
  fc.record({ context, kind: fc.constant('read_range'), fileName, offset: position, length: position }),
  fc.record({ context, kind: fc.constantFrom('list', 'stat', 'remove'), path: fileName }),
  fc.record({ context, kind: fc.constant('subscribe'), fileName, offset: position }),
  fc.record({ context, kind: fc.constant('cancel'), target: fc.integer({ min: 0, max: 0xffff_ffff }) }),
  fc.record({
    context,
    kind: fc.constant('receipt'),
    target: fc.integer({ min: 0, max: 0xffff_ffff }),
    fileName: fc.constant(''),
  }),
  fc.record({ context, kind: fc.constant('receipt'), target: fc.constant(0), fileName }),
  fc.record({ context, kind: fc.constant('request_proxy_psa_attestation_token'), challenge: bytes }),
  fc.record({
    context,
    kind: fc.constant('psa_attestation_init'),
    challenge: bytes,
    deviceId: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  }),
);
const contents = fc
  .uint8Array({ maxLength: 1500 })
  .map((array) => ({ length: array.length, data: toHex(array) }));
const uploads: fc.Arbitrary<RequestEvent> = fc.oneof(
  fc
    .tuple(context, fc.constantFrom('write_file', 'append_file'), fileName, contents)
    .map(([context, kind, fileName, { length, data }]) => ({
      header: { context, kind, fileName, length },
      data,
    })),
  fc
    .tuple(context, fileName, position, fc.boolean(), fc.boolean(), contents)
    .map(([context, fileName, offset, truncate, final, { length, data }]) => ({
      header: { context, kind: 'write_chunk' as const, fileName, offset, truncate, final, length },
      data,
    })),
);
export const requestEvents: fc.Arbitrary<RequestEvent> = fc.oneof(requests, uploads);

/** Ways to cut a stream into chunks. */
export const splits: fc.Arbitrary<(stream: Uint8Array) => Uint8Array[]> = fc
  .array(fc.integer({ min: 0, max: 120 }), { maxLength: 80 })
  .map((sizes) => (stream) => {
    const chunks: Uint8Array[] = [];
    let offset = 0;
    for (const size of sizes) {
      chunks.push(stream.subarray(offset, offset + size));
      offset += size;
    }
    return [...chunks, stream.subarray(offset)];
  });
