/**
 * How a service writes down what it keeps: the vault's root key, and in CBOR what only that opens. The root alone is a secret,
 * so it alone needs clearing.
 */
import { concatBytes } from '../../../proto/bytes.ts';
import { decodeCbor } from '../../../proto/cbor/reader.ts';
import type { CborValue } from '../../../proto/cbor/values.ts';
import { encodeCbor } from '../../../proto/cbor/writer.ts';
import { TruceError } from '../../../proto/errors.ts';
import { isCallerId, isServiceName } from './payload-names.ts';
import { ROOT_KEY_BYTES, Vault } from './vault.ts';

const LONGEST_STATE = 64 << 20;
const MOST_ITEMS = 1 << 20;
const DEEPEST = 8;

/** In the clear, the caller's to clear. */
export function writeState(vault: Vault, records: readonly CborValue[]): Uint8Array {
  const root = vault.exportRoot();
  try {
    return concatBytes(root, encodeCbor(records));
  } finally {
    root.fill(0);
  }
}

/** @throws TruceError SEALED_STATE_INVALID */
export function readState(state: Uint8Array): { vault: Vault; records: readonly StateRecord[] } {
  if (state.length <= ROOT_KEY_BYTES) throw stateInvalid('a part is too short');
  const vault = Vault.withRoot(state.subarray(0, ROOT_KEY_BYTES));
  return { vault, records: new StateRecord(decode(state.subarray(ROOT_KEY_BYTES))).records() };
}

function decode(bytes: Uint8Array): CborValue {
  try {
    return decodeCbor(bytes, {
      maximumLength: LONGEST_STATE,
      maximumItems: MOST_ITEMS,
      maximumDepth: DEEPEST,
    });
  } catch (cause) {
    if (!(cause instanceof TruceError)) throw cause;
    throw new TruceError('SEALED_STATE_INVALID', { reason: 'a part is not CBOR' }, { cause });
  }
}

/** The fields of a list, in their order. Every failure is SEALED_STATE_INVALID. */
export class StateRecord {
  readonly #fields: readonly CborValue[];
  #next = 0;

  constructor(value: CborValue) {
    if (!Array.isArray(value)) throw stateInvalid('a record is no list');
    this.#fields = value;
  }

  owner(): string {
    const value = this.#take();
    if (typeof value === 'string' && isCallerId(value)) return value;
    throw stateInvalid('an owner is none');
  }

  name(): string {
    const value = this.#take();
    if (typeof value === 'string' && isServiceName(value)) return value;
    throw stateInvalid('a name is none');
  }

  text(): string {
    const value = this.#take();
    if (typeof value === 'string') return value;
    throw stateInvalid('a text is none');
  }

  integer(least: number): number {
    const value = this.#take();
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
    throw stateInvalid('a number is none');
  }

  /** A copy. */
  bytes(): Uint8Array {
    const value = this.#take();
    if (value instanceof Uint8Array) return Uint8Array.from(value);
    throw stateInvalid('bytes are none');
  }

  list(): StateRecord {
    return new StateRecord(this.#take());
  }

  /** All fields, each a list. */
  records(): StateRecord[] {
    return this.#fields.map((field) => new StateRecord(field));
  }

  get atEnd(): boolean {
    return this.#next === this.#fields.length;
  }

  end(): void {
    if (!this.atEnd) throw stateInvalid('a record is too long');
  }

  #take(): CborValue {
    if (this.atEnd) throw stateInvalid('a record is too short');
    return this.#fields[this.#next++];
  }
}

export function stateInvalid(reason: string): TruceError {
  return new TruceError('SEALED_STATE_INVALID', { reason });
}
