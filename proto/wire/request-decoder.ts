/** Decodes the stream of requests that a client sends; contents come out in pieces. */
import { TruceError } from '../errors.ts';
import { transport_protocol } from '../generated/transport_protocol.js';
import { exactNumber } from './message-frame.ts';
import { requestSchema } from './message-schema.ts';
import { type MessageLimits, MessageStream } from './message-stream.ts';
import type { DataRequestHeader, Request } from './request-codec.ts';

/**
 * Where requests go, in order. For contents: `dataBegin`, pieces that add up to the header's length, `dataEnd`. What a
 * method throws comes out of `push` and ends the decoder.
 */
export interface RequestHandler {
  request(request: Request): void;
  dataBegin(header: DataRequestHeader): void;
  /** A view of the chunk that was pushed: copy what outlives the chunk. */
  data(piece: Uint8Array): void;
  dataEnd(): void;
}

export class RequestDecoder {
  readonly #stream: MessageStream;

  constructor(handler: RequestHandler, limits: MessageLimits) {
    this.#stream = new MessageStream(requestSchema, limits, {
      whole: (message) => handler.request(decodeRequest(message)),
      begin: (head, length) => handler.dataBegin(decodeDataHeader(head, length)),
      piece: (piece) => handler.data(piece),
      end: () => handler.dataEnd(),
    });
  }

  /** Whether the stream stands between two requests: it may end here. */
  get idle(): boolean {
    return this.#stream.idle;
  }

  /**
   * Takes the next bytes of the stream.
   * @throws TruceError FRAME_TOO_LARGE or MESSAGE_INVALID; nothing is accepted after either
   */
  push(chunk: Uint8Array): void {
    this.#stream.push(chunk);
  }
}

function decodeRequest(bytes: Uint8Array): Request {
  const message = transport_protocol.RuntimeManagerRequest.decode(bytes);
  const { context } = message;
  switch (message.message_oneof) {
    case 'attest':
      return { context, kind: 'attest', nonce: message.attest.nonce ?? new Uint8Array(0) };
    case 'read_file':
      return { context, kind: 'read_file', fileName: message.read_file.file_name ?? '' };
    case 'request_result':
      return { context, kind: 'request_result', fileName: message.request_result.file_name ?? '' };
    case 'request_pipeline':
      return { context, kind: 'request_pipeline', fileName: message.request_pipeline.file_name ?? '' };
    case 'request_pi_hash':
      return { context, kind: 'request_pi_hash', fileName: message.request_pi_hash.file_name ?? '' };
    case 'end_live':
      return { context, kind: 'end_live', fileName: message.end_live.file_name ?? '' };
    case 'list':
      return { context, kind: 'list', path: message.list.path ?? '' };
    case 'stat':
      return { context, kind: 'stat', path: message.stat.path ?? '' };
    case 'remove':
      return { context, kind: 'remove', path: message.remove.path ?? '' };
    case 'request_policy_hash':
    case 'request_shutdown':
      return { context, kind: message.message_oneof };
    case 'read_range': {
      const { file_name, offset, length } = message.read_range;
      return {
        context,
        kind: 'read_range',
        fileName: file_name ?? '',
        offset: exactNumber(offset ?? 0),
        length: exactNumber(length ?? 0),
      };
    }
    case 'subscribe': {
      const { file_name, offset } = message.subscribe;
      return { context, kind: 'subscribe', fileName: file_name ?? '', offset: exactNumber(offset ?? 0) };
    }
    case 'cancel':
      return { context, kind: 'cancel', target: message.cancel.context ?? 0 };
    case 'receipt':
      return {
        context,
        kind: 'receipt',
        target: message.receipt.context ?? 0,
        fileName: message.receipt.file_name ?? '',
      };
    case 'request_proxy_psa_attestation_token': {
      const { challenge } = message.request_proxy_psa_attestation_token;
      return {
        context,
        kind: 'request_proxy_psa_attestation_token',
        challenge: challenge ?? new Uint8Array(0),
      };
    }
    case 'psa_attestation_init': {
      const { challenge, device_id } = message.psa_attestation_init;
      return {
        context,
        kind: 'psa_attestation_init',
        challenge: challenge ?? new Uint8Array(0),
        deviceId: device_id ?? 0,
      };
    }
    default:
      // Members with contents never come here; no member at all does.
      throw new TruceError('MESSAGE_INVALID', { reason: 'it asks for nothing' });
  }
}

function decodeDataHeader(head: Uint8Array, length: number): DataRequestHeader {
  const message = transport_protocol.RuntimeManagerRequest.decode(head);
  const { context } = message;
  switch (message.message_oneof) {
    case 'write_file':
      return { context, kind: 'write_file', fileName: message.write_file.file_name ?? '', length };
    case 'append_file':
      return { context, kind: 'append_file', fileName: message.append_file.file_name ?? '', length };
    case 'write_chunk': {
      const { file_name, offset, truncate, final } = message.write_chunk;
      return {
        context,
        kind: 'write_chunk',
        fileName: file_name ?? '',
        offset: exactNumber(offset ?? 0),
        truncate: truncate ?? false,
        final: final ?? false,
        length,
      };
    }
    default:
      throw new TruceError('MESSAGE_INVALID', { reason: 'it carries no contents' });
  }
}
