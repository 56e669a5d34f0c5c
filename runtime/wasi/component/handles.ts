/**
 * Resources of the host, and the handles by which a component's instances know them.
 *
 * The generated code keeps a handle table for each instance and kind of resource, and gives an import the tables of the
 * kinds in its type, in an order of its own: by numbers that differ from component to component. Which is which shows in
 * use: a table that holds a handle of some kind is that kind's, and the one that is left over is for what is left over.
 */

/** A table: pairs of scope and representation; element 0 heads the list of free pairs. Source: jco, `rscTableCreateOwn`. */
type HandleTable = number[];

/** In a representation: the handle owns the resource. In a scope: the pair is free. Source: jco, `T_FLAG`. */
const FLAG = 1 << 30;
/** All resources of one program at once: streams, pollables, descriptors. */
const MAXIMUM_RESOURCES = 65_536;

export type ResourceClass<T extends object> = abstract new (...args: never[]) => T;

/** What a resource needs to have done when nobody has it any more. */
export interface Disposable {
  dispose?(): void;
}

/** All host resources that a program has, by representation: a number from 1 up, used again when its resource is gone. */
export class Resources {
  readonly #objects: (object | undefined)[] = [undefined];
  readonly #free: number[] = [];
  readonly #kinds = new WeakMap<HandleTable, ResourceClass<object>>();

  get(representation: number): object | undefined {
    return this.#objects[representation];
  }

  /** Undefined where there are too many. */
  add(resource: object): number | undefined {
    const representation = this.#free.pop() ?? this.#objects.length;
    if (representation > MAXIMUM_RESOURCES) return undefined;
    this.#objects[representation] = resource;
    return representation;
  }

  /** Called when an owning handle is dropped, by the generated code too. */
  drop(representation: number): void {
    const resource: Disposable | undefined = this.#objects[representation];
    this.forget(representation);
    resource?.dispose?.();
  }

  forget(representation: number): void {
    if (this.#objects[representation] === undefined) return;
    this.#objects[representation] = undefined;
    this.#free.push(representation);
  }

  kindOf(table: HandleTable): ResourceClass<object> | undefined {
    return this.#kinds.get(table);
  }

  learn(table: HandleTable, kind: ResourceClass<object>): void {
    this.#kinds.set(table, kind);
  }
}

/** The tables that one import was lowered with. */
export class HandleTables {
  readonly #resources: Resources;
  readonly #tables: readonly HandleTable[];
  /** The kinds in the import's type. */
  readonly #kinds: readonly ResourceClass<object>[];
  readonly #known = new Map<ResourceClass<object>, HandleTable>();

  constructor(resources: Resources, tables: readonly HandleTable[], kinds: readonly ResourceClass<object>[]) {
    this.#resources = resources;
    this.#tables = tables;
    this.#kinds = kinds;
  }

  borrow<T extends object>(handle: number, kind: ResourceClass<T>): T | undefined {
    const table = this.#known.get(kind);
    if (table !== undefined) return this.#at(table, handle, kind);
    for (const candidate of this.#tables) {
      const resource = this.#at(candidate, handle, kind);
      if (resource === undefined) continue;
      this.#know(kind, candidate);
      return resource;
    }
    return undefined;
  }

  take<T extends object>(handle: number, kind: ResourceClass<T>): T | undefined {
    const resource = this.borrow(handle, kind);
    const table = this.#known.get(kind);
    if (resource === undefined || table === undefined) return undefined;
    const representation = table[handle * 2 + 1]!;
    // Lent out, or lent to us: not the guest's to give.
    if ((representation & FLAG) === 0 || table[handle * 2] !== 0) return undefined;
    table[handle * 2] = table[0]! | FLAG;
    table[0] = handle | FLAG;
    this.#resources.forget(representation & ~FLAG);
    return resource;
  }

  create<T extends object>(resource: T, kind: ResourceClass<T>): number | undefined {
    const table = this.#tableFor(kind);
    const representation = table === undefined ? undefined : this.#resources.add(resource);
    if (table === undefined || representation === undefined) return undefined;
    const free = table[0]! & ~FLAG;
    if (free === 0) return (table.push(0, representation | FLAG) >> 1) - 1;
    table[0] = table[free * 2]!;
    table[free * 2] = 0;
    table[free * 2 + 1] = representation | FLAG;
    return free;
  }

  #tableFor(kind: ResourceClass<object>): HandleTable | undefined {
    const known = this.#known.get(kind);
    if (known !== undefined) return known;
    for (const table of this.#tables) {
      const other = this.#resources.kindOf(table);
      if (other !== undefined && this.#kinds.includes(other)) this.#known.set(other, table);
    }
    const found = this.#known.get(kind);
    if (found !== undefined) return found;
    const left = this.#tables.filter((table) => ![...this.#known.values()].includes(table));
    const missing = this.#kinds.filter((other) => !this.#known.has(other));
    const [table] = left;
    if (left.length !== 1 || missing.length !== 1 || missing[0] !== kind || table === undefined)
      return undefined;
    this.#know(kind, table);
    return table;
  }

  #know(kind: ResourceClass<object>, table: HandleTable): void {
    this.#known.set(kind, table);
    this.#resources.learn(table, kind);
  }

  #at<T extends object>(table: HandleTable, handle: number, kind: ResourceClass<T>): T | undefined {
    const scope = table[handle * 2];
    const representation = table[handle * 2 + 1];
    if (handle === 0 || scope === undefined || representation === undefined) return undefined;
    if ((scope & FLAG) !== 0) return undefined;
    const resource = this.#resources.get(representation & ~FLAG);
    return resource instanceof kind ? resource : undefined;
  }
}
