/**
 * `transport_protocol.RuntimeManagerRequest`: what clients ask of the runtime, and its encoding. Members are spelled as in
 * the .proto. Requests that carry file contents have a header of their own: contents pass in pieces.
 */
import { TruceError } from '../errors.ts';
import { transport_protocol } from '../generated/transport_protocol.js';
import { frameHead, frameMessage, requireSafe, requireText, requireUint32 } from './message-frame.ts';

/** Requests without file contents. `context` is chosen by the client and echoed; 0 where it sets none. */
export type Request = { readonly context: number } & (
  | { readonly kind: 'attest'; readonly nonce: Uint8Array }
  | { readonly kind: FileRequestKind; readonly fileName: string }
  | { readonly kind: 'request_policy_hash' | 'request_shutdown' }
  | {
      readonly kind: 'read_range';
      readonly fileName: string;
      readonly offset: number;
      readonly length: number;
    }
  | { readonly kind: PathRequestKind; readonly path: string }
  | { readonly kind: 'subscribe'; readonly fileName: string; readonly offset: number }
  /** `target`: the context of an earlier request of the same session. */
  | { readonly kind: 'cancel'; readonly target: number }
  /** Exactly one of the two: `target` is 0, or `fileName` is ''. */
  | { readonly kind: 'receipt'; readonly target: number; readonly fileName: string }
  | { readonly kind: 'request_proxy_psa_attestation_token'; readonly challenge: Uint8Array }
  | { readonly kind: 'psa_attestation_init'; readonly challenge: Uint8Array; readonly deviceId: number }
);
export type FileRequestKind =
  | 'read_file'
  | 'request_result'
  | 'request_pipeline'
  | 'request_pi_hash'
  | 'end_live';
export type PathRequestKind = 'list' | 'stat' | 'remove';

/** What stands around the contents of a request that carries some. */
export interface DataRequestHeader {
  readonly context: number;
  readonly kind: 'write_file' | 'append_file' | 'write_chunk';
  readonly fileName: string;
  /** write_chunk: where the contents go, in bytes. */
  readonly offset?: number;
  /** write_chunk: cut the file to `offset` first. */
  readonly truncate?: boolean;
  /** write_chunk: the file is complete after this. */
  readonly final?: boolean;
  /** Bytes of contents. */
  readonly length: number;
}

// The decoder reads what this file describes: one place to import both from.
export { RequestDecoder, type RequestHandler } from './request-decoder.ts';

type Properties = transport_protocol.RuntimeManagerRequest.$Properties;

/**
 * A request, its length in front.
 * @throws TruceError MESSAGE_INVALID for values that the wire cannot carry
 */
export function encodeRequest(request: Request): Uint8Array {
  const message: Properties = propertiesOf(request);
  const context = requireUint32(request.context, 'context');
  return frameMessage(transport_protocol.RuntimeManagerRequest.encode({ context, ...message }).finish());
}

function propertiesOf(request: Request): Properties {
  switch (request.kind) {
    case 'attest':
      return { attest: { nonce: request.nonce } };
    case 'read_file':
    case 'request_result':
    case 'request_pipeline':
    case 'request_pi_hash':
    case 'end_live':
      return { [request.kind]: { file_name: requireText(request.fileName, 'file_name') } };
    case 'list':
    case 'stat':
    case 'remove':
      return { [request.kind]: { path: requireText(request.path, 'path') } };
    case 'request_policy_hash':
    case 'request_shutdown':
      return { [request.kind]: {} };
    case 'read_range': {
      const file_name = requireText(request.fileName, 'file_name');
      const offset = requireSafe(request.offset, 'offset');
      return { read_range: { file_name, offset, length: requireSafe(request.length, 'length') } };
    }
    case 'subscribe': {
      const file_name = requireText(request.fileName, 'file_name');
      return { subscribe: { file_name, offset: requireSafe(request.offset, 'offset') } };
    }
    case 'cancel':
      return { cancel: { context: requireUint32(request.target, 'target') } };
    case 'receipt': {
      const { target, fileName } = request;
      if (target !== 0 && fileName !== '')
        throw new TruceError('MESSAGE_INVALID', { reason: 'a receipt of a request and of a file' });
      if (fileName === '') return { receipt: { context: requireUint32(target, 'target') } };
      return { receipt: { file_name: requireText(fileName, 'file_name') } };
    }
    case 'request_proxy_psa_attestation_token':
      return { request_proxy_psa_attestation_token: { challenge: request.challenge } };
    case 'psa_attestation_init':
      return { psa_attestation_init: { challenge: request.challenge, device_id: request.deviceId | 0 } };
  }
}

/** Numbers of the members that carry contents, and of the contents in them (transport_protocol.proto). */
const dataFields = { write_file: [2, 2], append_file: [3, 2], write_chunk: [34, 3] } as const;

/**
 * Everything of a request that precedes its `header.length` bytes of contents. `truncate` and `final` go before the
 * contents, so that the receiver knows them when the first piece comes.
 * @throws TruceError MESSAGE_INVALID for values that the wire cannot carry
 */
export function encodeDataHeader(header: DataRequestHeader): Uint8Array {
  const context = requireUint32(header.context, 'context');
  const fields = transport_protocol.RuntimeManagerRequest.encode({ context }).finish();
  const [member, data] = dataFields[header.kind];
  const file_name = requireText(header.fileName, 'file_name');
  let memberFields: Uint8Array;
  if (header.kind === 'write_chunk') {
    const { offset = 0, truncate = false, final = false } = header;
    const properties = { file_name, offset: requireSafe(offset, 'offset'), truncate, final };
    memberFields = transport_protocol.WriteChunk.encode(properties).finish();
  } else {
    memberFields = transport_protocol.Data.encode({ file_name }).finish();
  }
  return frameHead(fields, member, memberFields, data, header.length);
}
