/**
 * The program's linear memory as the calls see it. Pointers and lengths are whatever the program says: each is checked
 * against the memory of this moment before anything is read or written there, and a bad one is FAULT.
 *
 * `memory.grow` detaches the buffer, so a view of length 0 means: look again. No guest code runs during a call, so the
 * memory cannot grow between a check and the use of what it checked.
 */
import { Errno, VfsError } from '../vfs/errno.ts';
import { IoVector } from './abi.ts';

/** Buffers in one read or write. Source: Linux, UIO_MAXIOV; POSIX names it IOV_MAX. */
export const MAXIMUM_VECTORS = 1024;

/** Bytes moved by one read or write; a longer one is cut short, as the result must fit the guest's ssize_t. */
export const MAXIMUM_TRANSFER = 0x7fffffff;

/** Bytes of a path looked at; what is longer is too long for any file system. */
export const MAXIMUM_PATH_BYTES = 0x10000;

/** Views kept for the first buffers of a read or write: programs use the same ones again and again. */
const KEPT_VIEWS = 4;

const NO_BYTES = new Uint8Array(0);
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class GuestMemory {
  #memory: WebAssembly.Memory | undefined;
  #bytes = NO_BYTES;
  #view = new DataView(NO_BYTES.buffer);
  /** The same memory, for making strings of it: for the common ones ten times as fast as TextDecoder. */
  #buffer = Buffer.from(NO_BYTES.buffer);
  readonly #starts = new Uint32Array(MAXIMUM_VECTORS);
  readonly #lengths = new Uint32Array(MAXIMUM_VECTORS);
  readonly #kept: Uint8Array[] = Array.from({ length: KEPT_VIEWS }, () => NO_BYTES);

  /** Until this is called the memory has no byte, and every pointer is FAULT. */
  bind(memory: WebAssembly.Memory): void {
    this.#memory = memory;
    this.#kept.fill(NO_BYTES);
    this.#refresh();
  }

  /** The address as a number; throws FAULT unless `length` bytes are there. Both may come as signed integers. */
  check(pointer: number, length: number): number {
    const start = pointer >>> 0;
    if (this.#bytes.length === 0) this.#refresh();
    // Two unsigned 32-bit integers: their sum is exact.
    if (start + (length >>> 0) > this.#bytes.length)
      throw new VfsError(Errno.FAULT, 'a pointer outside of the memory');
    return start;
  }

  /** As `check`, for `count` records of `size` bytes each: the product is exact in a double and never wraps. */
  checkArray(pointer: number, count: number, size: number): number {
    const start = pointer >>> 0;
    if (this.#bytes.length === 0) this.#refresh();
    if (start + (count >>> 0) * size > this.#bytes.length)
      throw new VfsError(Errno.FAULT, 'a list outside of the memory');
    return start;
  }

  // The accessors below take addresses that `check` has returned in the same call.

  u8(start: number): number {
    return this.#view.getUint8(start);
  }

  u16(start: number): number {
    return this.#view.getUint16(start, true);
  }

  u32(start: number): number {
    return this.#view.getUint32(start, true);
  }

  u64(start: number): bigint {
    return this.#view.getBigUint64(start, true);
  }

  setU8(start: number, value: number): void {
    this.#view.setUint8(start, value);
  }

  setU16(start: number, value: number): void {
    this.#view.setUint16(start, value, true);
  }

  setU32(start: number, value: number): void {
    this.#view.setUint32(start, value, true);
  }

  /** Writes a u64 that is a safe integer, without making a BigInt of it. */
  setSafe64(start: number, value: number): void {
    const high = value < 0x100000000 ? 0 : Math.floor(value / 0x100000000);
    // The lower half is what is left modulo 2^32, which setUint32 takes by itself.
    this.#view.setUint32(start, value, true);
    this.#view.setUint32(start + 4, high, true);
  }

  setU64(start: number, value: bigint): void {
    this.#view.setBigUint64(start, value, true);
  }

  setBytes(start: number, bytes: Uint8Array): void {
    this.#bytes.set(bytes, start);
  }

  /** Writes as much of an ASCII text as fits between `start` and `end`; where it ends. */
  setAscii(start: number, end: number, text: string): number {
    const length = Math.min(text.length, end - start);
    for (let index = 0; index < length; index++) this.#bytes[start + index] = text.charCodeAt(index);
    return start + length;
  }

  /** `length`: a multiple of 4, as that of every structure. In a loop: `fill` takes longer for so few. */
  zero(start: number, length: number): void {
    for (let at = start; at < start + length; at += 4) this.#view.setUint32(at, 0, true);
  }

  /** The bytes at a checked address. */
  slice(start: number, length: number): Uint8Array {
    return this.#bytes.subarray(start, start + length);
  }

  /** A path or link target. Throws FAULT, NAMETOOLONG, or ILSEQ where it is not UTF-8. */
  text(pointer: number, length: number): string {
    const start = this.check(pointer, length);
    const size = length >>> 0;
    if (size > MAXIMUM_PATH_BYTES) throw new VfsError(Errno.NAMETOOLONG, 'a path over any limit');
    if (this.#isAscii(start, start + size)) return this.#buffer.toString('latin1', start, start + size);
    try {
      return decoder.decode(this.slice(start, size));
    } catch (failure) {
      if (!(failure instanceof TypeError)) throw failure;
      throw new VfsError(Errno.ILSEQ, 'a path that is not UTF-8');
    }
  }

  /**
   * Takes a list of buffers over, so that what is read into them cannot change the list. Returns how many there are.
   * Throws INVAL for too many, FAULT where the list or any buffer is outside of the memory.
   */
  takeVectors(pointer: number, count: number): number {
    const number = count >>> 0;
    if (number > MAXIMUM_VECTORS) throw new VfsError(Errno.INVAL, `more than ${MAXIMUM_VECTORS} buffers`);
    let at = this.checkArray(pointer, number, IoVector.size);
    const size = this.#bytes.length;
    let room = MAXIMUM_TRANSFER;
    for (let index = 0; index < number; index++) {
      const start = this.#view.getUint32(at, true);
      const length = this.#view.getUint32(at + IoVector.length, true);
      if (start + length > size) throw new VfsError(Errno.FAULT, 'a buffer outside of the memory');
      const used = Math.min(length, room);
      room -= used;
      this.#starts[index] = start;
      this.#lengths[index] = used;
      at += IoVector.size;
    }
    return number;
  }

  /** The memory of one buffer that `takeVectors` took in this call. */
  vector(index: number): Uint8Array {
    const start = this.#starts[index]!;
    const length = this.#lengths[index]!;
    if (index >= KEPT_VIEWS) return this.slice(start, length);
    const kept = this.#kept[index]!;
    // A view of memory that has grown since is detached: its length is 0.
    if (kept.length === length && kept.byteOffset === start && length > 0) return kept;
    const view = this.slice(start, length);
    this.#kept[index] = view;
    return view;
  }

  #refresh(): void {
    if (this.#memory === undefined) return;
    const { buffer } = this.#memory;
    this.#bytes = new Uint8Array(buffer);
    this.#view = new DataView(buffer);
    this.#buffer = Buffer.from(buffer);
  }

  #isAscii(start: number, end: number): boolean {
    for (let at = start; at < end; at++) if (this.#bytes[at]! > 0x7f) return false;
    return true;
  }
}
