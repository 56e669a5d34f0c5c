/**
 * `transport_protocol.RuntimeManagerResponse`: what the runtime answers, and its encoding. Answers that carry file
 * contents (results of programs included) have a header of their own: contents pass in pieces.
 */
import type { ResponseStatus } from '../errors.ts';
import { transport_protocol } from '../generated/transport_protocol.js';
import { frameHead, frameMessage, requireSafe, requireText, requireUint32 } from './message-frame.ts';

export interface ListingEntry {
  readonly name: string;
  /** WASI preview 1's `filetype`. */
  readonly type: number;
  /** Bytes. */
  readonly size: number;
}

interface ResponseBase {
  /** The request's, echoed. */
  readonly context: number;
  readonly status: ResponseStatus;
}

/** What a response without contents says; `none` is the status alone. */
export type SmallResponseBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'pi_hash' | 'policy_hash' | 'cert'; readonly data: Uint8Array }
  | { readonly kind: 'state'; readonly state: Uint8Array }
  /** `error`: the code in ASCII, or an exit code (Veracruz's field); `code` and `message` are Truce's. */
  | { readonly kind: 'error'; readonly error: Uint8Array; readonly code: string; readonly message: string }
  | { readonly kind: 'attestation'; readonly document: Uint8Array; readonly instanceId: Uint8Array }
  | { readonly kind: 'listing'; readonly entries: readonly ListingEntry[] }
  | { readonly kind: 'file_stat'; readonly type: number; readonly size: number; readonly rights: number }
  | {
      readonly kind: 'receipt';
      readonly data: Uint8Array;
      readonly signature: Uint8Array;
      readonly document: Uint8Array;
      /** Of the files that the asking party may read (receipt/openings.ts). */
      readonly openings: Uint8Array;
    };

/** What can be encoded whole: small contents, such as an exit code, too. */
export type ResponseBody = SmallResponseBody | { readonly kind: 'result'; readonly data: Uint8Array };

/** A response without contents. */
export type Response = ResponseBase & SmallResponseBody;

/** What stands around `length` bytes of contents. */
export interface ResultHeader extends ResponseBase {
  readonly length: number;
}

export interface RangeHeader extends ResultHeader {
  /** The contents reach the end of the file. */
  readonly eof: boolean;
}

/** Outside the order of answers: contents of a subscribed file as it grows. */
export interface LiveHeader extends ResultHeader {
  readonly fileName: string;
  readonly offset: number;
  /** No more will come. */
  readonly ended: boolean;
}

/** What a decoder tells before contents. */
export type ContentsHeader =
  | ({ readonly kind: 'result' } & ResultHeader)
  | ({ readonly kind: 'range' } & RangeHeader)
  | ({ readonly kind: 'live' } & LiveHeader);

// The decoder reads what this file describes: one place to import both from.
export { ResponseDecoder, type ResponseHandler } from './response-decoder.ts';

type Properties = transport_protocol.RuntimeManagerResponse.$Properties;

/**
 * A response, its length in front.
 * @throws TruceError MESSAGE_INVALID for values that the wire cannot carry
 */
export function encodeResponse(response: ResponseBase & ResponseBody): Uint8Array {
  const message: Properties = {
    status: response.status,
    context: requireUint32(response.context, 'context'),
    ...propertiesOf(response),
  };
  return frameMessage(transport_protocol.RuntimeManagerResponse.encode(message).finish());
}

function propertiesOf(response: ResponseBody): Properties {
  switch (response.kind) {
    case 'none':
      return {};
    case 'result':
    case 'pi_hash':
    case 'policy_hash':
    case 'cert':
      return { [response.kind]: { data: response.data } };
    case 'state':
      return { state: { state: response.state } };
    case 'error': {
      const code = requireText(response.code, 'code');
      return { error: { error: response.error, code, message: requireText(response.message, 'message') } };
    }
    case 'attestation':
      return { attestation: { document: response.document, instance_id: response.instanceId } };
    case 'listing':
      return { listing: { entries: response.entries.map(listingEntry) } };
    case 'file_stat': {
      const type = requireUint32(response.type, 'type');
      const size = requireSafe(response.size, 'size');
      return { file_stat: { type, size, rights: requireUint32(response.rights, 'rights') } };
    }
    case 'receipt': {
      const { data, signature, document, openings } = response;
      return { receipt: { data, signature, document, openings } };
    }
  }
}

function listingEntry(entry: ListingEntry): transport_protocol.ListingEntry.$Properties {
  const name = requireText(entry.name, 'name');
  return { name, type: requireUint32(entry.type, 'type'), size: requireSafe(entry.size, 'size') };
}

/**
 * Everything of a `result` that precedes its contents. An empty file is an empty `result`, not an absent one, so that
 * clients can tell it from a bare status.
 * @throws TruceError MESSAGE_INVALID for values that the wire cannot carry
 */
export function encodeResultHeader(header: ResultHeader): Uint8Array {
  return frameHead(baseFields(header), RESULT_MEMBER, new Uint8Array(0), RESULT_DATA, header.length);
}

/** Everything of a `range` that precedes its contents; `eof` goes before them. Errors as encodeResultHeader's. */
export function encodeRangeHeader(header: RangeHeader): Uint8Array {
  const fields = transport_protocol.Range.encode(header.eof ? { eof: true } : {}).finish();
  return frameHead(baseFields(header), RANGE_MEMBER, fields, RANGE_DATA, header.length);
}

/** Everything of a `live` that precedes its contents; `ended` goes before them. Errors as encodeResultHeader's. */
export function encodeLiveHeader(header: LiveHeader): Uint8Array {
  const file_name = requireText(header.fileName, 'file_name');
  const offset = requireSafe(header.offset, 'offset');
  const fields = transport_protocol.Live.encode({ file_name, offset, ended: header.ended }).finish();
  return frameHead(baseFields(header), LIVE_MEMBER, fields, LIVE_DATA, header.length);
}

// Numbers of the members that carry contents, and of the contents in them (transport_protocol.proto).
const RESULT_MEMBER = 4;
const RESULT_DATA = 1;
const RANGE_MEMBER = 33;
const RANGE_DATA = 1;
const LIVE_MEMBER = 36;
const LIVE_DATA = 3;

/** Status and context, both before the contents whatever their numbers. */
function baseFields({ status, context }: ResponseBase): Uint8Array {
  const properties = { status, context: requireUint32(context, 'context') };
  return transport_protocol.RuntimeManagerResponse.encode(properties).finish();
}
