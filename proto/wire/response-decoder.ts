/** Decodes the stream of responses that the runtime sends; contents come out in pieces. */
import { ResponseStatus, TruceError } from '../errors.ts';
import { transport_protocol } from '../generated/transport_protocol.js';
import { exactNumber } from './message-frame.ts';
import { responseSchema } from './message-schema.ts';
import { type MessageLimits, MessageStream } from './message-stream.ts';
import type { ContentsHeader, Response } from './response-codec.ts';

/**
 * Where responses go, in order. For contents: `resultBegin`, pieces that add up to the header's length, `resultEnd`. What
 * a method throws comes out of `push` and ends the decoder.
 */
export interface ResponseHandler {
  response(response: Response): void;
  resultBegin(header: ContentsHeader): void;
  /** A view of the chunk that was pushed: copy what outlives the chunk. */
  result(piece: Uint8Array): void;
  resultEnd(): void;
}

export class ResponseDecoder {
  readonly #stream: MessageStream;

  constructor(handler: ResponseHandler, limits: MessageLimits) {
    this.#stream = new MessageStream(responseSchema, limits, {
      whole: (message) => handler.response(decodeResponse(message)),
      begin: (head, length) => handler.resultBegin(decodeContentsHeader(head, length)),
      piece: (piece) => handler.result(piece),
      end: () => handler.resultEnd(),
    });
  }

  /** Whether the stream stands between two responses: it may end here. */
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

const EMPTY = new Uint8Array(0);

function statusOf(value: number): ResponseStatus {
  for (const status of Object.values(ResponseStatus)) if (status === value) return status;
  throw new TruceError('MESSAGE_INVALID', { reason: `no status has number ${value}` });
}

function decodeResponse(bytes: Uint8Array): Response {
  const message = transport_protocol.RuntimeManagerResponse.decode(bytes);
  const base = { context: message.context, status: statusOf(message.status) };
  switch (message.message_oneof) {
    case undefined:
      return { ...base, kind: 'none' };
    case 'pi_hash':
      return { ...base, kind: 'pi_hash', data: message.pi_hash.data ?? EMPTY };
    case 'policy_hash':
      return { ...base, kind: 'policy_hash', data: message.policy_hash.data ?? EMPTY };
    case 'cert':
      return { ...base, kind: 'cert', data: message.cert.data ?? EMPTY };
    case 'state':
      return { ...base, kind: 'state', state: message.state.state ?? EMPTY };
    case 'error': {
      const { error, code, message: text } = message.error;
      return { ...base, kind: 'error', error: error ?? EMPTY, code: code ?? '', message: text ?? '' };
    }
    case 'attestation': {
      const { document, instance_id } = message.attestation;
      return { ...base, kind: 'attestation', document: document ?? EMPTY, instanceId: instance_id ?? EMPTY };
    }
    case 'listing': {
      const entries = (message.listing.entries ?? []).map(({ name, type, size }) => ({
        name: name ?? '',
        type: type ?? 0,
        size: exactNumber(size ?? 0),
      }));
      return { ...base, kind: 'listing', entries };
    }
    case 'file_stat': {
      const { type, size, rights } = message.file_stat;
      return {
        ...base,
        kind: 'file_stat',
        type: type ?? 0,
        size: exactNumber(size ?? 0),
        rights: rights ?? 0,
      };
    }
    case 'receipt': {
      const { data, signature, document, openings } = message.receipt;
      return {
        ...base,
        kind: 'receipt',
        data: data ?? EMPTY,
        signature: signature ?? EMPTY,
        document: document ?? EMPTY,
        openings: openings ?? EMPTY,
      };
    }
    default:
      throw new TruceError('MESSAGE_INVALID', { reason: 'its contents are misplaced' });
  }
}

function decodeContentsHeader(head: Uint8Array, length: number): ContentsHeader {
  const message = transport_protocol.RuntimeManagerResponse.decode(head);
  const base = { context: message.context, status: statusOf(message.status), length };
  switch (message.message_oneof) {
    case 'result':
      return { ...base, kind: 'result' };
    case 'range':
      return { ...base, kind: 'range', eof: message.range.eof ?? false };
    case 'live': {
      const { file_name, offset, ended } = message.live;
      return {
        ...base,
        kind: 'live',
        fileName: file_name ?? '',
        offset: exactNumber(offset ?? 0),
        ended: ended ?? false,
      };
    }
    default:
      throw new TruceError('MESSAGE_INVALID', { reason: 'it carries no contents' });
  }
}
