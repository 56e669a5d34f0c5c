/**
 * Makes of a function with component types the core function that an instance imports. The generated code asks for it
 * once for each import, with the memory, the allocator and the handle tables that the import uses (jco's "optimized"
 * bindings, `Symbol.for('cabiLower')`): between guest and host there is then nothing of the generated code at all, which
 * would otherwise spend microseconds on the bookkeeping of asynchronous tasks for each call.
 */
import { Failure, type ResultType, type Type, type ValueOf } from './canonical-types.ts';
import { CoreValues, GuestData, type LoweringOptions } from './guest-data.ts';
import { HandleTables, type Resources } from './handles.ts';

/** More are passed in memory. Source: WebAssembly/component-model, design/mvp/CanonicalABI.md, MAX_FLAT_PARAMS. */
const MAXIMUM_FLAT_PARAMETERS = 16;

type CoreFunction = (...values: unknown[]) => number | bigint | undefined;

/** A function of an interface, ready to be lowered for any instance. */
export interface ImportedFunction {
  lower(options: LoweringOptions, resources: Resources): CoreFunction;
}

/** `result` is undefined for a function without one. */
export function imported<const P extends readonly Type<unknown>[], R = undefined>(
  parameters: P,
  result: Type<R> | undefined,
  call: (...values: { -readonly [K in keyof P]: ValueOf<P[K]> }) => R,
): ImportedFunction {
  const types = parameters;
  if (types.reduce((sum, type) => sum + type.flat, 0) > MAXIMUM_FLAT_PARAMETERS)
    throw new RangeError('more parameters than are passed as core values');
  const kinds = new Set(
    [...types, ...(result === undefined ? [] : [result])].flatMap((type) => type.kinds ?? []),
  );
  const run = call as unknown as (...values: unknown[]) => unknown;
  return {
    lower: (options, resources) => {
      const tables = new HandleTables(resources, options.resourceTables ?? [], [...kinds]);
      return coreFunction(new GuestData(options, tables), types, result as ResultType<unknown, unknown>, run);
    },
  };
}

function coreFunction(
  data: GuestData,
  parameters: readonly Type<unknown>[],
  result: (Type<unknown> & Partial<ResultType<unknown, unknown>>) | undefined,
  call: (...values: unknown[]) => unknown,
): CoreFunction {
  const flat = parameters.reduce((sum, type) => sum + type.flat, 0);
  const stores = result !== undefined && result.lower === undefined;
  const values = new CoreValues();
  const invoke = invoker(data, values, parameters, call);

  /** `pointer` is where a result goes that is no core value: the one more parameter. */
  const run = (pointer: unknown): number | bigint | undefined => {
    data.enter();
    const start = typeof pointer === 'number' ? pointer >>> 0 : 0;
    try {
      const value = invoke();
      if (result?.lower !== undefined) return result.lower(data, value);
      if (stores) result.store(data, start, value);
    } catch (failure) {
      if (!(failure instanceof Failure) || result?.storeFailure === undefined) throw failure;
      if (result.lowerFailure !== undefined) return result.lowerFailure(data);
      result.storeFailure(data, start, failure.payload);
    }
    return undefined;
  };
  // Gathering arguments costs more than most calls: the common numbers of them have a way of their own.
  if (flat === 0) return (a) => run(a);
  if (flat === 1)
    return (a, b) => {
      values.set(0, a);
      return run(b);
    };
  if (flat <= 3)
    return (a, b, c, d) => {
      values.set(0, a);
      values.set(1, b);
      values.set(2, c);
      return run(flat === 2 ? c : d);
    };
  return (...core) => {
    for (let index = 0; index < flat; index++) values.set(index, core[index]);
    return run(core[flat]);
  };
}

/** Calls with the parameters lifted, in order. */
function invoker(
  data: GuestData,
  values: CoreValues,
  parameters: readonly Type<unknown>[],
  call: (...values: unknown[]) => unknown,
): () => unknown {
  const [first, second, third] = parameters;
  if (first === undefined) return () => call();
  if (second === undefined) return () => call(first.lift(data, values));
  if (third === undefined) return () => call(first.lift(data, values), second.lift(data, values));
  return () => call(...parameters.map((type) => type.lift(data, values)));
}

/** An interface by the names of the component model: `get-stdin`, `[method]descriptor.open-at`. */
export type InterfaceFunctions = Readonly<Record<string, ImportedFunction>>;

const LOWER = Symbol.for('cabiLower');
const DISPOSE = Symbol.for('cabiDispose');

type BindingTree = Record<PropertyKey, unknown>;

/**
 * The interfaces as the generated code looks them up: `imports['wasi:io/streams'].InputStream.prototype.read`. A
 * function that is not there is undefined, and instantiating throws.
 */
export function bindings(
  interfaces: Readonly<Record<string, InterfaceFunctions>>,
  kinds: Readonly<Record<string, readonly string[]>>,
  resources: Resources,
): Readonly<Record<string, BindingTree>> {
  const tree = emptyTree() as Record<string, BindingTree>;
  for (const [name, functions] of Object.entries(interfaces)) {
    const members = emptyTree();
    for (const resource of kinds[name] ?? []) resourceBinding(members, resource, resources);
    for (const [witName, definition] of Object.entries(functions))
      place(members, witName, definition, resources);
    tree[name] = members;
  }
  return tree;
}

function place(
  members: BindingTree,
  witName: string,
  definition: ImportedFunction,
  resources: Resources,
): void {
  const binding = emptyTree();
  binding[LOWER] = (options: LoweringOptions) => definition.lower(options, resources);
  const [, kind, resource, method] =
    /^\[(method|static|constructor)\]([^.]+)(?:\.(.+))?$/.exec(witName) ?? [];
  if (kind === undefined || resource === undefined) members[camelCase(witName)] = binding;
  else {
    const target = resourceBinding(members, resource, resources);
    if (kind === 'constructor') target[LOWER] = binding[LOWER];
    else if (kind === 'static') target[camelCase(method ?? '')] = binding;
    else (target.prototype as BindingTree)[camelCase(method ?? '')] = binding;
  }
}

function resourceBinding(members: BindingTree, resource: string, resources: Resources): BindingTree {
  const name = camelCase(resource).replace(/^./, (letter) => letter.toUpperCase());
  const known = members[name] as BindingTree | undefined;
  if (known !== undefined) return known;
  const made = emptyTree();
  made.prototype = emptyTree();
  made[DISPOSE] = (representation: number) => resources.drop(representation);
  members[name] = made;
  return made;
}

function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

function emptyTree(): BindingTree {
  return Object.create(null) as BindingTree;
}
