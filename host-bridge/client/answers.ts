/** Readers of answers: each request says what it expects back, and anything else is a breach of the protocol. */
import { TruceError } from '../../proto/errors.ts';
import type { ContentsHeader, Response } from '../../proto/wire/response-codec.ts';

/** Where the contents of one answer go. */
export interface ContentsReader<T> {
  /** A promise holds the connection until it settles: no more is read meanwhile. */
  piece(piece: Uint8Array): void | Promise<void>;
  /** All have come. */
  end(): T;
}

export interface AnswerReader<T> {
  /** A successful answer without contents. */
  message(response: Response): T;
  /** The beginning of a successful answer with contents. */
  contents(header: ContentsHeader): ContentsReader<T>;
}

/** An answer of exactly one kind without contents. */
export function expectMessage<Kind extends Response['kind'], T>(
  kind: Kind,
  read: (response: Extract<Response, { kind: Kind }>) => T,
): AnswerReader<T> {
  return {
    message(response) {
      if (response.kind !== kind) throw unexpected(response.kind, kind);
      return read(response as Extract<Response, { kind: Kind }>);
    },
    contents(header) {
      throw unexpected(header.kind, kind);
    },
  };
}

/** The status alone. */
export const expectNothing: AnswerReader<void> = expectMessage('none', () => undefined);

/**
 * Contents of a file. Veracruz's runtime answers an empty file with a bare status: `open` is told of no contents then.
 */
export function expectContents<T>(
  kind: 'result' | 'range',
  open: (length: number) => ContentsReader<T>,
): AnswerReader<T> {
  return {
    message(response) {
      if (response.kind !== 'none') throw unexpected(response.kind, kind);
      return open(0).end();
    },
    contents(header) {
      if (header.kind !== kind) throw unexpected(header.kind, kind);
      return open(header.length);
    },
  };
}

/** The exit code of a program: four little-endian bytes (Veracruz main, execution_engine_manager.rs). */
export const expectExitCode: AnswerReader<number> = {
  message(response) {
    throw unexpected(response.kind, 'result');
  },
  contents(header) {
    if (header.kind !== 'result' || header.length !== EXIT_CODE_BYTES)
      throw unexpected(header.kind, 'exit code');
    const bytes = new Uint8Array(EXIT_CODE_BYTES);
    let filled = 0;
    return {
      piece(piece) {
        bytes.set(piece, filled);
        filled += piece.length;
      },
      end: () => readExitCode(bytes),
    };
  },
};

const EXIT_CODE_BYTES = 4;

export function readExitCode(bytes: Uint8Array): number {
  if (bytes.length !== EXIT_CODE_BYTES) throw brokenProtocol('an exit code is not of four bytes');
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}

export function brokenProtocol(reason: string, cause?: unknown): TruceError {
  return new TruceError('CLIENT_PROTOCOL', { reason }, { cause });
}

function unexpected(found: string, expected: string): TruceError {
  return brokenProtocol(`${found} came in answer where ${expected} was due`);
}
