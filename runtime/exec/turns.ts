/** Lets signals be heard while files are copied: that itself waits for nothing. */
import { setImmediate as turn } from 'node:timers/promises';

/** Bytes copied between two looks at whether to stop. */
const BYTES_A_TURN = 32 << 20;
/** An entry takes as long as so many bytes. */
const ENTRY_BYTES = 128 << 10;

export class Turns {
  readonly #signal: AbortSignal;
  #bytes = 0;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** @throws the signal's reason */
  entry(): Promise<void> {
    return this.piece(ENTRY_BYTES);
  }

  /** @throws the signal's reason */
  async piece(length: number): Promise<void> {
    this.#bytes += length;
    if (this.#bytes >= BYTES_A_TURN) {
      this.#bytes = 0;
      await turn();
    }
    this.#signal.throwIfAborted();
  }
}
