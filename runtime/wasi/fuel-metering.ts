/**
 * Counts instructions: writes code into a function that takes the cost of each straight stretch of instructions from a
 * counter before the stretch runs. While a function runs the counter is in a local of its own, which the engine keeps in
 * a register; around calls it is in a global. It is looked at where a program can come again and again: at the beginning
 * of functions and of loops. Between two looks no instruction runs twice, so that it is overdrawn by less than the size
 * of a function, and a counter below zero is found at the program's end at the latest.
 */
import type { FunctionReader } from './function-reader.ts';
import type { FunctionWriter } from './function-writer.ts';
import { EMPTY_BLOCK, Op, Prefix } from './instructions.ts';

/** What one instruction costs; those that only shape the code cost nothing. docs/wasi.md has the table. */
export const FuelCost = {
  instruction: 1,
  /** So many locals that a call has to clear cost one. */
  localsPerUnit: 8,
  /** `memory.copy`, `memory.fill`, `memory.init`: so many bytes cost one (as a power of two). */
  bytesPerUnitExponent: 4,
  /** A page that `memory.grow` adds (as a power of two): it has to be cleared, 16 bytes for one. */
  pageExponent: 12,
} as const;

/** A number of four bytes of LEB128, filled in when it is known: more instructions than a function can have. */
const COST_BYTES = 4;
const LARGEST_COST = 2 ** 27 - 1;

/** Where what the pass needs is to be found in the new module. */
export interface FuelPlaces {
  readonly global: number;
  /** Calls of functions with lower numbers leave the counter alone. */
  readonly untouchedBelow: number;
  /** Takes a number of bytes, or of table elements, and gives it back: both charge for it. */
  readonly chargeBytes: number;
  readonly chargeElements: number;
}

/** By instruction; those behind a prefix all cost. */
const free = new Uint8Array(256);
for (const operation of [
  Op.nop,
  Op.block,
  Op.loop,
  Op.else,
  Op.try,
  Op.catch,
  Op.catchAll,
  Op.delegate,
  Op.end,
])
  free[operation] = 1;
const byteOperations: ReadonlySet<number> = new Set([Op.memoryCopy, Op.memoryFill, Op.memoryInit]);
const elementOperations: ReadonlySet<number> = new Set([
  Op.tableCopy,
  Op.tableFill,
  Op.tableInit,
  Op.tableGrow,
]);

interface Block {
  readonly operation: number;
  /** Whether anything branches to its end. */
  joined: boolean;
}

export class FuelMeter {
  readonly #out: FunctionWriter;
  readonly #places: FuelPlaces;
  /** The counter's local. */
  readonly #local: number;
  readonly #blocks: Block[] = [{ operation: Op.block, joined: false }];
  /** Where in the original what is written belongs. */
  #position = 0;
  /** Where the cost of the current stretch is to be written; -1: none of it costs anything yet. */
  #patchAt = -1;
  #cost = 0;
  /** Whether the next stretch begins where the counter is to be looked at. */
  #look = true;
  /** Whether the counter is in the global alone. Wherever control parts or joins, it is in the local. */
  #inGlobal = true;

  constructor(out: FunctionWriter, places: FuelPlaces, counterLocal: number, declaredLocals: number) {
    this.#out = out;
    this.#places = places;
    this.#local = counterLocal;
    const clearing = Math.floor(declaredLocals / FuelCost.localsPerUnit);
    if (clearing > 0) this.#charge(clearing);
  }

  /** Writes what belongs before the reader's instruction. */
  before(reader: FunctionReader): void {
    const { operation } = reader;
    this.#position = reader.start;
    if (free[operation] !== 1) this.#charge(FuelCost.instruction);
    if (operation >= 0x1a && operation < Op.memoryGrow) return;
    switch (operation) {
      case Op.try:
        // What costs next may be in its handler, which may never run.
        if (this.#look) this.#open();
        this.#blocks.push({ operation, joined: false });
        return;
      case Op.block:
        this.#blocks.push({ operation, joined: false });
        return;
      case Op.loop:
        this.#load();
        this.#close();
        this.#look = true;
        this.#blocks.push({ operation, joined: false });
        return;
      case Op.if:
        this.#load();
        this.#close();
        this.#blocks.push({ operation, joined: false });
        return;
      case Op.else:
      case Op.catch:
      case Op.catchAll:
        this.#load();
        this.#close();
        return;
      case Op.delegate:
        this.#load();
        this.#blocks.pop();
        this.#close();
        return;
      case Op.end:
        this.#end();
        return;
      case Op.br:
      case Op.brIf:
        this.#branch([reader.index]);
        return;
      case Op.brTable:
        this.#branch(reader.labels);
        return;
      case Op.unreachable:
      case Op.throw:
      case Op.rethrow:
      case Op.return:
      case Op.returnCall:
      case Op.returnCallIndirect:
        this.#store();
        this.#close();
        return;
      case Op.call:
      case Op.callIndirect:
        this.#store();
        return;
      case Op.memoryGrow:
        this.#store();
        return;
      default:
        if (operation >>> 16 !== Prefix.numeric) return;
        if (byteOperations.has(operation)) this.#call(this.#places.chargeBytes);
        else if (elementOperations.has(operation)) this.#call(this.#places.chargeElements);
        return;
    }
  }

  /** Writes what belongs behind the reader's instruction. */
  after(reader: FunctionReader): void {
    this.#position = reader.offset;
    switch (reader.operation) {
      case Op.call:
        this.#inGlobal ||= reader.index >= this.#places.untouchedBelow;
        return;
      case Op.callIndirect:
      case Op.memoryGrow:
      case Op.catch:
      case Op.catchAll:
        this.#inGlobal = true;
    }
  }

  #charge(cost: number): void {
    if (this.#patchAt === -1) this.#open();
    this.#cost += cost;
  }

  /** Takes the cost of the stretch that begins here, as much as it will turn out to be. */
  #open(): void {
    const out = this.#out;
    this.#load();
    this.#localOperation(Op.localGet);
    out.byte(Op.i64Const);
    this.#patchAt = out.length;
    for (let left = COST_BYTES; left > 0; left--) out.byte(0);
    out.byte(Op.i64Sub);
    this.#localOperation(this.#look ? Op.localTee : Op.localSet);
    if (!this.#look) return;
    this.#look = false;
    out.bytes(Op.i64Const, 0, Op.i64LtS, Op.if, EMPTY_BLOCK);
    this.#store();
    out.bytes(Op.unreachable, Op.end);
  }

  #close(): void {
    if (this.#patchAt === -1) return;
    const cost = Math.min(this.#cost, LARGEST_COST);
    for (let at = 0; at < COST_BYTES; at++) {
      const more = at < COST_BYTES - 1 ? 0x80 : 0;
      this.#out.patch(this.#patchAt + at, ((cost >>> (7 * at)) & 0x7f) | more);
    }
    this.#patchAt = -1;
    this.#cost = 0;
  }

  #end(): void {
    const block = this.#blocks.pop();
    if (this.#blocks.length === 0) {
      this.#store();
      this.#close();
      return;
    }
    this.#load();
    if (block?.joined || block?.operation === Op.if || block?.operation === Op.try) this.#close();
  }

  #branch(labels: readonly number[]): void {
    let leaves = false;
    for (const label of labels) {
      const target = this.#blocks.length - 1 - label;
      leaves ||= target === 0;
      const block = this.#blocks[target];
      if (block !== undefined) block.joined = true;
    }
    this.#load();
    if (leaves) this.#write();
    this.#close();
  }

  #call(helper: number): void {
    this.#store();
    this.#out.upTo(this.#position);
    this.#out.byte(Op.call);
    this.#out.u32(helper);
    this.#inGlobal = true;
  }

  /** Sees that the global has the counter. */
  #store(): void {
    if (!this.#inGlobal) this.#write();
  }

  #write(): void {
    this.#localOperation(Op.localGet);
    this.#out.byte(Op.globalSet);
    this.#out.u32(this.#places.global);
  }

  /** Sees that the local has the counter. */
  #load(): void {
    if (!this.#inGlobal) return;
    this.#inGlobal = false;
    this.#out.upTo(this.#position);
    this.#out.byte(Op.globalGet);
    this.#out.u32(this.#places.global);
    this.#localOperation(Op.localSet);
  }

  #localOperation(operation: number): void {
    this.#out.upTo(this.#position);
    this.#out.byte(operation);
    this.#out.u32(this.#local);
  }
}
