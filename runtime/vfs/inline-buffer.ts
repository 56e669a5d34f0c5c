/** A small file's bytes in the runtime's own memory; shared between contents until one of them writes. */
import type { StorageAccount } from './storage-account.ts';

const SMALLEST_BYTES = 256;

export class InlineBuffer {
  readonly bytes: Uint8Array;
  readonly #account: StorageAccount;
  #references = 1;
  #frozen = false;

  /** Throws DQUOT. */
  constructor(account: StorageAccount, capacity: number) {
    account.charge(capacity, 0);
    this.#account = account;
    this.bytes = new Uint8Array(capacity);
  }

  /** Whether its bytes may be changed in place. */
  get writable(): boolean {
    return this.#references === 1 && !this.#frozen;
  }

  /** From now on the bytes stay as they are: somebody outside looks at them. */
  freeze(): void {
    this.#frozen = true;
  }

  retain(): this {
    this.#references++;
    return this;
  }

  release(): void {
    if (this.#references === 0) throw new Error('a buffer is released twice');
    if (--this.#references === 0) this.#account.giveBack(this.bytes.length, 0);
  }
}

/** The capacity for `length` bytes: doubling, so that appending costs what was appended. */
export function inlineCapacity(length: number, largest: number): number {
  let capacity = SMALLEST_BYTES;
  while (capacity < length) capacity *= 2;
  return Math.max(length, Math.min(capacity, largest));
}
