/** Takes a live file piece by piece as a test needs it. */
import type { TruceSession } from '../../host-bridge/client/index.ts';

export class LiveReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #kept = '';

  constructor(session: TruceSession, name: string, options: { offset?: number; signal?: AbortSignal } = {}) {
    this.#pieces = session.subscribe(name, options)[Symbol.asyncIterator]();
  }

  /** The next `length` characters; fewer where the file ends before. */
  async take(length: number): Promise<string> {
    while (this.#kept.length < length) {
      const { done, value } = await this.#pieces.next();
      if (done) break;
      this.#kept += Buffer.from(value).toString('latin1');
    }
    const taken = this.#kept.slice(0, length);
    this.#kept = this.#kept.slice(length);
    return taken;
  }

  /** All that still comes. */
  rest(): Promise<string> {
    return this.take(Number.POSITIVE_INFINITY);
  }

  async leave(): Promise<void> {
    await this.#pieces.return?.();
  }
}
