/**
 * Follows one run for its receipt: notes the files in the turns in which they are what the run reads or leaves, and
 * computes their digests in turns of its own, the inputs while the program runs.
 */
import { createHash } from 'node:crypto';
import { TruceError } from '../../proto/errors.ts';
import type { FileSide } from '../../proto/receipt/openings.ts';
import type { OutputStream } from '../executor/run-protocol.ts';
import type { RunFacts, RunWitness, WitnessedFile } from '../executor/run-report.ts';
import type { FileInode } from '../vfs/inode.ts';
import type { ContentDigests, NotedContent } from './content-digests.ts';

/** What a receipt takes beside its files. */
const RECEIPT_BASE_BYTES = 16 << 10;
/** A commitment, and an opening without its path. */
const FILE_BYTES = 160;

export interface RecordedFile {
  readonly side: FileSide;
  readonly path: string;
  /** undefined: no file is there any more. */
  readonly content: { readonly size: number; readonly sha256: Uint8Array } | undefined;
}

export interface RecorderOptions {
  /** Resolves when one more run can be recorded; what it rejects with ends the run. */
  readonly room: () => Promise<void>;
  readonly digests: ContentDigests;
  /** Bytes that a receipt with all its openings may have. */
  readonly limit: number;
  /** Whether the path can be added to while programs run: it is recorded as it is at the run's end. */
  readonly isLive: (path: string) => boolean;
}

export class RunRecorder implements RunWitness {
  readonly #options: RecorderOptions;
  readonly #inputs = new Map<string, Promise<RecordedFile>>();
  readonly #outputs = new Map<string, NotedContent | undefined>();
  readonly #printed = new Map<OutputStream, { readonly hash: ReturnType<typeof createHash>; size: number }>();
  readonly #liveInputs: WitnessedFile[] = [];
  /** Those that the program changed, with their versions before. */
  readonly #liveOutputs = new Map<string, { readonly file: FileInode; readonly version: number }>();
  #bytes = RECEIPT_BASE_BYTES;
  #facts: RunFacts | undefined;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** When the run was and what it used, once it is over; undefined where it never began. */
  get facts(): RunFacts | undefined {
    return this.#facts;
  }

  /** What it wrote, moved, removed or printed to. */
  get outputPaths(): ReadonlySet<string> {
    return new Set([...this.#outputs.keys(), ...this.#printed.keys()]);
  }

  room(): Promise<void> {
    return this.#options.room();
  }

  began(inputs: readonly WitnessedFile[]): void {
    this.#charge(inputs.map(({ path }) => path));
    const { digests, isLive } = this.#options;
    this.#liveInputs.push(...inputs.filter(({ path }) => isLive(path)));
    const noted = inputs
      .filter(({ path }) => !isLive(path))
      .map(({ path, file }) => ({ path, content: digests.note(file) }));
    let previous: Promise<unknown> = Promise.resolve();
    for (const { path, content } of noted) {
      // One after the other, each given back whatever became of the one before.
      const record = () => this.#record('input', path, content);
      const recorded = previous.then(record, record);
      this.#inputs.set(path, recorded);
      previous = recorded;
    }
    // Whoever finishes the record is told; a run that came to nothing has nobody to tell.
    previous.catch(() => undefined);
  }

  printed(stream: OutputStream, bytes: Uint8Array): void {
    let printed = this.#printed.get(stream);
    if (printed === undefined) {
      printed = { hash: createHash('sha256'), size: 0 };
      this.#printed.set(stream, printed);
    }
    printed.hash.update(bytes);
    printed.size += bytes.length;
  }

  changingLive({ path, file }: WitnessedFile): void {
    if (this.#liveOutputs.has(path)) return;
    this.#charge([path]);
    this.#liveOutputs.set(path, { file, version: file.version });
  }

  wrote(outputs: readonly WitnessedFile[], gone: readonly string[]): void {
    this.#charge([...outputs.map(({ path }) => path), ...gone]);
    for (const { path, file } of outputs) this.#outputs.set(path, this.#options.digests.note(file));
    for (const path of gone) this.#outputs.set(path, undefined);
  }

  ended(facts: RunFacts): void {
    this.#facts = facts;
    const { digests } = this.#options;
    for (const { path, file } of this.#liveInputs)
      this.#inputs.set(path, this.#record('input', path, digests.note(file)));
    for (const [path, { file, version }] of this.#liveOutputs)
      if (version !== file.version && !this.#outputs.has(path)) this.#outputs.set(path, digests.note(file));
  }

  /** All files with their digests. To be called once, after the run. */
  async finish(): Promise<RecordedFile[]> {
    const files = await Promise.all(this.#inputs.values());
    for (const [stream, { hash, size }] of this.#printed)
      files.push({ side: 'output', path: stream, content: { size, sha256: hash.digest() } });
    for (const [path, content] of this.#outputs)
      files.push(
        content === undefined
          ? { side: 'output', path, content }
          : await this.#record('output', path, content),
      );
    return files;
  }

  async #record(side: FileSide, path: string, content: NotedContent): Promise<RecordedFile> {
    const sha256 = await this.#options.digests.digest(content);
    return { side, path, content: { size: content.size, sha256 } };
  }

  #charge(paths: readonly string[]): void {
    for (const path of paths) this.#bytes += FILE_BYTES + Buffer.byteLength(path);
    const { limit } = this.#options;
    if (this.#bytes > limit) throw new TruceError('RECEIPT_TOO_LARGE', { limit });
  }
}
