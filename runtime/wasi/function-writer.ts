/** A function body as it is rewritten: the original's bytes, and between them what a pass adds. */
import { ByteWriter } from './byte-writer.ts';

export class FunctionWriter extends ByteWriter {
  #source: Uint8Array = new Uint8Array(0);
  /** How far the original has been written. */
  #done = 0;

  /** Begins anew, with what lies at `from` in the original. */
  begin(source: Uint8Array, from: number): void {
    this.clear();
    this.#source = source;
    this.#done = from;
  }

  /** Writes what of the original lies before `position` and was not written yet. */
  upTo(position: number): void {
    if (position > this.#done) this.copy(this.#source, this.#done, position);
    this.#done = Math.max(this.#done, position);
  }

  /** Leaves out what of the original lies before `position` and was not written yet. */
  skipTo(position: number): void {
    this.#done = position;
  }
}
