/**
 * Walks instructions, strictly and forwards: immediates are read to the byte, and blocks are counted down to the `end` of
 * the outermost. Types are the engine's to check. Nothing is allocated on the way: the reader's own fields say what the
 * last instruction was.
 */
import { TruceError } from '../../proto/errors.ts';
import {
  atomicImmediates,
  Immediate,
  instructionCode,
  numericImmediates,
  Op,
  Prefix,
  plainImmediates,
  ValueType,
  vectorImmediates,
} from './instructions.ts';
import { WasmReader } from './wasm-reader.ts';

const referenceTypes: ReadonlySet<number> = new Set([0x70, 0x6f]);
const valueTypes: ReadonlySet<number> = new Set([...Object.values(ValueType), ...referenceTypes]);
const EMPTY_OR_TYPE_MINIMUM = 0x40;
/** Of an alignment. Source: the multi-memory proposal, "Binary Format", `memarg`. */
const MEMORY_NUMBER_FOLLOWS = 0x40;
const NUMBERED_MEMORY = 'a memory by its number';
const TYPED_REFERENCES = [0x63, 0x64];

/** Of an expression: what is evaluated once, or what a function does. */
export class InstructionReader extends WasmReader {
  /** Of the last instruction; see instructions.ts. */
  operation = -1;
  /** Where the last instruction begins. */
  start: number;
  /** The last instruction's first index or label, where it has one. */
  index = 0;
  /** The labels of the last `br_table`, the default one last. */
  labels: readonly number[] = [];
  /** Blocks that are open, the expression itself included. */
  depth = 1;

  constructor(bytes: Uint8Array, offset: number, end: number) {
    super(bytes, offset, end);
    this.start = offset;
  }

  /** Reads the next instruction. Throws MODULE_INVALID, and MODULE_UNSUPPORTED for one that is not known here. */
  step(): void {
    this.start = this.offset;
    const code = this.byte();
    this.operation = code;
    const immediate = plainImmediates[code]!;
    if (immediate === Immediate.none) {
      if (code === Op.end) this.depth--;
    } else if (immediate === Immediate.index) {
      this.index = this.u32();
      if (code === Op.delegate) this.depth--;
    } else if (immediate === Immediate.prefix) this.#prefixed(code);
    else this.#immediates(immediate);
  }

  #prefixed(prefix: number): void {
    const number = this.u32();
    const table =
      prefix === Prefix.vector
        ? vectorImmediates
        : prefix === Prefix.numeric
          ? numericImmediates
          : atomicImmediates;
    this.operation = (prefix << 16) | Math.min(number, 0xffff);
    this.#immediates(table[number] ?? Immediate.unknown);
  }

  #immediates(immediate: number): void {
    switch (immediate) {
      case Immediate.none:
        return;
      case Immediate.index:
        this.index = this.u32();
        return;
      case Immediate.indices:
        this.index = this.u32();
        this.u32();
        return;
      case Immediate.blockType:
        this.#blockType();
        this.depth++;
        return;
      case Immediate.s32:
        this.#signed(5, 0x70, 0x08);
        return;
      case Immediate.s64:
        this.#signed(10, 0x7e, 0x01);
        return;
      case Immediate.bytes4:
        this.#pass(4);
        return;
      case Immediate.bytes8:
        this.#pass(8);
        return;
      case Immediate.bytes16:
        this.#pass(16);
        return;
      case Immediate.byte:
        this.#pass(1);
        return;
      case Immediate.memory:
        this.#memoryArgument();
        return;
      case Immediate.memoryLane:
        this.#memoryArgument();
        this.#pass(1);
        return;
      case Immediate.onlyMemory:
        if (this.byte() !== 0) this.#unsupported(NUMBERED_MEMORY);
        return;
      case Immediate.labels: {
        const count = this.count() + 1;
        const labels = new Array<number>(count);
        for (let label = 0; label < count; label++) labels[label] = this.u32();
        this.labels = labels;
        return;
      }
      case Immediate.types:
        // V8 of Node 20 looks at the low byte of the count alone.
        if (this.u32() !== 1) this.fail('a select of other than one type');
        this.plainValueType();
        return;
      case Immediate.heapType:
        if (!referenceTypes.has(this.byte())) this.#unsupported('typed references');
        return;
      default:
        this.#unsupported(`the instruction ${instructionCode(this.operation)}`);
    }
  }

  /** Engines that know several memories take a number for the only one, too. */
  #memoryArgument(): void {
    if (this.u32() >= MEMORY_NUMBER_FOLLOWS) this.#unsupported(NUMBERED_MEMORY);
    this.u32();
  }

  #pass(length: number): void {
    if (length > this.end - this.offset) this.fail('it ends too early');
    this.offset += length;
  }

  /** A signed LEB128: of its last possible byte all unused bits are the sign. */
  #signed(mostBytes: number, unused: number, sign: number): void {
    for (let count = 1; ; count++) {
      const byte = this.byte();
      if (count === mostBytes) {
        const expected = (byte & sign) === 0 ? 0 : unused | sign;
        if ((byte & (0x80 | unused | sign)) !== expected) this.fail('an integer that is too long');
        return;
      }
      if (byte < 0x80) return;
    }
  }

  /** One byte for none or one value; else the index of a type, as a positive 33-bit integer. */
  #blockType(): void {
    const first = this.bytes[this.offset];
    if (first !== undefined && first >= EMPTY_OR_TYPE_MINIMUM && first < 0x80) {
      this.offset++;
      if (first === EMPTY_OR_TYPE_MINIMUM || valueTypes.has(first)) return;
      if (TYPED_REFERENCES.includes(first)) this.#unsupported('typed references');
      this.fail('an unknown type of a block');
    }
    this.u32();
  }

  /** Passes over the type of a value; typed references are not known here. */
  protected plainValueType(): void {
    const type = this.byte();
    if (valueTypes.has(type)) return;
    if (TYPED_REFERENCES.includes(type)) this.#unsupported('typed references');
    this.fail('an unknown type of value');
  }

  #unsupported(feature: string): never {
    throw new TruceError('MODULE_UNSUPPORTED', { feature });
  }
}
