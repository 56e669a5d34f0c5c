/**
 * A component instance's memory as one of its imports sees it: the memory, allocator and handle tables that the import
 * was lowered with. Everything here comes from the guest: each address is checked before it is used, and what is wrong
 * traps, as the canonical ABI says.
 */
import type { HandleTables, ResourceClass } from './handles.ts';

/** A program broke the rules of the component model: it ends. */
export class ComponentTrap extends Error {
  override readonly name = 'ComponentTrap';
}

/** What the generated code gives with each import. */
export interface LoweringOptions {
  readonly memory?: WebAssembly.Memory;
  readonly realloc?: (old: number, oldSize: number, align: number, size: number) => number;
  readonly resourceTables?: readonly number[][];
  readonly stringEncoding?: string;
}

/** Longer texts than any path, name or value that a call can use. */
const MAXIMUM_STRING_BYTES = 1 << 20;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** The instance that is being asked for memory: it must call nothing until it has answered. */
let allocating = false;

export class GuestData {
  readonly #options: LoweringOptions;
  readonly #handles: HandleTables;
  #bytes = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);

  constructor(options: LoweringOptions, handles: HandleTables) {
    this.#options = options;
    this.#handles = handles;
    if (options.stringEncoding !== undefined && options.stringEncoding !== 'utf8')
      this.trap(`strings in ${options.stringEncoding}`);
  }

  trap(reason: string): never {
    throw new ComponentTrap(reason);
  }

  /** To be called when the guest calls: its memory may have grown, and it must not be allocating. */
  enter(): void {
    if (allocating) this.trap('a call from inside the allocator');
    this.#refresh();
  }

  check(pointer: number, length: number, align: number): void {
    if (pointer % align !== 0) this.trap('an address that is not aligned');
    if (pointer + length > this.#bytes.length) this.trap('an address outside of the memory');
  }

  uint(pointer: number, size: 1 | 2 | 4): number {
    this.check(pointer, size, size);
    if (size === 1) return this.#view.getUint8(pointer);
    return size === 2 ? this.#view.getUint16(pointer, true) : this.#view.getUint32(pointer, true);
  }

  setUint(pointer: number, size: 1 | 2 | 4, value: number): void {
    this.check(pointer, size, size);
    if (size === 1) this.#view.setUint8(pointer, value);
    else if (size === 2) this.#view.setUint16(pointer, value, true);
    else this.#view.setUint32(pointer, value, true);
  }

  u64(pointer: number): bigint {
    this.check(pointer, 8, 8);
    return this.#view.getBigUint64(pointer, true);
  }

  setU64(pointer: number, value: bigint): void {
    this.check(pointer, 8, 8);
    this.#view.setBigUint64(pointer, value, true);
  }

  /** A view, good until the guest runs again. */
  bytes(start: number, length: number): Uint8Array {
    this.check(start, length, 1);
    return this.#bytes.subarray(start, start + length);
  }

  string(start: number, length: number): string {
    if (length > MAXIMUM_STRING_BYTES) this.trap(`a string of more than ${MAXIMUM_STRING_BYTES} bytes`);
    try {
      return decoder.decode(this.bytes(start, length));
    } catch (error) {
      if (error instanceof TypeError) this.trap('a string that is not UTF-8');
      throw error;
    }
  }

  /** Memory of the guest for `size` bytes; its allocator runs for it. */
  allocate(size: number, align: number): number {
    const { realloc } = this.#options;
    if (realloc === undefined) this.trap('a call that needs an allocator, and there is none');
    if (size > 0x7fffffff) this.trap('more than a memory can hold');
    allocating = true;
    let pointer: number;
    try {
      pointer = realloc(0, 0, align, size) >>> 0;
    } finally {
      allocating = false;
    }
    this.#refresh();
    this.check(pointer, size, align);
    return pointer;
  }

  newBytes(content: Uint8Array): number {
    const start = this.allocate(content.length, 1);
    this.#bytes.set(content, start);
    return start;
  }

  newString(text: string): [start: number, length: number] {
    const content = encoder.encode(text);
    return [this.newBytes(content), content.length];
  }

  borrowed<T extends object>(handle: number, kind: ResourceClass<T>): T {
    return this.#handles.borrow(handle, kind) ?? this.trap(`no handle of a ${kind.name}`);
  }

  /** The guest gives the resource away. */
  taken<T extends object>(handle: number, kind: ResourceClass<T>): T {
    return this.#handles.take(handle, kind) ?? this.trap(`no handle of a ${kind.name}`);
  }

  newHandle<T extends object>(resource: T, kind: ResourceClass<T>): number {
    return this.#handles.create(resource, kind) ?? this.trap('more resources than a program may have');
  }

  #refresh(): void {
    const buffer = this.#options.memory?.buffer;
    if (buffer === undefined || this.#view.buffer === buffer) return;
    this.#bytes = new Uint8Array(buffer);
    this.#view = new DataView(buffer);
  }
}

/** The core values of one call's parameters, read one after the other. */
export class CoreValues {
  readonly #values: unknown[] = [];
  #next = 0;

  set(index: number, value: unknown): void {
    this.#values[index] = value;
    this.#next = 0;
  }

  u32(): number {
    const value = this.#values[this.#next++];
    if (typeof value === 'number') return value >>> 0;
    return typeof value === 'bigint' ? Number(BigInt.asUintN(32, value)) : 0;
  }

  u64(): bigint {
    const value = this.#values[this.#next++];
    if (typeof value === 'bigint') return BigInt.asUintN(64, value);
    return typeof value === 'number' ? BigInt(value >>> 0) : 0n;
  }

  skip(count: number): void {
    this.#next += count;
  }
}
