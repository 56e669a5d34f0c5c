/**
 * The registers of a simulated security module: 32 of 48 bytes; 0 to 15 are the hypervisor's and locked from the start,
 * 16 to 31 are the enclave's to extend and lock. Source: QEMU 10.0, hw/virtio/virtio-nsm.c.
 */
import { createHash } from 'node:crypto';
import { PCR_COUNT, PCR_LENGTH } from '../../proto/attestation/document.ts';
import type { NsmErrorName } from '../../proto/nsm.ts';

/** Registers below this one are locked from the start. */
const FIRST_USER_PCR = 16;

interface Register {
  data: Uint8Array;
  locked: boolean;
}

export class PcrBank {
  readonly #registers: readonly Register[];

  /** @param measured the hypervisor's registers by index, 48 bytes each; the others are zero */
  constructor(measured: ReadonlyMap<number, Uint8Array>) {
    for (const [index, value] of measured) {
      if (!Number.isInteger(index) || index < 0 || index >= FIRST_USER_PCR || value.length !== PCR_LENGTH) {
        throw new RangeError(`PCR${index} cannot be set to ${value.length} bytes at the start`);
      }
    }
    this.#registers = Array.from({ length: PCR_COUNT }, (_, index) => ({
      data: new Uint8Array(measured.get(index) ?? new Uint8Array(PCR_LENGTH)),
      locked: index < FIRST_USER_PCR,
    }));
  }

  describe(index: number): { readonly locked: boolean; readonly data: Uint8Array } | NsmErrorName {
    const register = this.#registers[index];
    return register === undefined
      ? 'InvalidIndex'
      : { locked: register.locked, data: new Uint8Array(register.data) };
  }

  /** The new value: SHA384(old || data). */
  extend(index: number, data: Uint8Array): Uint8Array | NsmErrorName {
    const register = this.#registers[index];
    if (register === undefined) return 'InvalidIndex';
    if (register.locked) return 'ReadOnlyIndex';
    register.data = new Uint8Array(createHash('sha384').update(register.data).update(data).digest());
    return new Uint8Array(register.data);
  }

  /** Returns undefined when done. */
  lock(index: number): NsmErrorName | undefined {
    const register = this.#registers[index];
    if (register === undefined) return 'InvalidIndex';
    if (register.locked) return 'ReadOnlyIndex';
    register.locked = true;
    return undefined;
  }

  /** Locks every register below `range`; those that are locked already stay so. Returns undefined when done. */
  lockBelow(range: number): NsmErrorName | undefined {
    if (range > PCR_COUNT) return 'InvalidIndex';
    for (const register of this.#registers.slice(0, range)) register.locked = true;
    return undefined;
  }

  /** The locked registers by index, in order: what a document shows. */
  locked(): Map<number, Uint8Array> {
    const shown = new Map<number, Uint8Array>();
    for (const [index, { data, locked }] of this.#registers.entries()) {
      if (locked) shown.set(index, new Uint8Array(data));
    }
    return shown;
  }
}
