/** `wasi:io`: errors, pollables, and streams over what preview 1 reads and writes. */
import { bool, bytes, Failure, list, option, result, string, u32, u64, variant } from './canonical-types.ts';
import { type ErrorCode, errorCode } from './error-codes.ts';
import { ComponentTrap } from './guest-data.ts';
import { borrow, own } from './handle-types.ts';
import { type InterfaceFunctions, imported } from './imported-function.ts';
import { DATA_BYTES, MAXIMUM_POLLABLES, type Preview1Calls } from './preview1-calls.ts';
import { SharedDescriptor } from './shared-descriptor.ts';

/** `wasi:io/error`: what a stream's last operation failed with. */
export class IoError {
  readonly code: ErrorCode;

  constructor(code: ErrorCode) {
    this.code = code;
  }
}

/** Something to wait for: a moment of the monotonic clock, input, or nothing at all. */
export class Pollable {
  readonly wait: { readonly deadline: bigint } | { readonly reads: number } | undefined;

  constructor(wait?: { readonly deadline: bigint } | { readonly reads: number }) {
    this.wait = wait;
  }
}

/** Reads on from a place of its own. */
export class InputStream {
  readonly #calls: Preview1Calls;
  readonly #shared: SharedDescriptor | undefined;
  readonly #fd: number;
  #offset: bigint | undefined;
  #ended = false;

  /** `offset` is undefined for a stream that has no places: standard input. */
  constructor(calls: Preview1Calls, source: number | SharedDescriptor, offset?: bigint) {
    this.#calls = calls;
    this.#shared = source instanceof SharedDescriptor ? source.hold() : undefined;
    this.#fd = source instanceof SharedDescriptor ? source.fd : source;
    this.#offset = offset;
  }

  /** At most `length` bytes, as many as there are; the view is good until the next call. */
  read(length: bigint): Uint8Array {
    if (this.#ended) throw closed();
    if (length === 0n) return new Uint8Array(0);
    const wanted = length > DATA_BYTES ? DATA_BYTES : Number(length);
    const content = orFailed(() => this.#calls.read(this.#fd, wanted, this.#offset));
    if (content.length === 0) {
      this.#ended = this.#offset === undefined;
      throw closed();
    }
    if (this.#offset !== undefined) this.#offset += BigInt(content.length);
    return content;
  }

  subscribe(): Pollable {
    return new Pollable(this.#offset === undefined && !this.#ended ? { reads: this.#fd } : undefined);
  }

  dispose(): void {
    this.#shared?.release();
  }
}

/** Writes on from a place of its own, at the end of the file whatever it is by then, or to where a stream goes. */
export class OutputStream {
  readonly #calls: Preview1Calls;
  readonly #shared: SharedDescriptor | undefined;
  readonly #fd: number;
  #offset: bigint | 'end' | undefined;

  constructor(calls: Preview1Calls, target: number | SharedDescriptor, offset?: bigint | 'end') {
    this.#calls = calls;
    this.#shared = target instanceof SharedDescriptor ? target.hold() : undefined;
    this.#fd = target instanceof SharedDescriptor ? target.fd : target;
    this.#offset = offset;
  }

  /** Writes all of it, or fails. */
  write(content: Uint8Array): void {
    for (let done = 0; done < content.length; ) {
      const piece = content.subarray(done, done + DATA_BYTES);
      const written = orFailed(() => this.#writePiece(piece));
      if (written === 0) throw closed();
      done += written;
      if (typeof this.#offset === 'bigint') this.#offset += BigInt(written);
    }
  }

  dispose(): void {
    this.#shared?.release();
  }

  #writePiece(piece: Uint8Array): number {
    const offset = this.#offset;
    return offset === 'end'
      ? this.#calls.append(this.#fd, piece)
      : this.#calls.write(this.#fd, piece, offset);
  }
}

type StreamFailure = { tag: 'last-operation-failed'; value: IoError } | { tag: 'closed' };

function closed(): Failure<StreamFailure> {
  return new Failure({ tag: 'closed' });
}

/** A call of preview 1 that fails is the stream's failure; a stream that is not there is closed. */
function orFailed<T>(call: () => T): T {
  try {
    return call();
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    if (failure.payload === 'bad-descriptor') throw closed();
    throw new Failure<StreamFailure>({
      tag: 'last-operation-failed',
      value: new IoError(failure.payload as ErrorCode),
    });
  }
}

/** A write may be as long as the guest likes; it is told this. */
const WRITABLE_BYTES = BigInt(DATA_BYTES);
const ZEROS = new Uint8Array(65536);

const streamError = variant({ 'last-operation-failed': own(IoError), closed: undefined });
const input = borrow(InputStream);
const output = borrow(OutputStream);
const anyPollable = borrow(Pollable);

export const errorInterface: InterfaceFunctions = {
  '[method]error.to-debug-string': imported([borrow(IoError)], string, ({ code }) => code),
};

export const streamsInterface: InterfaceFunctions = {
  ...inputFunctions(),
  ...outputFunctions(),
};

function inputFunctions(): InterfaceFunctions {
  const read = imported([input, u64], result(bytes, streamError), (stream, length) => stream.read(length));
  const skip = imported([input, u64], result(u64, streamError), (stream, length) =>
    BigInt(stream.read(length).length),
  );
  return {
    '[method]input-stream.read': read,
    '[method]input-stream.blocking-read': read,
    '[method]input-stream.skip': skip,
    '[method]input-stream.blocking-skip': skip,
    '[method]input-stream.subscribe': imported([input], own(Pollable), (stream) => stream.subscribe()),
  };
}

function outputFunctions(): InterfaceFunctions {
  const done = result(undefined, streamError);
  const write = imported([output, bytes], done, (stream, content) => stream.write(content));
  const flush = imported([output], done, () => undefined);
  const writeZeros = imported([output, u64], done, (stream, length) => {
    for (let left = length; left > 0n; left -= BigInt(ZEROS.length))
      stream.write(left < ZEROS.length ? ZEROS.subarray(0, Number(left)) : ZEROS);
  });
  const splice = imported([output, input, u64], result(u64, streamError), (to, from, length) => {
    // What is read is a view that writing takes up again.
    const content = from.read(length).slice();
    to.write(content);
    return BigInt(content.length);
  });
  return {
    '[method]output-stream.check-write': imported([output], result(u64, streamError), () => WRITABLE_BYTES),
    '[method]output-stream.write': write,
    '[method]output-stream.blocking-write-and-flush': write,
    '[method]output-stream.flush': flush,
    '[method]output-stream.blocking-flush': flush,
    '[method]output-stream.write-zeroes': writeZeros,
    '[method]output-stream.blocking-write-zeroes-and-flush': writeZeros,
    '[method]output-stream.splice': splice,
    '[method]output-stream.blocking-splice': splice,
    '[method]output-stream.subscribe': imported([output], own(Pollable), () => new Pollable()),
  };
}

export function pollInterface(calls: Preview1Calls): InterfaceFunctions {
  return {
    '[method]pollable.ready': imported([anyPollable], bool, (one) => ready(calls, [one], false).length > 0),
    '[method]pollable.block': imported([anyPollable], undefined, (one) => {
      ready(calls, [one], true);
    }),
    poll: imported([list(anyPollable)], list(u32), (pollables) => {
      if (pollables.length === 0) throw new ComponentTrap('a poll of nothing');
      return ready(calls, pollables, true);
    }),
  };
}

/** The places of those that are ready; waits for one only where asked to. */
function ready(calls: Preview1Calls, pollables: readonly Pollable[], wait: boolean): number[] {
  const waits = pollables.map((pollable) => pollable.wait);
  const kept = waits.flatMap((one, index) => (one === undefined ? [] : [{ one, index }]));
  const found = new Set(waits.keys());
  for (const { index } of kept) found.delete(index);
  if (kept.length > 0) {
    const asked: NonNullable<Pollable['wait']>[] = kept.map(({ one }) => one);
    // A moment that is past: the call comes back at once.
    if (!wait || found.size > 0) asked.push({ deadline: 0n });
    if (asked.length > MAXIMUM_POLLABLES) throw new ComponentTrap(`a poll of more than ${MAXIMUM_POLLABLES}`);
    for (const place of calls.poll(asked)) {
      const index = kept[place]?.index;
      if (index !== undefined) found.add(index);
    }
  }
  return [...found].sort((a, b) => a - b);
}

/** `wasi:filesystem/types`.`filesystem-error-code`. */
export const filesystemErrorCode = imported([borrow(IoError)], option(errorCode), ({ code }) => code);
