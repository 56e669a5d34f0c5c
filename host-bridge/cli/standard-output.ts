/** Standard output as commands see it: knows whether anything was printed, and takes a reader that went away calmly. */
import { Writable } from 'node:stream';

export class StandardOutput extends Writable {
  readonly #target: NodeJS.WriteStream;
  #used = false;
  #gone = false;

  constructor(target: NodeJS.WriteStream) {
    super();
    this.#target = target;
    // `truce ... | head` closes early: what follows has no reader, which is nobody's fault.
    target.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      this.#gone = true;
    });
  }

  get isTTY(): boolean {
    return this.#target.isTTY === true;
  }

  get columns(): number | undefined {
    return this.#target.columns;
  }

  /** Whether a command has printed something. */
  get used(): boolean {
    return this.#used;
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#used = true;
    if (this.#gone) {
      done();
      return;
    }
    this.#target.write(chunk, (error) => {
      const code = (error as NodeJS.ErrnoException | null | undefined)?.code;
      done(code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED' ? null : error);
    });
  }
}
