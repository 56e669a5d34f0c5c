/**
 * Cuts a byte stream into messages behind 8-byte lengths, and hands file contents on in pieces as they arrive.
 *
 * Contents are streamed where nothing follows them in their message; a message in any other order, and every message
 * without contents, is collected whole up to a bound and checked before it is handed on.
 */
import { TruceError } from '../errors.ts';
import { ByteAccumulator } from './byte-accumulator.ts';
import { decodeLengthPrefix, LENGTH_PREFIX_BYTES } from './length-prefix.ts';
import type { MessageSchema } from './message-schema.ts';
import { findStreamedData, type Search, withoutData } from './streamed-data.ts';
import { scanMessage } from './strict-scan.ts';

export interface MessageLimits {
  /** Longest message, contents included, in bytes. */
  readonly messageBytes: number;
  /** Most that is ever collected: messages without contents, and what stands around contents. */
  readonly smallMessageBytes: number;
}

/** Where messages go. Called in order, within `push`; what it throws ends the stream. */
export interface MessageSink {
  /** A message that passed the strict scan and carries no contents. */
  whole(message: Uint8Array): void;
  /** `head`: the message without its contents, past the strict scan; `length` bytes of contents follow as pieces. */
  begin(head: Uint8Array, length: number): void;
  /** A view of the chunk that was pushed. */
  piece(piece: Uint8Array): void;
  end(): void;
}

/** The state machine that both decoders share. After an error it accepts nothing more. */
export class MessageStream {
  readonly #schema: MessageSchema;
  readonly #limits: MessageLimits;
  readonly #sink: MessageSink;
  #collected = new ByteAccumulator();
  /** Bytes of the message being read; undefined before its length is known. */
  #total: number | undefined;
  /** Bytes that must be there before it is worth looking again. */
  #needed = LENGTH_PREFIX_BYTES;
  /** Contents still to come, or undefined outside them. */
  #remaining: number | undefined;
  #failed = false;

  constructor(schema: MessageSchema, limits: MessageLimits, sink: MessageSink) {
    this.#schema = schema;
    this.#limits = limits;
    this.#sink = sink;
  }

  /** Whether the stream stands between two messages: it may end here. */
  get idle(): boolean {
    return this.#total === undefined && this.#collected.length === 0;
  }

  /** @throws TruceError FRAME_TOO_LARGE, MESSAGE_INVALID, or what the sink threw */
  push(chunk: Uint8Array): void {
    if (this.#failed) throw new TruceError('MESSAGE_INVALID', { reason: 'the stream failed before' });
    try {
      let rest = chunk;
      while (rest.length > 0) rest = this.#remaining === undefined ? this.#collect(rest) : this.#pass(rest);
    } catch (error) {
      this.#failed = true;
      throw error;
    }
  }

  /** Takes bytes up to the next point of decision; what it returns has not been taken. */
  #collect(chunk: Uint8Array): Uint8Array {
    // The usual message lies whole in one chunk: it is read where it is.
    if (this.#collected.length === 0 && this.#total !== undefined) return this.#search(chunk, chunk);
    const part = chunk.subarray(0, this.#needed - this.#collected.length);
    this.#collected.append(part);
    const rest = chunk.subarray(part.length);
    if (this.#collected.length < this.#needed) return rest;
    if (this.#total !== undefined) return this.#search(this.#collected.bytes, rest);
    this.#total = decodeLengthPrefix(this.#collected.take(), this.#limits.messageBytes);
    // An empty message has no bytes of its own that would bring the next step about.
    if (this.#total === 0) this.#finishWhole(new Uint8Array(0));
    else this.#needed = 1;
    return rest;
  }

  /** Looks at the beginning of a message; `rest` is `available` itself, or follows it. */
  #search(available: Uint8Array, rest: Uint8Array): Uint8Array {
    const total = this.#total!;
    const inPlace = rest === available;
    const message = available.subarray(0, total);
    const search = findStreamedData(message, total, this.#schema);
    this.#checkSmall(boundOf(search, total));
    if (search.kind === 'more') {
      if (inPlace) this.#collected.append(message);
      this.#needed = search.needed;
      return inPlace ? available.subarray(message.length) : rest;
    }
    const { place } = search;
    if (search.kind === 'stream') {
      const { dataStart, dataEnd } = search.place;
      this.#begin(withoutData(message.subarray(0, dataStart), search.place), dataEnd - dataStart);
      this.#collected = new ByteAccumulator();
      if (inPlace) return this.#pass(available.subarray(dataStart));
      this.#pass(message.subarray(dataStart));
      return rest;
    }
    this.#collected = new ByteAccumulator();
    if (!search.streamed) this.#finishWhole(message);
    else {
      const data = place ? message.subarray(place.dataStart, place.dataEnd) : new Uint8Array(0);
      this.#begin(place ? withoutData(message, place) : message, data.length);
      this.#pass(data);
    }
    return inPlace ? available.subarray(total) : rest;
  }

  /** The same bound whether bytes come in one chunk or one by one. */
  #checkSmall(length: number): void {
    const limit = this.#limits.smallMessageBytes;
    if (length > limit) throw new TruceError('FRAME_TOO_LARGE', { length, limit });
  }

  #finishWhole(message: Uint8Array): void {
    scanMessage(message, this.#schema);
    this.#reset();
    this.#sink.whole(message);
  }

  #begin(head: Uint8Array, length: number): void {
    scanMessage(head, this.#schema);
    this.#remaining = length;
    this.#sink.begin(head, length);
  }

  /** Hands contents on; what it returns comes after them. */
  #pass(bytes: Uint8Array): Uint8Array {
    const piece = bytes.subarray(0, this.#remaining!);
    this.#remaining! -= piece.length;
    if (piece.length > 0) this.#sink.piece(piece);
    if (this.#remaining === 0) {
      this.#reset();
      this.#sink.end();
    }
    return bytes.subarray(piece.length);
  }

  #reset(): void {
    this.#total = undefined;
    this.#remaining = undefined;
    this.#needed = LENGTH_PREFIX_BYTES;
  }
}

/** How many bytes have to be collected for what the search found. */
function boundOf(search: Search, total: number): number {
  switch (search.kind) {
    case 'more':
      return search.needed;
    case 'stream':
      return search.place.dataStart;
    case 'whole':
      return total;
  }
}
