/** File contents on their way in. A refused upload is read to its end and answered in its turn, so the session goes on. */
import type { DataRequestHeader } from '../../proto/wire/request-codec.ts';
import type { ChunkedWrites } from './chunked-writes.ts';
import type { ClientFiles, FileUser, StagedWrite } from './client-files.ts';

export class Upload {
  readonly #header: DataRequestHeader;
  readonly #chunked: ChunkedWrites;
  #staged: StagedWrite | undefined;
  #position: number;
  #failure: unknown;

  constructor(header: DataRequestHeader, user: FileUser, files: ClientFiles, chunked: ChunkedWrites) {
    this.#header = header;
    this.#chunked = chunked;
    this.#position = header.offset ?? 0;
    this.#attempt(() => {
      const { kind, fileName, offset = 0, truncate = false, final = false } = header;
      this.#staged =
        kind === 'write_chunk'
          ? chunked.begin(user, { fileName, offset, truncate, final })
          : files.beginWrite(user, kind === 'append_file' ? 'append' : 'write', fileName);
    });
  }

  piece(piece: Uint8Array): void {
    if (this.#failure !== undefined) return;
    this.#attempt(() => {
      if (this.#header.kind === 'write_chunk') this.#position = this.#staged!.writeAt(piece, this.#position);
      else this.#staged!.push(piece);
    });
  }

  /** Called in the request's turn, when all of it has come. @throws what refused it */
  commit(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#header.kind === 'write_chunk') this.#chunked.end(this.#staged!, this.#header.final ?? false);
    else this.#staged!.commit();
  }

  /** The session ended first. */
  abandon(): void {
    if (this.#header.kind !== 'write_chunk') this.#staged?.discard();
  }

  #attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#failure = error;
      this.abandon();
      if (this.#header.kind === 'write_chunk' && this.#staged !== undefined)
        this.#chunked.fail(this.#staged, this.#header.final ?? false);
    }
  }
}
