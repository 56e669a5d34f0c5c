/**
 * What an executor child asks about live files, and the answers: the payloads of LIVE_REQUEST, LIVE_WRITE and LIVE_ANSWER
 * frames. Numbers are little-endian; positions and sizes are 64-bit floats that hold whole numbers. A file is named by
 * its place in the job's list. The child has one question open at a time; the runtime believes none of it.
 */
import { TruceError } from '../../proto/errors.ts';
import type { LiveReadiness } from '../vfs/content.ts';
import type { Errno } from '../vfs/errno.ts';

/** Bytes of one read or write: no answer takes more memory. */
export const LIVE_BYTES = 1 << 20;
/** What a read asks for ahead of the program: small reads cost nothing then. */
export const READ_AHEAD_BYTES = 256 << 10;
/** Files that one poll can name, the same one several times included. Source: calls-poll.ts, MAXIMUM_SUBSCRIPTIONS. */
export const MOST_POLLED = 4096;

const Operation = { read: 1, status: 2, restart: 3, poll: 4 } as const;

const READ_BYTES = 22;
const PLACE_BYTES = 16;
const POLL_HEAD_BYTES = 13;
const FILE_BYTES = 5;
export const WRITE_HEAD_BYTES = 4;
export const ANSWER_HEAD_BYTES = 16;
const SIGHT_BYTES = 9;

/** The longest LIVE_REQUEST and LIVE_WRITE. */
export const LIVE_FRAME_LIMITS = {
  liveRequest: POLL_HEAD_BYTES + MOST_POLLED * PLACE_BYTES,
  liveWrite: WRITE_HEAD_BYTES + LIVE_BYTES,
} as const;

/** Where a reader stands: the bytes before it are of this generation of the file. */
export interface LivePlace {
  readonly file: number;
  readonly position: number;
  readonly generation: number;
}

export type LiveRequest =
  | ({ readonly kind: 'read'; readonly length: number; readonly wait: boolean } & LivePlace)
  | { readonly kind: 'status' | 'restart'; readonly file: number }
  /** `milliseconds`: how long to wait for one of them; undefined: for ever. */
  | {
      readonly kind: 'poll';
      readonly milliseconds: number | undefined;
      readonly places: readonly LivePlace[];
    };

/** What stands before the bytes of a read, and is all of any other answer but a poll's. */
export interface LiveAnswerHead {
  readonly errno: Errno;
  readonly ended: boolean;
  readonly generation: number;
  /** Bytes of the file. */
  readonly size: number;
}

export function encodeLiveRequest(request: LiveRequest): Uint8Array {
  switch (request.kind) {
    case 'read': {
      const { bytes, view } = message(READ_BYTES, Operation.read);
      putPlace(view, 1, request);
      view.setUint32(17, request.length, true);
      view.setUint8(21, request.wait ? 1 : 0);
      return bytes;
    }
    case 'status':
    case 'restart': {
      const { bytes, view } = message(FILE_BYTES, Operation[request.kind]);
      view.setUint32(1, request.file, true);
      return bytes;
    }
    case 'poll': {
      const { bytes, view } = message(POLL_HEAD_BYTES + request.places.length * PLACE_BYTES, Operation.poll);
      view.setFloat64(1, request.milliseconds ?? -1, true);
      view.setUint32(9, request.places.length, true);
      request.places.forEach((place, index) => {
        putPlace(view, POLL_HEAD_BYTES + index * PLACE_BYTES, place);
      });
      return bytes;
    }
  }
}

/** @throws TruceError RUN_PROTOCOL for anything but a request about the first `files` live files */
export function decodeLiveRequest(payload: Uint8Array, files: number): LiveRequest {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  const operation = payload[0];
  if (operation === Operation.read && payload.length === READ_BYTES) {
    const length = view.getUint32(17, true);
    if (length === 0 || length > LIVE_BYTES) throw broken('a read of no such length');
    return { kind: 'read', ...place(view, 1, files), length, wait: view.getUint8(21) !== 0 };
  }
  if (operation === Operation.status && payload.length === FILE_BYTES)
    return { kind: 'status', file: fileNumber(view, 1, files) };
  if (operation === Operation.restart && payload.length === FILE_BYTES)
    return { kind: 'restart', file: fileNumber(view, 1, files) };
  if (operation === Operation.poll && payload.length >= POLL_HEAD_BYTES) {
    const count = view.getUint32(9, true);
    if (count === 0 || count > MOST_POLLED || payload.length !== POLL_HEAD_BYTES + count * PLACE_BYTES)
      throw broken('a poll of no such length');
    const time = view.getFloat64(1, true);
    if (!(time >= 0 || time === -1)) throw broken('a poll for no such time');
    const places = Array.from({ length: count }, (_, index) =>
      place(view, POLL_HEAD_BYTES + index * PLACE_BYTES, files),
    );
    return { kind: 'poll', milliseconds: time === -1 ? undefined : time, places };
  }
  throw broken('an unknown question');
}

/** The number of the file that a LIVE_WRITE is for; the bytes follow. @throws TruceError RUN_PROTOCOL */
export function decodeLiveWrite(payload: Uint8Array, files: number): { file: number; bytes: Uint8Array } {
  if (payload.length <= WRITE_HEAD_BYTES) throw broken('a write of nothing');
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  return { file: fileNumber(view, 0, files), bytes: payload.subarray(WRITE_HEAD_BYTES) };
}

/** An answer with room for `length` bytes behind its head. */
export function encodeLiveAnswer(head: LiveAnswerHead, length = 0): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow(ANSWER_HEAD_BYTES + length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, ANSWER_HEAD_BYTES);
  view.setUint16(0, head.errno, true);
  view.setUint16(2, head.ended ? 1 : 0, true);
  view.setUint32(4, head.generation, true);
  view.setFloat64(8, head.size, true);
  return bytes;
}

export function decodeLiveAnswer(answer: Uint8Array): LiveAnswerHead & { readonly bytes: Uint8Array } {
  const view = new DataView(answer.buffer, answer.byteOffset, ANSWER_HEAD_BYTES);
  return {
    errno: view.getUint16(0, true) as Errno,
    ended: view.getUint16(2, true) !== 0,
    generation: view.getUint32(4, true),
    size: view.getFloat64(8, true),
    bytes: answer.subarray(ANSWER_HEAD_BYTES),
  };
}

export function encodePolled(sights: readonly LiveReadiness[]): Uint8Array {
  const bytes = new Uint8Array(sights.length * SIGHT_BYTES);
  const view = new DataView(bytes.buffer);
  sights.forEach(({ ready, ended, available }, index) => {
    view.setUint8(index * SIGHT_BYTES, (ready ? 1 : 0) | (ended ? 2 : 0));
    view.setFloat64(index * SIGHT_BYTES + 1, available, true);
  });
  return bytes;
}

export function decodePolled(answer: Uint8Array): LiveReadiness[] {
  const view = new DataView(answer.buffer, answer.byteOffset, answer.length);
  return Array.from({ length: answer.length / SIGHT_BYTES }, (_, index) => {
    const flags = view.getUint8(index * SIGHT_BYTES);
    const available = view.getFloat64(index * SIGHT_BYTES + 1, true);
    return { ready: (flags & 1) !== 0, ended: (flags & 2) !== 0, available };
  });
}

function message(length: number, operation: number): { bytes: Uint8Array; view: DataView } {
  const bytes = new Uint8Array(length);
  bytes[0] = operation;
  return { bytes, view: new DataView(bytes.buffer) };
}

function putPlace(view: DataView, at: number, { file, position, generation }: LivePlace): void {
  view.setUint32(at, file, true);
  view.setFloat64(at + 4, position, true);
  view.setUint32(at + 12, generation, true);
}

function place(view: DataView, at: number, files: number): LivePlace {
  const position = view.getFloat64(at + 4, true);
  if (!Number.isSafeInteger(position) || position < 0) throw broken('a position out of range');
  return { file: fileNumber(view, at, files), position, generation: view.getUint32(at + 12, true) };
}

function fileNumber(view: DataView, at: number, files: number): number {
  const file = view.getUint32(at, true);
  if (file >= files) throw broken('no such live file');
  return file;
}

function broken(reason: string): TruceError {
  return new TruceError('RUN_PROTOCOL', { reason });
}
