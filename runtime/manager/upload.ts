/** File contents on their way in. A refused upload is read to its end and answered in its turn, so the session goes on. */
import type { DataRequestHeader } from '../../proto/wire/request-codec.ts';
import type { Chunk, ChunkedWrites } from './chunked-writes.ts';
import type { ClientFiles } from './client-files.ts';
import type { FileUser } from './client-places.ts';
import type { StagedContent } from './staged-write.ts';

export class Upload {
  readonly #user: FileUser;
  readonly #chunked: ChunkedWrites;
  /** For a chunk: what it says of itself. */
  readonly #chunk: Chunk | undefined;
  #staged: StagedContent | undefined;
  #finish: (signal: AbortSignal) => Promise<void> = async () => undefined;
  #failure: unknown;

  constructor(header: DataRequestHeader, user: FileUser, files: ClientFiles, chunked: ChunkedWrites) {
    const { kind, fileName, offset = 0, truncate = false, final = false } = header;
    this.#user = user;
    this.#chunked = chunked;
    this.#chunk = kind === 'write_chunk' ? { fileName, offset, truncate, final } : undefined;
    this.#attempt(() => {
      if (kind === 'write_chunk') {
        this.#staged = files.beginPart(user, fileName);
        return;
      }
      const staged = files.beginWrite(user, kind === 'append_file' ? 'append' : 'write', fileName);
      this.#staged = staged;
      this.#finish = (signal) => staged.commit(signal);
    });
  }

  piece(piece: Uint8Array): void {
    if (this.#failure === undefined) this.#attempt(() => this.#staged?.push(piece));
  }

  /** Called in the request's turn, when all of it has come. Rejects with what refused it. */
  async commit(signal: AbortSignal): Promise<void> {
    try {
      if (this.#failure !== undefined) {
        if (this.#chunk !== undefined) this.#chunked.fail(this.#chunk);
        throw this.#failure;
      }
      if (this.#chunk === undefined) await this.#finish(signal);
      else await this.#chunked.apply(this.#user, this.#chunk, this.#staged!, signal);
    } finally {
      this.abandon();
    }
  }

  /** Gives back what was staged: the session ended first, or the upload has been dealt with. */
  abandon(): void {
    this.#staged?.discard();
    this.#staged = undefined;
  }

  #attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#failure = error;
      this.abandon();
    }
  }
}
