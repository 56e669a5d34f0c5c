/** Things with a name and an owner, so many of one owner and so many in all: nobody's fill up everybody's. */
import { TruceError } from '../../../proto/errors.ts';

export interface OwnedLimits {
  /** What they are, for whom there is no room for more. */
  readonly what: string;
  readonly perOwner: number;
  readonly inAll: number;
}

export class OwnedTable<Item> {
  readonly #limits: OwnedLimits;
  readonly #owners = new Map<string, Map<string, Item>>();
  #size = 0;

  constructor(limits: OwnedLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#size;
  }

  get(owner: string, name: string): Item | undefined {
    return this.#owners.get(owner)?.get(name);
  }

  /** One that is not there yet. @throws TruceError SERVICE_STORE_FULL */
  add(owner: string, name: string, item: Item): void {
    const { what, perOwner, inAll } = this.#limits;
    const owned = this.#owners.get(owner) ?? new Map<string, Item>();
    if (owned.has(name)) throw new RangeError('an item of that owner and name is there already');
    const limit = owned.size >= perOwner ? perOwner : this.#size >= inAll ? inAll : undefined;
    if (limit !== undefined) throw new TruceError('SERVICE_STORE_FULL', { what, limit });
    this.#owners.set(owner, owned.set(name, item));
    this.#size++;
  }

  delete(owner: string, name: string): boolean {
    const owned = this.#owners.get(owner);
    if (owned === undefined || !owned.delete(name)) return false;
    if (owned.size === 0) this.#owners.delete(owner);
    this.#size--;
    return true;
  }

  *of(owner: string): Generator<[name: string, item: Item]> {
    yield* this.#owners.get(owner) ?? [];
  }

  *entries(): Generator<[owner: string, name: string, item: Item]> {
    for (const [owner, owned] of this.#owners) for (const [name, item] of owned) yield [owner, name, item];
  }
}
