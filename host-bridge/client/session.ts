/**
 * A party's attested session with an enclave: what it may ask, and get, under the policy. Requests are pipelined: several
 * may be under way, and are carried out in the order in which they were made.
 */
import { toHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import { canonicalPath } from '../../proto/policy/paths.ts';
import type { SignedReceipt } from '../../proto/receipt/receipt-file.ts';
import { encodeDataHeader, encodeRequest, type Request } from '../../proto/wire/request-codec.ts';
import {
  type AnswerReader,
  brokenProtocol,
  expectContents,
  expectExitCode,
  expectMessage,
  expectNothing,
  readExitCode,
} from './answers.ts';
import type { Check } from './checks.ts';
import type { Conversation } from './conversation.ts';
import { type DirectoryEntry, type FileStatus, readDirectoryEntry, readFileStatus } from './file-status.ts';
import { feedPieces } from './live-feed.ts';
import { RemoteError } from './remote-error.ts';
import type {
  ChunkOptions,
  FeedOptions,
  ReadOptions,
  ReceiptOf,
  RequestOptions,
  RunResult,
  SessionFacts,
  SubscribeOptions,
  TransferOptions,
  Verification,
  VerifyOptions,
} from './session-options.ts';
import { type DownloadSink, intoMemory, intoSink, piecesOf, sizeOf, type UploadSource } from './sources.ts';

const DEFAULT_MAXIMUM_BYTES = 1 << 30;
const HASH_TEXT = /^[0-9a-f]{64}$/;

/**
 * Every method rejects with RemoteError where the enclave refuses, with TruceError where the connection or the caller is
 * at fault (PATH_INVALID, CLIENT_CLOSED, CLIENT_PROTOCOL, ...), and with the signal's reason where it aborted.
 */
export class TruceSession {
  readonly facts: SessionFacts;
  readonly #conversation: Conversation;
  readonly #verify: (options: VerifyOptions) => Promise<Verification>;
  /** What `run` gave or threw, and the context that it was asked with. */
  readonly #runs = new WeakMap<object, number>();

  constructor(
    conversation: Conversation,
    facts: SessionFacts,
    verify: (options: VerifyOptions) => Promise<Verification>,
  ) {
    this.#conversation = conversation;
    this.facts = facts;
    this.#verify = verify;
  }

  /** What was checked before the session began. */
  get checks(): readonly Check[] {
    return this.facts.checks;
  }

  /**
   * Has the enclave prove itself again in this very channel, with everything that was checked before the session began: for
   * sessions that outlive the document they began with (three hours). It has to be the same instance, and answers in its
   * turn, behind a run of this session. What fails to prove itself ends the session (the ATTESTATION_ and CLIENT_ codes);
   * where the enclave gives no answer to judge (CLIENT_REFUSED) or `signal` aborts, the session stays.
   */
  async verifyAgain(options: VerifyOptions = {}): Promise<Verification> {
    try {
      return await this.#verify(options);
    } catch (error) {
      const unproven = error instanceof TruceError && error.code !== 'CLIENT_REFUSED';
      if (unproven && options.signal?.aborted !== true) this.#conversation.fail(error);
      throw error;
    }
  }

  /**
   * Writes a whole file: it appears, or is replaced, when its last byte has come. Once bytes are on their way, aborting, or
   * a stream that fails or has another size than announced, ends the session (CLIENT_UPLOAD_BROKEN).
   */
  writeFile(name: string, source: UploadSource, options: TransferOptions = {}): Promise<void> {
    return this.#upload('write_file', name, source, options);
  }

  /** Adds to a file's end, making the file where there is none; as a whole, as `writeFile` does. */
  appendFile(name: string, source: UploadSource, options: TransferOptions = {}): Promise<void> {
    return this.#upload('append_file', name, source, options);
  }

  /**
   * Adds pieces to a live file as they come: each is seen by its readers at once. A few are on their way at a time, in
   * order. @throws RemoteError LIVE_ENDED, FILE_NOT_LIVE as soon as it is known; pieces that were added before stay
   */
  async feedLive(name: string, pieces: AsyncIterable<Uint8Array>, options: FeedOptions = {}): Promise<void> {
    const { end = false, signal, onProgress } = options;
    const requests = signal === undefined ? {} : { signal };
    let fed = 0;
    const add = async (piece: Uint8Array) => {
      await this.appendFile(name, piece, requests);
      fed += piece.length;
      onProgress?.(fed);
    };
    await feedPieces(pieces, add, signal);
    if (end) await this.endLive(name, requests);
  }

  /** Says that nothing more will be added to a live file. It goes on only where it is written anew. */
  async endLive(name: string, options: RequestOptions = {}): Promise<void> {
    return this.#ask({ kind: 'end_live', fileName: canonicalPath(name) }, expectNothing, options.signal);
  }

  /**
   * A live file, or what programs print (`stdout`, `stderr`), as it grows, up to its end. Each iteration follows it anew;
   * leaving it, and aborting, cancel that. Pieces wait for whoever iterates, and with them (over 1 MiB) all that comes on
   * this session: follow in a session of its own what is not taken at once.
   * Iterating throws RemoteError (ACCESS_DENIED, FILE_NOT_LIVE, LIVE_RESTARTED, SUBSCRIPTION_LIMIT), TruceError
   * CLIENT_CLOSED where the session ends first, the signal's reason.
   */
  subscribe(name: string, options: SubscribeOptions = {}): AsyncIterable<Uint8Array> {
    const { offset = 0, signal } = options;
    const fileName = canonicalPath(name);
    if (!Number.isSafeInteger(offset) || offset < 0)
      throw new RangeError('an offset is a whole number of bytes');
    return { [Symbol.asyncIterator]: () => this.#conversation.follow(fileName, offset, signal) };
  }

  /**
   * Writes a file in several requests of this session, in any order of places; a file with a hash from front to back. None
   * of it is seen before the one that says `final`; where one fails, the others do (WRITE_BROKEN) until a new beginning.
   */
  async writeChunk(name: string, source: UploadSource, options: ChunkOptions = {}): Promise<void> {
    const { offset = 0, truncate = false, final = false, signal, onProgress } = options;
    const fileName = canonicalPath(name);
    const data = { kind: 'write_chunk', fileName, offset, truncate, final, length: sizeOf(source) } as const;
    const head = (context: number) => encodeDataHeader({ context, ...data });
    return this.#conversation.ask({ head, body: piecesOf(source, onProgress), signal }, expectNothing);
  }

  async readFile(name: string, options: ReadOptions = {}): Promise<Uint8Array> {
    const { maximumBytes = DEFAULT_MAXIMUM_BYTES, onProgress, signal } = options;
    const reader = expectContents('result', (length) => intoMemory(length, maximumBytes, onProgress));
    return this.#ask({ kind: 'read_file', fileName: canonicalPath(name) }, reader, signal);
  }

  /** Reads a file into a sink, no faster than the sink takes it; gives the number of bytes. The sink is not ended. */
  async readFileTo(name: string, sink: DownloadSink, options: TransferOptions = {}): Promise<number> {
    const reader = expectContents('result', (length) => intoSink(length, sink, options.onProgress));
    return this.#ask({ kind: 'read_file', fileName: canonicalPath(name) }, reader, options.signal);
  }

  /** Up to `length` bytes from `offset` on: fewer where the file ends before. */
  async readRange(
    name: string,
    offset: number,
    length: number,
    options: ReadOptions = {},
  ): Promise<Uint8Array> {
    const { maximumBytes = DEFAULT_MAXIMUM_BYTES, onProgress, signal } = options;
    const fileName = canonicalPath(name);
    const reader = expectContents('range', (found) => {
      if (found > length) throw brokenProtocol('a range is longer than asked for');
      return intoMemory(found, maximumBytes, onProgress);
    });
    return this.#ask({ kind: 'read_range', fileName, offset, length }, reader, signal);
  }

  /** What a directory holds, as far as this party's rights show it. */
  async list(path: string, options: RequestOptions = {}): Promise<DirectoryEntry[]> {
    const reader = expectMessage('listing', ({ entries }) => entries.map(readDirectoryEntry));
    return this.#ask({ kind: 'list', path: canonicalPath(path) }, reader, options.signal);
  }

  async stat(path: string, options: RequestOptions = {}): Promise<FileStatus> {
    const reader = expectMessage('file_stat', readFileStatus);
    return this.#ask({ kind: 'stat', path: canonicalPath(path) }, reader, options.signal);
  }

  /** Removes a file, or an empty directory. */
  async remove(path: string, options: RequestOptions = {}): Promise<void> {
    return this.#ask({ kind: 'remove', path: canonicalPath(path) }, expectNothing, options.signal);
  }

  /** Runs a program to its end. Aborting cancels the run: nothing of it is kept. */
  async run(program: string, options: RequestOptions = {}): Promise<RunResult> {
    return this.#run({ kind: 'request_result', fileName: canonicalPath(program) }, options);
  }

  /** Runs a pipeline of the policy, by its name there, or by its place in the list, from 0 on, where none has that name. */
  async runPipeline(name: string, options: RequestOptions = {}): Promise<RunResult> {
    return this.#run({ kind: 'request_pipeline', fileName: name }, options);
  }

  /**
   * The signed receipt of a run of this session, of a failed one too, or the newest of a run that wrote a file or of a
   * program's; where the policy asks for receipts, and for who may read the result. `verifyReceipt` checks it.
   */
  async receipt(of: ReceiptOf, { signal }: RequestOptions = {}): Promise<SignedReceipt> {
    const reader = expectMessage('receipt', copyReceipt);
    if ('file' in of)
      return this.#ask({ kind: 'receipt', target: 0, fileName: canonicalPath(of.file) }, reader, signal);
    const target = this.#runs.get(of.run);
    if (target === undefined) throw new TypeError('not what a run of this session gave or threw');
    return this.#ask({ kind: 'receipt', target, fileName: '' }, reader, signal);
  }

  /** SHA-256 of a program's file, in lower-case hexadecimal. */
  async programHash(program: string, options: RequestOptions = {}): Promise<string> {
    const reader = expectMessage('pi_hash', ({ data }) => hashText(data));
    return this.#ask({ kind: 'request_pi_hash', fileName: canonicalPath(program) }, reader, options.signal);
  }

  /** SHA-256 of the policy's text as the enclave tells it; what proves it is the attestation. */
  async policyHash(options: RequestOptions = {}): Promise<string> {
    const reader = expectMessage('policy_hash', ({ data }) => hashText(data));
    return this.#ask({ kind: 'request_policy_hash' }, reader, options.signal);
  }

  /** Ends the enclave, for all its parties; then closes. */
  async shutdown(options: RequestOptions = {}): Promise<void> {
    await this.#ask({ kind: 'request_shutdown' }, expectNothing, options.signal);
    await this.close();
  }

  /** Waits for what has been asked, then ends the session. */
  close(): Promise<void> {
    return this.#conversation.close();
  }

  async #upload(
    kind: 'write_file' | 'append_file',
    name: string,
    source: UploadSource,
    { signal, onProgress }: TransferOptions,
  ): Promise<void> {
    const fileName = canonicalPath(name);
    const length = sizeOf(source);
    const head = (context: number) => encodeDataHeader({ context, kind, fileName, length });
    const body = piecesOf(source, onProgress);
    return this.#conversation.ask({ head, body, signal }, expectNothing);
  }

  async #run(request: WithoutContext<Request>, { signal }: RequestOptions): Promise<RunResult> {
    let asked = 0;
    const head = (context: number) => {
      asked = context;
      return encodeRequest({ ...request, context });
    };
    const remembered = <T extends object>(outcome: T): T => {
      this.#runs.set(outcome, asked);
      return outcome;
    };
    try {
      const exitCode = await this.#conversation.ask({ head, signal, cancellable: true }, expectExitCode);
      return remembered({ exitCode });
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      if (error.code === 'PROGRAM_EXITED') return remembered({ exitCode: readExitCode(error.body) });
      throw remembered(error);
    }
  }

  async #ask<T>(
    request: WithoutContext<Request>,
    reader: AnswerReader<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    return this.#conversation.ask(
      { head: (context) => encodeRequest({ ...request, context }), signal },
      reader,
    );
  }
}

/** The answer's bytes are a view of what was received. */
function copyReceipt({ data, signature, document, openings }: SignedReceipt): SignedReceipt {
  return {
    data: data.slice(),
    signature: signature.slice(),
    document: document.slice(),
    openings: openings.slice(),
  };
}

/** Keeps a union's members apart, which Omit alone does not. */
type WithoutContext<R> = R extends Request ? Omit<R, 'context'> : never;

/** Veracruz sends hashes as lower-case hexadecimal text. */
function hashText(bytes: Uint8Array): string {
  const text = String.fromCharCode(...bytes.subarray(0, 65));
  if (!HASH_TEXT.test(text)) throw brokenProtocol(`a hash was answered as ${toHex(bytes.subarray(0, 32))}`);
  return text;
}
