/** Handles of resources as component types. */
import type { Type } from './canonical-types.ts';
import type { ResourceClass } from './handles.ts';

const shape = { size: 4, align: 4, flat: 1 };

/** A handle whose resource the guest keeps. */
export function borrow<T extends object>(kind: ResourceClass<T>): Type<T> {
  return {
    ...shape,
    kinds: [kind],
    load: (data, pointer) => data.borrowed(data.uint(pointer, 4), kind),
    store: (data) => data.trap('nothing of the host is lent'),
    lift: (data, values) => data.borrowed(values.u32(), kind),
  };
}

/** A handle that the guest gives away, or is given. */
export function own<T extends object>(kind: ResourceClass<T>): Type<T> {
  return {
    ...shape,
    kinds: [kind],
    load: (data, pointer) => data.taken(data.uint(pointer, 4), kind),
    store: (data, pointer, value) => data.setUint(pointer, 4, data.newHandle(value, kind)),
    lift: (data, values) => data.taken(values.u32(), kind),
    lower: (data, value) => data.newHandle(value, kind),
  };
}
