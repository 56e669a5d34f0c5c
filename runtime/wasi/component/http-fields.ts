/** `fields` of `wasi:http/types`: headers that a component makes up. Source: WebAssembly/wasi-http, wit/types.wit. */
import { bool, bytes, enumeration, Failure, list, result, string, tuple } from './canonical-types.ts';
import { ComponentTrap } from './guest-data.ts';
import { borrow, own } from './handle-types.ts';
import { type InterfaceFunctions, imported } from './imported-function.ts';

/** Bytes of all names and values of one `fields`; no server would take more. */
const MAXIMUM_BYTES = 1 << 20;
/** A token. Source: RFC 9110, 5.6.2. */
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
/** Characters that no value has. Source: RFC 9110, 5.5. */
const NOT_IN_VALUES: ReadonlySet<number> = new Set([0x00, 0x0a, 0x0d]);

type Entry = readonly [name: string, value: Uint8Array];
type HeaderError = 'invalid-syntax' | 'forbidden' | 'immutable';

export class Fields {
  #entries: readonly Entry[];
  readonly #immutable: boolean;

  constructor(entries: readonly Entry[] = [], immutable = false) {
    this.#entries = entries;
    this.#immutable = immutable;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get(name: string): Uint8Array[] {
    const wanted = name.toLowerCase();
    return this.#entries.filter(([known]) => known === wanted).map(([, value]) => value);
  }

  /** Puts `values` in the place of what is there. Throws a Failure with a header-error. */
  set(name: string, values: readonly Uint8Array[], keep = false): void {
    if (this.#immutable) throw new Failure<HeaderError>('immutable');
    const key = name.toLowerCase();
    // Views of the guest's memory: they are copied.
    const added = values.map((value): Entry => [key, value.slice()]);
    if (!NAME.test(key) || added.some(([, value]) => value.some((byte) => NOT_IN_VALUES.has(byte))))
      throw new Failure<HeaderError>('invalid-syntax');
    const kept = keep ? this.#entries : this.#entries.filter(([known]) => known !== key);
    const entries = [...kept, ...added];
    if (entries.reduce((sum, [known, value]) => sum + known.length + value.length + 2, 0) > MAXIMUM_BYTES)
      throw new ComponentTrap(`more than ${MAXIMUM_BYTES} bytes of headers`);
    this.#entries = entries;
  }
}

const headerError = enumeration(['invalid-syntax', 'forbidden', 'immutable']);

export function fieldsFunctions(): InterfaceFunctions {
  const fields = borrow(Fields);
  const done = result(undefined, headerError);
  const entries = list(tuple(string, bytes));
  return {
    '[constructor]fields': imported([], own(Fields), () => new Fields()),
    '[static]fields.from-list': imported([entries], result(own(Fields), headerError), (given) => {
      const made = new Fields();
      for (const [name, value] of given) made.set(name, [value], true);
      return made;
    }),
    '[method]fields.get': imported([fields, string], list(bytes), (self, name) => self.get(name)),
    '[method]fields.has': imported([fields, string], bool, (self, name) => self.get(name).length > 0),
    '[method]fields.set': imported([fields, string, list(bytes)], done, (self, name, values) =>
      self.set(name, values),
    ),
    '[method]fields.delete': imported([fields, string], done, (self, name) => self.set(name, [])),
    '[method]fields.append': imported([fields, string, bytes], done, (self, name, value) =>
      self.set(name, [value], true),
    ),
    '[method]fields.entries': imported([fields], entries, (self) => self.entries),
    '[method]fields.clone': imported([fields], own(Fields), (self) => new Fields(self.entries)),
  };
}
