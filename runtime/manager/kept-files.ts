/** The files of a receipt as they are kept: in one buffer each, so that they take what they are counted as. */
import { decodeOpening, joinOpenings } from '../../proto/receipt/openings.ts';

const NUL = Uint8Array.of(0);

/** Encoded openings, one after the other. */
export class KeptOpenings {
  readonly #bytes: Uint8Array;
  readonly #ends: Uint32Array;

  constructor(encoded: readonly Uint8Array[]) {
    this.#bytes = new Uint8Array(encoded.reduce((sum, { length }) => sum + length, 0));
    this.#ends = new Uint32Array(encoded.length);
    let end = 0;
    for (const [index, opening] of encoded.entries()) {
      this.#bytes.set(opening, end);
      end += opening.length;
      this.#ends[index] = end;
    }
  }

  get length(): number {
    return this.#ends.length;
  }

  get byteLength(): number {
    return this.#bytes.byteLength + this.#ends.byteLength;
  }

  /** A list of the openings of those files whose paths will do, encoded. */
  shownTo(mayRead: (path: string) => boolean): Uint8Array {
    const shown: Uint8Array[] = [];
    let start = 0;
    for (const end of this.#ends) {
      const encoded = this.#bytes.subarray(start, end);
      if (mayRead(decodeOpening(encoded).path)) shown.push(encoded);
      start = end;
    }
    return joinOpenings(shown);
  }
}

/** A set of paths, in UTF-8 with a NUL before and behind each: no path has one. */
export class KeptPaths implements Iterable<string> {
  readonly #text: Buffer;
  readonly size: number;

  constructor(paths: ReadonlySet<string>) {
    // A buffer of its own, not a piece of one that others share.
    this.#text = Buffer.from(new TextEncoder().encode(['', ...paths, ''].join('\0')).buffer);
    this.size = paths.size;
  }

  get byteLength(): number {
    return this.#text.byteLength;
  }

  has(path: string): boolean {
    return this.size > 0 && this.#text.includes(`\0${path}\0`);
  }

  *[Symbol.iterator](): Iterator<string> {
    if (this.size === 0) return;
    for (let start = 1; start < this.#text.length; ) {
      const end = this.#text.indexOf(NUL, start);
      yield this.#text.toString('utf8', start, end);
      start = end + 1;
    }
  }
}
