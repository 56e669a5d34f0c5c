/** The bytes of a request as they come. They hold keys: nothing of them is left behind anywhere. */
import { MAXIMUM_NATIVE_REQUEST } from '../../proto/native-modules/names.ts';

const SMALLEST_BYTES = 256;
const NOTHING = new Uint8Array(0);

export class PendingRequest {
  #buffer = NOTHING;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A view that is good until the next change. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Adds all of the parts; false, and adds nothing, where that is more than any request has. */
  add(parts: readonly Uint8Array[]): boolean {
    const length = parts.reduce((total, part) => total + part.length, this.#length);
    if (length > MAXIMUM_NATIVE_REQUEST) return false;
    if (length > this.#buffer.length) this.#grow(length);
    for (const part of parts) {
      this.#buffer.set(part, this.#length);
      this.#length += part.length;
    }
    return true;
  }

  clear(): void {
    this.#buffer.fill(0);
    this.#buffer = NOTHING;
    this.#length = 0;
  }

  #grow(length: number): void {
    const before = this.#buffer;
    this.#buffer = new Uint8Array(Math.max(SMALLEST_BYTES, before.length * 2, length));
    this.#buffer.set(before);
    before.fill(0);
  }
}
