/**
 * Types of the component model, and how their values lie in a guest's memory and travel as core values.
 * Source: WebAssembly/component-model, design/mvp/CanonicalABI.md ("Alignment", "Element Size", "Loading", "Storing",
 * "Flattening"). Only what WASI 0.2 uses is here: there are no floats, chars or signed integers in it.
 *
 * Core values are read leniently (a number or a BigInt, cut to the width): a component that declares other types than an
 * interface has gets the call that the interface has, with whatever its values come to. Memory is read strictly.
 */
import type { CoreValues, GuestData } from './guest-data.ts';
import type { ResourceClass } from './handles.ts';

export interface Type<T> {
  readonly size: number;
  readonly align: number;
  /** How many core values it is as a parameter. */
  readonly flat: number;
  load(data: GuestData, pointer: number): T;
  store(data: GuestData, pointer: number, value: T): void;
  /** From a function's parameters. */
  lift(data: GuestData, values: CoreValues): T;
  /** As a function's only result; undefined for what takes several core values, which is stored instead. */
  lower?(data: GuestData, value: T): number | bigint;
  /** The resources that handles in it stand for. */
  readonly kinds?: readonly ResourceClass<object>[];
}

/** The value that a type is for. */
export type ValueOf<Of> = Of extends Type<infer T> ? T : never;

type Fields = Readonly<Record<string, Type<unknown>>>;
type RecordOf<F> = { readonly [K in keyof F]: ValueOf<F[K]> };

const unsigned = (size: 1 | 2 | 4): Type<number> => ({
  size,
  align: size,
  flat: 1,
  load: (data, pointer) => data.uint(pointer, size),
  store: (data, pointer, value) => data.setUint(pointer, size, value),
  lift: (_data, values) => (size === 4 ? values.u32() : values.u32() & (2 ** (8 * size) - 1)),
  lower: (_data, value) => value,
});

export const u8 = unsigned(1);
export const u16 = unsigned(2);
export const u32 = unsigned(4);

export const u64: Type<bigint> = {
  size: 8,
  align: 8,
  flat: 1,
  load: (data, pointer) => data.u64(pointer),
  store: (data, pointer, value) => data.setU64(pointer, value),
  lift: (_data, values) => values.u64(),
  lower: (_data, value) => value,
};

export const bool: Type<boolean> = {
  size: 1,
  align: 1,
  flat: 1,
  load: (data, pointer) => data.uint(pointer, 1) !== 0,
  store: (data, pointer, value) => data.setUint(pointer, 1, value ? 1 : 0),
  lift: (_data, values) => values.u32() !== 0,
  lower: (_data, value) => (value ? 1 : 0),
};

export const string: Type<string> = {
  size: 8,
  align: 4,
  flat: 2,
  load: (data, pointer) => data.string(data.uint(pointer, 4), data.uint(pointer + 4, 4)),
  store: (data, pointer, value) => {
    const [start, length] = data.newString(value);
    data.setUint(pointer, 4, start);
    data.setUint(pointer + 4, 4, length);
  },
  lift: (data, values) => data.string(values.u32(), values.u32()),
};

/** `list<u8>`; what is lifted is a view of the guest's memory, good until the guest runs again. */
export const bytes: Type<Uint8Array> = {
  size: 8,
  align: 4,
  flat: 2,
  load: (data, pointer) => data.bytes(data.uint(pointer, 4), data.uint(pointer + 4, 4)),
  store: (data, pointer, value) => {
    const start = data.newBytes(value);
    data.setUint(pointer, 4, start);
    data.setUint(pointer + 4, 4, value.length);
  },
  lift: (data, values) => data.bytes(values.u32(), values.u32()),
};

/** Longer lists of what is no byte no call of WASI has a use for. */
const MAXIMUM_ELEMENTS = 4096;

export function list<T>(element: Type<T>): Type<readonly T[]> {
  const read = (data: GuestData, start: number, length: number): T[] => {
    if (length > MAXIMUM_ELEMENTS) data.trap(`a list of more than ${MAXIMUM_ELEMENTS} elements`);
    data.check(start, length * element.size, element.align);
    return Array.from({ length }, (_, index) => element.load(data, start + index * element.size));
  };
  return {
    size: 8,
    align: 4,
    flat: 2,
    kinds: element.kinds ?? [],
    load: (data, pointer) => read(data, data.uint(pointer, 4), data.uint(pointer + 4, 4)),
    store: (data, pointer, values) => {
      const start = data.allocate(values.length * element.size, element.align);
      values.forEach((value, index) => {
        element.store(data, start + index * element.size, value);
      });
      data.setUint(pointer, 4, start);
      data.setUint(pointer + 4, 4, values.length);
    },
    lift: (data, values) => read(data, values.u32(), values.u32()),
  };
}

export function record<F extends Fields>(fields: F): Type<RecordOf<F>> {
  const members: { name: string; type: Type<unknown>; offset: number }[] = [];
  let end = 0;
  let align = 1;
  let flat = 0;
  for (const [name, type] of Object.entries(fields)) {
    const offset = alignTo(end, type.align);
    members.push({ name, type, offset });
    end = offset + type.size;
    align = Math.max(align, type.align);
    flat += type.flat;
  }
  const gather = (read: (member: (typeof members)[number]) => unknown) =>
    Object.fromEntries(members.map((member) => [member.name, read(member)])) as RecordOf<F>;
  return {
    size: alignTo(end, align),
    align,
    flat,
    kinds: members.flatMap(({ type }) => type.kinds ?? []),
    load: (data, pointer) => gather(({ type, offset }) => type.load(data, pointer + offset)),
    store: (data, pointer, value) => {
      for (const { name, type, offset } of members)
        type.store(data, pointer + offset, value[name as keyof typeof value]);
    },
    lift: (data, values) => gather(({ type }) => type.lift(data, values)),
  };
}

/** A tuple is a record whose fields are numbered. */
export function tuple<A, B>(first: Type<A>, second: Type<B>): Type<readonly [A, B]> {
  const pair = record({ first, second }) as unknown as Type<{ first: A; second: B }>;
  const from = ({ first, second }: { first: A; second: B }): readonly [A, B] => [first, second];
  return {
    ...shape(pair),
    load: (data, pointer) => from(pair.load(data, pointer)),
    store: (data, pointer, [a, b]) => pair.store(data, pointer, { first: a, second: b }),
    lift: (data, values) => from(pair.lift(data, values)),
  };
}

/** Up to 32 names, as a number whose bit n is the n-th name's. */
export function flags(names: readonly string[]): Type<number> {
  const size = names.length <= 8 ? 1 : names.length <= 16 ? 2 : 4;
  const known = 2 ** names.length - 1;
  const type = unsigned(size);
  return {
    ...type,
    load: (data, pointer) => type.load(data, pointer) & known,
    lift: (_data, values) => values.u32() & known,
  };
}

export function enumeration<Name extends string>(names: readonly Name[]): Type<Name> {
  const cases = variant(Object.fromEntries(names.map((name) => [name, undefined])));
  const lower = cases.lower;
  return {
    ...(cases as unknown as Type<Name>),
    load: (data, pointer) => cases.load(data, pointer).tag as Name,
    store: (data, pointer, tag) => cases.store(data, pointer, { tag }),
    lift: (data, values) => cases.lift(data, values).tag as Name,
    ...(lower && { lower: (data, tag) => lower(data, { tag }) }),
  };
}

export interface Case {
  readonly tag: string;
  readonly value?: unknown;
}

/** Cases by name, in the order of their declaration; undefined for one without a payload. */
export function variant(cases: Readonly<Record<string, Type<unknown> | undefined>>): Type<Case> {
  const entries = Object.entries(cases) as [string, Type<unknown> | undefined][];
  const indices = new Map(entries.map(([name], index) => [name, index]));
  const tagSize = entries.length <= 256 ? 1 : 2;
  const payloads = entries.flatMap(([, type]) => type ?? []);
  const align = Math.max(tagSize, ...payloads.map((type) => type.align));
  const offset = alignTo(tagSize, Math.max(1, ...payloads.map((type) => type.align)));
  const flat = 1 + Math.max(0, ...payloads.map((type) => type.flat));
  const at = (data: GuestData, index: number) => entries[index] ?? data.trap('a case that is not there');
  const indexOf = (data: GuestData, tag: string) => indices.get(tag) ?? data.trap(`no case ${tag}`);
  return {
    size: alignTo(offset + Math.max(0, ...payloads.map((type) => type.size)), align),
    align,
    flat,
    kinds: payloads.flatMap((type) => type.kinds ?? []),
    load: (data, pointer) => {
      const [tag, type] = at(data, data.uint(pointer, tagSize));
      return type === undefined ? { tag } : { tag, value: type.load(data, pointer + offset) };
    },
    store: (data, pointer, { tag, value }) => {
      const index = indexOf(data, tag);
      data.setUint(pointer, tagSize, index);
      entries[index]?.[1]?.store(data, pointer + offset, value);
    },
    lift: (data, values) => {
      const [tag, type] = at(data, values.u32());
      const value = type?.lift(data, values);
      // Every case takes as many core values as the longest.
      values.skip(flat - 1 - (type?.flat ?? 0));
      return type === undefined ? { tag } : { tag, value };
    },
    ...(flat === 1 && { lower: (data: GuestData, { tag }: Case) => indexOf(data, tag) }),
  };
}

export function option<T>(some: Type<T>): Type<T | undefined> {
  const cases = variant({ none: undefined, some: some as Type<unknown> });
  const wrap = (value: T | undefined): Case =>
    value === undefined ? { tag: 'none' } : { tag: 'some', value };
  return {
    ...shape(cases),
    load: (data, pointer) => cases.load(data, pointer).value as T | undefined,
    store: (data, pointer, value) => cases.store(data, pointer, wrap(value)),
    lift: (data, values) => cases.lift(data, values).value as T | undefined,
  };
}

/** What a call throws to answer with a result's error; anything else that it throws ends the program. */
export class Failure<E> {
  readonly payload: E;

  constructor(payload: E) {
    this.payload = payload;
  }
}

/** A result in a function's own answer: an error is thrown as a Failure. */
export interface ResultType<T, E> extends Type<T> {
  storeFailure(data: GuestData, pointer: number, payload: E): void;
  lowerFailure?(data: GuestData): number | bigint;
}

export function result<T = void, E = void>(ok?: Type<T>, error?: Type<E>): ResultType<T, E> {
  const cases = variant({ ok: ok, error: error });
  const lower = cases.lower;
  return {
    ...shape(cases),
    load: (data, pointer) => unwrap<T>(cases.load(data, pointer)),
    store: (data, pointer, value) => cases.store(data, pointer, { tag: 'ok', value }),
    storeFailure: (data, pointer, value) => cases.store(data, pointer, { tag: 'error', value }),
    lift: (data, values) => unwrap<T>(cases.lift(data, values)),
    ...(lower && {
      lower: (data: GuestData) => lower(data, { tag: 'ok' }),
      lowerFailure: (data: GuestData) => lower(data, { tag: 'error' }),
    }),
  };
}

function unwrap<T>({ tag, value }: Case): T {
  if (tag === 'error') throw new Failure(value);
  return value as T;
}

function shape(type: Omit<Type<unknown>, 'lower'>) {
  const { size, align, flat, kinds } = type;
  return { size, align, flat, kinds: kinds ?? [] };
}

function alignTo(offset: number, align: number): number {
  return Math.ceil(offset / align) * align;
}
