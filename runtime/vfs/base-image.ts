/** The read-only bytes that an overlay starts from: pieces by position. Between them nothing is known, and zeros are read. */

export interface BasePiece {
  readonly position: number;
  readonly bytes: Uint8Array;
}

export class BaseImage {
  readonly #pieces: readonly BasePiece[];

  /** `pieces` ascend and do not overlap. Throws RangeError where they do, or lie outside of `size`. */
  constructor(size: number, pieces: readonly BasePiece[]) {
    if (!Number.isSafeInteger(size) || size < 0) throw new RangeError('the size of a base is out of range');
    let end = 0;
    for (const { position, bytes } of pieces) {
      if (!Number.isSafeInteger(position) || position < end || bytes.length > size - position)
        throw new RangeError('the pieces of a base overlap or lie outside of it');
      end = position + bytes.length;
    }
    this.#pieces = pieces.filter(({ bytes }) => bytes.length > 0);
  }

  /** Fills `target` with the bytes from `position` on. */
  read(target: Uint8Array, position: number): void {
    const end = position + target.length;
    let at = position;
    for (let index = this.#firstEndingAfter(position); at < end; index++) {
      const piece = this.#pieces[index];
      const pieceStart = Math.min(piece?.position ?? end, end);
      if (at < pieceStart) {
        target.fill(0, at - position, pieceStart - position);
        at = pieceStart;
      }
      if (piece === undefined || at === end) continue;
      const offset = at - piece.position;
      const bytes = piece.bytes.subarray(offset, offset + end - at);
      target.set(bytes, at - position);
      at += bytes.length;
    }
  }

  /** Whether pieces cover all of [start, end). */
  covers(start: number, end: number): boolean {
    let at = start;
    for (let index = this.#firstEndingAfter(start); at < end; index++) {
      const piece = this.#pieces[index];
      if (piece === undefined || piece.position > at) return false;
      at = piece.position + piece.bytes.length;
    }
    return true;
  }

  #firstEndingAfter(position: number): number {
    const pieces = this.#pieces;
    let low = 0;
    let high = pieces.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const piece = pieces[middle]!;
      if (piece.position + piece.bytes.length > position) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

export const EMPTY_BASE = new BaseImage(0, []);
